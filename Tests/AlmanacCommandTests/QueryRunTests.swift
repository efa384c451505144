import Foundation
import Testing

/// Readings that DuckDB's command reads, on the built binary.
@Suite(.enabled(if: Workspace.duckDB != nil, "needs duckdb")) struct QueryRunTests {
  static let fields =
    "time: day, series: store, target: [sold, returned], past: weather, future: price, static: region"

  /// Two stores with all that a table can hold, and prices for three more days.
  static func rows() -> String {
    var text = "region,store,day,sold,returned,weather,price\n"
    for (region, store) in [("north", "a's"), ("south", "b, c")] {
      for day in 1...30 {
        let known = day <= 27
        let values = known ? "\(10 + day * day % 7).25,\(day % 3),\(Double(day % 5) / 4)" : ",,"
        text += "\(region),\"\(store)\",2024-06-\(day < 10 ? "0" : "")\(day),\(values),\(100 - day % 4)\n"
      }
    }
    return text
  }

  static func pipeline(_ source: String, _ more: String = "", run: String = "") -> String {
    """
    version: 1
    name: query
    run: {\(run)}
    stages:
      - {use: \(source), with: {\(more)}}
      - {use: window, with: {lookback: 6, horizon: 2}}
      - {use: gru, with: {hidden: 2, epochs: 1, validation: 2, levels: [0.8]}}
      - {use: write, with: {path: out/forecast.csv}}

    """
  }

  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(Self.rows(), to: "rows.csv")
    return workspace
  }

  private func run(_ workspace: Workspace, _ arguments: String..., environment: [String: String] = [:]) throws
    -> Workspace.Outcome
  {
    let environment = ["PATH": Workspace.pathWithDuckDB].merging(environment) { _, new in new }
    return try Workspace.run(
      Workspace.binary, ["run", "query.yaml", "-q"] + arguments, in: workspace.folder, environment: environment)
  }

  @Test func `the same rows in any form give the same forecast as the CSV file`() throws {
    let workspace = try workspace()
    try workspace.write(
      Self.pipeline("csv", "path: rows.csv, layout: long, \(Self.fields)"), to: "query.yaml")
    #expect(try run(workspace).code == 0)
    let expected = try workspace.read("out/forecast.csv")
    #expect(expected.hasPrefix("series,time,step,forecast,lower_80,upper_80\n"))
    #expect(expected.contains("a's/sold,2024-06-28,1,"))
    // Orders and partitions differ; strings and numbers have the types that DuckDB finds.
    try workspace.duckDB(
      "COPY (SELECT * FROM 'rows.csv' ORDER BY hash(sold, day)) TO 'rows.parquet'; "
        + "COPY (FROM 'rows.csv') TO 'parts' (FORMAT parquet, PARTITION_BY region); COPY (FROM 'rows.csv') TO 'rows.json'; "
        + "COPY (FROM 'rows.csv' WHERE region = 'south') TO 'half-2.parquet'; "
        + "COPY (FROM 'rows.csv' WHERE region = 'north') TO 'half-1.parquet'; "
        + "ATTACH 'shop.duckdb' AS shop; CREATE SCHEMA shop.main2; CREATE TABLE shop.main2.sales AS FROM 'rows.csv'")
    for source in [
      "from: rows.parquet", "from: parts", "from: parts/*/*.parquet", "from: half-*.parquet", "from: rows.json",
      "from: rows.csv", "sql: \"SELECT * FROM 'rows.parquet'; -- all of them\"",
      "database: shop.duckdb, table: main2.sales",
      "database: shop.duckdb, sql: FROM main2.sales", "from: rows.parquet, memory: 64, threads: 1",
    ] {
      try workspace.write(Self.pipeline("query", "\(source), \(Self.fields)"), to: "query.yaml")
      let outcome = try run(workspace, "--force")
      #expect(outcome.code == 0, "\(source): \(outcome.errors)")
      #expect(try workspace.read("out/forecast.csv") == expected, "\(source)")
    }
  }

  @Test(arguments: [
    (
      "SELEC 1", 78, "query.yaml:5:30: error: stages[0] (query): sql cannot be carried out: DuckDB says: Parser Error: "
    ),
    (
      "SELECT 1; SELECT 2", 78,
      "sql cannot be carried out: DuckDB says: Parser Error: Expected a single SELECT statement"
    ),
    ("SELECT 1 AS day", 78, "sql cannot be carried out: DuckDB says: Binder Error: "),
    ("SELECT * FROM nothing", 78, "sql cannot be carried out: DuckDB says: Catalog Error: "),
    ("SELECT * FROM 'none.parquet'", 66, "almanac: error: stages[0] (query): DuckDB says: IO Error: No files found"),
    (
      "SELECT * REPLACE (CAST(region AS INTEGER) AS sold) FROM 'rows.csv'", 65,
      "almanac: error: stages[0] (query): DuckDB says: Conversion Error: "
    ),
    ("SELECT * FROM 'rows.csv' WHERE sold < 0", 65, "the rows of `sql`: there is no row below the header"),
    (
      "SELECT * REPLACE ('many' AS sold) FROM 'rows.csv'", 65,
      "the rows of `sql`:2: column \"sold\": \"many\" is not a number"
    ),
  ])
  func `a statement that is wrong is told in DuckDB's words, and nothing is published`(
    sql: String, code: Int32, words: String
  ) throws {
    let workspace = try workspace()
    try workspace.write(Self.pipeline("query", "sql: \"\(sql)\", \(Self.fields)"), to: "query.yaml")
    let outcome = try run(workspace)
    #expect(outcome.code == code && outcome.errors.contains(words), "\(outcome.code) \(outcome.errors)")
    #expect(workspace.files() == ["query.yaml", "rows.csv"])
  }

  @Test(arguments: [
    "SELECT 1\n.shell touch pwned\n", "SELECT 1;\n.shell touch pwned\n", "\n.system touch pwned\nSELECT 1",
    ".shell touch pwned", "SELECT 1);\n.shell touch pwned\nSELECT (1", "SELECT '\n.shell touch pwned\n'",
    "SELECT ''';\n.shell touch pwned\n", "SELECT \\';\n.shell touch pwned\n", "SELECT '\u{301});\n.shell touch pwned\n",
    "SELECT 1\r\n.shell touch pwned\r\n", "COPY (SELECT 1) TO 'pwned'", "SELECT 1; COPY (SELECT 1) TO 'pwned'",
    "SELECT 1') TO 'pwned'; --", "ATTACH 'pwned'", "CREATE TABLE t AS SELECT 1", "EXPORT DATABASE 'pwned'",
    "WITH x AS (COPY (SELECT 1) TO 'pwned') SELECT * FROM x", "SELECT * FROM read_csv('touch pwned |')",
    "INSTALL shellfs FROM community", "LOAD '/tmp/x.duckdb_extension'", "SET allow_community_extensions = true",
    "SELECT * FROM query('COPY (SELECT 1) TO ''pwned''')", "PRAGMA disable_checkpoint_on_shutdown",
  ])
  func `no statement of the command line or the environment reaches a shell or writes a file`(sql: String) throws {
    let workspace = try workspace()
    try workspace.write(Self.pipeline("query", "sql: \"${SQL}\", \(Self.fields)"), to: "query.yaml")
    let outcome = try run(workspace, environment: ["SQL": sql])
    #expect(outcome.code != 0)
    try workspace.write(Self.pipeline("query", "sql: x, \(Self.fields)"), to: "query.yaml")
    #expect(try run(workspace, "--set", "query.sql=\(sql)").code != 0)
    #expect(workspace.files() == ["query.yaml", "rows.csv"], "\(outcome.errors)")
  }

  @Test(arguments: [
    ("kill -9 $$", "", 1, "DuckDB was ended by signal 9 before it was done"),
    ("echo 'IO Error: the disk is gone' >&2; exit 1", "", 66, "DuckDB says: IO Error: the disk is gone"),
    ("exit 0", "", 65, "DuckDB says: nothing, and gave no rows"),
    ("exec sleep 60", "timeout: 1s", 124, "DuckDB was ended after 5.0 seconds, when the time of the run was over"),
  ])
  func `a DuckDB that is killed, fails or hangs in the midst changes nothing, and the next run mends it`(
    end: String, run settings: String, code: Int32, words: String
  ) throws {
    let workspace = try workspace()
    // Half of the rows are there by then.
    let half = "rows=$(sed -n \"s/.* TO '\\(.*rows.csv\\)'.*/\\1/p\")\nhead -20 rows.csv >\"$rows\"\n"
    try workspace.write("#!/bin/sh\n\(end == "exit 0" ? "" : half)\(end)\n", to: "duck")
    try workspace.write("kept", to: "out/forecast.csv")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.path("duck"))
    try FileManager.default.createDirectory(atPath: workspace.path("tmp"), withIntermediateDirectories: true)
    try workspace.write(
      Self.pipeline("query", "from: rows.csv, \(Self.fields), program: ./duck", run: settings), to: "query.yaml")
    let outcome = try run(workspace, environment: ["TMPDIR": workspace.path("tmp")])
    #expect(outcome.code == code && outcome.errors.contains(words), "\(outcome.code) \(outcome.errors)")
    #expect(try workspace.read("out/forecast.csv") == "kept")
    #expect(workspace.files() == ["duck", "out/forecast.csv", "query.yaml", "rows.csv"])
    try workspace.write(Self.pipeline("query", "from: rows.csv, \(Self.fields)"), to: "query.yaml")
    #expect(try run(workspace, environment: ["TMPDIR": workspace.path("tmp")]).code == 0)
    #expect(try workspace.read("out/forecast.csv").hasPrefix("series,time"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path("tmp")).isEmpty)
  }

  @Test func `files that are written while they are read are told of, and nothing is published`() throws {
    let workspace = try workspace()
    let script = "#!/bin/sh\necho >>rows.csv\nexec \(try #require(Workspace.duckDB)) \"$@\"\n"
    try workspace.write(script, to: "duck")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.path("duck"))
    try workspace.write(
      Self.pipeline("query", "from: rows.csv, \(Self.fields), program: ./duck"), to: "query.yaml")
    let outcome = try run(workspace)
    #expect(outcome.code == 65 && outcome.errors.contains("rows.csv: is written while it is read"), "\(outcome.errors)")
    #expect(workspace.files() == ["duck", "query.yaml", "rows.csv"])
  }

  @Test func `a signal ends DuckDB, and leaves nothing behind`() throws {
    let workspace = try workspace()
    try workspace.write("#!/bin/sh\ntouch started\nexec sleep 100\n", to: "duck")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.path("duck"))
    try FileManager.default.createDirectory(atPath: workspace.path("tmp"), withIntermediateDirectories: true)
    try workspace.write(
      Self.pipeline("query", "from: rows.csv, \(Self.fields), program: ./duck"), to: "query.yaml")
    let run = try BackgroundProgram(
      ["env", "TMPDIR=\(workspace.path("tmp"))", Workspace.binary.path, "run", "query.yaml"], in: workspace.folder)
    while !workspace.exists("started") { usleep(10_000) }
    #expect(run.end(by: SIGTERM) == SIGTERM)
    #expect(workspace.files() == ["duck", "query.yaml", "rows.csv", "started"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path("tmp")).isEmpty)
  }

  @Test func `files that have not changed leave nothing to do, and a renamed one is another input`() throws {
    let workspace = try workspace()
    try workspace.duckDB("COPY (FROM 'rows.csv') TO 'parts' (FORMAT parquet, PARTITION_BY region)")
    func forecasts() throws -> Workspace.Outcome {
      try Workspace.run(
        Workspace.binary, ["run", "query.yaml"], in: workspace.folder, environment: ["PATH": Workspace.pathWithDuckDB])
    }
    try workspace.write(Self.pipeline("query", "from: parts, \(Self.fields)"), to: "query.yaml")
    #expect(try forecasts().code == 0)
    #expect(try forecasts().output.contains("nothing to do"))
    try FileManager.default.moveItem(
      atPath: workspace.path("parts/region=south"), toPath: workspace.path("parts/region=west"))
    let renamed = try forecasts()
    #expect(renamed.code == 0 && !renamed.output.contains("nothing to do"), "\(renamed.errors)")
    // What a statement reads is not known.
    try workspace.write(Self.pipeline("query", "sql: FROM 'rows.csv', \(Self.fields)"), to: "query.yaml")
    #expect(try forecasts().code == 0)
    #expect(try forecasts().output.contains("nothing to do") == false)
  }

  @Test func `a forecast as Parquet holds what the CSV file does, and is the same each time`() throws {
    let workspace = try workspace()
    let text = Self.pipeline("csv", "path: rows.csv, layout: long, \(Self.fields)")
    for (columns, header) in [("almanac", "series,time,step,forecast,lower_80,upper_80"), ("nixtla", "")] {
      try workspace.write(
        text.replacing("forecast.csv}", with: "forecast.csv, columns: \(columns)}")
          + "  - {use: write, with: {path: out/forecast.parquet, columns: \(columns)}}\n", to: "query.yaml")
      #expect(try run(workspace, "--force").code == 0)
      let first = try workspace.bytes("out/forecast.parquet")
      #expect(try run(workspace, "--force").code == 0)
      #expect(try workspace.bytes("out/forecast.parquet") == first)
      try workspace.duckDB(
        "COPY (FROM 'out/forecast.parquet') TO 'back.csv' (HEADER); COPY (SELECT column_type FROM "
          + "(DESCRIBE FROM 'out/forecast.parquet')) TO 'types.csv' (HEADER false)")
      let numbers = { (text: String) in
        text.split(separator: "\n").dropFirst().map {
          $0.split(separator: ",").map { Double($0).map { "\($0)" } ?? "\($0)" }
        }
      }
      #expect(try numbers(workspace.read("back.csv")) == numbers(workspace.read("out/forecast.csv")))
      if columns == "almanac" {
        #expect(try workspace.read("back.csv").hasPrefix(header))
        #expect(try workspace.read("types.csv") == "VARCHAR\nDATE\nINTEGER\nDOUBLE\nDOUBLE\nDOUBLE\n")
      }
    }
    // Before anything is fitted.
    let outcome = try Workspace.run(
      Workspace.binary, ["run", "query.yaml", "--force"], in: workspace.folder, environment: ["PATH": "/nowhere"])
    #expect(
      outcome.code == 1 && outcome.errors.contains("install it with `pip install duckdb-cli`"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("epoch"))
  }

  @Test func `plan and validate read by it too`() throws {
    let workspace = try workspace()
    try workspace.write(Self.pipeline("query", "from: rows.csv, \(Self.fields)"), to: "query.yaml")
    for words in [["plan", "query.yaml"], ["validate", "--inputs", "query.yaml"]] {
      let outcome = try Workspace.run(
        Workspace.binary, words, in: workspace.folder, environment: ["PATH": Workspace.pathWithDuckDB])
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
  }
}

