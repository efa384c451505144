"""Kills and starves `almanac run` in every way that is cheap to repeat, and looks at the published files right after.

The files of a run must be wholly those of the run before or wholly the new ones, and the next run must succeed without
help. Usage: crash.py ALMANAC FAULTS.SO [--kills N] [--seed N]
"""

import argparse
import errno
import hashlib
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

OUTPUTS = ["forecasts/load.csv", "forecasts/load.json", "scores/load.json", "models/load.safetensors", "plots/load.gp"]

PIPELINE = """version: 1
name: load
run: {seed: 3, retrain: RETRAIN}
stages:
  - use: csv
    with: {path: data/load.csv, time: day, target: load}
  - use: normalize
  - use: window
    with: {lookback: 14, horizon: 7}
  - use: lstm
    with: {hidden: 4, epochs: 1, validation: 7}
  - use: evaluate
    with: {metrics: [mae], season: 7, folds: 1}
  - use: write
    with: {path: forecasts/load.csv, scores: scores/load.json, model: models/load.safetensors}
  - use: write
    with: {path: forecasts/load.json}
  - use: plot
    with: {path: plots/load.gp, render: []}
"""


class Case:
    def __init__(self, almanac, faults, retrain):
        self.almanac, self.faults = almanac, faults
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="almanac-crash-"))
        for name in ["data"]:
            os.makedirs(os.path.join(self.folder, name))
        with open(self.place("load.yaml"), "w") as file:
            file.write(PIPELINE.replace("RETRAIN", retrain))
        self.sets = {}
        for letter in "AB":
            self.give(letter)
            self.run("--force", check=True)
            self.sets[letter] = self.published()
        assert self.sets["A"] != self.sets["B"]
        # Every file must tell the two inputs apart, or a mixture would go unseen; a reused model is the same in both.
        self.telling = [n for n in OUTPUTS if self.sets["A"][n] != self.sets["B"][n]]
        assert len(self.telling) >= 3, self.telling
        self.current = "B"

    def place(self, name):
        return os.path.join(self.folder, name)

    def give(self, letter):
        rows = ["day,load"]
        for day in range(120):
            value = 50 + (day % 7) * 3 + (day * day % 11) / 4 + (5 if letter == "B" and day > 90 else 0)
            stamp = time.strftime("%Y-%m-%d", time.gmtime(1_700_000_000 + day * 86400))
            rows.append(f"{stamp},{value}")
        with open(self.place("data/load.csv"), "w") as file:
            file.write("\n".join(rows) + "\n")

    def start(self, *arguments, **environment):
        return subprocess.Popen(
            [self.almanac, "run", "load.yaml", "--quiet", *arguments], cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, env={**os.environ, **environment}, start_new_session=True)

    def run(self, *arguments, check=False, **environment):
        process = self.start(*arguments, **environment)
        _, errors = process.communicate()
        if check and process.returncode != 0:
            sys.exit(f"a run that nothing disturbed failed with {process.returncode}: {errors.decode()}")
        return process.returncode, errors.decode()

    def published(self):
        found = {}
        for name in OUTPUTS:
            try:
                with open(self.place(name), "rb") as file:
                    found[name] = hashlib.sha256(file.read()).hexdigest()
            except FileNotFoundError:
                found[name] = None
        return found

    def verdict(self):
        """The set that stands there: A, B, or mixed."""
        found = self.published()
        for letter, files in self.sets.items():
            if found == files:
                return letter
        return "mixed"

    def other(self):
        return "A" if self.current == "B" else "B"

    def hidden(self):
        """What a run should not leave behind."""
        left = []
        for folder, _, files in os.walk(self.folder):
            if "/.almanac-" in folder:
                left += [os.path.join(folder, file) for file in files] or [folder]
        return left

    def settle(self, wanted):
        """The next run, without any help."""
        code, errors = self.run("--force")
        return code == 0 and self.verdict() == wanted and not self.hidden(), (code, errors, self.verdict(), self.hidden())


def kills(case, count, generator, share):
    """SIGKILL at random moments; with a share below 1 only in that last part of a run's time."""
    times = []
    for _ in range(9):
        began = time.perf_counter()
        case.run("--force", check=True)
        times.append(time.perf_counter() - began)
    usual = statistics.median(times)
    tally = {"old": 0, "new": 0, "mixed": 0, "next run failed": 0, "ended before": 0}
    for _ in range(count):
        wanted = case.other()
        case.give(wanted)
        process = case.start("--force")
        time.sleep(usual * (1 - share + share * generator.random() * 1.1))
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        found = case.verdict()
        if process.returncode == 0:
            tally["ended before"] += 1
        tally["mixed" if found == "mixed" else "new" if found == wanted else "old"] += 1
        fine, details = case.settle(wanted)
        if not fine:
            tally["next run failed"] += 1
            print("next run:", details, file=sys.stderr)
        case.current = wanted
        process.stderr.close()
    return usual, tally


