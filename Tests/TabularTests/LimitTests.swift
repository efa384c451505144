import Testing

@testable import Tabular

/// Texts that no table has: they are refused before they take much memory.
@Suite struct LimitTests {
  /// Feeds a beginning and then one piece again and again, and counts the bytes that were taken before the refusal.
  private func read(_ beginning: String, then piece: String) -> (error: TabularError?, taken: Int) {
    var reader = CSVReader(source: "data.csv", format: CSVFormat(delimiter: .byte(CSVFormat.comma)))
    let repeated = Array(String(repeating: piece, count: 100_000 / piece.utf8.count).utf8)
    var taken = 0
    do throws(TabularError) {
      try reader.append(Array(beginning.utf8).span)
      while taken < 1 << 28 {
        try reader.append(repeated.span)
        taken += repeated.count
      }
      _ = try reader.finish()
      return (nil, taken)
    } catch { return (error, taken) }
  }

  @Test func aQuoteThatNeverEnds() {
    for piece in ["1,2\n", "x", "\"\""] {
      let (error, taken) = read("t,v\n2020,1\n2021,\"", then: piece)
      #expect(error == .cellTooLong(source: "data.csv", line: 3, most: CSVReader.longestCell))
      #expect(taken < 3 * CSVReader.longestCell)
    }
  }

  @Test func aCellThatNeverEnds() {
    let (error, taken) = read("t,v\n2020,", then: "1")
    #expect(error == .cellTooLong(source: "data.csv", line: 2, most: CSVReader.longestCell))
    #expect(taken < 2 * CSVReader.longestCell)
  }

  @Test func aRowThatNeverEnds() {
    let many = read("t,v\n2020,1\n", then: "1,")
    #expect(many.error == .rowTooLong(source: "data.csv", line: 3, limit: .cells(CSVReader.mostCells)))
    #expect(many.taken < 4 * CSVReader.mostCells)
    let header = read("", then: ",")
    #expect(header.error == .rowTooLong(source: "data.csv", line: 1, limit: .cells(CSVReader.mostCells)))
    let long = read("t,v\n", then: "," + String(repeating: "x", count: 1000))
    #expect(long.error == .rowTooLong(source: "data.csv", line: 2, limit: .bytes(CSVReader.longestRow)))
    #expect(long.taken < 2 * CSVReader.longestRow)
  }

  @Test func whatIsWithinTheLimitsIsRead() throws {
    let cell = String(repeating: "x", count: CSVReader.longestCell - 2048)
    let row = String(repeating: ",", count: CSVReader.mostCells - 1)
    let text = "a,b\n1,\(cell)\n\(row)\n\(row)\n2,y\n"
    let table = try Table(csv: Array(text.utf8).span, source: "data.csv")
    #expect(table.rowCount == 4)
    #expect(table.cellCount(ofRow: 1) == CSVReader.mostCells && table.text(row: 3, column: 1) == "y")
  }

  @Test func aSizeThatAFileOnlyClaimsIsNotReserved() throws {
    var reader = CSVReader(source: "data.csv", expectedBytes: 1 << 60)
    try reader.append(Array("v\n1\n".utf8).span)
    #expect(try reader.finish().rowCount == 1)
  }
}
