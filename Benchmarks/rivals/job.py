"""Whole forecasting jobs, as the system starts them: Almanac beside neuralforecast, in turn, in one run.

Each side is a process of its own that reads AirPassengers.csv, trains on all but the last twelve months, forecasts those
and writes a CSV file. Time is that of the clock from start to end, memory the greatest resident set, both as the system
counts them.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import time

HORIZON = 12

PIPELINE = """version: 1
name: {name}
root: {root}
run: {{{run}}}
stages:
  - use: csv
    with: {{path: train.csv, time: Month}}
{stages}
  - use: write
    with: {{path: {name}.csv}}
"""

# (a) The same network, batches and number of updates, one training.
SAME = """  - use: normalize
  - use: window
    with: {lookback: 24, horizon: 12}
  - use: lstm
    with: {hidden: 64, layers: 2, epochs: 300, steps_per_epoch: 1, batch: 128, validation: 0}"""

# (b) As one would write it without a thought for speed.
OWN = """  - use: window
    with: {lookback: 24, horizon: 12}
  - use: lstm"""

CASES = {
    # name: (what, bar for time, bar for memory)
    "same": ("LSTM of 2 x 64, lookback 24, 300 steps of 128 windows", 4, 15),
    "own": ("our defaults, to an error that is not worse", 15, 15),
    "saved": ("a saved model of ours, their import alone", 100, 15),
}


def measure(words, folder):
    """Runs a program; seconds, and megabytes of its greatest resident set."""
    with open(folder / "log", "ab") as log:
        begin = time.perf_counter()
        child = subprocess.Popen(words, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begin
    if status != 0:
        sys.exit(f"job: {words[0]} ended with {os.waitstatus_to_exitcode(status)}; see {folder / 'log'}")
    return seconds, usage.ru_maxrss / 1024


def error(path, column, truth):
    """The mean absolute error of a forecast file."""
    with open(path) as file:
        values = [float(row[column]) for row in csv.DictReader(file)]
    assert len(values) == HORIZON, f"{path} has {len(values)} rows"
    return sum(abs(a - b) for a, b in zip(values, truth)) / HORIZON


def write_pipeline(folder, name, stages, run=""):
    text = PIPELINE.format(name=name, root=folder, run=run, stages=stages)
    (folder / f"{name}.yaml").write_text(text)


def main():
    parser = argparse.ArgumentParser(prog="Scripts/bench job")
    parser.add_argument("--almanac", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--work", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--data", required=True, type=pathlib.Path, help="the folder of AirPassengers.csv")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(CASES))
    arguments = parser.parse_args()
    folder = pathlib.Path(arguments.work)
    folder.mkdir(parents=True, exist_ok=True)
    rows = (arguments.data / "AirPassengers.csv").read_text().splitlines()
    rows = [row for row in rows if row.strip()]
    truth = [float(row.split(",")[1]) for row in rows[-HORIZON:]]
    (folder / "train.csv").write_text("\n".join(rows[:-HORIZON]) + "\n")
    write_pipeline(folder, "same", SAME)
    write_pipeline(folder, "own", OWN)
    write_pipeline(folder, "saved", OWN, run="retrain: never")

    here = pathlib.Path(__file__).parent
    python = sys.executable
    theirs = {
        "same": [python, str(here / "neuralforecast_job.py"), "train.csv", "theirs.csv"],
        "own": [python, str(here / "neuralforecast_job.py"), "train.csv", "theirs.csv"],
        "saved": [python, "-c", "import neuralforecast"],
    }
    chosen = [name for name in CASES if name in arguments.only.split(",")]
    runs = {name: {"ours": [], "theirs": []} for name in chosen}
    errors = {name: {} for name in chosen}
    ours = {name: [arguments.almanac, "run", f"{name}.yaml", "--quiet", "--force"] for name in chosen}
    if "saved" in chosen:
        measure(ours["saved"], folder)  # makes the model that is used from then on
    for round in range(arguments.rounds):
        for name in chosen:
            print(f"job: round {round + 1}, {name}", file=sys.stderr)
            runs[name]["ours"].append(measure(ours[name], folder))
            errors[name]["ours"] = error(folder / f"{name}.csv", "forecast", truth)
            # (a) and (b) are held against one and the same job of theirs.
            if name == "own" and "same" in runs and len(runs["same"]["theirs"]) > round:
                runs[name]["theirs"].append(runs["same"]["theirs"][round])
            else:
                runs[name]["theirs"].append(measure(theirs[name], folder))
            if name != "saved":
                errors[name]["theirs"] = error(folder / "theirs.csv", "LSTM", truth)

    table = []
    for name in chosen:
        what, time_bar, memory_bar = CASES[name]
        times = {side: statistics.median(s for s, _ in runs[name][side]) for side in ("ours", "theirs")}
        memory = {side: max(m for _, m in runs[name][side]) for side in ("ours", "theirs")}
        ratio, memory_ratio = times["theirs"] / times["ours"], memory["theirs"] / memory["ours"]
        met = ratio >= time_bar and memory_ratio >= memory_bar
        if name == "own":
            met = met and errors[name]["ours"] <= errors[name]["theirs"]
        table.append(
            {
                "case": name, "what": what, "ours_seconds": times["ours"], "theirs_seconds": times["theirs"],
                "ratio": ratio, "bar": time_bar, "ours_megabytes": memory["ours"], "theirs_megabytes": memory["theirs"],
                "memory_ratio": memory_ratio, "memory_bar": memory_bar, "ours_mae": errors[name].get("ours"),
                "theirs_mae": errors[name].get("theirs"), "met": met,
            }
        )

    def number(value, digits):
        return "" if value is None or math.isnan(value) else f"{value:.{digits}f}"

    print("case   ours s   theirs s   ratio   bar   ours MB   theirs MB   ratio   bar   MAE ours   theirs")
    for row in table:
        print(
            f"{row['case']:<5} {row['ours_seconds']:8.3f} {row['theirs_seconds']:10.2f} {row['ratio']:7.1f} {row['bar']:5} "
            f"{row['ours_megabytes']:9.1f} {row['theirs_megabytes']:11.1f} {row['memory_ratio']:7.1f} "
            f"{row['memory_bar']:5} {number(row['ours_mae'], 2):>10} {number(row['theirs_mae'], 2):>8}  "
            f"{'met' if row['met'] else 'NOT met'}"
        )
    print(json.dumps({"benchmark": "job", "rounds": arguments.rounds, "cases": table}))


if __name__ == "__main__":
    main()
