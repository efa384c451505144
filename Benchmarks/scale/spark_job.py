"""The rows of scale.py as a Spark DataFrame, forecast by almanac-spark on two workers, beside the processes alone.

Run by scale.py with a Python that has pyspark. It reads Parquet, forecasts, and writes Parquet; Spark alone brings the same
rows into their partitions and sorts them; then the rows of each partition are given to the command as a file, two processes
at a time, as two workers have it. Last line: JSON with the seconds of the three by the clock, and whether Spark's forecasts are
those of the file that scale.py has from one process.
"""

import argparse
import concurrent.futures
import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import pyarrow.csv
import pyarrow.parquet
from almanac_spark import forecast
from pyspark.sql import SparkSession, functions


def main() -> None:
    options = argparse.ArgumentParser()
    for name in ("almanac", "rows", "pipeline", "one"):
        options.add_argument(f"--{name}", required=True, type=pathlib.Path)
    options.add_argument("--partitions", type=int, default=8)
    options.add_argument("--levels", type=float, nargs="*", default=[])
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
        one = {"key": "series", "time": "month", "target": "value", "levels": given.levels}
        # Workers and their Python are started before the clock is.
        forecast(df.limit(500), given.pipeline, partitions=2, **one).count()
        began = time.monotonic()
        forecast(df, given.pipeline, partitions=given.partitions, **one).write.parquet(str(folder / "forecast"))
        in_spark = time.monotonic() - began
        columns = ["series", "month", "value"]
        rows = df.repartition(given.partitions, "series").sortWithinPartitions("series", "month")
        began = time.monotonic()
        rows.write.format("noop").mode("overwrite").save()
        of_spark = time.monotonic() - began
        rows.select(
            functions.spark_partition_id().alias("partition"), *columns
        ).write.partitionBy("partition").csv(str(folder / "parts"), header=True)
        columns = ["series", "time", "step", "forecast", *(f"{side}_{level * 100:g}" for level in given.levels for side in ("lower", "upper"))]
        found = spark.read.parquet(str(folder / "forecast")).filter("error IS NULL").select(*columns).toPandas()
        spark.stop()
        parts = [str(path) for path in sorted((folder / "parts").glob("partition=*"))]

        def alone(part: str) -> None:
            [path] = pathlib.Path(part).glob("*.csv")
            words = [given.almanac, "run", given.pipeline, "--input", path, "--output", "-", "--quiet", "--threads", "1"]
            with open(f"{part}.forecast", "wb") as output:
                subprocess.run(words, stdout=output, check=True)

        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(2) as two:
            list(two.map(alone, parts))
        processes = time.monotonic() - began
        same = matches(given.one, found)
        shutil.rmtree(folder / "parts")
    print(json.dumps({
        "spark_seconds": round(in_spark, 1), "spark_alone_seconds": round(of_spark, 1), "processes_seconds": round(processes, 1),
        "spark_same": same}))


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
