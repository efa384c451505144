#!/usr/bin/env python3
"""A transform: takes single spikes out of a series.

A value is a spike where it is farther from the median of the values before it than `limit` times what is usual in the
training rows; that median then stands in its place. Only earlier values are looked at, so nothing of the future leaks in.
"""

import sys

sys.dont_write_bytecode = True

from statistics import median

import almanac_plugin
from almanac_plugin import by_series, number

DESCRIPTION = {
    "name": "despike",
    "role": "transform",
    "summary": "Replaces single spikes by the median of the values before them.",
    "example": "{width: 5, limit: 6}",
    "fields": [
        {"name": "width", "kind": "integer", "help": "Values before each one that it is compared with.",
         "unit": "steps", "default": 5, "minimum": 2, "maximum": 1000},
        {"name": "limit", "kind": "number", "help": "Distances from their median that are still no spike, in usual ones.",
         "default": 6, "exclusive_minimum": 0},
    ],
}


def before(values, step, width):
    """The known values among those before a step."""
    return [value for value in values[max(0, step - width):step] if value is not None]


def fit(request):
    """Learns the usual distance of a value from the median of those before it."""
    usual = {}
    for name, rows in by_series(request.read()).items():
        values = [number(row["value"]) for row in rows]
        distances = []
        for step, value in enumerate(values):
            near = before(values, step, request.fields["width"])
            if value is not None and near:
                distances.append(abs(value - median(near)))
        usual[name] = median(distances) if distances else 0
    return request.keep(usual)


def apply(request):
    """Puts the median in the place of each spike."""
    usual = request.state()
    rows = request.read()
    spikes = 0
    for name, own in by_series(rows).items():
        if name not in usual:
            raise almanac_plugin.Refusal(f"series {name!r} was not there when the spikes were learned")
        bound = request.fields["limit"] * usual[name]
        values = [number(row["value"]) for row in own]
        for step, row in enumerate(own):
            near = before(values, step, request.fields["width"])
            if values[step] is not None and near and bound > 0 and abs(values[step] - median(near)) > bound:
                values[step] = median(near)
                row["value"] = repr(values[step])
                spikes += 1
    if spikes:
        almanac_plugin.message("log", message=f"replaced {spikes} {'spike' if spikes == 1 else 'spikes'}")
    return request.write(rows, ["series", "time", "value"])


def invert(request):
    """A series without spikes has the units that it had before; its forecast stays what it is."""
    rows = request.read()
    columns = list(rows[0]) if rows else ["series", "time", "step", "forecast"]
    return request.write(rows, columns)


almanac_plugin.main(DESCRIPTION, {"fit": fit, "apply": apply, "invert": invert})
