"""Kills and starves `almanac run` in every way that is cheap to repeat, and looks at what it has left right after.

The files of a run must be wholly those of the run before or wholly the new ones; exit code, history, metrics and the
program for failures must say which; nothing may be left behind; and the next run must succeed without help.
Usage: crash.py ALMANAC FAULTS.SO [--kills N] [--signals N] [--only WORD] [--retrain WORD] [--seed N]
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

import disk

OUTPUTS = [
    "forecasts/load.csv", "forecasts/load.json", "scores/load.json", "models/load.safetensors",
    "models/load.2.safetensors", "plots/load.gp", "plots/load.svg",
]
# What a run keeps for itself and others, beside the folders of the model and of trainings.
KEPT = ["metrics/load.prom", ".almanac/.gitignore"] + [
    f".almanac/load/{name}" for name in ("lock", "history.sqlite", "published.json")]
SIGNALS = [signal.SIGTERM, signal.SIGINT]

PIPELINE = """version: 1
name: load
run:
  seed: 3
  retrain: RETRAIN
  metrics: metrics/load.prom
  on_failure: [sh, -c, "echo $ALMANAC_RUN_ID $ALMANAC_EXIT_CODE >>told"]
stages:
  - use: csv
    with: {path: data/load.csv, time: day, target: load}
  - use: normalize
  - use: window
    with: {lookback: 14, horizon: 7}
  - use: lstm
    with: {hidden: 4, epochs: 1, validation: 7, members: 2}
  - use: evaluate
    with: {metrics: [mae], season: 7, folds: 1}
  - use: write
    with: {path: forecasts/load.csv, scores: scores/load.json, model: models/load.safetensors}
  - use: write
    with: {path: forecasts/load.json}
  - use: plot
    with: {path: plots/load.gp, render: [svg]}
"""


class Tally(dict):
    """Counts by word; all but the first few words are bad."""

    FINE = ("old", "new", "ended before", "one worked, one was told", "completed by the next run")

    def add(self, word, count=1):
        self[word] = self.get(word, 0) + count

    def note(self, complaints, about):
        for complaint in complaints:
            self.add(complaint.split(":")[0])
            print(f"{about}: {complaint}", file=sys.stderr, flush=True)

    @property
    def bad(self):
        return sum(count for word, count in self.items() if word not in self.FINE)


class Case:
    def __init__(self, almanac, faults, retrain):
        self.almanac, self.faults = almanac, faults
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="almanac-crash-"))
        os.makedirs(self.place("data"))
        with open(self.place("load.yaml"), "w") as file:
            file.write(PIPELINE.replace("RETRAIN", retrain))
        # A saved model says how it was judged by the rows of its training: the first run is none of the two sets.
        self.give("A")
        self.run("--force", check=True)
        self.sets = {}
        for letter in "AB":
            self.give(letter)
            self.run("--force", check=True)
            self.sets[letter] = self.published()
        # Enough files must tell the two inputs apart, or a mixture would go unseen; a reused model is the same in both.
        self.telling = [n for n in OUTPUTS if self.sets["A"][n] != self.sets["B"][n]]
        assert len(self.telling) >= 4, self.telling
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

    def left(self, *allowed):
        """What a run should not leave behind."""
        found = []
        for folder, folders, files in os.walk(self.folder):
            inner = os.path.relpath(folder, self.folder)
            for name in files + [name for name in folders if name.startswith(".almanac-")]:
                path = os.path.normpath(os.path.join(inner, name))
                if path in OUTPUTS + KEPT + ["load.yaml", "data/load.csv", "told"] + list(allowed):
                    continue
                if path.startswith(".almanac/load/model/"):
                    continue
                # The trainings of a run that was ended wait there for --resume.
                if path.startswith(".almanac/load/checkpoint/") and "checkpoint" in allowed:
                    continue
                found.append(path)
        return found

    def state(self):
        """Faults of what is kept for the next run: the record of what is published, and the saved model."""
        faults = []
        with open(self.place(".almanac/load/published.json")) as file:
            for output in json.load(file)["outputs"]:
                name = os.path.relpath(os.path.join(self.folder, output["path"]), self.folder)
                if self.published().get(name) != output["digest"]:
                    faults.append(f"state: published.json does not know {name}")
        model = self.place(".almanac/load/model/")
        with open(model + "manifest.json") as file:
            for name, digest in json.load(file)["files"].items():
                with open(model + name, "rb") as inner:
                    if hashlib.sha256(inner.read()).hexdigest() != digest:
                        faults.append(f"state: {name} of the model is not as it was written")
        return faults

    def records(self):
        words = [self.almanac, "runs", "load.yaml", "--json", "--last", "2"]
        shown = subprocess.run(words, cwd=self.folder, capture_output=True, text=True)
        if shown.returncode != 0:
            return None, shown.stderr
        return json.loads(shown.stdout), ""

    def metric(self, name):
        """A figure of the metrics; None where there is none. The file must be whole."""
        try:
            with open(self.place("metrics/load.prom")) as file:
                text = file.read()
        except FileNotFoundError:
            return None
        assert text.endswith("\n"), text
        found = [line for line in text.splitlines() if line.startswith(f"almanac_{name}{{")]
        return float(found[0].split()[-1]) if found else None

    def told(self):
        try:
            with open(self.place("told")) as file:
                return [line.split() for line in file.read().splitlines()]
        except FileNotFoundError:
            return []

    def words(self, code, errors, is_new, before):
        """Where what is told is not what happened: `before` are the runs that were known when this one began."""
        faults = []
        if (code == 0) != is_new:
            faults.append(f"wrong word: exit {code}, and the new set is {'there' if is_new else 'not there'}: {errors}")
        records, reason = self.records()
        if records is None:
            return faults + [f"history: it cannot be read: {reason}"]
        own = [record for record in records if record["run"] not in before]
        if not own:
            # A signal may come before a run has begun; a fault may keep the history from being written, which is said.
            if code == 0 and "is not recorded" not in errors:
                faults.append(f"history: nothing of a run that ended with {code}")
            return faults
        record, shown = own[0], 128 - code if code < 0 else code
        if "is not recorded" not in errors:
            wanted = "published" if is_new else "interrupted" if code < 0 else "failed"
            if record["state"] != wanted or record["exit_code"] != shown:
                faults.append(f"history: {record['state']} {record['exit_code']}, not {wanted} {shown}")
        if "no metrics" not in errors and self.metric("last_run_exit_code") != shown:
            faults.append(f"metrics: {self.metric('last_run_exit_code')}, not {shown}")
        alarms = [line[1] for line in self.told() if line[0] == record["run"]]
        wants = [] if is_new or code == -signal.SIGINT else [str(shown)]
        if alarms != wants and "on_failure" not in errors:
            faults.append(f"alarm: on_failure was told {alarms}, not {wants}")
        return faults

    def settle(self, wanted):
        """The next run, without any help."""
        code, errors = self.run("--force")
        faults = []
        if code != 0 or self.verdict() != wanted:
            faults.append(f"next run failed: {code}, {self.verdict()} for {wanted}: {errors}")
        if self.left():
            faults.append(f"left behind: after the next run: {self.left()}")
        if os.path.exists(self.place("told")):
            os.remove(self.place("told"))
        self.current = wanted
        return faults + self.state()


def known(case):
    return {record["run"] for record in case.records()[0] or []}


def usual_time(case):
    times = []
    for _ in range(9):
        began = time.perf_counter()
        case.run("--force", check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def kills(case, count, generator, share, usual):
    """SIGKILL at random moments; with a share below 1 only in that last part of a run's time."""
    tally = Tally()
    for _ in range(count):
        wanted = case.other()
        case.give(wanted)
        process = case.start("--force")
        time.sleep(usual * (1 - share + share * generator.random() * 1.1))
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        _, errors = process.communicate()
        found = case.verdict()
        tally.add("mixed" if found == "mixed" else "new" if found == wanted else "old")
        if process.returncode == 0:
            tally.add("ended before")
        elif case.records()[0] is None:
            tally.note(["history: it cannot be read"], "SIGKILL")
        case.metric("last_run_exit_code")
        tally.note(case.settle(wanted), f"after SIGKILL ({process.returncode}, {errors.decode()})")
    return tally


