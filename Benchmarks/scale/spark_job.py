"""The rows of scale.py as a Spark DataFrame, forecast by almanac-spark on two workers, beside the processes alone.

Run by scale.py with a Python that has pyspark. It reads Parquet, forecasts, and writes Parquet. Spark alone brings the same rows
into their partitions, sorts them, gives them to a Python function that makes as many rows of each series as a forecast has, of
the same columns, and writes Parquet: what any function in Python costs there. The two run by turns, after one turn of each that
is not counted (a Java machine is slow at first). Then the rows of each partition are given to the command as a file, two
processes at a time, as two workers have it. Last line: JSON with the medians of the three, in seconds of the clock and of the
processor (of all processes that have a part in it), and whether Spark's forecasts are those of the file that scale.py has from
one process.
"""

import argparse
import concurrent.futures
import csv
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import pyarrow
import pyarrow.csv
import pyarrow.parquet
from almanac_spark import forecast
from pyspark.sql import SparkSession, functions


def main() -> None:
    options = argparse.ArgumentParser()
    for name in ("almanac", "rows", "pipeline", "one"):
        options.add_argument(f"--{name}", required=True, type=pathlib.Path)
    options.add_argument("--partitions", type=int, default=8)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PATH"] = f"{given.almanac.parent}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        types = pyarrow.csv.ConvertOptions(column_types={"series": "string", "month": "string", "value": "float64"})
        files = folder / "rows"
        files.mkdir()
        with pyarrow.csv.open_csv(given.rows, convert_options=types) as table:
            for number, batch in enumerate(table):
                pyarrow.parquet.write_table(pyarrow.Table.from_batches([batch]), files / f"{number}.parquet")
        spark = (
            SparkSession.builder.master("local-cluster[2,1,2048]").config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1").config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false").config("spark.local.dir", made)
            .config("spark.executor.memory", "2g").config("spark.driver.memory", "1g").getOrCreate())
        spark.sparkContext.setLogLevel("OFF")
        df = spark.read.parquet(str(files))
        one = {"key": "series", "time": "month", "target": "value", "levels": [0.8]}
        rows = df.repartition(given.partitions, "series").sortWithinPartitions("series", "month")
        numbers = ["forecast", "lower_80", "upper_80"]
        types = "series string, time string, step int, forecast double, lower_80 double, upper_80 double, error string"
        jobs = {
            "spark": lambda: forecast(df, given.pipeline, partitions=given.partitions, **one),
            "spark_alone": lambda: rows.mapInArrow(as_forecasts, types),
        }
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in [*jobs, "processes"]}
        for turn in range(given.rounds + 1):
            for name, job in jobs.items():
                began = clocks()
                job().write.mode("overwrite").parquet(str(folder / name))
                if turn > 0:
                    took[name].append(since(began))
        columns = ["series", "month", "value"]
        rows.select(
            functions.spark_partition_id().alias("partition"), *columns
        ).write.partitionBy("partition").csv(str(folder / "parts"), header=True)
        found = spark.read.parquet(str(folder / "spark")).filter("error IS NULL").select("series", "time", "step", *numbers).toPandas()
        spark.stop()
        parts = [str(path) for path in sorted((folder / "parts").glob("partition=*"))]

        def alone(part: str) -> None:
            [path] = pathlib.Path(part).glob("*.csv")
            words = [given.almanac, "run", given.pipeline, "--input", path, "--output", "-", "--quiet", "--threads", "1"]
            with open(f"{part}.forecast", "wb") as output:
                subprocess.run(words, stdout=output, check=True)

        for _ in range(given.rounds):
            began = clocks()
            with concurrent.futures.ThreadPoolExecutor(2) as two:
                list(two.map(alone, parts))
            took["processes"].append(since(began))
        same = matches(given.one, found)
        shutil.rmtree(folder / "parts")
    seconds = {
        f"{name}_{of}seconds": round(statistics.median(times[clock] for times in found), 1)
        for name, found in took.items() for clock, of in enumerate(("", "processor_"))
    }
    print(json.dumps({**seconds, "spark_same": same}))


def clocks():
    """The clock, and the processor time of this process and all below it, with those that have ended; both in seconds."""
    parents, used = {}, {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # It has just ended.
        parents[int(folder.name)] = int(fields[1])
        used[int(folder.name)] = sum(map(int, fields[11:15]))
    below = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return time.monotonic(), sum(used.get(pid, 0) for pid in below) / os.sysconf("SC_CLK_TCK")


def since(began):
    return tuple(now - then for now, then in zip(clocks(), began))


def as_forecasts(batches):
    """Twelve rows of every fifty, with the columns of a forecast."""
    for batch in batches:
        shown = batch.slice(0, batch.num_rows * 12 // 50)
        name, month, value = shown.columns
        columns = [name, month, pyarrow.nulls(len(shown), pyarrow.int32()), value, value, value, pyarrow.nulls(len(shown), pyarrow.string())]
        yield pyarrow.RecordBatch.from_arrays(columns, ["series", "time", "step", "forecast", "lower_80", "upper_80", "error"])


def matches(path, found):
    """Whether the forecasts of a file are those that were found, number by number, whatever their order."""
    found = sorted(found.itertuples(index=False, name=None), key=lambda row: (row[0], row[2]))
    with open(path, newline="") as file:
        wanted = csv.reader(file)
        next(wanted)
        count = 0
        for row in wanted:
            if count == len(found):
                return False
            other = found[count]
            if [row[0], row[1], int(row[2]), *map(float, row[3:])] != [other[0], other[1], int(other[2]), *other[3:]]:
                return False
            count += 1
    return count == len(found)


main()
