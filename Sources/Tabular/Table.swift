import TimeSeries

/// The cells of a CSV text, row by row, with the line each row begins in.
///
/// Lines above the header, rows of remarks and headers that come again are no rows of it; ``leftOut`` counts the latter two. Rows keep the number of cells they were written with. Cells are UTF-8 bytes in one buffer, so a table costs its text
/// and about eight bytes a cell; a cell is found in constant time.
public struct Table: Sendable, Equatable {
  let head: TableHead
  /// The rows that are no rows of the table, but for those above the header.
  public private(set) var leftOut: [LeftOutRows]
  /// The file's size before and after it was read, where it changed meanwhile.
  package internal(set) var change: FileChange?
  private(set) var cells: Cells

  // Which row of the cells each row is; nil where they are all of some.
  private var kept: [Int]?
  private var all: Range<Int>

  /// What messages call the text, a file's path most often.
  public var source: String { head.source }
  /// The columns' names; a column without one is named by its position from 1.
  public var columns: [String] { head.columns }
  /// Whether the names were read from the text.
  public var hasHeader: Bool { format.header }
  /// How the text is written, the delimiter as it was found.
  public var format: CSVFormat { head.format }
  /// The columns whose name stands in the header more than once, with the names that they are known by.
  public var renamed: [RenamedColumns] { head.renamed }
  /// What stood between two cells, as ASCII.
  public var delimiter: UInt8 {
    switch format.delimiter {
    case .byte(let byte): byte
    case .whitespace: CSVFormat.tab
    case .automatic: CSVFormat.comma
    }
  }

  init(source: String, cells: Cells, format: CSVFormat) {
    guard let head = TableHead(source: source, cells: cells, format: format, isWhole: true) else {
      preconditionFailure("a whole text has a head")
    }
    self.init(head, cells: cells)
  }

  /// A table that begins with its head.
  init(_ head: TableHead, cells: Cells) { self.init(head, cells: cells, first: head.first, head.remarks) }

  /// Rows that follow those of another table of the same head.
  init(following head: TableHead, cells: Cells) { self.init(head, cells: cells, first: 0, LeftOutRows(.remark)) }

  private init(_ head: TableHead, cells: Cells, first: Int, _ above: LeftOutRows) {
    (self.head, self.cells, all) = (head, cells, first..<max(first, cells.lines.count))
    var (remarks, headers) = (above, LeftOutRows(.headerAgain))
    var (rows, dropped): ([Int], Bool) = ([], false)
    let format = head.format
    for row in all {
      let isHeader = format.header && cells.isSame(row: row, as: head.row)
      let isRemark = !isHeader && format.isRemark(row, of: cells)
      if isHeader { headers.note(line: cells.lines[row]) }
      if isRemark { remarks.note(line: cells.lines[row]) }
      if !isHeader, !isRemark {
        if dropped { rows.append(row) }
      } else if !dropped {
        (rows, dropped) = (Array(first..<row), true)
      }
    }
    kept = dropped ? rows : nil
    leftOut = [remarks, headers].filter { $0.count > 0 }
  }

  /// How the text is written: what was set, or what was found.
  package var encoding: TextEncoding { cells.encoding }

  /// What a person should know of the text, though it could be read.
  package var warnings: [String] {
    let changed = change.map { change in
      "\(source) changed while it was read: it had \(change.before) bytes, then \(change.after); write it under another "
        + "name and move it to its place"
    }
    let foreign = cells.foreignLetter.map { letter in
      "\(source):\(letter.line): the byte \(hexadecimal(letter.byte)) is no UTF-8 text; the file is read as "
        + "\(encoding.rawValue), with `encoding` it is read in another"
    }
    return [changed, foreign].compactMap { $0 } + renamed.map { "\(source):\(headerLine): \($0)" }
  }

  /// The same cells with another row of names, or none.
  package func reading(as format: CSVFormat) -> Table {
    var table = Table(source: source, cells: cells, format: format)
    table.change = change
    return table
  }

  /// The table with the rows for which a condition holds.
  ///
  /// - Throws: ``TabularError``, with ``TabularError/noRowKept(source:condition:rows:)`` where there is none.
  func keeping(_ condition: RowCondition, _ reader: CellReader, decimalComma: Bool) throws(TabularError) -> Table {
    let table = try holding(condition, reader, decimalComma: decimalComma)
    guard table.rowCount > 0 else {
      throw .noRowKept(source: source, condition: condition.description, rows: rowCount)
    }
    return table
  }

  /// The table with the rows for which a condition holds, if there are any.
  func holding(_ condition: RowCondition, _ reader: CellReader, decimalComma: Bool) throws(TabularError) -> Table {
    let positions = try columns(condition.columns)
    let bytes = cells.bytes.span
    var (rows, dropped): ([Int], LeftOutRows) = ([], LeftOutRows(.condition))
    for row in 0..<rowCount {
      let holds = condition.holds(
        bytes, decimalComma: decimalComma,
        cell: { positions[$0] < cellCount(ofRow: row) ? range(row: row, column: positions[$0]) : nil },
        isMissing: reader.isMissing)
      if holds { rows.append(place(ofRow: row)) } else { dropped.note(line: line(ofRow: row)) }
    }
    if dropped.count == 0 { return self }
    var table = self
    table.kept = rows
    table.leftOut.append(dropped)
    return table
  }

  /// Whether the text ends in a row without a line end, so that the row may be cut.
  public var endsOpen: Bool { cells.endsOpen && rowCount > 0 && place(ofRow: rowCount - 1) == cells.lines.count - 1 }