def meetings(case, count):
    """Two runs that begin at the same moment: one works, the other says so with 11."""
    tally = Tally()
    for _ in range(count):
        # Long enough for the slower start.
        pair = [case.start("--force", "--set", "lstm.with.epochs=400") for _ in range(2)]
        codes = sorted((process.wait(), process.stderr.read().decode().count("holds the lock")) for process in pair)
        for process in pair:
            process.stderr.close()
        if codes == [(0, 0), (11, 1)]:
            tally.add("one worked, one was told")
        else:
            tally.note([f"wrong word: {codes}"], "two runs at once")
    tally.note(case.settle(case.current), "after two runs at once")
    return tally


def requests(case, count, generator, usual):
    """SIGTERM and SIGINT at random moments: the run ends by itself, wholly old or new, leaves nothing behind, and tells
    what happened."""
    tally = Tally()
    longest = 0.0
    for number in range(count):
        wanted = case.other()
        case.give(wanted)
        before = known(case)
        process = case.start("--force")
        # Every other one in the last third, where files move.
        time.sleep(usual * (generator.random() * 1.1 if number % 2 else 0.67 + generator.random() * 0.43))
        began = time.perf_counter()
        sent = generator.choice(SIGNALS)
        process.send_signal(sent)
        _, errors = process.communicate()
        longest = max(longest, time.perf_counter() - began)
        code, errors, found = process.returncode, errors.decode(), case.verdict()
        tally.add("mixed" if found == "mixed" else "new" if found == wanted else "old")
        about = f"{sent.name} {number}"
        tally.note(case.words(code, errors, found == wanted, before), about)
        if code not in (0, -sent):
            tally.note([f"wrong word: exit {code} after {sent.name}"], about)
        if case.left("checkpoint"):
            tally.note([f"left behind: {case.left('checkpoint')}, exit {code}"], about)
        tally.note(case.settle(wanted), f"after {about} ({code})")
    return longest, tally