def meetings(case, count):
    """Two runs that begin at the same moment: one works, the other says so with 11."""
    tally = {"one worked, one was told": 0, "mixed": 0, "next run failed": 0, "wrong word": 0}
    for _ in range(count):
        # Long enough for the slower start.
        pair = [case.start("--force", "--set", "lstm.with.epochs=400") for _ in range(2)]
        codes = sorted((process.wait(), process.stderr.read().decode().count("holds the lock")) for process in pair)
        right = codes == [(0, 0), (11, 1)]
        tally["one worked, one was told" if right else "wrong word"] += 1
        if not right:
            print(f"two runs at once: {codes}", file=sys.stderr)
    fine, _ = case.settle(case.current)
    tally["next run failed"] += 0 if fine else 1
    return tally


def requests(case, count, generator, usual):
    """SIGTERM and SIGINT at random moments: the run ends by itself, wholly old or new, and leaves nothing behind."""
    tally = {"old": 0, "new": 0, "mixed": 0, "next run failed": 0, "wrong word": 0}
    longest = 0.0
    for _ in range(count):
        wanted = case.other()
        case.give(wanted)
        process = case.start("--force")
        time.sleep(usual * generator.random() * 1.1)
        began = time.perf_counter()
        process.send_signal(generator.choice([signal.SIGTERM, signal.SIGINT]))
        process.wait()
        longest = max(longest, time.perf_counter() - began)
        found = case.verdict()
        tally["mixed" if found == "mixed" else "new" if found == wanted else "old"] += 1
        if case.hidden() and process.returncode in (-signal.SIGTERM, -signal.SIGINT) and found != wanted:
            # Before it listens to signals a run has made nothing; after that it takes everything away.
            tally["wrong word"] += 1
            print(f"left behind: {case.hidden()}", file=sys.stderr)
        fine, details = case.settle(wanted)
        if not fine:
            tally["next run failed"] += 1
            print("next run:", details, file=sys.stderr)
        case.current = wanted
        process.stderr.close()
    return longest, tally


def calls_of(case):
    """How many calls that change files a run makes."""
    log = case.place("../calls-" + os.path.basename(case.folder))
    wanted = case.other()
    case.give(wanted)
    case.run("--force", check=True, LD_PRELOAD=case.faults, FAULT_ROOT=case.folder, FAULT_AT="0", FAULT_LOG=log)
    case.current = wanted
    with open(log) as file:
        lines = file.read().splitlines()
    os.remove(log)
    return lines


def strikes(case, kind, calls):
    """The fault at each call in turn."""
    tally = {"old": 0, "new": 0, "mixed": 0, "next run failed": 0, "wrong word": 0}
    number = str(kind) if kind == "kill" else str(getattr(errno, kind))
    for position in range(1, len(calls) + 1):
        wanted = case.other()
        case.give(wanted)
        code, errors = case.run(
            "--force", LD_PRELOAD=case.faults, FAULT_ROOT=case.folder, FAULT_AT=str(position), FAULT_KIND=number)
        found = case.verdict()
        tally["mixed" if found == "mixed" else "new" if found == wanted else "old"] += 1
        if found == "mixed":
            print(f"mixed: {kind} at {calls[position - 1]}: {errors}", file=sys.stderr)
        # A run that says it published has; one that says it did not has not.
        if kind != "kill" and (code == 0) != (found == wanted):
            tally["wrong word"] += 1
            print(f"wrong word: {kind} at {calls[position - 1]}: exit {code}, {found} for {wanted}: {errors}", file=sys.stderr)
        fine, details = case.settle(wanted)
        if not fine:
            tally["next run failed"] += 1
            print(f"next run after {kind} at {calls[position - 1]}:", details, file=sys.stderr)
        case.current = wanted
    return tally


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("almanac")
    parser.add_argument("faults")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generator = random.Random(options.seed)
    almanac, faults = os.path.abspath(options.almanac), os.path.abspath(options.faults)
    report, bad = {}, 0
    for retrain in ["always", "never"]:
        case = Case(almanac, faults, retrain)
        try:
            rows = {}

            def note(name, tally):
                rows[name] = tally
                print(f"  {name:32} " + ", ".join(f"{count} {word}" for word, count in tally.items() if count), flush=True)
                return tally["mixed"] + tally["next run failed"] + tally.get("wrong word", 0)

            print(f"run.retrain {retrain}")
            calls = calls_of(case)
            for kind in ["kill", "ENOSPC", "EACCES", "EIO"]:
                bad += note(
                    f"{'SIGKILL' if kind == 'kill' else kind} at each of {len(calls)} calls", strikes(case, kind, calls))
            for name, share in [("SIGKILL at random moments", 1), ("SIGKILL in the last quarter", 0.25)]:
                usual, tally = kills(case, options.kills, generator, share)
                bad += note(name, tally)
            longest, tally = requests(case, options.kills, generator, usual)
            bad += note("SIGTERM or SIGINT at random", tally)
            bad += note("two runs at once", meetings(case, options.kills // 4))
            print(f"  a run takes {usual * 1000:.0f} ms; after a signal the longest took {longest * 1000:.0f} ms to end")
        finally:
            shutil.rmtree(case.folder, ignore_errors=True)
        report[retrain] = rows
    print(json.dumps({"benchmark": "crash", "bad": bad, "cases": report}))
    sys.exit(1 if bad else 0)


main()
