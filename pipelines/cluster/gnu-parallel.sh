#!/bin/sh
# Runs a pipeline in shards with GNU parallel, one at a time on each processor, and gathers them.
#
#   pipelines/cluster/gnu-parallel.sh PIPELINE SHARDS FOLDER [options of parallel]
#
# A shard that fails is tried once more; one that still fails ends the script before anything is published. Exit code 3 of a
# shard says that series of it could not be forecast, which `almanac gather` says again for all. With `--sshlogin` shards go
# to other machines, which need the program, the input and the folder at the same paths.
set -eu

pipeline=$1 shards=$2 folder=$3
shift 3
seq "$shards" | parallel --retries 2 --halt soon,fail=1 "$@" \
  "almanac run '$pipeline' --shard {}/$shards --into '$folder' --threads 1 || [ \$? -eq 3 ]"
exec almanac gather "$folder"
