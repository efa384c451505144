#!/bin/sh
# Runs a pipeline in shards as a Slurm array, and gathers them in a job of its own once all have ended well.
#
#   pipelines/cluster/slurm.sh PIPELINE SHARDS FOLDER [options of sbatch]
#
# The program, the input and the folder must be at the same paths on all nodes, as on a shared file system. Exit code 3 of a
# shard says that series of it could not be forecast, which `almanac gather` says again for all. A task that failed is run
# again by `scontrol requeue JOB_TASK`; it leaves what the others have left alone.
set -eu

pipeline=$1 shards=$2 folder=$3
shift 3
mkdir -p "$folder"

array=$(sbatch --parsable --job-name almanac-shard --array "1-$shards" --ntasks 1 --cpus-per-task 1 \
  --output "$folder/%A-%a.log" "$@" <<END
#!/bin/sh
almanac run '$pipeline' --shard "\$SLURM_ARRAY_TASK_ID/$shards" --into '$folder' --threads 1 || [ \$? -eq 3 ]
END
)
sbatch --parsable --job-name almanac-gather --dependency "afterok:$array" --kill-on-invalid-dep=yes --ntasks 1 \
  --output "$folder/gather.log" "$@" <<END
#!/bin/sh
exec almanac gather '$folder'
END
