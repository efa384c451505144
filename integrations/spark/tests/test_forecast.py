"""Runs pipelines on a cluster of two workers on this machine; ALMANAC is the command, SPARK_MASTER another master."""

import datetime
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from pyspark.errors import PythonException
from pyspark.sql import SparkSession

from almanac_spark import forecast

BINARY = os.environ["ALMANAC"]
FIELDS = "path: '-', time: day, series: shop, layout: long"
DAYS = 40


def rows(shops: int = 12) -> list[dict]:
    """Two targets of several shops, with a price that is known three days ahead, and the shops' regions."""
    found = []
    for shop in range(shops):
        for day in range(DAYS + 3):
            known = day < DAYS
            found.append({
                "shop": f"shop {shop}, \"{shop % 3}\"", "day": datetime.date(2024, 1, 1) + datetime.timedelta(day),
                "sold": 10.5 + day * (shop + 3) % 7 + shop if known else None,
                "returned": float(day * day % (shop + 2)) if known else None,
                "price": 100 - (day + shop) % 4, "region": ["north", "south"][shop % 2]})
    return found


class ForecastTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = Path(cls.folder.name)
        os.environ["PYSPARK_PYTHON"] = sys.executable
        os.environ["PATH"] = f"{Path(BINARY).parent}:{os.environ['PATH']}"
        cls.spark = (
            SparkSession.builder.master(os.environ.get("SPARK_MASTER", "local-cluster[2,1,1024]"))
            .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false").config("spark.local.dir", cls.folder.name)
            .config("spark.shuffle.io.maxRetries", "1").config("spark.shuffle.io.retryWait", "1s")
            .config("spark.sql.shuffle.partitions", "4").config("spark.driver.memory", "512m").getOrCreate())
        cls.spark.sparkContext.setLogLevel(os.environ.get("SPARK_LOG_LEVEL", "OFF"))
        cls.df = cls.spark.createDataFrame(rows(), "shop string, day date, sold double, returned double, price int, region string")

    @classmethod
    def tearDownClass(cls) -> None:
        cls.spark.stop()
        cls.folder.cleanup()

    def pipeline(self, name: str, method: str, fields: str = FIELDS, run: str = "") -> Path:
        path = self.path / f"{name}.yaml"
        path.write_text(
            f"version: 1\nname: {name}\nrun: {{{run}}}\nstages:\n  - {{use: csv, with: {{{fields}}}}}\n"
            f"  - {{use: window, with: {{lookback: 6, horizon: 3}}}}\n  - {{{method}}}\n"
            f"  - {{use: write, with: {{path: {self.path}/{name}.csv}}}}\n")
        return path

    @staticmethod
    def table() -> str:
        """All rows as CSV."""
        def text(cell) -> str:
            return "" if cell is None else '"' + str(cell).replace('"', '""') + '"'
        lines = [",".join(text(cell) for cell in row.values()) for row in rows()]
        return "\n".join([",".join(rows(1)[0]), *lines, ""])

    def alone(self, pipeline: Path, *options: str) -> list[str]:
        """The lines that one process gives for all rows, sorted."""
        table = self.table()
        words = [BINARY, "run", pipeline, "--input", "-", "--output", "-", "--quiet", *options]
        return sorted(subprocess.run(words, input=table, capture_output=True, text=True, check=True).stdout.splitlines()[1:])

    def lines(self, df) -> list[str]:
        """Rows of a forecast as the command writes them, sorted."""
        def text(cell) -> str:
            cell = repr(cell).removesuffix(".0") if isinstance(cell, float) else str(cell)
            return '"' + cell.replace('"', '""') + '"' if "," in cell else cell
        return sorted(",".join(text(cell) for cell in row[:-1]) for row in df.collect())

    def run_forecast(self, pipeline: Path, df=None, **options):
        return forecast(
            self.df if df is None else df, pipeline, **{
                "key": "shop", "time": "day", "target": "sold", "partitions": 4, "binary": BINARY} | options)

    def test_several_targets_and_intervals_are_those_of_one_process(self) -> None:
        pipeline = self.pipeline("theta", "use: theta, with: {levels: [0.8, 0.95]}", FIELDS + ", target: [sold, returned]")
        found = self.run_forecast(pipeline, target=["sold", "returned"], levels=[0.8, 0.95])
        self.assertEqual(found.columns[3:], ["forecast", "lower_80", "upper_80", "lower_95", "upper_95", "error"])
        self.assertEqual(found.schema["time"].dataType, self.df.schema["day"].dataType)
        lines = self.lines(found)
        self.assertEqual(len(lines), 12 * 2 * 3)
        self.assertEqual(lines, self.alone(pipeline))
        self.assertEqual(found.filter("error IS NOT NULL").count(), 0)
        # However many processes there are, and whatever the order of rows.
        self.assertEqual(self.lines(self.run_forecast(
            pipeline, self.df.orderBy("price"), target=["sold", "returned"], levels=[0.8, 0.95], partitions=7)), lines)

    def test_names_with_and_without_quotes_stay_as_they_are(self) -> None:
        pipeline = self.pipeline("names", "use: theta", FIELDS + ", target: sold")
        wanted = {row[0]: row[3] for row in self.run_forecast(pipeline).filter("step = 1").collect()}
        forms = ("plain {}", "all, {}", " before {}", "after {}\t", "a line\n{}", "\"{}\"")
        names = {name: forms[number % len(forms)].format(number) for number, name in enumerate(sorted(wanted))}
        for partitions in (1, 12):  # Among others, and most of them alone.
            found = self.run_forecast(pipeline, self.df.replace(names, subset="shop"), partitions=partitions)
            self.assertEqual({row[0]: row[3] for row in found.collect() if row[2] == 1}, {names[name]: wanted[name] for name in wanted})

    def test_a_model_that_one_machine_trained_forecasts_everywhere(self) -> None:
        fields = FIELDS + ", target: sold, future: price, past: returned, static: region"
        pipeline = self.pipeline(
            "gru", "use: gru, with: {hidden: 3, epochs: 1, validation: 3, levels: [0.8]}", fields, f"state: {self.path}/state")
        table = self.path / "rows.csv"
        table.write_text(self.table())
        subprocess.run([BINARY, "run", pipeline, "--input", table, "--quiet"], check=True)
        lines = self.lines(self.run_forecast(pipeline, levels=[0.8], model=self.path / "state"))
        self.assertEqual(lines, self.alone(pipeline, "--set", "run.retrain=never"))
        with self.assertRaisesRegex(PythonException, "the model that was sent does not forecast: training anew: .*changed"):
            self.run_forecast(pipeline, levels=[0.8], model=self.path / "state", settings=["gru.hidden=4"]).collect()

    def test_an_executor_that_is_killed_changes_no_byte(self) -> None:
        pipeline = self.pipeline("killed", "use: theta", FIELDS + ", target: sold")
        # The first process that is started ends the machine that it runs on, when it has written half of a forecast.
        trap = self.path / "trap"
        trap.write_text(
            f"#!/bin/sh\nif mkdir {self.path}/once 2>/dev/null; then\n  echo series,time,step,forecast\n  id=$$\n"
            "  while [ \"$id\" -gt 1 ] && [ \"$(cat /proc/$id/comm)\" != java ]; do\n"
            "    id=$(sed -n 's/^PPid:[[:space:]]*//p' /proc/$id/status)\n  done\n  kill -9 \"$id\"\n  exit 1\nfi\n"
            f"exec {BINARY} \"$@\"\n")
        trap.chmod(trap.stat().st_mode | stat.S_IXUSR)
        lines = self.lines(self.run_forecast(pipeline, binary=trap))
        self.assertTrue((self.path / "once").exists())
        self.assertEqual(lines, self.alone(pipeline))

    def test_series_that_cannot_be_forecast_are_rows_with_words(self) -> None:
        pipeline = self.pipeline("short", "use: theta", FIELDS + ", target: sold")
        short = self.df.filter("shop != 'shop 3, \"0\"' OR day = '2024-01-05'")
        for partitions in (1, 12):
            found = self.run_forecast(pipeline, short, partitions=partitions)
            failed = found.filter("error IS NOT NULL").collect()
            self.assertEqual([row.series for row in failed], ['shop 3, "0"'])
            self.assertRegex(failed[0].error, "too few|one reading does not tell a frequency")
            self.assertEqual(failed[0][1:4], (None, None, None))
            self.assertEqual(found.filter("error IS NULL").count(), 11 * 3)
        with self.assertRaisesRegex(PythonException, "too few|one reading does not tell a frequency"):
            self.run_forecast(pipeline, short, on_error="raise").collect()

    def test_what_goes_wrong_is_an_exception_with_the_words_of_the_command(self) -> None:
        pipeline = self.pipeline("wrong", "use: theta, with: {levels: [0.8]}", FIELDS + ", target: sold")
        for options, words in [
            ({"settings": ["window.horizon=0"], "levels": [0.8]}, "almanac ended with code 78: .*horizon"),
            ({"settings": ["csv.past=nothing"], "levels": [0.8]}, "there is no column \"nothing\""),
            ({}, "the forecast has the columns series, time, step, forecast, lower_80, upper_80: give its levels"),
            ({"binary": "/bin/false"}, "almanac ended with code 1: without a word"),
        ]:
            with self.subTest(words=words), self.assertRaisesRegex(PythonException, words):
                self.run_forecast(pipeline, **options).collect()

    def test_a_partition_without_rows_is_no_process(self) -> None:
        pipeline = self.pipeline("empty", "use: theta", FIELDS + ", target: sold")
        self.assertEqual(self.run_forecast(pipeline, self.df.limit(0)).collect(), [])

    def test_the_page_does_what_it_says(self) -> None:
        top = Path(__file__).parents[3]
        page = (top / "docs/spark.md").read_text()
        place = self.path / "page"
        shutil.copytree(top / "sample-data", place / "sample-data")
        (place / "demand.yaml").write_text(re.search(r"```yaml\n(.*?)```", page, re.DOTALL).group(1).replace("{hidden: 8,", "{hidden: 8, epochs: 1,"))
        old = os.getcwd()
        os.chdir(place)
        try:
            subprocess.run([BINARY, "run", "demand.yaml", "--quiet"], check=True)
            # Spark reads from where its workers are.
            code = re.search(r"```python\n(.*?)```", page, re.DOTALL).group(1).replace('csv("', f'csv("{place}/')
            code = code.replace('parquet("', f'parquet("{place}/')
            exec(code, {"spark": self.spark})
            found = self.spark.read.parquet(f"{place}/forecasts/demand.parquet")
            self.assertEqual(self.lines(found), sorted(Path("forecasts/demand.csv").read_text().splitlines()[1:]))
        finally:
            os.chdir(old)


if __name__ == "__main__":
    unittest.main(verbosity=2)
