import Foundation
import Testing

/// Files that are made to take all memory: each is refused with its line and the reason, and takes little.
@Suite(.enabled(if: Workspace.hasPython(with: "gzip"), "python3 feeds the files"))
struct HardLimitTests {
  /// In MB. A sanitizer keeps what was freed for a while, and notes beside all memory.
  private static let most = Workspace.isSanitized ? 2000 : 200

  /// Feeds a command with bytes and says how it ended: exit code, most memory in MB, then its errors.
  private static let feeder = """
    import base64, gzip, resource, subprocess, sys
    command, kind = sys.argv[2:], sys.argv[1]
    rows = (b"2020," + b"1" * 1000 + b"\\n") * 4000
    # zstd -19 of these rows.
    zstd = base64.b64decode("ZSTD")
    beginnings = {"cell": b"t,v\\n2019,1\\n2020,", "columns": b"c,", "quote": b't,v\\n2019,1\\n2020,"', "cells": b"t,v\\n2019,1\\n1"}
    pieces = {"cell": b"1" * 1000000, "columns": b"c," * 500000, "quote": b"2020,1\\n" * 150000, "cells": b",1" * 500000}
    def feed(file):
        if kind == "gzip":
            file.write(gzip.compress(b"t,v\\n") + gzip.compress(rows) * 500)
        elif kind == "zstd":
            file.write(zstd * 500)
        else:
            file.write(beginnings[kind])
            for _ in range(100): file.write(pieces[kind])
    errors = open("errors.txt", "w+")
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        with process.stdin: feed(process.stdin)
    except BrokenPipeError:
        pass
    process.wait()
    errors.seek(0)
    print(process.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
    print(errors.read())
    """.replacing(
      "ZSTD",
      with:
        "KLUv/aTAZj0AnAAAODIwMjAsMQoCAA/88UUuyFegCFwAAAACADT9IAdjFQACXAAAAAIAWP4gB1EVAAFMAAAIMQEA/P85EAJcAAAAAgCy/CAHpBUAAlwAAAACANb9IAcSFQACXAAAAAIA+v4gBwAVAAFcAAAAAgAw/CAH5RUAAlwAAAACAFT9IAdTFQACXAAAAAIAeP4gB0EVAAFMAAAIMQEA/P85EAJcAAAAAgDS/CAHlBUAAlwAAAACAPb9IAcCFQACTAAACDEBAPz/ORACXAAAAAIAUPwgB9UVAAJcAAAAAgB0/SAHQxUAAlwAAAACAJj+IAcxFQABTAAACDEBAPz/ORACXAAAAAIA8vwgB4QVAAJcAAAAAgAW/iAHchUAAUwAAAgxAQD8/zkQAlwAAAACAHD8IAfFFQACXAAAAAIAlP0gBzMVAAJcAAAAAgC4/iAHIRUAAUwAAAgxAQD8/zkQAlwAAAACABL9IAd0FQACXAAAAAIANv4gB2IVAAFMAAAIMQEA/P85EAJcAAAAAgCQ/CAHtRUAAlwAAAACALT9IAcjFQACXQAAAAIAmGUgBxEVAAHqfxfH"
    )

  private func feed(
    _ kind: String, by input: String, to arguments: [String]
  ) throws -> (code: Int, megabytes: Int, errors: String) {
    let workspace = try Workspace()
    try workspace.write(
      "version: 1\nname: x\nstages:\n  - use: csv\n    with: {path: \(input), time: t, target: v}\n"
        + "  - use: window\n    with: {horizon: 2}\n  - use: naive\n  - use: write\n    with: {path: out.csv}\n",
      to: "p.yaml")
    let outcome = try Workspace.run(
      URL(fileURLWithPath: "/usr/bin/env"),
      ["timeout", "-s", "KILL", "120", "python3", "-c", Self.feeder, kind, Workspace.binary.path] + arguments,
      in: workspace.folder)
    let lines = outcome.output.split(separator: "\n", maxSplits: 1)
    let numbers = try #require(lines.first, "\(outcome.errors)").split(separator: " ").compactMap { Int($0) }
    #expect(numbers.count == 2)
    #expect(!workspace.exists("out.csv"))
    return (numbers[0], numbers[1], String(lines.last ?? ""))
  }

  @Test(arguments: [
    ("cell", "3: a cell that begins here has more than 1048576 bytes; is a quote never closed"),
    ("columns", "1: the row has more than 262144 cells; is this a CSV file"),
    ("cells", "3: the row has more than 262144 cells; is this a CSV file"),
    ("quote", "3: a cell that begins here has more than 1048576 bytes; is a quote never closed"),
  ])
  func `cells and rows without end are refused with their line`(kind: String, words: String) throws {
    for input in ["/dev/stdin", "-"] {
      let outcome = try feed(kind, by: input, to: ["run", "p.yaml"])
      let source = input == "-" ? "standard input" : input
      #expect(outcome.code == 65 && outcome.errors.contains("\(source):\(words)"), "\(outcome.errors)")
      #expect(outcome.megabytes < Self.most, "\(outcome.megabytes) MB")
    }
  }

  @Test(arguments: ["gzip", "zstd"])
  func `packed text without end is refused with its line`(packing: String) throws {
    for (input, command) in [
      ("/dev/stdin", ["run", "p.yaml"]), ("-", ["run", "p.yaml"]), ("-", ["init", "/dev/stdin"]),
    ] {
      let outcome = try feed(packing, by: input, to: command)
      #expect(outcome.code == 65, "\(outcome.errors)")
      // 16 MB of rows of 1,006 bytes.
      let words = try outcome.errors.firstMatch(
        of: Regex(":16[67][0-9]{2}: [0-9]+ bytes packed by \(packing) have come to 16"))
      #expect(words != nil, "\(outcome.errors)")
      #expect(outcome.megabytes < Self.most, "\(outcome.megabytes) MB")
    }
  }
}
