"""What the Python plugins here share: reading a request, reading and writing CSV, and printing messages.

A plugin says what it is in a dictionary and what it does in functions, one a call:

    almanac_plugin.main({"name": "despike", ...}, {"fit": fit, "apply": apply})

Each function is given a Request and returns what belongs into the result message.
"""

import csv
import json
import os
import sys

PROTOCOL = 1


class Refusal(Exception):
    """Why a request cannot be met, in words that a person can act on."""


class Request:
    """One request, as it was read from standard input."""

    def __init__(self, content):
        self.content = content
        self.fields = content["fields"]

    def read(self, key="input"):
        """The rows of the file that the request names under a key, as dictionaries of texts."""
        csv.field_size_limit(sys.maxsize)
        with open(self.content[key], newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def state(self):
        """What `fit` left."""
        with open(self.content["state"], encoding="utf-8") as file:
            return json.load(file)

    def write(self, rows, columns):
        """Writes rows into the output folder, and returns the message about them."""
        with open(os.path.join(self.content["output"], "output.csv"), "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return {"file": "output.csv", "rows": len(rows)}

    def keep(self, state):
        """Keeps what was learned, and returns the message about it."""
        with open(os.path.join(self.content["output"], "state.json"), "w", encoding="utf-8") as file:
            json.dump(state, file, sort_keys=True)
        return {"state": "state.json"}


def number(text):
    """The number of a cell; None for an empty one."""
    return float(text) if text else None


def by_series(rows):
    """The rows of each series, in order."""
    series = {}
    for row in rows:
        series.setdefault(row["series"], []).append(row)
    return series


def message(type_, **content):
    """Prints one message."""
    print(json.dumps({"type": type_, **content}), flush=True)


def main(description, calls):
    """Does what the last argument asks for: `describe` or `run`."""
    word = sys.argv[-1]
    if word == "describe":
        print(json.dumps({"protocol": [PROTOCOL], "calls": list(calls), **description}, indent=2))
    elif word == "run":
        try:
            message("result", **answer(sys.stdin.read(), calls))
        except Refusal as refusal:
            message("error", kind="bad_data", message=str(refusal))
    else:
        sys.exit(f"usage: {sys.argv[0]} describe | run")


def answer(text, calls):
    try:
        content = json.loads(text)
    except ValueError:
        raise Refusal("the request is no JSON") from None
    if content.get("protocol") != PROTOCOL:
        raise Refusal(f"this plugin speaks protocol {PROTOCOL}, not {content.get('protocol')}")
    if content.get("call") not in calls:
        raise Refusal(f"this plugin has no call {content.get('call')!r}")
    return calls[content["call"]](Request(content))
