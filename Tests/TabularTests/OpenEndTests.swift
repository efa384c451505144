import Foundation
import Testing
import TimeSeries

@testable import Tabular

@Suite struct OpenEndTests {
  private func read(_ text: String, _ layout: ReadingLayout) throws -> TabularReadings {
    try table(text).readings(layout)
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func aLastRowWithoutAnEndIsSetAside(end: String) throws {
    let text = ["t,v", "2020,107", "2021,108", "2022,1"].joined(separator: end)
    for badRows in BadRows.allCases {
      let found = try read(text, ReadingLayout(time: ["t"], badRows: badRows))
      #expect(found.readings.series[0].values == [107, 108])
      #expect(found.rowCount == 3)
      #expect(
        found.quarantined == [
          QuarantinedRow(line: 4, reason: "the last row has no line end, so it may be cut", text: "2022,1")
        ])
      #expect(
        found.warnings == [
          "data.csv:4: the last row has no line end, so it may be cut; \"2022,1\" is set aside; end each line when the file "
            + "is written, or set last_row: take if its last line never has an end"
        ])
    }
    let whole = try read(text + end, ReadingLayout(time: ["t"]))
    #expect(whole.readings.series[0].values == [107, 108, 1] && whole.warnings == [] && whole.quarantined == [])
    let taken = try read(text, ReadingLayout(time: ["t"], lastRow: .take))
    #expect(taken.readings == whole.readings && taken.warnings == [] && taken.quarantined == [])
  }

  @Test func itIsSetAsideWhateverIsWrongWithIt() throws {
    for rest in ["2", "2022", "2022,", "2022,-", "2022,5,6", "x,\"9\""] {
      let found = try read("t,v\n2020,1\n2021,2\n" + rest, ReadingLayout(time: ["t"]))
      #expect(found.readings.series[0].values == [1, 2])
      #expect(found.quarantined.map(\.line) == [4])
    }
    let rows = try table("a,1,2\nb,3,4", CSVFormat(header: false)).readings(ReadingLayout(.rows(key: nil)))
    #expect(rows.readings.series.map(\.name) == ["a"] && rows.quarantined.map(\.text) == ["b,3,4"])
  }

  @Test func spacesAfterTheLastLineAreNoRow() throws {
    for rest in ["", " ", "\n", " \n  "] {
      #expect(try read("t,v\n2020,1\n" + rest, ReadingLayout(time: ["t"])).warnings == [])
    }
  }

  @Test func anOnlyRowWithoutAnEndIsAnError() throws {
    #expect(throws: TabularError.onlyRowOpen(source: "data.csv", line: 2)) { try read("v\n1", ReadingLayout()) }
    #expect(throws: TabularError.noRows(source: "data.csv")) { try read("t,v", ReadingLayout(time: ["t"])) }
    #expect(
      "\(TabularError.onlyRowOpen(source: "data.csv", line: 2))"
        == "data.csv:2: the only row has no line end, so it may be cut; end it, or set last_row: take")
  }
}

@Suite struct ChangingFileTests {
  /// Reads a file of a few pieces that something happens to after each piece.
  private func read(_ change: (FileHandle, Int) throws -> Void) throws -> Result<Table, TabularError> {
    let folder = FileManager.default.temporaryDirectory.appending(path: "changing-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/data.csv"
    try Data(("v\n" + String(repeating: "12345\n", count: 300_000)).utf8).write(to: URL(filePath: path))
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    var failure: (any Error)?
    do throws(TabularError) {
      let table = try Table(contentsOf: path, format: CSVFormat()) { count in
        do { try change(handle, count) } catch { failure = error }
      }
      #expect(failure == nil)
      return .success(table)
    } catch { return .failure(error) }
  }

  @Test func aFileThatStaysIsNoMatter() throws {
    let table = try read { _, _ in }.get()
    #expect(table.change == nil && table.rowCount == 300_000)
  }

  @Test func whatIsAddedOnceIsReadAndSaid() throws {
    var isAdded = false
    let table = try read { handle, _ throws in
      if isAdded { return }
      isAdded = true
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("1\n2\n3".utf8))
    }.get()
    #expect(table.rowCount == 300_003)
    let found = try table.readings(ReadingLayout(lastRow: .take))
    #expect(found.quarantined.map(\.text) == ["3"], "of a file that changed it is set aside even where it is taken")
    #expect(found.warnings.count == 2)
    #expect(found.warnings[0].contains(" changed while it was read: it had 1800002 bytes, then 1800007; "))
    #expect(found.warnings[1].hasSuffix("; \"3\" is set aside"))
  }

  @Test func aFileThatGrowsAllTheTimeIsReadAndSaid() throws {
    let table = try read { handle, _ throws in
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("77777\n".utf8))
    }.get()
    #expect(table.change != nil && table.rowCount > 300_000)
  }

  @Test func aFileThatIsWrittenAnewIsReadAgainOrRefused() throws {
    var rows = 9
    func rewrite(_ handle: FileHandle) throws {
      rows -= 3
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: Data(("v\n" + String(repeating: "1\n", count: rows)).utf8))
    }
    let once = try read { handle, _ in if rows == 9 { try rewrite(handle) } }.get()
    #expect(once.rowCount == 6 && once.change != nil)
    let always = try read { handle, _ in try rewrite(handle) }
    guard case .failure(.changedWhileRead(let path)) = always else {
      Issue.record("a file that is written all the time was read")
      return
    }
    #expect(
      "\(TabularError.changedWhileRead(path: path))"
        == "\(path): is written while it is read; write it under another name, move it to its place, and run again")
  }
}