  /// The table without its last row.
  func droppingLastRow() -> Table {
    var table = self
    if table.kept?.popLast() == nil { table.all = all.dropLast() }
    return table
  }

  /// The number of rows, the header not counted.
  public var rowCount: Int { kept?.count ?? all.count }

  /// The line of the text that a row begins in, from 1.
  public func line(ofRow row: Int) -> Int { cells.lines[place(ofRow: row)] }

  /// The line that the header stands in, or the first row where there is none.
  public var headerLine: Int { head.line }

  /// Whether a row holds delimiters and nothing else.
  func isBlank(row: Int) -> Bool { cells.isBlank(row: place(ofRow: row)) }

  /// How many cells a row was written with.
  public func cellCount(ofRow row: Int) -> Int {
    let place = place(ofRow: row)
    return cells.rows[place + 1] - cells.rows[place]
  }

  /// The text of a cell, which must exist; bytes that are no UTF-8 appear as U+FFFD.
  public func text(row: Int, column: Int) -> String {
    String(decoding: cells.bytes[range(row: row, column: column)], as: UTF8.self)
  }

  /// The texts of a row.
  public func texts(ofRow row: Int) -> [String] {
    (0..<cellCount(ofRow: row)).map { text(row: row, column: $0) }
  }

  /// The position of a column; throws ``TabularError/noSuchColumn(source:line:name:columns:)`` or
  /// ``TabularError/headerNotUTF8(source:line:position:byte:)``.
  public func column(_ name: String) throws(TabularError) -> Int {
    try head.position(of: name, at: columns.firstIndex(of: name))
  }

  /// The positions of several columns, in one pass over all of them; throws what ``column(_:)`` does.
  func columns(_ names: [String]) throws(TabularError) -> [Int] { try head.columns(names) }

  /// Refuses a header in which a name stands twice: what a program wrote says what it means.
  public func checkDistinctNames() throws(TabularError) {
    guard let same = renamed.first else { return }
    throw .columnNamedTwice(source: source, line: headerLine, name: same.name, positions: same.positions)
  }

  /// A column's name; the position from 1 for a cell past the last column.
  func name(ofColumn column: Int) -> String { head.name(ofColumn: column) }

  /// Which of the cells are those of a row.
  func places(ofRow row: Int) -> Range<Int> {
    let place = place(ofRow: row)
    return cells.rows[place]..<cells.rows[place + 1]
  }

  /// Where a cell's bytes are.
  func range(row: Int, column: Int) -> Range<Int> {
    let cell = cells.rows[place(ofRow: row)] + column
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

  private func place(ofRow row: Int) -> Int { kept?[row] ?? all.lowerBound + row }
}

/// Rows that are no rows of a table.
public struct LeftOutRows: Sendable, Equatable {
  /// Why rows are left out.
  public enum Reason: Sendable, Hashable {
    /// They begin with the text of remarks.
    case remark
    /// They hold delimiters and nothing else.
    case blank
    /// They are the header once more.
    case headerAgain
    /// They do not fulfil the condition on rows.
    case condition
  }

  /// Why they are left out.
  public let reason: Reason
  /// How many they are.
  public private(set) var count = 0
  /// The line that the first begins in, from 1.
  public private(set) var line = 0

  init(_ reason: Reason) { self.reason = reason }

  mutating func note(line: Int) {
    if count == 0 { self.line = line }
    count += 1
  }

  /// Adds rows that come later and are left out for the same reason.
  mutating func add(_ later: LeftOutRows) {
    if count == 0 { line = later.line }
    count += later.count
  }
}

/// Columns that have one name in the header.
public struct RenamedColumns: Sendable, Equatable {
  /// The name in the header.
  public let name: String
  /// Where they stand, from 1.
  public let positions: [Int]
  /// The names that they are known by.
  public let names: [String]
}

extension RenamedColumns: CustomStringConvertible {
  public var description: String {
    let called = names.map { "\"\($0)\"" }.joined(separator: ", ")
    return
      "columns \(positions.map(String.init).joined(separator: ", ")) are all named \"\(name)\"; they are called \(called)"
  }
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
  /// - Parameters:
  ///   - deadline: when to wait no longer for a pipe; nil for never.
  ///   - source: what messages call it; nil for its path.
  /// - Throws: ``TabularError``, with ``TabularError/changedWhileRead(path:)`` for one that is written anew all the time.
  public init(
    contentsOf path: String, format: CSVFormat = CSVFormat(), until deadline: ContinuousClock.Instant? = nil,
    named source: String? = nil
  ) throws(TabularError) {
    try self.init(contentsOf: path, format: format, until: deadline, named: source, onPiece: { _ in })
  }

  /// - Parameter onPiece: is called with the number of bytes read so far.
  init(
    contentsOf path: String, format: CSVFormat, until deadline: ContinuousClock.Instant? = nil,
    named source: String? = nil, isSecondTime: Bool = false, onPiece: (Int) -> Void
  ) throws(TabularError) {
    var file = try InputFile(path, until: deadline)
    var reader = CSVReader(source: source ?? path, format: format, expectedBytes: file.size)
    while let bytes = try file.next() {
      try reader.append(bytes.span)
      onPiece(file.bytesRead)
    }
    let change = file.change
    if change != nil, !isSecondTime {
      _ = consume reader
      try self.init(
        contentsOf: path, format: format, until: deadline, named: source, isSecondTime: true, onPiece: onPiece)
    } else {
      if change?.isGrowth == false { throw .changedWhileRead(path: path) }
      self = try reader.finish()
    }
    self.change = change ?? self.change
  }
}
