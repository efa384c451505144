"""Forecasts of a Spark DataFrame by the command almanac, one process a partition."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from pyspark import SparkFiles, TaskContext
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql.pandas.types import from_arrow_schema

__all__ = ["AlmanacError", "forecast"]
FilePath = str | os.PathLike[str]


class AlmanacError(RuntimeError):
    """almanac has no forecast of a series, or of a partition; in its own words."""


def forecast(
    df: DataFrame, pipeline: FilePath, *, key: str | Sequence[str], time: str, target: str | Sequence[str],
    levels: Sequence[float] = (), partitions: int | None = None, model: FilePath | None = None,
    binary: FilePath | None = None, settings: Sequence[str] = (), on_error: str = "row",
) -> DataFrame:
    """Forecasts every series of a DataFrame.

    df: a row for each series and time, with the columns that the pipeline names as covariates.
    pipeline: the pipeline file on the driver, whose first stage is csv.
    key, time, target: the columns that name a series, its times, and what is forecast.
    levels: those of the pipeline's intervals: 0.8 for the columns lower_80 and upper_80.
    partitions: how many processes there are in all; without it Spark decides.
    model: the state folder of a run (.almanac/NAME on the driver), whose saved model then forecasts.
    binary: the command on the driver, sent to the workers; without it the almanac on their PATH.
    settings: what --set of the command takes, such as "window.horizon=12".
    on_error: "row" for a row with `error` for each series that cannot be forecast, "raise" for an AlmanacError.

    Returns series, time, step, forecast, the columns of the levels, and error, null in rows of a forecast. A series
    is called as the command calls it: by its key, joined by /, and /target where there are several.
    """
    if on_error not in ("row", "raise"):
        raise ValueError(f'on_error is "row" or "raise", not {on_error!r}')
    keys, targets = ([names] if isinstance(names, str) else list(names) for names in (key, target))
    bounds = [f"{side}_{round(level * 100, 10):g}" for level in levels for side in ("lower", "upper")]
    source = {"series": json.dumps(keys), "time": json.dumps([time]), "target": json.dumps(targets), "layout": "long"}
    options = [f"stages.0.with.{field}={value}" for field, value in source.items()]
    options += ["stages.0.with.last_row=take"] + ["run.on_series_error=skip"] * (on_error == "row")
    options += ["run.retrain=never"] * (model is not None)
    task = _Task(
        Path(pipeline).name, Path(pipeline).read_bytes(), (*options, *settings), tuple(bounds), len(keys),
        tuple(targets), _send(df, binary), _send(df, model), on_error == "raise")
    first = [*keys, time]
    rows = df.select(*(f.col(name).cast("string").alias(name) for name in first), *(c for c in df.columns if c not in first))
    rows = rows.repartition(partitions, *keys) if partitions else rows.repartition(*keys)
    # Sorted, so that a partition is the same to the byte whichever worker sent its part of it first.
    found = rows.sortWithinPartitions(*first).mapInArrow(task, from_arrow_schema(task.schema))
    return found.withColumn("time", f.col("time").cast(df.schema[time].dataType))


def _wants_quotes(column: pa.Array) -> bool:
    """Whether a CSV file has to quote a value of the column; quotes around all of them take a tenth of the whole time."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return False
    return bool(pc.any(pc.match_substring_regex(pc.unique(column), r'[",\r\n]|^\s|\s$|^$')).as_py())


def _send(df: DataFrame, path: FilePath | None) -> str | None:
    """Sends a file, or a folder as an archive, to the workers, under a name that no other content has had."""
    if path is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="almanac-"))
    made = shutil.make_archive(str(folder / "made"), "tar", path) if Path(path).is_dir() else shutil.copy(path, str(folder))
    sent = Path(made).rename(folder / folder.name)
    df.sparkSession.sparkContext.addFile(str(sent))
    return sent.name


