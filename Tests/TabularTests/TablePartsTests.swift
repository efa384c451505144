import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Tabular

/// A table whose rows are handed over a few at a time.
private struct RowParts: TableParts {
  var table: Table
  var rows: Int

  func forEachPart(_ take: (Table) throws(TabularError) -> Bool) throws(TabularError) -> TablePartsEnd {
    let all = table.cells
    var (start, head): (Int, TableHead?) = (0, nil)
    for end in 1...all.lines.count where end - start >= rows || end == all.lines.count {
      let cells = Cells(rows: start..<end, of: all)
      let isWhole = end == all.lines.count
      if let head {
        if try !take(Table(following: head, cells: cells)) { return .stopped }
      } else {
        head = TableHead(source: table.source, cells: cells, format: table.format, isWhole: isWhole)
        guard let head else { continue }
        if try !take(Table(head, cells: cells)) { return .stopped }
      }
      start = end
    }
    return .ended
  }
}

/// What comes of reading, as text: a missing value is not equal to itself.
private func words(_ read: () throws(TabularError) -> TabularReadings?) -> String {
  do throws(TabularError) {
    guard var found = try read() else { return "foreign" }
    found.bytes = 0
    return "\(found)"
  } catch { return "\(error): \(String(reflecting: error))" }
}

@Suite struct TablePartsTests {
  private static let long = ReadingLayout.Arrangement.long(keys: ["k"])

  // Rows that are good, and each way to be a bad one.
  private static let rows = [
    "2024-01-01,a,1,x", "2024-01-02,a,2,x", "2024-01-01,b,3,y", "2024-01-03,a,,x", "2024-01-02,a,5,x",
    "2024-01-02,b,6,z",
    "2024-01-04,a,7", "2024-01-05,a,8,x,9", "2024-01-06,,9,x", "soon,a,1,x", ",a,1,x", "2024-01-07,a,much,x", ",,,", "",
    "# a remark, or none", "t,k,v,f", "2024-01-08,\"a\nb\",1,x", "2024-01-09,\"a\nb\",\"1\",x",
    "2024-01-10,e\u{301},1,x",
    "2024-01-11,\u{E9},1,x", "2024-01-01,c,1e308,x", "2024-01-01,c,1e308,x", "2024-01-12,a,inf,x", "2024-01-13,a,12,",
  ]

  private static let layouts: [ReadingLayout] = {
    let plain = ReadingLayout(long, time: ["t"], targets: ["v"], statics: ["f"])
    var layouts = [plain, ReadingLayout(long, time: ["t"]), ReadingLayout(long, targets: ["v"]), ReadingLayout()]
    layouts.append(ReadingLayout(.long(keys: ["k", "f"]), time: ["t"], targets: ["v"], repeated: .sum))
    layouts.append(ReadingLayout(time: ["t", "k"], targets: ["v"]))
    layouts.append(ReadingLayout(long, time: ["t"], targets: ["none"]))
    layouts.append(ReadingLayout(time: ["t"], targets: ["v"], repeated: .mean, shortRows: .take, lastRow: .take))
    if let condition = try? RowCondition("k == a"), let never = try? RowCondition("k == nobody") {
      layouts.append(ReadingLayout(time: ["t"], targets: ["v"], condition: condition))
      layouts.append(ReadingLayout(time: ["t"], targets: ["v"], condition: never))
    }
    return layouts.flatMap { layout in
      var lenient = layout
      lenient.badRows = .quarantine
      return [layout, lenient]
    }
  }()

  @Test func `readings are the same in whatever parts their rows come`() throws {
    var generator = SplitMix(state: 41)
    for number in 0..<60 {
      var lines = (0..<Int.random(in: 0...12, using: &generator)).compactMap { _ in
        Self.rows.randomElement(using: &generator)
      }
      // Most texts have rows of one kind, so that some of them can be read.
      if number % 3 > 0 { lines = lines.filter { Self.rows.prefix(6).contains($0) } }
      let header = number % 7 == 0 ? "" : "t,k,v,f\n"
      let text = Array((header + lines.joined(separator: "\n") + (number % 5 == 0 ? "" : "\n")).utf8)
      var format = CSVFormat(comment: "#")
      if number % 4 == 0 { format.skipBelow = 1 }
      guard let table = try? Table(csv: text.span, source: "data.csv", format: format) else { continue }
      for layout in Self.layouts {
        let whole = words { () throws(TabularError) in
          try table.readings(layout)
        }
        for rows in [1, 3] {
          let inParts = words { () throws(TabularError) in
            var end = TablePartsEnd.ended
            return try RowParts(table: table, rows: rows).readings(ofTimes: layout, end: &end)
          }
          #expect(inParts == whole, "\(String(decoding: text, as: UTF8.self)) by \(layout)")
        }
      }
    }
  }

