import TimeSeries

/// The cells of a CSV text, row by row, with the line each row begins in.
///
/// Rows keep the number of cells they were written with. Cells are UTF-8 bytes in one buffer, so a table costs its text
/// and about eight bytes a cell; a cell is found in constant time.
public struct Table: Sendable, Equatable {
  /// What messages call the text, a file's path most often.
  public let source: String
  /// The columns' names; a column without one is named by its position from 1.
  public let columns: [String]
  /// Whether the names were read from the text.
  public let hasHeader: Bool
  /// What stood between two cells, as ASCII.
  public let delimiter: UInt8
  /// The file's size before and after it was read, where it changed meanwhile.
  package internal(set) var change: FileChange?
  private(set) var cells: Cells

  init(source: String, cells: Cells, header: Bool, delimiter: UInt8) {
    (self.source, self.cells, self.hasHeader, self.delimiter) = (source, cells, header, delimiter)
    var names = (cells.rows[0]..<cells.rows[1]).map { cell in
      header ? String(decoding: cells.bytes[cells.starts[cell]..<cells.starts[cell + 1]], as: UTF8.self) : ""
    }
    // A delimiter at the end of the header names nothing.
    if header { while names.count > 1, names.last?.isEmpty == true { names.removeLast() } }
    columns = names.enumerated().map { $1.isEmpty ? String($0 + 1) : $1 }
  }

  /// Whether every cell is UTF-8 text.
  package var isUTF8: Bool { cells.bytes.span.validText != nil }

  /// The same cells, with or without a row of names.
  package func reading(header: Bool) -> Table {
    var table = Table(source: source, cells: cells, header: header, delimiter: delimiter)
    table.change = change
    return table
  }

  /// Whether the text ends in a row without a line end, so that the row may be cut.
  public var endsOpen: Bool { cells.endsOpen && rowCount > 0 }

  /// The table without its last row.
  func droppingLastRow() -> Table {
    var table = self
    table.cells.dropLastRow()
    return table
  }

  /// The number of rows, the header not counted.
  public var rowCount: Int { cells.lines.count - firstRow }

  /// The line of the text that a row begins in, from 1.
  public func line(ofRow row: Int) -> Int { cells.lines[firstRow + row] }

  /// The line that the header stands in, or the first row where there is none.
  public var headerLine: Int { cells.lines[0] }

  /// How many cells a row was written with.
  public func cellCount(ofRow row: Int) -> Int { cells.rows[firstRow + row + 1] - cells.rows[firstRow + row] }

  /// The text of a cell, which must exist; bytes that are no UTF-8 appear as U+FFFD.
  public func text(row: Int, column: Int) -> String {
    String(decoding: cells.bytes[range(row: row, column: column)], as: UTF8.self)
  }

  /// The texts of a row.
  public func texts(ofRow row: Int) -> [String] {
    (0..<cellCount(ofRow: row)).map { text(row: row, column: $0) }
  }

  /// The position of a column; throws ``TabularError/noSuchColumn(source:line:name:columns:)``,
  /// ``TabularError/columnNamedTwice(source:line:name:positions:)`` or
  /// ``TabularError/headerNotUTF8(source:line:position:byte:)``.
  public func column(_ name: String) throws(TabularError) -> Int {
    try position(of: name, among: columns.indices.filter { columns[$0] == name })
  }

  /// The positions of several columns, in one pass over all of them; throws what ``column(_:)`` does.
  func columns(_ names: [String]) throws(TabularError) -> [Int] {
    if names.isEmpty { return [] }
    let positions = Dictionary(grouping: columns.indices) { columns[$0] }
    return try names.map { name throws(TabularError) in try position(of: name, among: positions[name] ?? []) }
  }

  private func position(of name: String, among positions: [Int]) throws(TabularError) -> Int {
    guard let position = positions.first else {
      for position in columns.indices { try checkName(ofColumn: position) }
      throw .noSuchColumn(source: source, line: headerLine, name: name, columns: columns)
    }
    try checkName(ofColumn: position)
    guard positions.count == 1 else {
      throw .columnNamedTwice(source: source, line: headerLine, name: name, positions: positions.map { $0 + 1 })
    }
    return position
  }

  /// Refuses a column whose name is no UTF-8 text: two such names may look alike and be different.
  func checkName(ofColumn column: Int) throws(TabularError) {
    guard hasHeader else { return }
    let cell = cells.rows[0] + column
    guard let byte = cells.bytes.span.extracting(cells.starts[cell]..<cells.starts[cell + 1]).invalidByte else {
      return
    }
    throw .headerNotUTF8(source: source, line: headerLine, position: column + 1, byte: byte)
  }

  /// A column's name; the position from 1 for a cell past the last column.
  func name(ofColumn column: Int) -> String { column < columns.count ? columns[column] : String(column + 1) }

  /// Where a cell's bytes are.
  func range(row: Int, column: Int) -> Range<Int> {
    let cell = cells.rows[firstRow + row] + column
    return cells.starts[cell]..<cells.starts[cell + 1]
  }

  /// Whether a row has as many cells as there are columns; empty cells at its end are padding.
  func isComplete(row: Int) -> Bool { surplus(ofRow: row) == 0 }

  /// How many cells a row has more than there are columns, not counting empty ones at its end; negative for fewer.
  func surplus(ofRow row: Int) -> Int {
    var count = cellCount(ofRow: row)
    while count > columns.count, range(row: row, column: count - 1).isEmpty { count -= 1 }
    return count - columns.count
  }

  private var firstRow: Int { hasHeader ? 1 : 0 }
}

extension Table {
  /// Reads a CSV text that is in memory.
  public init(csv bytes: Span<UInt8>, source: String, format: CSVFormat = CSVFormat()) throws(TabularError) {
    var reader = CSVReader(source: source, format: format)
    try reader.append(bytes)
    self = try reader.finish()
  }

  /// Reads a CSV file. One that changes meanwhile is read once more; where it goes on growing, what was there is taken.
  ///
  /// - Parameter deadline: when to wait no longer for a pipe; nil for never.
  /// - Throws: ``TabularError``, with ``TabularError/changedWhileRead(path:)`` for one that is written anew all the time.
  public init(
    contentsOf path: String, format: CSVFormat = CSVFormat(), until deadline: ContinuousClock.Instant? = nil
  ) throws(TabularError) {
    try self.init(contentsOf: path, format: format, until: deadline, onPiece: { _ in })
  }

  /// - Parameter onPiece: is called with the number of bytes read so far.
  init(
    contentsOf path: String, format: CSVFormat, until deadline: ContinuousClock.Instant? = nil,
    isSecondTime: Bool = false, onPiece: (Int) -> Void
  ) throws(TabularError) {
    var file = try InputFile(path, until: deadline)
    var reader = CSVReader(source: path, format: format, expectedBytes: file.size)
    while let bytes = try file.next() {
      try reader.append(bytes.span)
      onPiece(file.bytesRead)
    }
    let change = file.change
    if change != nil, !isSecondTime {
      _ = consume reader
      try self.init(contentsOf: path, format: format, until: deadline, isSecondTime: true, onPiece: onPiece)
    } else {
      if change?.isGrowth == false { throw .changedWhileRead(path: path) }
      self = try reader.finish()
    }
    self.change = change ?? self.change
  }
}