@dataclass
class _Task:
    """The work on one partition."""

    name: str
    text: bytes
    options: tuple[str, ...]
    bounds: tuple[str, ...]
    keys: int
    targets: tuple[str, ...]
    binary: str | None
    model: str | None
    raises: bool

    @property
    def schema(self) -> pa.Schema:
        numbers = [(name, pa.float64()) for name in ("forecast", *self.bounds)]
        return pa.schema(
            [("series", pa.string()), ("time", pa.string()), ("step", pa.int32()), *numbers, ("error", pa.string())])

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        filled = (batch for batch in batches if batch.num_rows)
        for first in filled:  # None of an empty partition, and then all of them.
            with tempfile.TemporaryDirectory(prefix="almanac-") as folder:
                yield from self._run(chain([first], filled), Path(folder))

    def _command(self, folder: Path) -> list[str]:
        (folder / self.name).write_bytes(self.text)
        program, options = "almanac", self.options
        if self.binary:
            program = shutil.copy(SparkFiles.get(self.binary), str(folder / "almanac"))
            os.chmod(program, 0o700)
        if self.model:
            shutil.unpack_archive(SparkFiles.get(self.model), folder / "model", "tar")
            options = (*options, f"run.state={folder / 'model'}")
        context = TaskContext.get()  # None of a test without Spark.
        words = [program, "run", str(folder / self.name), "--input", "-", "--output", "-", "--log-format", "json"]
        words += ["--threads", str(context.cpus() if context else 1)]
        return words + [word for option in options for word in ("--set", option)]

    def _run(self, batches: Iterator[pa.RecordBatch], folder: Path) -> Iterator[pa.RecordBatch]:
        series: set[str] = set()
        made = folder / "forecast.csv"
        with open(made, "wb") as output, open(folder / "log", "w+b") as log:
            try:
                process = subprocess.Popen(self._command(folder), stdin=subprocess.PIPE, stdout=output, stderr=log)
            except OSError as error:
                raise AlmanacError(f"almanac cannot be started: {error}; install it on the workers, or give binary") from error
            try:
                assert process.stdin is not None
                self._feed(batches, process.stdin, series)
                code = process.wait()
            finally:
                process.kill()
                process.wait()
            log.seek(0)
            yield from self._rows(code, log.read().decode(errors="replace").splitlines(), series, made)

    def _feed(self, batches: Iterator[pa.RecordBatch], pipe: IO[bytes], series: set[str]) -> None:
        header = True
        try:
            for batch in batches:
                names = [pc.fill_null(batch.column(number), "") for number in range(self.keys)]
                found = pc.unique(pc.binary_join_element_wise(*names, "/") if self.keys > 1 else names[0]).to_pylist()
                series.update(f"{name}/{target}" if len(self.targets) > 1 else name for name in found for target in self.targets)
                quotes = "needed" if any(map(_wants_quotes, batch.columns)) else "none"
                pacsv.write_csv(batch, pipe, pacsv.WriteOptions(include_header=header, batch_size=1 << 14, quoting_style=quotes))
                header = False
            pipe.close()
        except BrokenPipeError:
            pass  # Its exit code tells why it reads no more.

    def _rows(self, code: int, log: list[str], series: set[str], made: Path) -> Iterator[pa.RecordBatch]:
        entries: list[dict[str, Any]] = [json.loads(line) if line.startswith("{") else {"event": "failed", "message": line} for line in log]
        errors = {e["fields"]["series"]: e["fields"]["reason"] for e in entries if e["event"] == "series_failed"}
        words = "; ".join(e["message"] for e in entries if e["event"] == "failed") or "without a word"
        anew = [e["message"] for e in entries if e["event"] == "model" and e["message"].startswith("training anew")]
        if self.model and anew:
            raise AlmanacError(f"the model that was sent does not forecast: {anew[0]}")
        if code not in (0, 3):
            if self.raises or code != 65 or len(series) > 1:
                raise AlmanacError(f"almanac ended with code {code}: {words}")
            errors = dict.fromkeys(series, words)
        elif made.stat().st_size:
            columns = self.schema.names[:-1]
            options = pacsv.ConvertOptions(column_types={name: self.schema.field(name).type for name in columns})
            for batch in pacsv.open_csv(made, convert_options=options):
                if batch.schema.names != columns:
                    raise AlmanacError(f"the forecast has the columns {', '.join(batch.schema.names)}: give its levels")
                series -= set(pc.unique(batch.column(0)).to_pylist())
                yield pa.RecordBatch.from_arrays([*batch.columns, pa.nulls(len(batch), pa.string())], schema=self.schema)
        errors = {name: errors.get(name, "almanac gave no forecast of it, and no reason") for name in sorted(series)}
        if errors and self.raises:
            raise AlmanacError("; ".join(f'series "{name}": {error}' for name, error in errors.items()))
        yield pa.RecordBatch.from_pylist([{"series": name, "error": error} for name, error in errors.items()], self.schema)
