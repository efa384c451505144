import Foundation
import Testing
import TimeSeries

@testable import Tabular

@Suite struct TabularErrorTests {
  private func words(_ text: String, _ layout: ReadingLayout = ReadingLayout()) -> String {
    do {
      _ = try table(text).readings(layout)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func oneBadRow() {
    #expect(
      words("date,co2\n2020-01,x/a\n2020-02,1\n", ReadingLayout(time: ["date"]))
        == "data.csv:2: column \"co2\": \"x/a\" is not a number; set missing: [\"x/a\"] if it means no value, "
        + "or set bad_rows: quarantine to go on without such rows")
    #expect(
      words("t,v\n2020,1\n2021,1\n2020,2\n", ReadingLayout(time: ["t"]))
        == "data.csv:4: column \"t\": the time \"2020\" was read before, in line 2; "
        + "set repeated to sum, mean, first, last, max, min or count if rows of one time belong together, "
        + "or set bad_rows: quarantine to go on without such rows")
    #expect(
      words("t;v\n2020;3,14\n", ReadingLayout(time: ["t"], targets: ["v"]))
        == "data.csv:2: column \"v\": \"3,14\" is not a number with a decimal point; "
        + "set decimal: \",\" if that is the decimal mark, or set bad_rows: quarantine to go on without such rows")
    #expect(
      words("t;v\n2020;3.14\n", ReadingLayout(time: ["t"], targets: ["v"], numbers: NumberForm(decimalComma: true)))
        == "data.csv:2: column \"v\": \"3.14\" is not a number with a decimal comma; "
        + "set decimal: \".\" if that is the decimal mark, or set bad_rows: quarantine to go on without such rows")
  }

  @Test func severalBadRows() {
    #expect(
      words("t,v\n2020,*\n2021,!\n2022,1\n2023\n", ReadingLayout(time: ["t"])) == """
        data.csv:2: column "v": "*" is not a number
        data.csv:3: column "v": "!" is not a number
        data.csv:5: 1 cell where there are 2 columns
        3 bad rows, 4 rows in all; set short_rows: take if empty cells at the end of a row are left out, \
        set missing: ["*", "!"] if they mean no value, or set bad_rows: quarantine to go on without such rows
        """)
    let many = (1...9).map { "\($0 + 2000),x\($0)\n" }.joined()
    #expect(
      words("t,v\n" + many, ReadingLayout(time: ["t"], targets: ["v"])) == """
        data.csv:2: column "v": "x1" is not a number
        data.csv:3: column "v": "x2" is not a number
        data.csv:4: column "v": "x3" is not a number
        data.csv:5: column "v": "x4" is not a number
        data.csv:6: column "v": "x5" is not a number
        4 more of 9 bad rows, 9 rows in all; set missing: ["x1", "x2", "x3", "x4", "x5"] if they mean no value, \
        or set bad_rows: quarantine to go on without such rows
        """)
  }

  @Test func aLongCellIsCut() {
    let long = String(repeating: "ä", count: 1000)
    let shown = String(repeating: "ä", count: 40) + "…"
    #expect(
      words("v\n\(long)\n", ReadingLayout(targets: ["v"])).hasPrefix(
        "data.csv:2: column \"v\": \"\(shown)\" is not a number; "))
    #expect(
      words("t,v\n2020-01,1\n2020-02,1\n\(long),1\n", ReadingLayout(time: ["t"])).hasPrefix(
        "data.csv:4: column \"t\": \"\(shown)\" is not an ISO 8601 time such as 2016-07-01 13:00; "))
  }

  @Test func columns() {
    #expect(
      words("time,value\n2020,1\n", ReadingLayout(time: ["tmie"]))
        == "data.csv:1: there is no column \"tmie\"; did you mean \"time\"? the columns are \"time\", \"value\"")
    #expect(
      words("\ntime,value\n2020,1\n", ReadingLayout(time: ["ds"]))
        == "data.csv:2: there is no column \"ds\"; the columns are \"time\", \"value\"")
    let wide = (1...14).map { "c\($0)" }.joined(separator: ",")
    #expect(
      words("\(wide)\n1\n", ReadingLayout(targets: ["price"]))
        == "data.csv:1: there is no column \"price\"; the columns are \"c1\", \"c2\", \"c3\", \"c4\", \"c5\", "
        + "\"c6\", \"c7\", \"c8\", \"c9\", \"c10\", \"c11\", \"c12\" and 2 more"
    )
    #expect(
      words("t,v\n2020,1\n", ReadingLayout(time: ["t"], targets: ["t"]))
        == "data.csv: column \"t\" is asked for twice; time, series, each target and each covariate are "
        + "columns of their own")
    #expect(
      words("t\n2020\n", ReadingLayout(time: ["t"]))
        == "data.csv: no column is left that holds a number and could be a target")
  }

  @Test func headerUnlikeTheRows() {
    #expect(
      words("Date,Average\n1958-03,315.71,-1\n1958-04,317.45,-1\n", ReadingLayout(time: ["Date"]))
        == "data.csv:1: the header names 2 columns, but every row has 3 cells; correct the header")
  }

  @Test func aNameThatStandsTwiceIsRefusedWhereEachMustHaveItsOwn() throws {
    let twice = try table("a,b,a\n1,2,3\n")
    #expect(
      throws: TabularError.columnNamedTwice(source: "data.csv", line: 1, name: "a", positions: [1, 3])
    ) { try twice.checkDistinctNames() }
    try table("a,b\n1,2\n").checkDistinctNames()
  }

  @Test func times() {
    #expect(
      words("t,v\n1/2/2020,1\n", ReadingLayout(time: ["t"]))
        == "data.csv: column \"t\": \"1/2/2020\" can be read as d/M/yyyy (1 February 2020) or as M/d/yyyy (2 January 2020); "
        + "set time_format: d/M/yyyy or M/d/yyyy")
    #expect(
      words("t,v\n13-Jan,1\n", ReadingLayout(time: ["t"]))
        == "data.csv: column \"t\": \"13-Jan\" seems to be a day without a year, which is no time; if it is a month and a "
        + "year, set time_format: MMM-yy or yy-MMM, as it is written")
    #expect(words("t,v\n,1\n", ReadingLayout(time: ["t"])) == "data.csv: column \"t\": there is no time to be read")
  }

  @Test func nothingToUse() {
    #expect(words("t,v\n", ReadingLayout(time: ["t"])) == "data.csv: there is no row below the header")
    #expect(
      words("t,v\n2020,\n2021,NA\n", ReadingLayout(time: ["t"], targets: ["v"]))
        == "data.csv: there is no value in column \"v\": every cell of 2 rows is empty or missing")
    #expect(
      words("a,b\nNA,NA\n", ReadingLayout(targets: ["a", "b"]))
        == "data.csv: there is no value in columns \"a\", \"b\": every cell of 1 row is empty or missing")
    #expect(
      words("v\nx\ny\n", ReadingLayout(targets: ["v"], badRows: .quarantine))
        == "data.csv: all 2 rows went into quarantine; the first is line 2: column \"v\": \"x\" is not a number")
  }

  @Test func texts() {
    #expect(words("") == "data.csv: the file is empty")
    #expect(words("a\n\"1\n2\n") == "data.csv:2: a quote opens here and is never closed")
    func text(_ error: TabularError) -> String { "\(error)" }
    #expect(
      text(.cellTooLong(source: "x", line: 3, most: 1024))
        == "x:3: a cell that begins here has more than 1024 bytes; is a quote never closed, or is this no CSV file?")
    #expect(
      text(.rowTooLong(source: "x", line: 3, limit: .cells(8)))
        == "x:3: the row has more than 8 cells; is this a CSV file "
        + "with a line end after each row? series with so many values stand in rows of their own (layout: long)")
  }

  @Test func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tabular-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/data.csv"
    try Data("v\n1\n".utf8).write(to: URL(filePath: path))
    #expect(try Table(contentsOf: path).texts == [["1"]])

    #expect(failure(folder + "/none.csv") == "\(folder)/none.csv: no such file")
    #expect(failure(path + "/none.csv") == "\(path)/none.csv: no such file")
    #expect(failure(folder) == "\(folder): is a folder, not a CSV file")
    try Data().write(to: URL(filePath: path))
    #expect(failure(path) == "\(path): the file is empty")
    try FileManager.default.createSymbolicLink(atPath: folder + "/loop", withDestinationPath: folder + "/loop")
    #expect(failure(folder + "/loop") == "\(folder)/loop: cannot be read: Too many levels of symbolic links")
  }

  private func failure(_ path: String) -> String {
    do {
      return "\(try Table(contentsOf: path))"
    } catch {
      return "\(error)"
    }
  }

  @Test func missingInputIsToldFromBadData() {
    #expect(TabularError.noSuchFile(path: "x").isMissingInput)
    #expect(TabularError.isFolder(path: "x").isMissingInput)
    #expect(TabularError.unreadable(path: "x", reason: "y").isMissingInput)
    #expect(!TabularError.empty(source: "x").isMissingInput)
    #expect(!TabularError.noSuchColumn(source: "x", line: 1, name: "a", columns: []).isMissingInput)
  }
}
