#!/usr/bin/env python3
"""A forecaster: repeats the last season, moved on by the mean change from one season to the next."""

import sys

sys.dont_write_bytecode = True

import math
from statistics import NormalDist

import almanac_plugin
from almanac_plugin import Refusal, by_series, number

DESCRIPTION = {
    "name": "seasonal-drift",
    "role": "forecaster",
    "summary": "Repeats the last season, moved on by the mean change from one season to the next.",
    "example": "{season: 12}",
    "fields": [
        {"name": "season", "kind": "integer", "help": "The season; without it the usual one of the frequency.",
         "unit": "steps", "minimum": 1},
        {"name": "level", "kind": "number", "help": "Share of outcomes between the bounds.",
         "default": 0.8, "minimum": 0.5, "maximum": 0.99},
    ],
}


def season_of(request):
    return request.fields["season"] or request.content["season"]


def fit(request):
    """Learns the mean change over a season, and how far the changes lie from it."""
    season = season_of(request)
    learned = {}
    for name, rows in by_series(request.read()).items():
        values = [number(row["value"]) for row in rows]
        changes = [b - a for a, b in zip(values, values[season:]) if a is not None and b is not None]
        if not changes:
            raise Refusal(f"series {name!r} has no two values a season of {season} steps apart; shorten `season`")
        mean = math.fsum(changes) / len(changes)
        spread = math.sqrt(math.fsum((change - mean) ** 2 for change in changes) / len(changes))
        learned[name] = {"change": mean, "spread": spread}
    return request.keep(learned)


def forecast(request):
    """Goes on from the last known value of each step of the season."""
    season = season_of(request)
    learned = request.state()
    history = by_series(request.read())
    factor = NormalDist().inv_cdf(0.5 + request.fields["level"] / 2)
    percent = f"{round(request.fields['level'] * 1000) / 10:g}"
    rows = request.read("future")
    for row in rows:
        if row["series"] not in learned:
            raise Refusal(f"series {row['series']!r} was not there when the seasons were learned")
        own = learned[row["series"]]
        values = [number(known["value"]) for known in history[row["series"]]]
        position = len(values) + int(row["step"]) - 1
        seasons = 0
        while position >= 0 and (position >= len(values) or values[position] is None):
            position -= season
            seasons += 1
        if position < 0:
            raise Refusal(f"series {row['series']!r} has no value at the season's step of {row['time']}")
        point = values[position] + seasons * own["change"]
        reach = factor * own["spread"] * math.sqrt(seasons)
        row["forecast"] = repr(point)
        row[f"lower_{percent}"] = repr(point - reach)
        row[f"upper_{percent}"] = repr(point + reach)
    return request.write(rows, ["series", "time", "step", "forecast", f"lower_{percent}", f"upper_{percent}"])


almanac_plugin.main(DESCRIPTION, {"fit": fit, "forecast": forecast})
