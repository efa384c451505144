"""Very many short series: one process, shards in turn, and what they come to together.

The file has a row for each month of each series, 50 of them, of several shapes and sizes; one series after another. Each case
is a pipeline. The one process and the shards run by turns, each as a process of its own with one thread; what is gathered is
compared with what the one process has published, byte by byte. Time is that of the processor, memory the greatest resident
set, both as the system counts them. `--linear` runs a hundredth and a tenth of the series as well.

The network is trained once, on a sample of the smallest panel, and knows none of the others.

With `--spark` the companions also forecast by almanac-spark on two workers (spark_job.py), beside the same processes without
Spark.
"""

import argparse
import json
import math
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

MONTHS, HORIZON, SAMPLE = 50, 12, 5000

CASES = {
    "seasonal-naive": "{use: seasonal-naive, with: {season: 12, levels: [0.8]}}",
    "gru": "{use: gru, with: {hidden: 32, epochs: 5}}",
    "theta": "{use: theta, with: {levels: [0.8]}}",
    "ets": "{use: ets, with: {levels: [0.8]}}",
}

PIPELINE = """version: 1
name: {name}
root: {root}
run: {{retrain: {retrain}}}
stages:
  - use: csv
    with: {{path: {path}, time: month, target: value, layout: long, series: series}}
  - use: resample
    with: {{every: 1mo}}
  - use: window
    with: {{lookback: 24, horizon: 12{sample}}}
  - {forecaster}
{evaluate}  - use: write
    with: {{path: {name}.csv}}
"""
EVALUATE = "  - {{use: evaluate, with: {{metrics: [mase], folds: {folds}, forecasts: {name}-folds.csv}}}}\n"

# The bars of a machine of its own: series a second and core of the whole process, bytes.
FASTEST = {"gru": 1000, "theta": 100, "ets": 100}
MOST_WHOLE, MOST_SIXTEENTH = 1.5e9, 400e6
# The processor's time in Spark, but for what Spark needs to bring rows to any function in Python and back, over that of the
# processes.
MOST_IN_SPARK = 1.2


def make_rows(path, count):
    """A hundred shapes, each with a size of its own for every series of it."""
    numbers = random.Random(5)
    months = [f"{2020 + month // 12}-{month % 12 + 1:02}" for month in range(MONTHS)]
    shapes = []
    for _ in range(997):
        level, trend, season = numbers.uniform(20, 400), numbers.uniform(-1, 2), numbers.uniform(0, 0.5)
        phase = numbers.randrange(12)
        values = [
            (level + trend * month) * (1 + season * math.sin((month + phase) * math.pi / 6)) + numbers.gauss(0, level / 20)
            for month in range(MONTHS)
        ]
        shapes.append("".join(f"@,{month},{max(value, 0):.2f}\n" for month, value in zip(months, values)))
    with open(path, "w", encoding="ascii") as file:
        file.write("series,month,value\n")
        for number in range(count):
            file.write(shapes[number % len(shapes)].replace("@", f"s{number:07}"))


def run(words, folder):
    """Runs a program; its processor time in seconds, its greatest resident set in bytes, and the clock's time."""
    began = time.monotonic()
    with open(folder / "log", "ab") as log:
        pid = os.posix_spawn(
            words[0], words, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, log.fileno(), number) for number in (1, 2)])
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(map(str, words))} failed:\n" + (folder / "log").read_text()[-2000:])
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, time.monotonic() - began


def same(one, other):
    """Whether two files have the same bytes."""
    with open(one, "rb") as first, open(other, "rb") as second:
        while True:
            a, b = first.read(1 << 22), second.read(1 << 22)
            if a != b:
                return False
            if not a:
                return True


def in_spark(given, case, work):
    """Forecasts of a case by Spark, beside the processes alone and the one process."""
    path = rows_of(given.spark_series, work)
    run([given.almanac, "run", str(work / f"{case}.yaml"), "--quiet", "--force", "--input", str(path)], work)
    words = [
        given.spark, str(pathlib.Path(__file__).with_name("spark_job.py")), "--almanac", given.almanac, "--rows", str(path),
        "--pipeline", str(work / f"{case}.yaml"), "--one", str(work / f"{case}.csv")]
    with open(work / "log", "ab") as log:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=log, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)} failed:\n" + (work / "log").read_text()[-4000:])
    result = json.loads(done.stdout.splitlines()[-1])
    spark, alone, processes = (result[f"{name}_processor_seconds"] for name in ("spark", "spark_alone", "processes"))
    ratio = (spark - alone) / processes
    return {"case": case, "series": given.spark_series, **result, "spark_over_processes": round(ratio, 2)}


def rows_of(size, work):
    """The file of so many series, made where it is not there."""
    path = work / f"rows-{size}.csv"
    if not path.exists():
        make_rows(path.with_suffix(".part"), size)
        path.with_suffix(".part").rename(path)
    return path


