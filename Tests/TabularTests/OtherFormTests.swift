import Testing

@testable import Tabular

/// Files that are no tables in text are named, and what could be a table is read.
@Suite struct OtherFormTests {
  private func words(_ bytes: [UInt8]) -> String {
    do {
      let table = try Table(csv: bytes.span, source: "x", format: CSVFormat(header: false))
      return table.texts.map { $0.joined(separator: "|") }.joined(separator: "/")
    } catch { return "\(error)" }
  }

  private static let zeros = [UInt8](repeating: 0, count: 40)

  @Test(arguments: [
    ("{\"a\": 1, \"b\": [true, null, -1.5e3, \"x\\\"}\"]}", "JSON, not CSV"), ("[{\"a\":1},", "JSON, not CSV"),
    ("\n [[1, 2], [3, 4]]", "JSON, not CSV"), ("{\"a\":1}\n{\"a\":2}\n{\"a", "JSON, not CSV"),
    ("{}\n", "JSON, not CSV"),
    ("{\n  \"cells\": [\n", "JSON, not CSV"), ("[1, 2, 3", "JSON, not CSV"), ("[tr", "JSON, not CSV"),
  ])
  func jsonIsNamed(text: String, name: String) {
    #expect(
      words(Array(text.utf8)) == "x: is \(name); convert it to a CSV file with a row for each time")
    #expect(
      words([0xEF, 0xBB, 0xBF] + Array(text.utf8)) == "x: is \(name); convert it to a CSV file with a row for each time"
    )
    let packed = "x: is \(name), packed by gzip; convert it to a CSV file with a row for each time"
    #expect(words(Packed.gzip(Array(text.utf8))) == packed)
    #expect(words([0xFF, 0xFE] + text.utf8.flatMap { [$0, 0] }) == packed.replacing(", packed by gzip", with: ""))
  }

  @Test(arguments: [
    ("{a},b", "{a}|b"), ("{\"a\":1},2", "{\"a\":1}|2"), ("[a],[b]", "[a]|[b]"), ("[0,10),[10", "[0|10)|[10"),
    ("{", "{"), ("[", "["), ("<DATE>,<TIME>\n1,2", "<DATE>|<TIME>/1|2"),
    ("PAR1,PAR2", "PAR1|PAR2"),
    ("CDF,ORC\n1,2", "CDF|ORC/1|2"), ("version:,2", "version:|2"), ("name: x\n1", "name: x/1"), ("BZh9,1", "BZh9|1"),
    ("GIF8\t1\n2\t3", "GIF8|1/2|3"), ("PK,v\n1,2", "PK|v/1|2"), ("<svgs>,1", "<svgs>|1"), ("[}", "[}"),
  ])
  func whatCouldBeATableIsRead(text: String, cells: String) { #expect(words(Array(text.utf8)) == cells) }

  @Test func pagesAreNamedByTheirTitles() {
    let page = "<!DOCTYPE html>\n<html><head>\n<TITLE>\n  404 Not\n Found </TITLE></head><body>a,b\n1,2</body></html>"
    let words = "x: is an HTML page (\"404 Not Found\"), not CSV; was a download refused?"
    #expect(self.words(Array(page.utf8)) == words)
    #expect(
      self.words(Array(("\r\n" + page.lowercased()).utf8)) == words.replacing("404 Not Found", with: "404 not found"))
    #expect(
      self.words(Packed.zstd(Array("<html lang=\"de\">".utf8)))
        == "x: is an HTML page, not CSV, packed by zstd; was a download refused?")
    let long = "<html ><title>" + String(repeating: "x", count: 500)
    #expect(self.words(Array(long.utf8)) == "x: is an HTML page, not CSV; was a download refused?")
    #expect(self.words(Array((long + "</title>").utf8)).count < 160)
  }

  @Test func xmlIsNamed() {
    let refused = "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    #expect(
      words(Array(refused.utf8))
        == "x: is XML (\"Access Denied\"), not CSV; was a download refused? otherwise convert it to CSV")
    let named = [
      ("<?xml version=\"1.0\"?><svg width=\"1\">", "is an SVG picture; a table in text is needed"),
      ("<svg xmlns=\"http://www.w3.org/2000/svg\">", "is an SVG picture; a table in text is needed"),
      ("<?xml version=\"1.0\"?><html><title>A</title>", "is an HTML page (\"A\"), not CSV; was a download refused?"),
      ("<?xml version=\"1.0\"?><Workbook>", "is an Excel workbook in XML; save the sheet as CSV"),
      (
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
        "is a pointer of Git LFS, not the file that it stands for; get that by `git lfs pull`"
      ),
    ]
    for (text, name) in named { #expect(words(Array(text.utf8)) == "x: " + name) }
  }

  @Test(arguments: ["version: 1\nname: x\nstages:\n  - use: csv\n", "# mine\n\nname: x\nstages: []\n", "stages:\n"])
  func pipelinesAreNamed(text: String) {
    #expect(
      words(Array(text.utf8)) == "x: is a pipeline file, not readings; give the CSV file that it names as `path`")
  }

  @Test func filesAreNamedByTheirMarks() {
    let named: [(String, [UInt8])] = [
      (
        "an old Excel workbook or another Office file; save the sheet as CSV",
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
      ),
      ("a Parquet file; save the table as CSV", Array("PAR1".utf8) + [0x15, 4]),
      ("a Feather file; save the table as CSV", Array("FEA1".utf8)),
      ("an Arrow file; save the table as CSV", Array("ARROW1".utf8)),
      ("an HDF5 file; save the table as CSV", [0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A]),
      ("a netCDF file; save the table as CSV", Array("CDF".utf8) + [1]),
      ("a NumPy array; save the table as CSV", [0x93] + Array("NUMPY".utf8)),
      ("an Avro file; save the table as CSV", Array("Obj".utf8) + [1]),
      ("an ORC file; save the table as CSV", Array("ORC".utf8)),
      ("an SQLite database; save a table or a query as CSV", Array("SQLite format 3".utf8)),
      ("a PDF document; a table in text is needed", Array("%PDF-1.7\n".utf8)),
      ("an RTF document; a table in text is needed", Array("{\\rtf1".utf8)),
      ("a PNG picture; a table in text is needed", [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A]),
      ("a JPEG picture; a table in text is needed", [0xFF, 0xD8, 0xFF, 0xE0]),
      ("a GIF picture; a table in text is needed", Array("GIF89a".utf8)),
    ]
    for (name, mark) in named {
      #expect(words(mark + Self.zeros) == "x: is \(name)")
      let parts = name.split(separator: "; ")
      #expect(words(Packed.gzip(mark + Self.zeros)) == "x: is \(parts[0]), packed by gzip; \(parts[1])")
    }
    #expect(words([1, 2, 3, 0]) == "x: is no text; a CSV file is needed")
    let tar = Array("a.csv".utf8) + [UInt8](repeating: 0, count: 252) + Array("ustar".utf8) + Self.zeros
    #expect(words(Packed.gzip(tar)) == "x: is packed by tar, packed by gzip; unpack it first (`tar -xf`)")
  }

  /// The header of a file in a zip archive, and what is in it.
  private func entry(_ name: String, _ content: String = "") -> [UInt8] {
    [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 22) + [UInt8(name.utf8.count), 0, 0, 0] + Array(name.utf8)
      + Array(content.utf8)
  }

  @Test func archivesAreNamedByWhatIsInThem() {
    #expect(
      words(entry("[Content_Types].xml") + entry("xl/workbook.xml")) == "x: is an Excel workbook; save the sheet as CSV"
    )
    #expect(
      words(entry("mimetype", "application/vnd.oasis.opendocument.spreadsheet"))
        == "x: is an OpenDocument spreadsheet; save the sheet as CSV")
    #expect(words(entry("data.csv")) == "x: is a zip archive with \"data.csv\"; unpack it first (`unzip`)")
    #expect(
      words(entry("a.csv") + entry("b.csv"))
        == "x: is a zip archive with \"a.csv\" and others; unpack it first (`unzip`)")
    var cut = entry("long.csv")
    cut.removeLast(6)
    #expect(words(cut) == "x: is a zip archive with \"lo\"; unpack it first (`unzip`)")
    #expect(words([0x50, 0x4B, 5, 6] + Self.zeros) == "x: is packed by zip; unpack it first (`unzip`)")
  }
}
