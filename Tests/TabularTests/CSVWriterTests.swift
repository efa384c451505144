import Testing

@testable import Tabular

@Suite struct CSVWriterTests {
  @Test func `what is taken in pieces is what would be written at once`() {
    func rows(_ writer: inout CSVWriter, _ texts: [String]) {
      for text in texts { writer.row([text]) }
    }
    var (whole, parts) = (CSVWriter(), CSVWriter())
    rows(&whole, ["a", "", "b\"c"])
    var bytes: [UInt8] = []
    for text in ["a", "", "b\"c"] {
      rows(&parts, [text])
      bytes += parts.take()
    }
    #expect(bytes == whole.bytes && parts.bytes.isEmpty)
    #expect(String(decoding: bytes, as: UTF8.self) == "a\n\"\"\n\"b\"\"c\"\n")
  }

  private func text(_ write: (inout CSVWriter) -> Void) -> String {
    var writer = CSVWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func onlyWhatNeedsQuotesIsQuoted() {
    let row = ["plain", "two words", "", "a,b", "say \"yes\"", "two\nlines", "\rx", " padded", "padded\t", "ä;"]
    #expect(
      text { $0.row(row) }
        == "plain,two words,,\"a,b\",\"say \"\"yes\"\"\",\"two\nlines\",\"\rx\",\" padded\",\"padded\t\",ä;\n")
  }

  @Test(arguments: [
    (316.0, "316"), (-0.5, "-0.5"), (0.1 + 0.2, "0.30000000000000004"), (1e22, "1e+22"), (-0.0, "-0"),
    (.leastNonzeroMagnitude, "5e-324"), (.nan, ""), (1.7976931348623157e308, "1.7976931348623157e+308"),
  ])
  func numbers(value: Double, expected: String) {
    #expect(
      text {
        $0.cell(value); $0.cell(7)
      } == expected + ",7")
  }

  @Test func aRowOfOneEmptyCellIsNoEmptyLine() {
    #expect(
      text {
        $0.row([""]); $0.row(["", ""]); $0.row([])
      } == "\"\"\n,\n\n")
    #expect(
      text {
        $0.cell(Double.nan); $0.endRow()
      } == "\"\"\n")
  }

  @Test func anotherDelimiter() {
    var writer = CSVWriter(delimiter: UInt8(ascii: ";"))
    writer.row(["a,b", "a;b"])
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "a,b;\"a;b\"\n")
  }

  @Test(arguments: 0..<300)
  func randomTablesReadBack(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed))
    let letters = ["a", "Z", "7", "ä", "漢", " ", "\t", ",", ";", "|", "\"", "'", "\n", "\r", "\r\n", ".", "-"]
    let delimiter = [UInt8(ascii: ","), UInt8(ascii: ";"), 9, UInt8(ascii: "|")][Int(random.next() % 4)]
    let width = 1 + Int(random.next() % 5)
    let rows = (0..<1 + Int(random.next() % 12)).map { _ in
      (0..<width).map { _ in
        (0..<Int(random.next() % 6)).map { _ in letters[Int(random.next() % UInt64(letters.count))] }.joined()
      }
    }
    var writer = CSVWriter(delimiter: delimiter)
    for row in rows { writer.row(row) }
    let format = CSVFormat(delimiter: .byte(delimiter), header: false)
    let table = try Table(csv: writer.bytes.span, source: "random", format: format)
    #expect(table.texts == rows)
    // Each row begins where the text before it has that many line ends.
    var line = 1
    for (position, row) in rows.enumerated() {
      #expect(table.line(ofRow: position) == line)
      line +=
        1 + row.joined(separator: "x").replacing("\r\n", with: "\n").unicodeScalars.count { $0 == "\n" || $0 == "\r" }
    }
  }

  @Test(arguments: 0..<200)
  func randomNumbersReadBack(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed) &* 977)
    let values = (0..<50).map { _ in Double(bitPattern: random.next()) }.map { $0.isFinite ? $0 : .nan }
    var writer = CSVWriter()
    for value in values { writer.cell(value); writer.endRow() }
    let table = try Table(csv: writer.bytes.span, source: "random", format: CSVFormat(header: false))
    let read = (0..<table.rowCount).map { row in
      let text = table.text(row: row, column: 0)
      return text.isEmpty ? .nan : text.utf8.span.decimalNumber(comma: false)
    }
    #expect(read.map { $0?.bitPattern } == values.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern })
  }
}

/// A seeded generator for tests (Steele, Lea and Flood 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
