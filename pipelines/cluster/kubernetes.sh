#!/bin/sh
# Runs a pipeline in shards as an indexed job of Kubernetes, waits for it, and gathers the shards in a job of its own.
#
#   pipelines/cluster/kubernetes.sh PIPELINE SHARDS FOLDER IMAGE CLAIM
#
# IMAGE has almanac on its PATH. CLAIM is a persistent volume claim that many pods may write to at once (ReadWriteMany); it
# is mounted at /data, where pipeline, input and folder lie. A pod that fails or is evicted is started again: what a shard
# has left is replaced, whole. Exit code 3 says that some series could not be forecast; `almanac gather` says it for all.
set -eu

pipeline=$1 shards=$2 folder=$3 image=$4 claim=$5

# A job: its name, how many pods, how many at once, and what each does.
job() {
  cat <<END
apiVersion: batch/v1
kind: Job
metadata: {name: $1}
spec:
  completions: $2
  parallelism: $2
  completionMode: Indexed
  backoffLimit: 20
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: almanac
          image: $image
          workingDir: /data
          command: [sh, -c, '$3']
          resources: {requests: {cpu: "1", memory: 500Mi}, limits: {memory: 1Gi}}
          volumeMounts: [{name: data, mountPath: /data}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: $claim}}]
END
}

run="almanac run \"$pipeline\" --shard \$((JOB_COMPLETION_INDEX + 1))/$shards --into \"$folder\" --threads 1 || [ \$? -eq 3 ]"
kubectl delete job --ignore-not-found almanac-shards almanac-gather
job almanac-shards "$shards" "$run" | kubectl apply -f -
kubectl wait --for condition=complete --timeout 24h job/almanac-shards
job almanac-gather 1 "almanac gather \"$folder\"" | kubectl apply -f -
