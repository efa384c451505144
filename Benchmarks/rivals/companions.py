"""The local methods beside statsforecast: time per series and sMAPE on the monthly series of the M3 competition.

Every side works on one thread, and what is counted is the processor's time, so that other work on the machine changes
little. Almanac's methods are runs of the command: the whole of a run, and what is left without start, reading and
writing, which a run of `naive` tells. statsforecast is asked in a process of its own for each method: once whole, with
imports and compilation, and once for the forecasts alone after a first one.
"""

import argparse
import csv
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys

SEASON, HORIZON = 12, 18
# Almanac's stage with its fields, and statsforecast's model, with the ratio of times that is promised.
RIVALS = {
    "ets": ("{season: 12}", "AutoETS(season_length=12)", 5),
    "theta": ("{season: 12}", "Theta(season_length=12)", 5),
    "intermittent sba": ("{method: sba}", "CrostonSBA()", None),
    "intermittent tsb": ("{method: tsb, season: 1}", "TSB(alpha_d=0.1, alpha_p=0.1)", None),
}

PIPELINE = """version: 1
name: companions
root: {root}
stages:
  - use: csv
    with: {{path: {data}, layout: rows, season: 12}}
  - use: window
    with: {{lookback: 12, horizon: 18}}
  - use: {stage}
    with: {fields}
  - use: write
    with: {{path: forecast.csv}}
"""

THEIRS = """
import csv, json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy
from statsforecast.models import AutoETS, CrostonSBA, TSB, Theta
rows = [numpy.array([float(cell) for cell in row[1:] if cell]) for row in list(csv.reader(open(sys.argv[1])))[1:]]
model = eval(sys.argv[2])
model.forecast(rows[0], h=18)
begin = time.process_time()
found = [model.forecast(row, h=18)["mean"].tolist() for row in rows]
json.dump({"seconds": time.process_time() - begin, "forecasts": found}, open(sys.argv[3], "w"))
"""


def processor_time(words, folder):
    """Runs a program to its end; the processor's seconds that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
    done = subprocess.run(
        words, cwd=folder, env=dict(os.environ, **{name: "1" for name in names}), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def read_rows(path):
    """The name and the numbers of each row."""
    with open(path, newline="") as file:
        return {row[0]: [float(cell) for cell in row[1:] if cell] for row in list(csv.reader(file))[1:]}


def smape(forecasts, outcomes):
    """The mean over series of 200 |y - f| / (|y| + |f|)."""
    return statistics.mean(
        statistics.mean(200 * abs(y - f) / (abs(y) + abs(f)) for f, y in zip(forecasts[name], values, strict=True))
        for name, values in outcomes.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--almanac", required=True, type=pathlib.Path)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--data", required=True, type=pathlib.Path, help="the folder that holds panels/M3-Monthly-*.csv")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    train = (options.data / "panels/M3-Monthly-train.csv").resolve()
    outcomes = read_rows(options.data / "panels/M3-Monthly-test.csv")
    count = len(outcomes)

    def ours(stage, fields):
        (work / "companion.yaml").write_text(
            PIPELINE.format(root=json.dumps(str(work)), data=json.dumps(str(train)), stage=stage, fields=fields))
        words = [options.almanac.resolve(), "run", "--quiet", "--force", "--threads", "1", "companion.yaml"]
        seconds = processor_time(words, work)
        forecasts = {}
        with open(work / "forecast.csv", newline="") as file:
            for row in csv.DictReader(file):
                forecasts.setdefault(row["series"], []).append(float(row["forecast"]))
        return seconds, smape(forecasts, outcomes)

    def theirs(model):
        whole = processor_time([sys.executable, "-c", THEIRS, train, model, work / "theirs.json"], work)
        found = json.loads((work / "theirs.json").read_text())
        return whole, found["seconds"], smape(dict(zip(outcomes, found["forecasts"], strict=True)), outcomes)

    idle = statistics.median(ours("naive", "{}")[0] for _ in range(options.rounds))
    print(f"{count} series of M3 monthly, one thread, the processor's milliseconds a series, medians of {options.rounds}")
    print(f"{'':18} {'almanac':>9} {'whole':>9} {'sMAPE':>7}   {'theirs':>9} {'whole':>9} {'sMAPE':>7}   ratio")
    results, held = {}, True
    for name, (fields, model, bar) in RIVALS.items():
        mine, other = [], []
        for _ in range(options.rounds):
            mine.append(ours(name.split()[0], fields))
            other.append(theirs(model))
        whole = statistics.median(one[0] for one in mine)
        their_whole, warm = (statistics.median(one[place] for one in other) for place in (0, 1))
        # What is left of a quick method may be less than the noise of two runs.
        alone = max(whole - idle, 0.01 * whole)
        ratio = warm / alone
        scale = 1000 / count
        bar_words = "" if bar is None else f" of {bar} {'held' if ratio >= bar else 'MISSED'}"
        held = held and (bar is None or ratio >= bar)
        print(
            f"{name:18} {alone * scale:9.3f} {whole * scale:9.3f} {mine[0][1]:7.2f}   "
            f"{warm * scale:9.3f} {their_whole * scale:9.3f} {other[0][2]:7.2f}   {ratio:5.1f}{bar_words}", flush=True)
        results[name] = {
            "milliseconds": round(alone * scale, 4), "whole": round(whole * scale, 4), "smape": round(mine[0][1], 3),
            "rival": model, "rival_milliseconds": round(warm * scale, 4),
            "rival_whole": round(their_whole * scale, 4), "rival_smape": round(other[0][2], 3),
            "ratio": round(ratio, 2)}
    print(json.dumps(results))
    sys.exit(0 if held else 1)


main()