  /// Rows of a few series over a text of many parts, with what is done to them.
  private func file(_ change: (inout [String]) -> Void) throws -> (folder: TemporaryFolder, path: String) {
    var lines = ["t,k,v"]
    for hour in 0..<12_000 {
      for key in ["a", "b", "c"] {
        lines.append("2020-\(1 + hour / 720 % 12)-\(1 + hour / 24 % 28)T\(hour % 24):00,\(key),\(hour)")
      }
    }
    change(&lines)
    let folder = try TemporaryFolder()
    try folder.write(lines.joined(separator: "\n") + "\n", to: "data.csv")
    return (folder, folder.path + "/data.csv")
  }

  private static let layout: ReadingLayout = {
    var layout = ReadingLayout(long, time: ["t"], targets: ["v"], mostBadRows: 0.9)
    layout.badRows = .quarantine
    return layout
  }()

  @Test(arguments: [
    "as it is", "a late bad row", "a late open quote", "a late letter of another encoding", "no such column",
  ])
  func `a file is read as its table is`(what: String) throws {
    let (folder, path) = try file { lines in
      let late = lines.count - 7
      switch what {
      case "a late bad row": lines[late] = "never,a,1"
      case "a late open quote": lines[late] = "2020-01-01,\"a,1"
      case "a late letter of another encoding": lines[late] += "\u{FFFD}"
      case "no such column": lines[0] = "t,k,w"
      default: break
      }
    }
    if what == "a late letter of another encoding" {
      var bytes = try Data(contentsOf: URL(filePath: path))
      let letter = try #require(bytes.firstRange(of: Data("\u{FFFD}".utf8)))
      bytes.replaceSubrange(letter, with: [0xE9])
      try bytes.write(to: URL(filePath: path))
    }
    var file = CSVFile(path)
    file.partSize = 1000
    let layout = Self.layout
    let whole = words { () throws(TabularError) in try Table(contentsOf: path).readings(layout) }
    #expect(words { () throws(TabularError) in try file.readings(layout) } == whole)
    withExtendedLifetime(folder) {}
  }

  @Test func `a condition holds where the last row is set aside, too`() throws {
    let text = "t,k,v\n2020,a,1\n2021,b,2\n2022,a,3\n2023,a,4"
    let layout = ReadingLayout(time: ["t"], targets: ["v"], condition: try RowCondition("k == a"))
    let found = try table(text).readings(layout)
    #expect(found.readings.series.map(\.values) == [[1, 3]])
    #expect(found.quarantined.map(\.line) == [5])
  }

  @Test func `the beginning of a file is a table of its first rows`() throws {
    let (folder, path) = try file { _ in }
    let (part, isWhole) = try CSVFile(path).beginning(of: 5000)
    #expect(!isWhole)
    #expect((100..<100_000).contains(part.rowCount) && part.columns == ["t", "k", "v"])
    let whole = try CSVFile(path).beginning(of: 1 << 30)
    #expect(whole.isWhole && whole.table.rowCount == 36_000)
    withExtendedLifetime(folder) {}
  }

  @Test func `a file that grows while it is read is read once more, and told of`() throws {
    let (folder, path) = try file { _ in }
    let parts = try FileParts(path, CSVFormat(), partSize: 1000, allowsGrowth: false)
    let growing = try FileParts(path, CSVFormat(), partSize: 1000, allowsGrowth: true)
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("2020-01-01T00:00,d,1\n".utf8))
    guard case .changed = try parts.forEachPart({ _ in true }) else {
      Issue.record("the change is not noticed")
      return
    }
    var (rows, changes) = (0, 0)
    _ = try growing.forEachPart { part in
      rows += part.rowCount
      changes += part.change == nil ? 0 : 1
      return true
    }
    #expect(rows == 36_000 && changes == 1)
    withExtendedLifetime(folder) {}
  }
}
