import Foundation
import Testing

/// Readings from SQLite and forecasts into it, on the built binary; the databases are made and looked at by Python.
@Suite(.enabled(if: Workspace.hasPython(with: "sqlite3"), "needs python3")) struct SQLiteRunTests {
  /// A workspace with the rows of the tests of `query` as CSV, and as a table of `shop.db`.
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(QueryRunTests.rows(), to: "rows.csv")
    try workspace.python(
      """
      import csv, sqlite3
      rows = list(csv.DictReader(open("rows.csv")))
      base = sqlite3.connect("shop.db")
      base.execute("CREATE TABLE sales (day TEXT, region TEXT, store TEXT, sold REAL, returned INTEGER, weather REAL, "
                   "price INTEGER)")
      for row in sorted(rows, key=lambda row: hash(row["day"])):
          base.execute("INSERT INTO sales VALUES (?,?,?,?,?,?,?)", [row[name] if row[name] != "" else None for name in
                       ("day", "region", "store", "sold", "returned", "weather", "price")])
      base.commit()
      """)
    return workspace
  }

  private func run(_ workspace: Workspace, _ arguments: String...) throws -> Workspace.Outcome {
    try Workspace.run(Workspace.binary, ["run", "query.yaml", "-q"] + arguments, in: workspace.folder)
  }

  /// A pipeline from the CSV file with further sinks.
  private static func storing(_ sinks: String, run settings: String = "", path: String = "rows.csv") -> String {
    QueryRunTests.pipeline("csv", "path: \(path), layout: long, \(QueryRunTests.fields)", run: settings) + sinks + "\n"
  }

  private static let store = "  - {use: store, with: {path: out/store.db}}"

  private func rows(_ workspace: Workspace, _ columns: String = "*", of base: String = "out/store.db") throws
    -> [String]
  {
    let outcome = try workspace.python(
      """
      import sqlite3
      for row in sqlite3.connect("\(base)").execute("SELECT \(columns) FROM forecasts ORDER BY series, origin, step"):
          print(",".join(str(cell) for cell in row))
      """)
    return outcome.split(separator: "\n").map(String.init)
  }

  @Test func `a table and a statement give the same forecast as the CSV file`() throws {
    let workspace = try workspace()
    try workspace.write(Self.storing(""), to: "query.yaml")
    #expect(try run(workspace).code == 0)
    let expected = try workspace.read("out/forecast.csv")
    for source in [
      "table: sales", "sql: \"SELECT * FROM sales; -- all of them\"", "sql: \"SELECT * FROM sales -- all of them\"",
    ] {
      try workspace.write(
        QueryRunTests.pipeline("sqlite", "path: shop.db, \(source), \(QueryRunTests.fields)"), to: "query.yaml")
      let outcome = try run(workspace, "--force")
      #expect(outcome.code == 0, "\(source): \(outcome.errors)")
      #expect(try workspace.read("out/forecast.csv") == expected, "\(source)")
    }
  }

  @Test func `a table that has not changed leaves nothing to do`() throws {
    let workspace = try workspace()
    try workspace.write(
      QueryRunTests.pipeline("sqlite", "path: shop.db, table: sales, \(QueryRunTests.fields)"), to: "query.yaml")
    #expect(try run(workspace).code == 0)
    #expect(try workspace.almanac("run", "query.yaml").output.contains("nothing to do"))
    // In the log beside the file, which nobody has carried over yet.
    try workspace.python(
      """
      import os, sqlite3
      base = sqlite3.connect("shop.db", isolation_level=None)
      base.execute("PRAGMA journal_mode = wal")
      base.execute("PRAGMA wal_autocheckpoint = 0")
      base.execute("UPDATE sales SET sold = sold + 1")
      os._exit(0)
      """)
    #expect(workspace.exists("shop.db-wal"))
    let outcome = try workspace.almanac("run", "query.yaml")
    #expect(outcome.code == 0 && !outcome.output.contains("nothing to do"), "\(outcome.errors)")
  }

  @Test(arguments: [
    (
      "sql: SELEC 1", 78,
      "query.yaml:5:46: error: stages[0] (sqlite): sql cannot be carried out: SQLite says: near \"SELEC\""
    ),
    ("sql: SELECT 1; SELECT 2", 78, "sql cannot be carried out: SQLite says: "),
    ("sql: DELETE FROM sales", 78, "SQLite says: one SELECT is wanted, and no other statement"),
    ("sql: \"ATTACH 'pwned' AS p\"", 78, "SQLite says: one SELECT is wanted, and no other statement"),
    ("sql: SELECT load_extension('x') AS day", 78, "SQLite says: "),
    ("sql: SELECT day FROM sales", 78, "SQLite says: no such column: readings.store"),
    ("table: nothing", 78, "table cannot be carried out: SQLite says: no such table: nothing"),
    ("table: sales, path: none.db", 66, "almanac: error: stages[0] (sqlite): "),
    ("table: sales, path: rows.csv", 65, "rows.csv: SQLite says: file is not a database"),
  ])
  func `a statement that is wrong is told in SQLite's words, and nothing is changed`(
    source: String, code: Int32, words: String
  ) throws {
    let workspace = try workspace()
    let before = try workspace.bytes("shop.db")
    let path = source.contains("path:") ? "" : "path: shop.db, "
    try workspace.write(
      QueryRunTests.pipeline("sqlite", "\(path)\(source), \(QueryRunTests.fields)"), to: "query.yaml")
    let outcome = try run(workspace)
    #expect(outcome.code == code && outcome.errors.contains(words), "\(outcome.code) \(outcome.errors)")
    #expect(workspace.files() == ["query.yaml", "rows.csv", "shop.db"])
    #expect(try workspace.bytes("shop.db") == before)
  }

  @Test func `a forecast stands in its table as in its file, and the same run twice leaves the same rows`() throws {
    let workspace = try workspace()
    try workspace.write(Self.storing(Self.store), to: "query.yaml")
    #expect(try run(workspace).code == 0)
    let file = try workspace.read("out/forecast.csv").split(separator: "\n").dropFirst().map(String.init).sorted()
    let columns = "replace(series, ', ', ' '), time, step, forecast, lower_80, upper_80"
    let stored = try rows(workspace, columns)
    // The numbers to the last bit; the name with a comma stands in quotes in the file.
    func numbers(_ lines: [String]) -> [[Double?]] {
      lines.sorted().map { $0.split(separator: ",").suffix(4).map { Double($0) } }
    }
    #expect(
      stored.count == 8
        && numbers(stored) == numbers(file.map { $0.replacing("b, c", with: "b c").replacing("\"", with: "") }))
    #expect(try rows(workspace, "DISTINCT pipeline, origin") == ["query,2024-06-27"])
    let all = try rows(workspace)
    #expect(try run(workspace).code == 0)
    #expect(try rows(workspace) == all)
    // A later origin adds rows, and another pipeline its own.
    try workspace.write(
      QueryRunTests.rows().replacing("2024-06-28,,,", with: "2024-06-28,5,1,0.5"), to: "rows.csv")
    #expect(try run(workspace).code == 0)
    #expect(try rows(workspace, "DISTINCT origin") == ["2024-06-27", "2024-06-28"])
    #expect(try rows(workspace).count == 16)
    try workspace.write(Self.storing(Self.store).replacing("name: query", with: "name: other"), to: "query.yaml")
    #expect(try run(workspace).code == 0)
    #expect(try rows(workspace).count == 24)
  }

  @Test func `readings and forecasts may stand in one file`() throws {
    let workspace = try workspace()
    try workspace.write(
      QueryRunTests.pipeline("sqlite", "path: shop.db, table: sales, \(QueryRunTests.fields)")
        + "  - {use: store, with: {path: shop.db}}\n", to: "query.yaml")
    #expect(try workspace.almanac("validate", "--inputs", "query.yaml").code == 0)
    #expect(try run(workspace).code == 0)
    #expect(try rows(workspace, of: "shop.db").count == 8)
    let service = try workspace.almanac("schedule", "query.yaml", "--every", "1d")
    #expect(
      service.output.contains("ReadWritePaths=\"\(workspace.folder.resolvingSymlinksInPath().path)\""),
      "\(service.output)")
    // No file may take its place.
    try workspace.write(
      try workspace.read("query.yaml").replacing("out/forecast.csv", with: "./shop.db"), to: "query.yaml")
    #expect(try workspace.almanac("validate", "query.yaml").code == 78)
  }

  @Test func `a table with other columns is refused before anything is fitted`() throws {
    let workspace = try workspace()
    try workspace.write(
      Self.storing("  - {use: store, with: {path: shop.db, table: sales}}"), to: "query.yaml")
    let outcome = try run(workspace)
    #expect(outcome.code == 73)
    #expect(
      outcome.errors.contains(
        "shop.db: the table sales has the columns day, region, store, sold, returned, weather, price, and a forecast has "
          + "pipeline, series, origin, time, step, forecast; give another `table`"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("epoch"))
    // The levels are known when the forecast is there.
    try workspace.write(Self.storing(Self.store), to: "query.yaml")
    #expect(try run(workspace).code == 0)
    let (before, file) = (try rows(workspace), try workspace.read("out/forecast.csv"))
    try workspace.write(Self.storing(Self.store).replacing("0.8", with: "0.5"), to: "query.yaml")
    let other = try run(workspace)
    #expect(other.code == 73 && other.errors.contains("lower_80, upper_80, and a forecast has"), "\(other.errors)")
    #expect(try rows(workspace) == before && workspace.read("out/forecast.csv") == file)
  }

  @Test func `where one database cannot take its rows, neither another nor the files change`() throws {
    let workspace = try workspace()
    let both = Self.store + "\n  - {use: store, with: {path: out/second.db}}"
    try workspace.write(Self.storing(both), to: "query.yaml")
    #expect(try run(workspace).code == 0)
    let (before, file) = (try rows(workspace), try workspace.read("out/forecast.csv"))
    // A reader lets others write, and lets nobody commit: the first database has its rows when the second refuses them.
    try workspace.write(
      "import sqlite3, time\nbase = sqlite3.connect('out/second.db', isolation_level=None)\nbase.execute('BEGIN')\n"
        + "rows = base.execute('SELECT * FROM forecasts')\nrows.fetchone()\nopen('held', 'w').close()\ntime.sleep(100)\n",
      to: "hold.py")
    let holder = try BackgroundProgram(["python3", "hold.py"], in: workspace.folder)
    while !workspace.exists("held") { usleep(10_000) }
    for rows in [
      QueryRunTests.rows().replacing("2024-06-28,,,", with: "2024-06-28,5,1,0.5"),
      QueryRunTests.rows().replacing("2024-06-27,", with: "2024-06-27,1"),
    ] {
      try workspace.write(rows, to: "rows.csv")
      let outcome = try run(workspace)
      #expect(
        outcome.code == 73 && outcome.errors.contains("second.db: the forecast cannot be put"), "\(outcome.errors)")
    }
    #expect(try rows(workspace) == before && rows(workspace, of: "out/second.db") == before)
    #expect(try workspace.read("out/forecast.csv") == file)
    holder.end(by: SIGKILL)
    #expect(try run(workspace).code == 0)
    #expect(try rows(workspace) != before && rows(workspace) == rows(workspace, of: "out/second.db"))
  }

  @Test func `a database that another program holds leaves the files of before`() throws {
    let workspace = try workspace()
    try workspace.write(Self.storing(Self.store), to: "query.yaml")
    #expect(try run(workspace).code == 0)
    let (before, file) = (try rows(workspace), try workspace.read("out/forecast.csv"))
    try workspace.write(
      "import sqlite3, time\nbase = sqlite3.connect('out/store.db', isolation_level=None)\nbase.execute('BEGIN IMMEDIATE')\n"
        + "open('held', 'w').close()\ntime.sleep(100)\n", to: "hold.py")
    let holder = try BackgroundProgram(["python3", "hold.py"], in: workspace.folder)
    while !workspace.exists("held") { usleep(10_000) }
    try workspace.write(
      QueryRunTests.rows().replacing("2024-06-28,,,", with: "2024-06-28,5,1,0.5"), to: "rows.csv")
    let outcome = try run(workspace)
    holder.end(by: SIGKILL)
    #expect(outcome.code == 73)
    #expect(
      outcome.errors.contains("the forecast cannot be put into the table forecasts: SQLite says: database is locked"),
      "\(outcome.errors)")
    #expect(try rows(workspace) == before && workspace.read("out/forecast.csv") == file)
  }

  @Test func `a run that fails leaves no database behind`() throws {
    let workspace = try workspace()
    try workspace.write(
      Self.storing("  - {use: store, with: {path: new/store.db}}\n  - {use: write, with: {path: /dev/full}}"),
      to: "query.yaml")
    #expect(try run(workspace).code != 0)
    try workspace.write(
      Self.storing(
        "  - {use: store, with: {path: new/store.db}}\n  - {use: store, with: {path: new/store.db, table: \"\"}}"),
      to: "query.yaml")
    #expect(try run(workspace).code == 78)
    #expect(!workspace.exists("new"))
  }
}

extension Workspace {
  /// Runs a Python program in the workspace, and gives what it prints.
  @discardableResult
  func python(_ program: String) throws -> String {
    let outcome = try Workspace.run(URL(filePath: "/usr/bin/env"), ["python3", "-c", program], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome.output
  }
}
