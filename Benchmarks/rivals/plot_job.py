"""A chart of many points as an SVG picture: gnuplot on Almanac's script beside matplotlib, each a process of its own, in turn.

Almanac runs once and writes the script, in which points that no pixel tells apart are left out. gnuplot draws it; matplotlib
draws the same line from all points, of which its own path simplification leaves what it can. Time is that of the clock from
start to end of a process. At last the picture of all points is drawn by gnuplot too, and held against that of the script
pixel by pixel: what differs must lie within a line's width of the line.
"""

import argparse
import datetime
import json
import math
import pathlib
import random
import re
import statistics
import subprocess
import sys
import time

PIPELINE = """version: 1
name: plot
description: Many points
stages:
  - use: csv
    with: {{path: rows.csv, time: time, target: value}}
  - use: window
    with: {{lookback: 24, horizon: 24}}
  - use: naive
  - use: plot
    with: {{path: chart.gp, render: [], history: {points}}}
"""

MATPLOTLIB = """
import matplotlib
matplotlib.use("svg")
import matplotlib.pyplot as plot
import numpy
times, values = numpy.load("rows.npy")
figure, axes = plot.subplots(figsize=(12.5, 6.25))
axes.plot(times.astype("datetime64[s]"), values, linewidth=1.1, color="#444444")
axes.set_title("Many points")
axes.set_ylabel("value")
axes.grid(axis="y")
figure.savefig("matplotlib.svg")
"""


def measure(words, folder):
    """Runs a program to its end; seconds."""
    begin = time.perf_counter()
    subprocess.run(words, cwd=folder, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def same_picture(folder, rows):
    """The share of pixels that differ between the picture of all points and that of the script, by more than a line's width."""
    import numpy
    from PIL import Image

    script = (folder / "chart.gp").read_text()
    whole = re.sub(
        r"(?s)(\$history1 << END\n).*?(END\n)",
        lambda found: found[1] + "".join(f"{at} {value}\n" for at, value in rows) + found[2], script)
    (folder / "whole.gp").write_text(whole.replace("'chart'", "'whole'"))
    for name in ("chart", "whole"):
        measure(["gnuplot", "-e", "formats='png'", f"{name}.gp"], folder)
    ink = [numpy.asarray(Image.open(folder / f"{name}.png").convert("L")) < 160 for name in ("chart", "whole")]

    def widened(picture):
        wide = picture.copy()
        for step in (1, 2):
            for axis in (0, 1):
                wide |= numpy.roll(picture, step, axis) | numpy.roll(picture, -step, axis)
        return wide

    apart = (ink[0] & ~widened(ink[1])) | (ink[1] & ~widened(ink[0]))
    return apart.sum() / max(1, ink[1].sum())


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--almanac", required=True)
    words.add_argument("--work", required=True)
    words.add_argument("--points", type=int, default=100_000)
    words.add_argument("--rounds", type=int, default=5)
    options = words.parse_args()
    folder = pathlib.Path(options.work)
    folder.mkdir(parents=True, exist_ok=True)

    import numpy

    numbers, start = random.Random(7), datetime.datetime(2010, 1, 1)
    level, rows = 100.0, []
    for hour in range(options.points):
        level += numbers.gauss(0, 0.2)
        at = start + datetime.timedelta(hours=hour)
        rows.append((at, level + 5 * math.sin(hour / 24 * 2 * math.pi) + numbers.gauss(0, 1)))
    with open(folder / "rows.csv", "w", encoding="ascii") as file:
        file.write("time,value\n" + "".join(f"{at:%Y-%m-%d %H:%M},{value:.3f}\n" for at, value in rows))
    seconds = [(at - datetime.datetime(1970, 1, 1)).total_seconds() for at, _ in rows]
    numpy.save(folder / "rows.npy", numpy.array([seconds, [value for _, value in rows]]))
    (folder / "plot.yaml").write_text(PIPELINE.format(points=options.points))
    subprocess.run([options.almanac, "run", "plot.yaml", "--quiet", "--force"], cwd=folder, check=True)

    sides = {
        "gnuplot": ["gnuplot", "-e", "formats='svg'", "chart.gp"],
        "matplotlib": [sys.executable, "-c", MATPLOTLIB],
    }
    times = {name: [] for name in sides}
    for _ in range(options.rounds):
        for name, command in sides.items():
            times[name].append(measure(command, folder))
    sizes = {"gnuplot": (folder / "chart.svg").stat().st_size, "matplotlib": (folder / "matplotlib.svg").stat().st_size}
    apart = same_picture(folder, [(at, round(value, 3)) for at, (_, value) in zip(seconds, rows)])
    print(f"{options.points} points to SVG, {options.rounds} rounds")
    print(f"{'':12}{'median s':>10}{'min s':>8}{'max s':>8}{'MB':>8}")
    for name in sides:
        print(
            f"{name:12}{statistics.median(times[name]):10.2f}{min(times[name]):8.2f}{max(times[name]):8.2f}"
            f"{sizes[name] / 1e6:8.2f}")
    ratio = statistics.median(times["matplotlib"]) / statistics.median(times["gnuplot"])
    print(f"{ratio:.1f} times as fast; {apart:.2%} of the line's pixels lie more than two pixels apart from the picture of all points")
    print(json.dumps({"seconds": times, "bytes": sizes, "ratio": ratio, "apart": apart}))


if __name__ == "__main__":
    main()
