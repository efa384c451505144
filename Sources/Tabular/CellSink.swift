import CPlainRows

/// Takes what libcsv finds into cells, and cuts itself what needs no libcsv. The cells of some text are put down in memory of a fixed size first: a file has
/// millions of them, and each costs a copy and nothing else so.
struct CellSink: ~Copyable {
  var cells = Cells()
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let ends: UnsafeMutableBufferPointer<Int>
  // The rows that are cut without libcsv: how many cells come before the end of each, and their lines.
  private let rows: UnsafeMutableBufferPointer<Int>
  private let lines: UnsafeMutableBufferPointer<Int>
  /// How much of it is used, and the bytes and cells up to there, counted from the beginning.
  private var (size, count) = (0, 0)
  private var (position, cell) = (0, 0)

  init() {
    text = .allocate(capacity: CSVReader.pieceSize)
    ends = .allocate(capacity: CSVReader.pieceSize)
    rows = .allocate(capacity: CSVReader.pieceSize)
    lines = .allocate(capacity: CSVReader.pieceSize)
  }

  deinit {
    text.deallocate()
    ends.deallocate()
    rows.deallocate()
    lines.deallocate()
  }

  mutating func endCell(_ bytes: UnsafeRawBufferPointer) {
    guard cells.takes(bytes, at: position, cell: cell) else { return }
    if bytes.count > text.count - size || count == ends.count { flush() }
    position += bytes.count
    cell += 1
    if bytes.count > text.count {
      return withUnsafePointer(to: position) {
        cells.append(bytes.assumingMemoryBound(to: UInt8.self), ends: UnsafeBufferPointer(start: $0, count: 1))
      }
    }
    UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(text)[size..<text.count]).copyMemory(
      from: bytes)
    ends[count] = position
    size += bytes.count
    count += 1
  }

  mutating func endRow(_ terminator: Int32) { cells.endRow(terminator, cell: cell) }

  /// Cuts the rows that are whole in a piece without a quote, as libcsv would; nothing is put down and no row is begun.
  ///
  /// - Returns: how many bytes they are.
  mutating func cutRows(_ piece: UnsafeBufferPointer<UInt8>, delimiter: UInt8) -> Int {
    guard let bytes = piece.baseAddress, let text = text.baseAddress, let ends = ends.baseAddress,
      let rows = rows.baseAddress, let lines = lines.baseAddress
    else { return 0 }
    var place = plain_place(
      position: position, cell: cell, line: cells.line, after_return: cells.afterReturn)
    let cut = plain_rows_cut(bytes, piece.count, delimiter, &place, text, ends, rows, lines)
    cells.append(
      UnsafeBufferPointer(start: text, count: cut.text), ends: UnsafeBufferPointer(start: ends, count: cut.cells))
    cells.append(
      rows: UnsafeBufferPointer(start: rows, count: cut.rows),
      lines: UnsafeBufferPointer(start: lines, count: cut.rows),
      next: place.line, afterReturn: place.after_return)
    (position, cell) = (place.position, place.cell)
    return cut.read
  }

  /// Adds to the cells what was put down.
  mutating func flush() {
    cells.append(UnsafeBufferPointer(rebasing: text[..<size]), ends: UnsafeBufferPointer(rebasing: ends[..<count]))
    (size, count) = (0, 0)
  }

  /// Takes all cells out, after which nothing comes.
  mutating func takeAll() -> Cells {
    var all = Cells()
    swap(&all, &cells)
    return all
  }

  /// Takes the rows out that are whole.
  mutating func takeRows() -> Cells {
    let rows = cells.takeRows()
    (position, cell) = (cells.size, cells.count)
    return rows
  }
}
