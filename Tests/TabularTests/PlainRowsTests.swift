import CLibCSV
import CPlainRows
import TestSupport
import Testing

@testable import Tabular

/// Rows of some text: the texts of their cells, and the line of each.
private struct Rows: Equatable {
  var cells: [[[UInt8]]] = []
  var lines: [Int] = []
}

/// The rows of a text that ends with a row, as libcsv cuts them.
private func rowsOfLibrary(_ text: [UInt8], delimiter: UInt8) -> Rows {
  struct Found {
    var rows = Rows()
    var row: [[UInt8]] = []
    var line = 1
    var afterReturn = false
  }
  var found = Found()
  var parser = csv_parser()
  _ = csv_init(&parser, UInt8(CSV_REPALL_NL))
  defer { csv_free(&parser) }
  csv_set_delim(&parser, delimiter)
  let read = withUnsafeMutablePointer(to: &found) { found in
    csv_parse(
      &parser, text, text.count,
      { text, count, found in
        let found = found?.assumingMemoryBound(to: Found.self)
        found?.pointee.row.append(Array(UnsafeRawBufferPointer(start: text, count: count)))
        found?.pointee.afterReturn = false
      },
      { end, found in
        guard let found = found?.assumingMemoryBound(to: Found.self) else { return }
        let isSecond = end == 10 && found.pointee.afterReturn && found.pointee.row.isEmpty
        found.pointee.afterReturn = end == 13
        if isSecond { return }
        if !found.pointee.row.isEmpty {
          found.pointee.rows.cells.append(found.pointee.row)
          found.pointee.rows.lines.append(found.pointee.line)
        }
        found.pointee.row = []
        found.pointee.line += 1
      }, found)
  }
  #expect(read == text.count)
  return found.rows
}

/// The whole rows of a text, cut in pieces of a size; what is left of a piece comes again with the next.
private func rowsOfPieces(_ text: [UInt8], delimiter: UInt8, size: Int) -> (Rows, read: Int) {
  var rows = Rows()
  var place = plain_place(position: 0, cell: 0, line: 1, after_return: false)
  var (start, end) = (0, min(size, text.count))
  while true {
    let piece = Array(text[start..<end])
    var bytes = [UInt8](repeating: 0, count: piece.count)
    var (ends, rowEnds, lines) = ([Int](repeating: 0, count: piece.count), [Int](), [Int]())
    (rowEnds, lines) = (ends, ends)
    let before = place
    let cut = plain_rows_cut(piece, piece.count, delimiter, &place, &bytes, &ends, &rowEnds, &lines)
    #expect(place.position == before.position + cut.text && place.cell == before.cell + cut.cells)
    var (first, cell) = (0, 0)
    for row in 0..<cut.rows {
      var cells: [[UInt8]] = []
      while cell < rowEnds[row] - before.cell {
        cells.append(Array(bytes[first..<ends[cell] - before.position]))
        (first, cell) = (ends[cell] - before.position, cell + 1)
      }
      rows.cells.append(cells)
      rows.lines.append(lines[row])
    }
    start += cut.read
    if end == text.count { return (rows, start) }
    end = min(text.count, end + size)
  }
}

@Suite struct PlainRowsTests {
  @Test("rows without quotes are cut as libcsv cuts them, whatever their bytes")
  func rowsAreThoseOfLibrary() {
    var generator = SplitMix(state: 1)
    let letters = Array(",,,;\t  \r\n\n|aab1.\u{E9}\u{0}".utf8)
    for _ in 0..<3000 {
      let delimiter = [",", ";", "\t", " ", "|"].randomElement(using: &generator)?.utf8.first ?? 44
      var text = (0..<Int.random(in: 0...90, using: &generator)).flatMap { _ in
        // Some letters alone, some many times, so that cells are longer and shorter than what is looked at together.
        let letter = letters.randomElement(using: &generator) ?? 97
        return [UInt8](repeating: letter, count: Int.random(in: 0..<6, using: &generator) == 0 ? 11 : 1)
      }
      text.append(10)
      let expected = rowsOfLibrary(text, delimiter: delimiter)
      for size in [text.count, Int.random(in: 1...30, using: &generator)] {
        let (found, read) = rowsOfPieces(text, delimiter: delimiter, size: size)
        #expect(found == expected, "\(text), delimiter \(delimiter), pieces of \(size)")
        #expect(read == text.count)
      }
    }
  }

  @Test("a row without its end stays for later")
  func openRowsStay() {
    let text = Array("a,b\r\nc,d\n  e ,".utf8)
    let (rows, read) = rowsOfPieces(text, delimiter: 44, size: text.count)
    #expect(read == 9)
    #expect(
      rows == Rows(cells: [[Array("a".utf8), Array("b".utf8)], [Array("c".utf8), Array("d".utf8)]], lines: [1, 2]))
  }

  @Test("quotes anywhere, and rows longer than a piece, give the cells of a text that comes byte by byte")
  func piecesDoNotMatter() throws {
    var generator = SplitMix(state: 7)
    var text = "time,name,value\n"
    for row in 0..<4000 {
      let name =
        switch Int.random(in: 0..<200, using: &generator) {
        case 0: "\"a, \(row)\n\""
        case 1: String(repeating: "long ", count: 5000)
        case 2: "5\" pipe"
        default: " name \(row % 7)\t"
        }
      text += "\(row),\(name),\(Double(row) / 8)\(row % 3 == 0 ? "\r\n" : "\n")"
    }
    let bytes = Array(text.utf8)
    let whole = try Table(csv: bytes.span, source: "t.csv")
    var reader = CSVReader(source: "t.csv")
    for byte in bytes { try reader.append([byte].span) }
    let table = try reader.finish()
    let isSame = table == whole
    #expect(isSame)
    #expect(whole.rowCount == 4000)
  }
}
