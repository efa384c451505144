import Testing
import TimeSeries

@testable import Tabular

/// Text as the bytes of ISO 8859-1.
private func latin(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }

@Suite struct EncodingTests {
  private func words(_ bytes: [UInt8], _ layout: ReadingLayout, _ format: CSVFormat = CSVFormat()) -> String {
    do {
      let result = try Table(csv: bytes.span, source: "data.csv", format: format).readings(layout)
      return result.readings.series.map { "\($0.name) \($0.values)" }.joined(separator: "; ")
    } catch {
      return "\(error)"
    }
  }

  private static let people = "t,who,v\n2020,Müller,1\n2021,Möller,2\n2022,Müller,3\n2023,Meyer,4\n"
  private static let long = ReadingLayout(.long(keys: ["who"]), time: ["t"], targets: ["v"])
  private static let advice = "set encoding: windows-1252 or latin-1 if the file was written so, or save it as UTF-8"

  @Test func namesThatAreNoUTF8AreNeverMerged() {
    #expect(
      words(latin(Self.people), Self.long) == """
        data.csv:2: column "who": the byte 0xFC is no UTF-8 text
        data.csv:3: column "who": the byte 0xF6 is no UTF-8 text
        data.csv:4: column "who": the byte 0xFC is no UTF-8 text
        3 bad rows, 4 rows in all; \(Self.advice), or set bad_rows: quarantine to go on without such rows
        """)
    #expect(
      words(latin("Mü,1,2\nMö,3,4\n"), ReadingLayout(.rows(key: nil)), CSVFormat(header: false)).hasPrefix(
        "data.csv:1: column \"1\": the byte 0xFC is no UTF-8 text\ndata.csv:2: "))
    #expect(
      words(latin("t,v,s\n2020,1,Süd\n2021,2,Söd\n"), ReadingLayout(time: ["t"], targets: ["v"], statics: ["s"]))
        .hasPrefix(
          "data.csv:2: column \"s\": the byte 0xFC is no UTF-8 text\ndata.csv:3: "))
  }

  @Test(arguments: [TextEncoding.latin1, .windows1252])
  func anEncodingIsRead(encoding: TextEncoding) {
    #expect(
      words(latin(Self.people), Self.long, CSVFormat(encoding: encoding))
        == "Müller [1.0, 3.0]; Möller [2.0]; Meyer [4.0]")
  }

  @Test func namesOfColumnsAreNeverMerged() {
    let bytes = latin("t,Mü,Mö\n2020,1,2\n2021,3,4\n")
    let error = "data.csv:1: the name of column 2: the byte 0xFC is no UTF-8 text; " + Self.advice
    #expect(words(bytes, ReadingLayout(time: ["t"])) == error)
    #expect(words(bytes, ReadingLayout(time: ["t"], targets: ["Mü"])) == error)
    #expect(words(bytes, ReadingLayout(time: ["t"], targets: ["M\u{FFFD}"])) == error)
    #expect(words(bytes, ReadingLayout(time: ["t"]), CSVFormat(encoding: .latin1)) == "Mü [1.0, 3.0]; Mö [2.0, 4.0]")
    // A column that nothing asks for may be called anything.
    #expect(words(latin("t,v,für\n2020,1,\n2021,3,\n"), ReadingLayout(time: ["t"])) == "v [1.0, 3.0]")
  }

  @Test func cellsThatAreReadSayWhichByteIsWrong() {
    #expect(
      words(latin("t,v\n2020,1\n2021,ü\n"), ReadingLayout(time: ["t"], targets: ["v"])).hasPrefix(
        "data.csv:3: column \"v\": the byte 0xFC is no UTF-8 text; set encoding"))
    #expect(
      words(latin("t,v\n2020-01-01,1\n2021-01-01,1\nMärz,2\n"), ReadingLayout(time: ["t"])).hasPrefix(
        "data.csv:4: column \"t\": the byte 0xE4 is no UTF-8 text; set encoding"))
  }

  @Test func quarantineKeepsTheBytesOfTheFile() throws {
    for encoding in TextEncoding.allCases {
      let row = latin("2021,Mü,x\u{80}\u{9F}\u{FF}")
      let text = latin("t,who,v\n2020,a,1\n") + row + latin("\n")
      var layout = Self.long
      layout.badRows = .quarantine
      let table = try Table(csv: text.span, source: "data.csv", format: CSVFormat(encoding: encoding))
      #expect(try table.readings(layout).quarantined.map(\.bytes) == [row])
    }
  }

  @Test(arguments: [TextEncoding.latin1, .windows1252])
  func everyByteHasALetterOfItsOwn(encoding: TextEncoding) {
    let letters = (0x80...0xFF).map { byte in
      var bytes: [UInt8] = []
      [UInt8(byte)].withUnsafeBytes { encoding.append($0, to: &bytes) }
      #expect(encoding.original(bytes) == [UInt8(byte)])
      return bytes.span.validText ?? ""
    }
    #expect(Set(letters).count == 128)
    #expect(letters[0x7C] == "ü")
    #expect(letters[0] == (encoding == .latin1 ? "\u{80}" : "€"))
  }

  @Test func aMarkOfUTF8ContradictsAnotherEncoding() {
    #expect(
      words([0xEF, 0xBB, 0xBF] + latin("v\n1\n"), ReadingLayout(), CSVFormat(encoding: .latin1))
        == "data.csv: begins with the mark of UTF-8 text; leave `encoding` out")
  }

  @Test func namesThatOnlyLookAlikeAreNotMerged() {
    let text = "t,who,v\n2020,Mu\u{308}ller,1\n2021,M\u{FC}ller,2\n"
    #expect(
      words(Array(text.utf8), Self.long)
        == "data.csv:3: column \"who\": the name \"Müller\" has other Unicode characters than in line 2, though it looks "
        + "the same; correct the file, or set bad_rows: quarantine to go on without such rows")
  }

  @Test func twoSeriesWithOneNameAreRefused() {
    #expect(
      words(Array("t,a,a\n2020,1,2\n2021,3,4\n".utf8), ReadingLayout(time: ["t"]))
        == "data.csv:1: columns 2, 3 are all named \"a\"; give each a name of its own")
    #expect(
      words(Array("t,3,\n2020,1,2\n2021,3,4\n".utf8), ReadingLayout(time: ["t"]))
        == "data.csv:1: the header names 2 columns, "
        + "but every row has 3 cells; correct the header")
    #expect(
      words(Array("t,3,,x\n2020,1,2,5\n2021,3,4,5\n".utf8), ReadingLayout(time: ["t"]))
        == "data.csv:1: columns 2, 3 are all named \"3\"; give each a name of its own")
    #expect(
      words(Array("t,k,c,b/c\n2020,a/b,1,2\n2021,a,3,4\n".utf8), ReadingLayout(.long(keys: ["k"]), time: ["t"]))
        == "data.csv: two series would both be called \"a/b/c\"; rename a column or a key, for a forecast is known by its "
        + "name")
  }

  static let wrongBytes: [(bytes: [UInt8], first: UInt8?)] = [
    ([0x41, 0xFC], 0xFC), ([0xC3, 0xBC], nil), ([0xC3], 0xC3), ([0xE2, 0x82], 0xE2), ([0xF0, 0x9F, 0x98, 0x80], nil),
    ([0x41, 0x80], 0x80), ([0xED, 0xA0, 0x80], 0xED), ([0xC0, 0x80], 0xC0), ([], nil),
  ]

  @Test(arguments: wrongBytes)
  func theFirstWrongByteIsFound(bytes: [UInt8], first: UInt8?) {
    let found = bytes.span.invalidByte
    #expect(found == first)
  }
}