/// What is said without DuckDB, or before it is asked.
@Suite struct QueryFieldTests {
  @Test func `without the program a run says what to install`() throws {
    let workspace = try Workspace()
    try workspace.write(QueryRunTests.pipeline("query", "from: rows.csv, time: day"), to: "query.yaml")
    let outcome = try workspace.almanac("run", "query.yaml", environment: ["PATH": workspace.path("")])
    #expect(outcome.code == 1)
    #expect(
      outcome.errors
        == "almanac: error: stages[0] (query): DuckDB's command is needed, and duckdb is not on the PATH; install it with "
        + "`pip install duckdb-cli`, or from https://duckdb.org/install\n")
  }

  @Test(arguments: [
    ("time: day", "from is missing: give a file, or `sql`, or `table` of a database"),
    ("time: day, from: a.csv, sql: SELECT 1", "sql stands in place of the other: give one"),
    ("time: day, from: a.csv, database: x.db", "from is a file; give `table` or `sql` of the database"),
    ("time: day, table: t", "table wants `database` or `postgres`, where it stands"),
    ("time: day, table: t, database: x.db, postgres: dbname=x", "postgres stands in place of `database`: give one"),
    ("time: [], from: a.csv", "time wants a column: rows of a database have no order of their own"),
    ("from: a.csv", "the field \"time\" is missing"),
  ])
  func `fields that contradict each other are refused`(fields: String, words: String) throws {
    let workspace = try Workspace()
    try workspace.write(QueryRunTests.pipeline("query", fields), to: "query.yaml")
    let outcome = try workspace.almanac("validate", "query.yaml")
    #expect(outcome.code == 78 && outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test func `a service that reads from other machines may reach them`() throws {
    let workspace = try Workspace()
    for (fields, network) in [
      ("table: t, postgres: dbname=x", "no"), ("from: 's3://a/b.parquet'", "no"), ("from: a.csv", "yes"),
    ] {
      try workspace.write(QueryRunTests.pipeline("query", "time: day, \(fields)"), to: "query.yaml")
      let outcome = try workspace.almanac("schedule", "query.yaml", "--every", "1d")
      #expect(outcome.code == 0 && outcome.output.contains("PrivateNetwork=\(network)\n"), "\(outcome.errors)")
    }
  }

  @Test func `an output cannot take the place of what is read`() throws {
    let workspace = try Workspace()
    try workspace.write(
      QueryRunTests.pipeline("query", "time: day, table: t, database: out/forecast.csv"), to: "query.yaml")
    let outcome = try workspace.almanac("validate", "query.yaml")
    #expect(outcome.code == 78 && outcome.errors.contains("which stages[0] (query) reads"), "\(outcome.errors)")
  }
}
