import CLibCSV

/// Writes rows of cells as CSV bytes: UTF-8, lines ending in LF, quotes only where they are needed.
public struct CSVWriter: Sendable {
  /// What has been written.
  public private(set) var bytes: [UInt8] = []
  private let delimiter: UInt8
  private var cellsInRow = 0
  private var rowStart = 0

  /// A writer with nothing written; the delimiter is an ASCII character.
  public init(delimiter: UInt8 = UInt8(ascii: ",")) { self.delimiter = delimiter }

  /// Writes a row of texts.
  public mutating func row(_ texts: some Sequence<String>) {
    for text in texts { cell(text) }
    endRow()
  }

  /// Writes a text as the row's next cell.
  public mutating func cell(_ text: String) { cell(utf8: text.utf8.span) }

  /// Writes UTF-8 text as the row's next cell; bytes that are none are written as they are.
  public mutating func cell(utf8 text: Span<UInt8>) {
    beginCell()
    text.withUnsafeBufferPointer { text in
      guard needsQuotes(text) else { return bytes.append(contentsOf: text) }
      let start = bytes.count
      let most = 2 * text.count + 2
      bytes.append(contentsOf: repeatElement(0, count: most))
      let written = bytes.withUnsafeMutableBufferPointer { all in
        csv_write(all.baseAddress.map { $0 + start }, most, text.baseAddress, text.count)
      }
      bytes.removeLast(most - written)
    }
  }

  /// Writes a number as the row's next cell: the shortest text that reads back as the same value, `316` rather than
  /// `316.0`; nothing for NaN.
  public mutating func cell(_ value: Double) {
    beginCell()
    guard !value.isNaN else { return }
    let text = value.description
    bytes.append(contentsOf: (text.hasSuffix(".0") ? text.dropLast(2) : text[...]).utf8)
  }

  /// Writes a whole number as the row's next cell.
  public mutating func cell(_ value: Int) {
    beginCell()
    bytes.append(contentsOf: value.description.utf8)
  }

  /// Ends the row.
  public mutating func endRow() {
    // A row of one empty cell would be an empty line, which readers pass over.
    if cellsInRow == 1, bytes.count == rowStart { bytes += [CSVFormat.quote, CSVFormat.quote] }
    bytes.append(CSVFormat.lineFeed)
    (cellsInRow, rowStart) = (0, bytes.count)
  }

  /// Hands over what has been written since it was last asked; a row must have ended.
  public mutating func take() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    rowStart = 0
    return taken
  }

  /// Hands over what has been written where that is some hundred thousand bytes; a row must have ended.
  public mutating func handOver(to taker: (_ piece: [UInt8]) -> Void) {
    if bytes.count >= 1 << 19 { taker(take()) }
  }

  private mutating func beginCell() {
    if cellsInRow > 0 { bytes.append(delimiter) }
    cellsInRow += 1
  }

  // Spaces at the ends count because readers drop them from unquoted cells.
  private func needsQuotes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = text.first, let last = text.last else { return false }
    let blanks: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == CSVFormat.tab }
    return blanks(first) || blanks(last)
      || text.contains {
        $0 == delimiter || $0 == CSVFormat.quote || $0 == CSVFormat.lineFeed || $0 == CSVFormat.carriageReturn
      }
  }
}