def calls_of(case):
    """The calls that change files of a run."""
    log = case.folder + ".calls"
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
    tally = Tally()
    number = str(kind) if kind == "kill" else str(getattr(errno, kind))
    for position in range(1, len(calls) + 1):
        wanted = case.other()
        case.give(wanted)
        before = known(case)
        code, errors = case.run(
            "--force", LD_PRELOAD=case.faults, FAULT_ROOT=case.folder, FAULT_AT=str(position), FAULT_KIND=number)
        found = case.verdict()
        about = f"{kind} at {calls[position - 1]}"
        tally.add("mixed" if found == "mixed" else "new" if found == wanted else "old")
        if found == "mixed":
            print(f"mixed: {about}: {errors}", file=sys.stderr)
        if kind != "kill":
            tally.note(case.words(code, errors, found == wanted, before), about)
        tally.note(case.settle(wanted), f"after {about} ({code}, {errors})")
    return tally


def power_cuts(case, generator):
    """The power is cut after each call: the disk holds what was brought to it, and of the rest nothing, the names alone,
    or some of the names. The next run finds it so."""
    tally = Tally()
    wanted = case.other()
    diary = case.folder + ".diary"
    shutil.rmtree(diary, ignore_errors=True)
    os.makedirs(diary)
    case.give(wanted)
    before = disk.Tree.of(case.folder)
    case.run("--force", check=True, LD_PRELOAD=case.faults, FAULT_ROOT=case.folder, FAULT_AT="0", FAULT_DIARY=diary)
    ops = disk.read_diary(diary)
    seen, cuts = set(), 0
    for position in range(len(ops) + 1):
        for way in disk.WAYS:
            tree = disk.after_cut(before, ops[:position], way, generator)
            if tree.digest in seen:
                continue
            seen.add(tree.digest)
            cuts += 1
            tree.put(case.folder)
            about = f"power cut after {position} of {len(ops)} calls ({ops[position - 1].words if position else ''}), {way}"
            found, first = case.published(), case.verdict()
            for name, digest in found.items():
                if digest not in (case.sets["A"][name], case.sets["B"][name]):
                    tally.note([f"torn: {name}"], about)
            # A run that has nothing to work on still ends what was begun.
            os.rename(case.place("data/load.csv"), case.place("data/away.csv"))
            code, errors = case.run()
            os.rename(case.place("data/away.csv"), case.place("data/load.csv"))
            second = case.verdict()
            if code != 66:
                tally.note([f"next run failed: exit {code} without input: {errors}"], about)
            if first == "mixed" and second != "mixed":
                tally.add("completed by the next run")
            else:
                tally.add("mixed" if second == "mixed" else "new" if second == wanted else "old")
            if second == "mixed":
                print(f"mixed: {about}: {errors}", file=sys.stderr)
            tally.note(case.settle(wanted), f"after {about}")
    shutil.rmtree(diary)
    return cuts, tally


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("almanac")
    parser.add_argument("faults")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--signals", type=int, default=400)
    parser.add_argument("--only", default="")
    parser.add_argument("--retrain", choices=["always", "never"], action="append")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generator = random.Random(options.seed)
    almanac, faults = os.path.abspath(options.almanac), os.path.abspath(options.faults)
    report, bad = {}, 0
    for retrain in options.retrain or ["always", "never"]:
        case = Case(almanac, faults, retrain)
        try:
            rows = {}

            def wants(word):
                return options.only in word

            def note(name, tally):
                rows[name] = tally
                print(f"  {name:32} " + ", ".join(f"{count} {word}" for word, count in tally.items()), flush=True)
                return tally.bad

            print(f"run.retrain {retrain}")
            calls = calls_of(case)
            for kind in ["kill", "ENOSPC", "EACCES", "EIO"]:
                if wants("calls"):
                    name = f"{'SIGKILL' if kind == 'kill' else kind} at each of {len(calls)} calls"
                    bad += note(name, strikes(case, kind, calls))
            if wants("power"):
                cuts, tally = power_cuts(case, generator)
                bad += note(f"power cut in {cuts} ways", tally)
            usual, longest = usual_time(case), 0
            for name, share in [("SIGKILL at random moments", 1), ("SIGKILL in the last quarter", 0.25)]:
                if wants("kills"):
                    bad += note(name, kills(case, options.kills, generator, share, usual))
            if wants("signals"):
                longest, tally = requests(case, options.signals, generator, usual)
                bad += note(f"{options.signals} SIGTERM or SIGINT", tally)
            if wants("meetings"):
                bad += note("two runs at once", meetings(case, options.kills // 4))
            print(f"  a run takes {usual * 1000:.0f} ms; after a signal the longest took {longest * 1000:.0f} ms to end")
        finally:
            shutil.rmtree(case.folder, ignore_errors=True)
        report[retrain] = rows
    print(json.dumps({"benchmark": "crash", "bad": bad, "cases": report}))
    sys.exit(1 if bad else 0)


main()
