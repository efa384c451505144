import Files
import PipelineFile
import Pipelines
import Tabular
import TestSupport
import Testing

@testable import Databases

/// What DuckDB's command is given, and what becomes of what it says.
@Suite struct DuckDBTests {
  @Test(arguments: [
    ("plain", "'plain'"), ("it's", "'it''s'"), ("a\nb", "E'a\\nb'"), ("a\r\n.shell x", "E'a\\r\\n.shell x'"),
    ("back\\slash", "E'back\\\\slash'"), ("\\'", "E'\\\\'''"), ("'\u{301}; .shell", "'''\u{301}; .shell'"),
    ("\n\u{301}.shell", "E'\\n\u{301}.shell'"),
  ])
  func `a text is one text of SQL in one line, whatever it holds`(text: String, sql: String) {
    #expect(text.sqlText.unicodeScalars.elementsEqual(sql.unicodeScalars), "\(text.sqlText)")
    #expect(!text.sqlText.unicodeScalars.contains { $0 == "\n" || $0 == "\r" })
  }

  @Test func `a name is one name of SQL in one line, whatever it holds`() {
    #expect("a\"\u{301}b".sqlName.unicodeScalars.elementsEqual("\"a\"\"\u{301}b\"".unicodeScalars))
    #expect("a\r\n.shell".sqlName == "\"a  .shell\"")
  }

  @Test func `rows come by key, time and all else, with the named columns alone`() {
    let layout = ReadingLayout(
      .long(keys: ["store", "item"]), time: ["day"], targets: ["sold"], past: ["price"], statics: ["store"])
    #expect(
      RowQuery(layout).statement(from: "t")
        == "SELECT CAST(readings.\"store\" AS TEXT) AS \"store\", CAST(readings.\"item\" AS TEXT) AS \"item\", readings.\"day\" AS \"day\", "
        + "readings.\"sold\" AS \"sold\", readings.\"price\" AS \"price\" FROM t AS readings ORDER BY ALL")
    let open = RowQuery(ReadingLayout(time: ["day"]))
    #expect(
      open.statement(from: "t")
        == "SELECT readings.\"day\" AS \"day\", * EXCLUDE (\"day\") FROM t AS readings ORDER BY ALL")
    #expect(
      open.statement(from: "t", columns: ["sold", "day"])
        == "SELECT readings.\"day\" AS \"day\", \"sold\" FROM t AS readings ORDER BY 1, 2")
  }

  @Test func `what it says is shown on one line, without the statement that it repeats`() {
    let said = "Binder Error: no column \"y\"\nCandidate bindings:  \"x\"\n\nLINE 1: SELECT ...\n          ^\n"
    #expect(DuckDB.complaint(in: said) == "Binder Error: no column \"y\"; Candidate bindings: \"x\"")
  }

  @Test func `without the program the error says what to install`() throws {
    let folder = try TemporaryFolder()
    let context = StageContext(root: RootFolder(folder.path), searchPath: folder.path)
    let words = "; install it with `pip install duckdb-cli`, or from https://duckdb.org/install"
    #expect(throws: DuckDBError.missing(reason: "duckdb is not on the PATH")) { try DuckDB(nil, in: context) }
    #expect(
      "\(DuckDBError.missing(reason: "x is not there"))" == "DuckDB's command is needed, and x is not there\(words)")
  }

  @Test(.enabled(if: duckDB != nil, "needs duckdb"))
  func `nothing is installed, and the settings hold`() throws {
    let folder = try TemporaryFolder()
    let context = StageContext(root: RootFolder(folder.path))
    let program = try DuckDB(FilePath(try #require(duckDB)), memory: 256, threads: 3, in: context)
    try program.run(
      [
        "COPY (SELECT current_setting('threads'), current_setting('TimeZone'), "
          + "current_setting('autoinstall_known_extensions'), current_setting('allow_community_extensions'), "
          + "current_setting('lock_configuration')) TO 'settings.csv' (HEADER false)"
      ], in: FilePath(folder.path))
    let text = String(decoding: try #require(FilePath("\(folder.path)/settings.csv").contents()), as: UTF8.self)
    #expect(text == "3,UTC,false,false,true\n")
    #expect(throws: DuckDBError.self) { try program.run(["INSTALL httpfs"], in: FilePath(folder.path)) }
    #expect(throws: DuckDBError.self) { try program.run(["SET threads = 4"], in: FilePath(folder.path)) }
  }
}
