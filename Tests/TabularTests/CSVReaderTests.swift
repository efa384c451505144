import Testing

@testable import Tabular

/// The rows of a text, fed to the reader in pieces of a size.
private func read(_ text: String, _ format: CSVFormat = CSVFormat(), pieces: Int = .max) throws -> Table {
  var reader = CSVReader(source: "test.csv", format: format)
  let bytes = Array(text.utf8)
  var at = 0
  while at < bytes.count {
    let end = pieces < bytes.count - at ? at + pieces : bytes.count
    try reader.append(bytes.span.extracting(at..<end))
    at = end
  }
  return try reader.finish()
}

extension Table {
  /// All rows as texts.
  var texts: [[String]] { (0..<rowCount).map(texts(ofRow:)) }
  /// The lines that the rows begin in.
  var lines: [Int] { (0..<rowCount).map(line(ofRow:)) }
}

@Suite struct CSVReaderTests {
  @Test func aPlainFile() throws {
    let table = try read("Month,Passengers\n1949-01,112\n1949-02,118\n")
    #expect(table.columns == ["Month", "Passengers"])
    #expect(table.texts == [["1949-01", "112"], ["1949-02", "118"]])
    #expect(table.lines == [2, 3])
    #expect(table.headerLine == 1)
    #expect(table.delimiter == UInt8(ascii: ","))
    #expect(try table.column("Passengers") == 1)
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func lineEndsAreCountedAlike(end: String) throws {
    let lines = ["", "t,note", "", "1,\"two", "lines\"", "2,x", "", "", "3,\"a", "b", "c\"", "4,y"]
    for last in ["", end] {
      let table = try read(lines.joined(separator: end) + last)
      #expect(table.headerLine == 2)
      #expect(table.lines == [4, 6, 9, 12])
      #expect(table.text(row: 0, column: 1) == "two\(end)lines")
      #expect(table.text(row: 2, column: 1) == "a\(end)b\(end)c")
    }
  }

  @Test func quotedNumbersCRLFAndByteOrderMark() throws {
    let table = try read("\u{FEFF}\"Date\",\"Temp\"\r\n\"1981-01-01\",20.7\r\n")
    #expect(table.columns == ["Date", "Temp"])
    #expect(table.texts == [["1981-01-01", "20.7"]])
  }

  @Test func quotesWithin() throws {
    let table = try read("a,b\n\"say \"\"yes\"\", then\",\"\"\n5\" pipe, x \n")
    #expect(table.texts == [["say \"yes\", then", ""], ["5\" pipe", "x"]])
  }

  @Test func everyWayOfCuttingGivesTheSame() throws {
    let text = "\u{FEFF}a;b\r\n\"x;\r\ny\";ä\r\n;\r\n"
    let whole = try read(text)
    #expect(whole.texts == [["x;\r\ny", "ä"], ["", ""]])
    #expect(whole.lines == [2, 4])
    for size in 1...text.utf8.count { #expect(try read(text, pieces: size) == whole) }
  }

  @Test func aTextLongerThanItsBeginning() throws {
    let text = "a,b\n" + (0..<20_000).map { "\($0),\"\($0)\"\n" }.joined()
    let table = try read(text, pieces: 1000)
    #expect(table.rowCount == 20_000)
    #expect(table.text(row: 19_999, column: 1) == "19999")
    #expect(table.line(ofRow: 19_999) == 20_001)
  }

  @Test(arguments: [
    ("a,b\n1,2\n", ","), ("a;b\n1,5;2,5\n", ";"), ("a\tb c\n1\t2\n", "\t"), ("a|b\n1|2\n", "|"), ("a\n1\n", ","),
    ("\"a,b,c\";d\n\"1,2,3\";4\n", ";"), ("date,a;b\n1,2\n3,4\n", ","), ("a,b\tc\n1,1\t2\n3\t4,5,6\n", "\t"),
  ])
  func delimitersAreFound(text: String, delimiter: String) throws {
    #expect(try read(text).delimiter == delimiter.utf8.first)
  }

  @Test func delimiterQuoteAndHeaderAsGiven() throws {
    let format = CSVFormat(delimiter: .byte(UInt8(ascii: ":")), quote: UInt8(ascii: "'"), header: false)
    let table = try read("a,x:'b:c'\n", format)
    #expect(table.columns == ["1", "2"])
    #expect(!table.hasHeader)
    #expect(table.texts == [["a,x", "b:c"]])
  }

  @Test func tabsKeepEmptyCells() throws {
    #expect(try read("a\tb\tc\n\t\t3\n1\t\t\n").texts == [["", "", "3"], ["1", "", ""]])
  }

  @Test func namelessColumnsAndPadding() throws {
    #expect(try read(",value,,\n0,1\n").columns == ["1", "value"])
    #expect(try read("value,,x\n0,1,2\n").columns == ["value", "2", "x"])
  }

  @Test func delimiterNames() {
    #expect(CSVFormat.Delimiter("auto") == .automatic)
    #expect(CSVFormat.Delimiter("tab") == .byte(9))
    #expect(CSVFormat.Delimiter(";") == .byte(59))
    for text in ["", "\"", "\n", "a", "7", ",,", "ä"] { #expect(CSVFormat.Delimiter(text) == nil) }
  }

  @Test(arguments: ["", "\n\n\r\n", "\u{FEFF}", "  \n"])
  func emptyTexts(text: String) {
    #expect(throws: TabularError.empty(source: "test.csv")) { try read(text) }
  }

  @Test func anOpenQuoteIsTheLineItOpensIn() {
    #expect(throws: TabularError.unclosedQuote(source: "test.csv", line: 3)) { try read("a,b\n1,2\n3,\"4\n5,6\n7,8\n") }
    #expect(throws: TabularError.unclosedQuote(source: "test.csv", line: 4)) {
      try read("a,b\n1,2\n\"x\ny\",\"4\n5,6\n")
    }
  }
}
