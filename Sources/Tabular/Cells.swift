/// A letter that is no UTF-8, in a text that therefore is read in another encoding.
struct ForeignLetter: Sendable, Equatable {
  /// The line that its row begins in, from 1.
  var line: Int
  /// Its first byte.
  var byte: UInt8
}

/// The cells of a text in reading order: their bytes one after another, where each begins, and where each row begins.
struct Cells: Sendable, Equatable {
  /// How the text was written; `automatic` until all of it is there and ``settle()`` has found out.
  var encoding = TextEncoding.automatic
  /// The first letter that is no UTF-8, where that decided how the text is written.
  private(set) var foreignLetter: ForeignLetter?
  /// The bytes of all cells; in UTF-8 once they are settled.
  private(set) var bytes: [UInt8] = []
  /// Where each cell begins in `bytes`; one more for the end of the last.
  private(set) var starts: [Int] = [0]
  /// Which cell each row begins with; one more for the end of the last.
  private(set) var rows: [Int] = [0]
  /// The line that each row begins in, from 1.
  private(set) var lines: [Int] = []
  /// Whether the last row has no line end.
  private(set) var endsOpen = false
  /// The line that is being read.
  private(set) var line = 1
  /// Whether a quote was seen; only a cell in quotes can hold a line end.
  var hasQuotes = false
  /// Whether a letter was seen that is no ASCII.
  var hasOtherThanASCII = false
  /// The limit that a row is beyond, and the line that the row begins in; no cell is kept after that.
  private(set) var exceeded: TabularError.RowLimit?
  private(set) var exceededLine = 0
  private var rowStart = 0
  private var rowCell = 0
  private var rowLine = 1
  private var isRowEmpty = true
  /// Whether a CR ended the line before, so that an LF only ends it too.
  private(set) var afterReturn = false

  mutating func reserve(bytes count: Int) { bytes.reserveCapacity(count) }

  /// Some rows of other cells.
  init(rows range: Range<Int>, of cells: Cells) {
    let places = cells.rows[range.lowerBound]..<cells.rows[range.upperBound]
    let start = cells.starts[places.lowerBound]
    bytes = Array(cells.bytes[start..<cells.starts[places.upperBound]])
    starts = cells.starts[places.lowerBound...places.upperBound].map { $0 - start }
    rows = cells.rows[range.lowerBound...range.upperBound].map { $0 - places.lowerBound }
    lines = Array(cells.lines[range])
    encoding = cells.encoding
    endsOpen = cells.endsOpen && range.upperBound == cells.lines.count
  }

  init() {}

  /// The bytes of all cells.
  var size: Int { bytes.count }
  /// The bytes that it holds.
  var memory: Int { bytes.count + (starts.count + rows.count + lines.count) * MemoryLayout<Int>.stride }
  /// The cells of all rows.
  var count: Int { starts.count - 1 }

  /// Takes the whole rows out; what was read of the row behind them stays.
  mutating func takeRows() -> Cells {
    let (cell, row) = (rows[rows.count - 1], rows.count)
    let start = starts[cell]
    var rest = self
    // The next rows will need about as much.
    rest.bytes = []
    rest.bytes.reserveCapacity(bytes.count + bytes.count / 8)
    rest.bytes += bytes[start...]
    rest.starts = []
    rest.starts.reserveCapacity(starts.count + starts.count / 8)
    rest.starts += starts[cell...].lazy.map { $0 - start }
    (rest.rows, rest.lines) = ([0], [])
    rest.rows.reserveCapacity(row + row / 8)
    rest.lines.reserveCapacity(row + row / 8)
    (rest.rowStart, rest.rowCell) = (max(0, rowStart - start), max(0, rowCell - cell))
    var whole = rest
    swap(&whole, &self)
    whole.bytes.removeLast(whole.bytes.count - start)
    whole.starts.removeLast(whole.starts.count - 1 - cell)
    return whole
  }

  /// Whether the next cell is kept, which begins at so many bytes and cells from the beginning.
  mutating func takes(_ text: UnsafeRawBufferPointer, at start: Int, cell: Int) -> Bool {
    if isRowEmpty { (rowLine, isRowEmpty, rowStart, rowCell) = (line, false, start, cell) }
    if exceeded != nil { return false }
    if start - rowStart + text.count > CSVReader.longestRow { exceeded = .bytes(CSVReader.longestRow) }
    if cell - rowCell >= CSVReader.mostCells { exceeded = .cells(CSVReader.mostCells) }
    if exceeded != nil {
      exceededLine = rowLine
      return false
    }
    afterReturn = false
    if hasQuotes { countLines(in: text) }
    return true
  }

