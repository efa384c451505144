/// Takes what libcsv finds into cells. The cells of some text are put down in memory of a fixed size first: a file has
/// millions of them, and each costs a copy and nothing else so.
struct CellSink: ~Copyable {
  var cells = Cells()
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let ends: UnsafeMutableBufferPointer<Int>
  /// How much of it is used, and the bytes and cells up to there, counted from the beginning.
  private var (size, count) = (0, 0)
  private var (position, cell) = (0, 0)

  init() {
    text = .allocate(capacity: 1 << 16)
    ends = .allocate(capacity: 1 << 13)
  }

  deinit {
    text.deallocate()
    ends.deallocate()
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
