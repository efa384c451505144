"""A large CSV file from a cold process to a regular panel and its seasonal naive forecast: Almanac beside pandas and polars.

The file has a time, a series and a value a row; each side is a process of its own with two threads, in turn, several
rounds. Time is that of the clock from start to end, memory the greatest resident set, both as the system counts them. The
three forecasts are compared number by number, and the memory with what `almanac plan` says of it.
"""

import argparse
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import time

SEASON, HORIZON = 24, 24

PIPELINE = """version: 1
name: csv
root: {root}
stages:
  - use: csv
    with: {{path: rows.csv, layout: long, time: time, series: series, target: value}}
  - use: window
    with: {{lookback: 24, horizon: 24}}
  - use: seasonal-naive
    with: {{season: 24}}
  - use: write
    with: {{path: almanac.csv}}
"""

PANDAS = """
import pandas
rows = pandas.read_csv("rows.csv", parse_dates=["time"])
panel = rows.pivot(index="time", columns="series", values="value").asfreq("h")
last = panel.iloc[-24:]
last.index = last.index + pandas.Timedelta(hours=24)
last.melt(ignore_index=False).to_csv("pandas.csv")
"""

POLARS = """
import polars
rows = polars.read_csv("rows.csv", try_parse_dates=True)
panel = rows.pivot(on="series", index="time", values="value").sort("time").upsample("time", every="1h")
last = panel.tail(24).with_columns(polars.col("time").dt.offset_by("24h"))
last.unpivot(index="time").write_csv("polars.csv")
"""


def make_rows(path, rows, series):
    """Hourly rows of all series, hour by hour; the values are of no meaning."""
    numbers = random.Random(7)
    names = [f"meter_{number:04d}" for number in range(series)]
    start = 1_577_836_800
    with open(path, "w", encoding="ascii") as file:
        file.write("time,series,value\n")
        for hour in range(rows // series):
            text = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(start + 3600 * hour))
            file.write("".join(f"{text},{name},{numbers.uniform(10, 100):.2f}\n" for name in names))


def measure(words, folder, environment):
    """Runs a program; seconds, and megabytes of its greatest resident set."""
    with open(folder / "log", "wb") as log:
        begin = time.perf_counter()
        child = subprocess.Popen(words, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begin
    if status != 0:
        sys.exit(f"{' '.join(map(str, words))} ended with {status}:\n{(folder / 'log').read_text()[-2000:]}")
    return seconds, usage.ru_maxrss / 1024


def forecast(path, series, value):
    """The numbers of a forecast file in the order of series and rows."""
    lines = path.read_text().splitlines()
    names = lines[0].split(",")
    rows = [line.split(",") for line in lines[1:]]
    return sorted((row[names.index(series)], number, float(row[names.index(value)])) for number, row in enumerate(rows))


def planned(words, folder, environment):
    """Megabytes that `almanac plan` says a run takes."""
    plan = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    number, unit = re.search(r"about ([0-9.]+) (MB|GB) of memory", plan.stdout).groups()
    return float(number) * (1024 if unit == "GB" else 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--almanac", required=True, type=pathlib.Path)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--alone", action="store_true", help="Almanac and no rival")
    options = parser.parse_args()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    data, made = work / "rows.csv", work / "made"
    if not made.exists() or made.read_text() != f"{options.rows} {options.series}":
        make_rows(data, options.rows, options.series)
        made.write_text(f"{options.rows} {options.series}")
    (work / "almanac.yaml").write_text(PIPELINE.format(root=json.dumps(str(work))))
    environment = dict(os.environ, POLARS_MAX_THREADS="2", OMP_NUM_THREADS="2")
    sides = {
        "almanac": [options.almanac.resolve(), "run", "--quiet", "--force", "--threads", "2", "almanac.yaml"],
        "pandas": [sys.executable, "-c", PANDAS],
        "polars": [sys.executable, "-c", POLARS],
    }
    if options.alone:
        sides = {"almanac": sides["almanac"]}
    found = {side: [] for side in sides}
    for number in range(options.rounds):
        for side, words in sides.items():
            found[side].append(measure(words, work, environment))
            print(f"round {number + 1}: {side:8} {found[side][-1][0]:7.2f} s {found[side][-1][1]:7.0f} MB", flush=True)
    ours = [value for _, _, value in forecast(work / "almanac.csv", "series", "forecast")]
    for side, name in [("pandas", "series"), ("polars", "variable")]:
        if side not in sides:
            continue
        theirs = [value for _, _, value in forecast(work / f"{side}.csv", name, "value")]
        if len(ours) != len(theirs) or any(abs(a - b) > 1e-9 for a, b in zip(ours, theirs)):
            sys.exit(f"the forecasts of almanac and {side} differ")
    seconds = {side: statistics.median(one[0] for one in runs) for side, runs in found.items()}
    memory = {side: statistics.median(one[1] for one in runs) for side, runs in found.items()}
    print(f"\n{options.rows} rows of {options.series} series, {data.stat().st_size / 1e6:.0f} MB; medians of {options.rounds} rounds")
    for side in sides:
        print(f"  {side:8} {seconds[side]:7.2f} s {memory[side]:7.0f} MB")
    plan = planned([options.almanac.resolve(), "plan", "almanac.yaml"], work, environment)
    print(f"  plan     {plan:18.0f} MB")
    bars = {"memory beside the plan": (min(plan / memory["almanac"], memory["almanac"] / plan), 0.7)}
    if not options.alone:
        bars |= {
            "time beside pandas": (seconds["pandas"] / seconds["almanac"], 2),
            "time beside polars": (seconds["polars"] / seconds["almanac"], 1),
            "memory beside pandas": (memory["pandas"] / memory["almanac"], 2),
        }
    if options.rows <= 5_000_000:
        bars["memory below 250 MB"] = (250 / memory["almanac"], 1)
    for words, (ratio, bar) in bars.items():
        print(f"  {words:22} {ratio:5.2f} of {bar} {'held' if ratio >= bar else 'MISSED'}")
    print(json.dumps({"seconds": seconds, "megabytes": memory, "ratios": {k: round(v[0], 3) for k, v in bars.items()}}))
    sys.exit(0 if all(ratio >= bar for ratio, bar in bars.values()) else 1)


main()
