import Foundation
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
  private static let strict = CSVFormat(encoding: .utf8)
  private static let advice = "set encoding: windows-1252 or latin-1 if the file was written so, or save it as UTF-8"

  @Test func namesThatAreNoUTF8AreNeverMerged() {
    #expect(
      words(latin(Self.people), Self.long, Self.strict) == """
        data.csv:2: column "who": the byte 0xFC is no UTF-8 text
        data.csv:3: column "who": the byte 0xF6 is no UTF-8 text
        data.csv:4: column "who": the byte 0xFC is no UTF-8 text
        3 bad rows, 4 rows in all; \(Self.advice), or set bad_rows: quarantine to go on without such rows
        """)
    #expect(
      words(latin("Mü,1,2\nMö,3,4\n"), ReadingLayout(.rows(key: nil)), CSVFormat(header: false, encoding: .utf8))
        .hasPrefix(
          "data.csv:1: column \"1\": the byte 0xFC is no UTF-8 text\ndata.csv:2: "))
    #expect(
      words(
        latin("t,v,s\n2020,1,Süd\n2021,2,Söd\n"), ReadingLayout(time: ["t"], targets: ["v"], statics: ["s"]),
        Self.strict
      )
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
    for targets in [[], ["Mü"], ["M\u{FFFD}"]] {
      #expect(words(bytes, ReadingLayout(time: ["t"], targets: targets), Self.strict) == error)
    }
    #expect(words(bytes, ReadingLayout(time: ["t"]), CSVFormat(encoding: .latin1)) == "Mü [1.0, 3.0]; Mö [2.0, 4.0]")
    // A column that nothing asks for may be called anything.
    #expect(words(latin("t,v,für\n2020,1,\n2021,3,\n"), ReadingLayout(time: ["t"]), Self.strict) == "v [1.0, 3.0]")
  }

  @Test func cellsThatAreReadSayWhichByteIsWrong() {
    #expect(
      words(latin("t,v\n2020,1\n2021,ü\n"), ReadingLayout(time: ["t"], targets: ["v"]), Self.strict).hasPrefix(
        "data.csv:3: column \"v\": the byte 0xFC is no UTF-8 text; set encoding"))
    #expect(
      words(latin("t,v\n2020-01-01,1\n2021-01-01,1\nMärz,2\n"), ReadingLayout(time: ["t"]), Self.strict).hasPrefix(
        "data.csv:4: column \"t\": the byte 0xE4 is no UTF-8 text; set encoding"))
  }

  @Test func quarantineKeepsTheBytesOfTheFile() throws {
    for encoding in [TextEncoding.automatic, .utf8, .latin1, .windows1252] {
      let row = latin("2021,Mü,x\u{80}\u{9F}\u{FF}")
      let text = latin("t,who,v\n2020,a,1\n") + row + latin("\n")
      var layout = Self.long
      layout.badRows = .quarantine
      let table = try Table(csv: text.span, source: "data.csv", format: CSVFormat(encoding: encoding))
      #expect(try table.readings(layout).quarantined.map(\.bytes) == [row])
    }
  }

  @Test(arguments: [TextEncoding.latin1, .windows1252])
  func everyByteHasALetterOfItsOwn(encoding: TextEncoding) throws {
    let letters = (0x80...0xFF).map { byte in
      let bytes = encoding.utf8(of: UInt8(byte))
      #expect(encoding.original(bytes) == [UInt8(byte)])
      return bytes.span.validText ?? ""
    }
    #expect(Set(letters).count == 128)
    #expect(letters[0x7C] == "ü")
    #expect(letters[0] == (encoding == .latin1 ? "\u{80}" : "€"))
    // The same letters come out of a table, each in its cell.
    let bytes =
      [UInt8](latin("a")) + (0x80...0xFF).flatMap { [UInt8(ascii: ","), 0x62, UInt8($0), $0 == 0x85 ? 0x63 : 0x64] }
    let table = try Table(csv: bytes.span, source: "x", format: CSVFormat(header: false, encoding: encoding))
    #expect(table.texts[0] == ["a"] + letters.enumerated().map { "b\($1)\($0 == 5 ? "c" : "d")" })
  }

  @Test func aMarkOfUTF8ContradictsAnotherEncoding() {
    #expect(
      words([0xEF, 0xBB, 0xBF] + latin("v\n1\n"), ReadingLayout(), CSVFormat(encoding: .latin1))
        == "data.csv: is UTF-8 text; leave `encoding` out")
  }

  @Test func namesThatOnlyLookAlikeAreNotMerged() {
    let text = "t,who,v\n2020,Mu\u{308}ller,1\n2021,M\u{FC}ller,2\n"
    #expect(
      words(Array(text.utf8), Self.long)
        == "data.csv:3: column \"who\": the name \"Müller\" has other Unicode characters than in line 2, though it looks "
        + "the same; correct the file, or set bad_rows: quarantine to go on without such rows")
  }

  @Test func columnsOfOneNameGetOneEach() {
    #expect(
      words(Array("t,a,a\n2020,1,2\n2021,3,4\n".utf8), ReadingLayout(time: ["t"]))
        == "a [1.0, 3.0]; a 2 [2.0, 4.0]")
    #expect(
      words(Array("t,3,\n2020,1,2\n2021,3,4\n".utf8), ReadingLayout(time: ["t"]))
        == "data.csv:1: the header names 2 columns, "
        + "but every row has 3 cells; correct the header")
    #expect(
      words(Array("t,3,,x\n2020,1,2,5\n2021,3,4,5\n".utf8), ReadingLayout(time: ["t"]))
        == "3 [1.0, 3.0]; 3 2 [2.0, 4.0]; x [5.0, 5.0]")
    #expect(
      words(Array("t,k,c,b/c\n2020,a/b,1,2\n2021,a,3,4\n".utf8), ReadingLayout(.long(keys: ["k"]), time: ["t"]))
        == "data.csv: two series would both be called \"a/b/c\"; rename a column or a key, for a forecast is known by its "
        + "name")
  }

  // MARK: Found by itself

  /// A text of many rows whose last one has a letter.
  private func late(_ letter: [UInt8]) -> [UInt8] {
    Array(("t,note,v\n" + (0..<20_000).map { "\(2000 + $0),x,\($0)\n" }.joined() + "22000,").utf8) + letter
      + Array(",1\n".utf8)
  }

  @Test func aByteThatIsNoUTF8DecidesForTheWholeTextHoweverLateItComes() throws {
    let table = try Table(csv: late(latin("Mü")).span, source: "data.csv")
    #expect(table.encoding == .windows1252 && table.text(row: 20_000, column: 1) == "Mü")
    #expect(table.text(row: 20_000, column: 2) == "1" && table.text(row: 19_999, column: 2) == "19999")
    let warning =
      "data.csv:20002: the byte 0xFC is no UTF-8 text; the file is read as windows-1252, with `encoding` it is read in another"
    #expect(table.warnings == [warning])
    #expect(try table.readings(ReadingLayout(targets: ["v"])).warnings == [warning])
    let other = try Table(csv: late([0xFC, 0x9D]).span, source: "data.csv")
    #expect(other.encoding == .latin1 && other.text(row: 20_000, column: 1) == "ü\u{9D}")
    let utf8 = try Table(csv: late(Array("Mü".utf8)).span, source: "data.csv")
    #expect(utf8.encoding == .utf8 && utf8.text(row: 20_000, column: 1) == "Mü" && utf8.warnings == [])
  }

  @Test func theFirstLineWithALetterIsToldWhereRowsAreLonger() throws {
    let text = latin("t,note\n1,\"a\nb\"\n\n2,\"c\nü\"\n3,ö\n")
    let table = try Table(csv: text.span, source: "data.csv")
    #expect(table.warnings.map { $0.prefix(30) } == ["data.csv:5: the byte 0xFC is n"])
    #expect(table.texts == [["1", "a\nb"], ["2", "c\nü"], ["3", "ö"]])
    #expect(try Table(csv: latin("t,für\n1,2\n").span, source: "data.csv").columns == ["t", "für"])
  }

  @Test func cellsAreLookedAtByThemselves() throws {
    // Beside each other, without the comma, the last byte of one and the first of the next are an `ü`.
    let bytes = Array("a,b\nx".utf8) + [0xC3, 0x2C, 0xBC] + Array("y\n".utf8)
    let table = try Table(csv: bytes.span, source: "data.csv")
    #expect(table.encoding == .windows1252 && table.texts == [["xÃ", "¼y"]])
  }

  @Test func damagedUTF8StaysUTF8() throws {
    let people = Array("t,who,v\n2020,Müller,1\n2021,Möller,2\n".utf8)
    let error = "data.csv:4: column \"who\": the byte 0xC3 is no UTF-8 text; " + Self.advice
    #expect(words(people + [0x32, 0x2C, 0x4D, 0xC3] + Array(",3\n".utf8), Self.long).hasPrefix(error))
    // A mark says that it is UTF-8.
    #expect(
      words([0xEF, 0xBB, 0xBF] + latin(Self.people), Self.long).hasPrefix(
        "data.csv:2: column \"who\": the byte 0xFC is no UTF-8 text\n"))
  }

  private func encoded(_ text: String, _ encoding: String.Encoding, mark: [UInt8]) -> [UInt8] {
    mark + [UInt8](text.data(using: encoding) ?? Data())
  }

  @Test(arguments: [
    (String.Encoding.utf16LittleEndian, [0xFF, 0xFE], TextEncoding.utf16), (.utf16BigEndian, [0xFE, 0xFF], .utf16),
    (.utf16LittleEndian, [], .utf16), (.utf16BigEndian, [], .utf16),
    (.utf32LittleEndian, [0xFF, 0xFE, 0, 0], .utf32), (.utf32BigEndian, [0, 0, 0xFE, 0xFF], .utf32),
  ])
  func textOfWiderLettersIsRead(form: String.Encoding, mark: [UInt8], encoding: TextEncoding) throws {
    let bytes = encoded("t;größe\r\n1;\"日本\n😀\"\r\n2;Ё\r\n", form, mark: mark)
    for pieces in [1, 3, 1000] {
      for format in [CSVFormat(), CSVFormat(encoding: encoding)] {
        var reader = CSVReader(source: "data.csv", format: format)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
          try reader.append(bytes.span.extracting(start..<min(start + pieces, bytes.count)))
        }
        let table = try reader.finish()
        #expect(table.columns == ["t", "größe"] && table.texts == [["1", "日本\n😀"], ["2", "Ё"]])
        #expect(table.lines == [2, 4] && table.encoding == encoding && table.warnings == [])
      }
    }
    for other in [TextEncoding.utf8, .latin1, .windows1252] {
      #expect(
        words(bytes, ReadingLayout(), CSVFormat(encoding: other))
          == "data.csv: is \(encoding.rawValue.uppercased()) text; leave `encoding` out")
    }
    #expect(
      words(bytes + [0], ReadingLayout())
        == "data.csv:5: ends in the midst of a letter; was it cut while it was copied?")
  }

  @Test func aLongTextOfWiderLettersIsRead() throws {
    let text = "t,v\n" + (0..<20_000).map { "\($0),ä\($0)\n" }.joined()
    let table = try Table(csv: encoded(text, .utf16LittleEndian, mark: []).span, source: "data.csv")
    #expect(table.rowCount == 20_000 && table.text(row: 19_999, column: 1) == "ä19999")
    // Without any zero in it, it is read where that is set.
    let wide = encoded("日,本\n", .utf16LittleEndian, mark: [0xFF, 0xFE])
    #expect(try Table(csv: wide.span, source: "x").columns == ["日", "本"])
  }

  @Test func halvesOfLettersAreRefused() {
    let text = encoded("t,v\n1,2\n", .utf16LittleEndian, mark: [0xFF, 0xFE])
    let wrong = "data.csv:3: 0xD83D is no letter; save the file as UTF-8"
    #expect(words(text + [0x3D, 0xD8, 0x31, 0], ReadingLayout()) == wrong)
    #expect(words(text + [0, 0xDC, 0x31, 0], ReadingLayout()) == wrong.replacing("D83D", with: "DC00"))
    #expect(
      words(text + [0x3D, 0xD8], ReadingLayout())
        == "data.csv:3: ends in the midst of a letter; was it cut while it was copied?")
    let wide = encoded("t\n", .utf32LittleEndian, mark: [0xFF, 0xFE, 0, 0])
    #expect(
      words(wide + [0, 0, 0x11, 0], ReadingLayout()) == "data.csv:2: 0x110000 is no letter; save the file as UTF-8")
  }

  @Test func whatHasNoZerosIsNoTextOfWiderLetters() {
    for encoding in [TextEncoding.utf16, .utf32] {
      #expect(
        words(Array("t,v\n1,2\n".utf8), ReadingLayout(), CSVFormat(encoding: encoding))
          == "data.csv: is no \(encoding.rawValue.uppercased()) text; leave `encoding` out")
    }
    // Numbers of two bytes below 256 are no text.
    #expect(words([3, 0, 200, 0, 65, 0, 66, 0], ReadingLayout()) == "data.csv: is no text; a CSV file is needed")
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