def show(line):
    print("  ".join(f"{key} {value / 1e6:.0f} MB" if key.endswith("memory") else f"{key} {value}"
                    for key, value in line.items()), flush=True)


def main():
    options = argparse.ArgumentParser(prog="Scripts/bench scale")
    options.add_argument("--almanac", required=True, help=argparse.SUPPRESS)
    options.add_argument("--work", required=True, type=pathlib.Path, help=argparse.SUPPRESS)
    options.add_argument("--series", type=int, default=1_000_000)
    options.add_argument("--shards", type=int, default=4)
    options.add_argument("--only", default=",".join(CASES), help="cases, with commas")
    options.add_argument("--folds", type=int, default=0, help="judges the companions on so many folds, and writes these too")
    options.add_argument("--linear", action="store_true", help="a hundredth and a tenth of the series too")
    options.add_argument("--spark", help="a Python that has pyspark and almanac-spark, such as Scripts/test-spark makes")
    options.add_argument("--spark-series", type=int, default=100_000)
    given = options.parse_args()
    work = given.work.absolute()
    work.mkdir(parents=True, exist_ok=True)
    (work / "log").write_bytes(b"")
    cases = given.only.split(",")
    sizes = [given.series // 100, given.series // 10, given.series] if given.linear else [given.series]
    for size in sizes:
        rows_of(size, work)

    found = []
    for case in cases:
        is_network = case == "gru"
        sample = min(SAMPLE, sizes[0])
        file = work / f"{case}.yaml"
        file.write_text(PIPELINE.format(
            name=case, root=work, path=f"rows-{sizes[0]}.csv", forecaster=CASES[case],
            retrain="never" if is_network else "always",
            evaluate=EVALUATE.format(folds=given.folds, name=case) if given.folds and not is_network else "", sample=f", sample: {sample}" if is_network else ""))
        command = [given.almanac, "run", str(file), "--threads", "1", "--quiet"]
        shutil.rmtree(work / ".almanac" / case, ignore_errors=True)
        if is_network:
            run(command, work)
        seconds = {}
        for size in sizes:
            source = ["--input", str(work / f"rows-{size}.csv")]
            whole, memory, wall = run(command + ["--force"] + source, work)
            seconds[size] = whole
            made = [case] + [f"{case}-folds"] * (given.folds > 0 and not is_network)
            for name in made:
                (work / f"{name}.csv").rename(work / f"{name}.one.csv")
            line = {
                "case": case, "series": size, "series_per_second_and_core": round(size / whole), "seconds": round(wall, 1),
                "memory": memory,
            }
            if size == sizes[-1]:
                parts = work / "parts"
                shutil.rmtree(parts, ignore_errors=True)
                shards = [
                    run(command + source + ["--shard", f"{part}/{given.shards}", "--into", str(parts)], work)
                    for part in range(1, given.shards + 1)
                ]
                gathered = run([given.almanac, "gather", str(parts), "--quiet", "--force"], work)
                sixteenth = run(command + source + ["--shard", "3/16", "--into", str(work / "sixteenth")], work)
                line |= {
                    "shards_seconds": round(sum(shard[0] for shard in shards), 1),
                    "shard_memory": max(shard[1] for shard in shards), "gather_seconds": round(gathered[0], 1),
                    "gather_memory": gathered[1], "sixteenth_memory": sixteenth[1],
                    "same_bytes": all(same(work / f"{name}.one.csv", work / f"{name}.csv") for name in made),
                }
            if size != sizes[0]:
                line["times_the_smallest"] = round(seconds[size] / seconds[sizes[0]], 2)
            found.append(line)
            show(line)
        if given.spark and not is_network:
            found.append(in_spark(given, case, work))
            show(found[-1])

    missed = []
    for line in found:
        if "spark_same" in line:
            name = f"{line['case']} of {line['series']} series in Spark"
            if not line["spark_same"]:
                missed.append(f"{name}: the forecasts are others than those of the one process")
            if line["spark_over_processes"] > MOST_IN_SPARK:
                missed.append(f"{name}: {line['spark_over_processes']} times the time of the processes")
            continue
        name = f"{line['case']} of {line['series']} series"
        if line["series_per_second_and_core"] < FASTEST.get(line["case"], 0):
            missed.append(f"{name}: {line['series_per_second_and_core']} series a second and core")
        if line["memory"] > MOST_WHOLE:
            missed.append(f"{name}: {line['memory'] / 1e6:.0f} MB in one process")
        if line.get("sixteenth_memory", 0) > MOST_SIXTEENTH:
            missed.append(f"{name}: {line['sixteenth_memory'] / 1e6:.0f} MB in a sixteenth")
        if not line.get("same_bytes", True):
            missed.append(f"{name}: the shards come to something else than the one process")
        if line.get("times_the_smallest", 0) > 1.1 * line["series"] / sizes[0]:
            missed.append(f"{name}: {line['times_the_smallest']} times the time of {sizes[0]}")
    for words in missed:
        print(f"MISSED {words}")
    print(json.dumps({"found": found, "missed": missed}))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