  /// Adds the text of some cells, and where each ends.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>, ends: UnsafeBufferPointer<Int>) {
    bytes.append(contentsOf: text)
    starts.append(contentsOf: ends)
  }

  /// Adds whole rows, of which the cells were added: how many cells come before the end of each, and the line of each.
  ///
  /// - Parameters:
  ///   - line: the line behind them.
  ///   - afterReturn: whether a CR came right before it.
  mutating func append(
    rows: UnsafeBufferPointer<Int>, lines: UnsafeBufferPointer<Int>, next line: Int, afterReturn: Bool
  ) {
    self.rows.append(contentsOf: rows)
    self.lines.append(contentsOf: lines)
    (self.line, self.afterReturn) = (line, afterReturn)
    guard let last = lines.last else { return }
    endsOpen = false
    (rowLine, rowCell) = (last, self.rows[self.rows.count - 2])
    rowStart = starts[rowCell]
  }

  // libcsv reports every line end outside quotes, so that CRLF comes as two.
  mutating func endRow(_ terminator: Int32, cell: Int) {
    if terminator == Int32(CSVFormat.lineFeed), afterReturn, isRowEmpty {
      afterReturn = false
      return
    }
    afterReturn = terminator == Int32(CSVFormat.carriageReturn)
    line += 1
    guard !isRowEmpty else { return }
    isRowEmpty = true
    // What the end of the text ends has no letter that does.
    endsOpen = terminator < 0
    rows.append(cell)
    lines.append(rowLine)
  }

  /// Finds out how the text is written, where nobody said, and turns it into UTF-8.
  ///
  /// Letters that are no ASCII are seen over the whole text first: a name may stand in the first line and be written
  /// otherwise than a note in the last. Where most cells that have some are no UTF-8, none is taken as UTF-8; where only
  /// a few are not, those are damaged.
  mutating func settle() {
    if encoding == .automatic { (encoding, foreignLetter) = hasOtherThanASCII ? foundEncoding() : (.utf8, nil) }
    if hasOtherThanASCII, encoding == .latin1 || encoding == .windows1252 { convert() }
  }

  private func foundEncoding() -> (TextEncoding, ForeignLetter?) {
    var first: (cell: Int, byte: UInt8)?
    var (foreign, utf8) = (0, 0)
    let span = bytes.span
    for cell in 0..<starts.count - 1 {
      let text = span.extracting(starts[cell]..<starts[cell + 1])
      guard text.hasOtherThanASCII else { continue }
      if let byte = text.invalidByte {
        foreign += 1
        first = first ?? (cell, byte)
      } else {
        utf8 += 1
      }
    }
    guard let first, foreign > utf8 else { return (.utf8, nil) }
    let isWindows = bytes.allSatisfy(TextEncoding.isInWindows1252)
    // The last row that begins at the cell or before it.
    let row = rows.partitioningIndex { $0 > first.cell } - 1
    return (isWindows ? .windows1252 : .latin1, ForeignLetter(line: lines[row], byte: first.byte))
  }

  /// Turns bytes that are a letter each into UTF-8, in place, from the end.
  private mutating func convert() {
    let letters = (0x80...0xFF).map { encoding.utf8(of: UInt8($0)) }
    var end = bytes.count
    var longer = 0
    for byte in bytes where byte >= 0x80 { longer += letters[Int(byte) - 0x80].count - 1 }
    bytes.append(contentsOf: repeatElement(0, count: longer))
    var to = bytes.count
    for cell in stride(from: starts.count - 2, through: 0, by: -1) where to > end {
      starts[cell + 1] = to
      while end > starts[cell] {
        end -= 1
        let byte = bytes[end]
        for letter in byte < 0x80 ? [byte] : letters[Int(byte) - 0x80].reversed() {
          to -= 1
          bytes[to] = letter
        }
      }
    }
  }

  /// Whether a row holds delimiters and nothing else.
  func isBlank(row: Int) -> Bool {
    rows[row + 1] - rows[row] > 1 && starts[rows[row]] == starts[rows[row + 1]]
  }

  /// Whether a row begins with a text.
  func begins(row: Int, with text: some Sequence<UInt8>) -> Bool {
    bytes[starts[rows[row]]..<starts[rows[row + 1]]].starts(with: text)
  }

  /// Whether a row holds the same cells as the only row of others.
  func isSame(row: Int, as other: Cells) -> Bool {
    let (cells, text) = (rows[row]..<rows[row + 1], starts[rows[row]]..<starts[rows[row + 1]])
    guard cells.count == other.rows[1], text.count == other.bytes.count else { return false }
    return cells.indices.allSatisfy { starts[$0] - text.lowerBound == other.starts[$0 - cells.lowerBound] }
      && bytes[text].elementsEqual(other.bytes)
  }

  /// Whether there is a cell that is no UTF-8 text.
  var holdsForeignLetters: Bool {
    guard hasOtherThanASCII else { return false }
    let span = bytes.span
    return (0..<starts.count - 1).contains { span.extracting(starts[$0]..<starts[$0 + 1]).invalidByte != nil }
  }

  private mutating func countLines(in text: UnsafeRawBufferPointer) {
    for at in text.indices {
      let ends = text[at] == CSVFormat.carriageReturn
      // The LF of a CRLF has been counted with its CR.
      let stands = text[at] == CSVFormat.lineFeed && (at == 0 || text[at - 1] != CSVFormat.carriageReturn)
      if ends || stands { line += 1 }
    }
  }
}

extension Span<UInt8> {
  /// Whether there is a byte that is no ASCII.
  fileprivate var hasOtherThanASCII: Bool { withUnsafeBufferPointer { $0.reduce(0, |) >= 0x80 } }
}

extension [Int] {
  /// The first position whose element fulfils a condition that all behind it fulfil too; the count where none does.
  fileprivate func partitioningIndex(where condition: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
