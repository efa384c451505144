#!/bin/sh
# A sink: writes the forecast as a Markdown table. POSIX shell and awk, nothing else.
set -eu

# A message with a text; the text is put between quotes as it is, so it must hold neither quotes nor backslashes.
refuse() {
  printf '{"type":"error","message":"%s"}\n' "$1"
  exit 0
}

# The value of a key in the request: everything stands on one line, with its keys sorted and no spaces.
text() { printf '%s\n' "$request" | sed -n "s/.*\"$1\":\"\([^\"\\\\]*\)\".*/\1/p"; }
number() { printf '%s\n' "$request" | sed -n "s/.*\"$1\":\([0-9][0-9]*\)[,}].*/\1/p"; }

case "${1-}" in
describe)
  cat <<'END'
{
  "protocol": [1],
  "name": "markdown",
  "role": "sink",
  "summary": "Writes the forecast as a Markdown table.",
  "example": "{path: forecasts/co2.md}",
  "outputs": ["path"],
  "fields": [
    {"name": "path", "kind": "path", "help": "The Markdown file.", "required": true},
    {"name": "digits", "kind": "integer", "help": "Digits after the point.", "default": 2, "minimum": 0, "maximum": 9}
  ]
}
END
  ;;
run)
  request=$(cat)
  [ "$(number protocol)" = 1 ] || refuse "this plugin speaks protocol 1"
  [ "$(text call)" = publish ] || refuse "this plugin has no call but publish"
  output=$(text output)
  awk -v digits="$(number digits)" '
    # The cells of a line of CSV, quotes undone, in cells[1...]; returns how many.
    function split_csv(line, cells,    count, at, letter, quoted, cell) {
      count = 0; quoted = 0; cell = ""
      if (line !~ /"/) return split(line, cells, ",")
      for (at = 1; at <= length(line); at++) {
        letter = substr(line, at, 1)
        if (quoted) {
          if (letter != "\"") cell = cell letter
          else if (substr(line, at + 1, 1) == "\"") { cell = cell letter; at++ }
          else quoted = 0
        } else if (letter == "\"") quoted = 1
        else if (letter == ",") { cells[++count] = cell; cell = "" }
        else cell = cell letter
      }
      cells[++count] = cell
      return count
    }
    {
      count = split_csv($0, cells)
      line = "|"
      for (at = 1; at <= count; at++) {
        if (NR > 1 && at > 3) cells[at] = sprintf("%." digits "f", cells[at])
        gsub(/\|/, "\\|", cells[at])
        line = line " " cells[at] " |"
      }
      print line
      if (NR == 1) { rule = "|"; for (at = 1; at <= count; at++) rule = rule (at > 2 ? " ---: |" : " --- |"); print rule }
    }' "$(text input)" >"$output/table.md"
  printf '{"type":"result","files":{"path":"table.md"}}\n'
  ;;
*)
  echo "usage: $0 describe | run" >&2
  exit 64
  ;;
esac
