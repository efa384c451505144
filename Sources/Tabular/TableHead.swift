/// What the first rows of a text say of all of it: where its table begins, and what its columns are called.
struct TableHead: Sendable, Equatable {
  let source: String
  let format: CSVFormat
  let columns: [String]
  let renamed: [RenamedColumns]
  /// The row that names the columns, or the first of the table where there is no header.
  let row: Cells
  /// Rows of remarks above it.
  let remarks: LeftOutRows
  /// The first row of the table, counted from the beginning of the text.
  let first: Int

  /// The head of a text; nil where its rows do not reach beyond it.
  ///
  /// - Parameter isWhole: whether there are no more rows, so that these must do.
  init?(source: String, cells: Cells, format: CSVFormat, isWhole: Bool) {
    (self.source, self.format) = (source, format)
    let all = cells.lines.indices
    // The header is the first row that says something.
    let above = all.prefix { row in
      cells.lines[row] <= format.skip || format.isRemark(row, of: cells) || (format.header && cells.isBlank(row: row))
    }
    let below = above.count + (format.header ? 1 : 0)
    if !isWhole, above.count == all.count || below + format.skipBelow > all.count { return nil }
    // A text of nothing else has its first row for a header.
    let top = above.count < all.count ? above.count : 0
    var remarks = LeftOutRows(.remark)
    if top == above.count, format.comment != nil {
      for row in 0..<top where format.isRemark(row, of: cells) { remarks.note(line: cells.lines[row]) }
    }
    self.remarks = remarks
    let start = format.header ? top + 1 : top
    first = min(start + format.skipBelow, max(start, all.count))
    let row = Cells(rows: top..<top + 1, of: cells)
    self.row = row
    var names = (0..<row.rows[1]).map { cell in
      format.header ? String(decoding: row.bytes[row.starts[cell]..<row.starts[cell + 1]], as: UTF8.self) : ""
    }
    // A delimiter at the end of the header names nothing.
    if format.header { while names.count > 1, names.last?.isEmpty == true { names.removeLast() } }
    (columns, renamed) = TableHead.distinct(names.enumerated().map { $1.isEmpty ? String($0 + 1) : $1 })
  }

  /// Names of which each stands for one column: `value`, `value 2`, `value 3` for three of one name.
  private static func distinct(_ names: [String]) -> ([String], [RenamedColumns]) {
    var positions: [String: [Int]] = [:]
    for (position, name) in names.enumerated() { positions[name, default: []].append(position) }
    guard positions.count < names.count else { return (names, []) }
    var (result, taken, renamed) = (names, Set(names), [RenamedColumns]())
    for (position, name) in names.enumerated() where positions[name]?.first == position {
      guard let places = positions[name], places.count > 1 else { continue }
      for (number, place) in places.enumerated().dropFirst() {
        var candidate = "\(name) \(number + 1)"
        while !taken.insert(candidate).inserted { candidate += "'" }
        result[place] = candidate
      }
      renamed.append(
        RenamedColumns(name: name, positions: places.map { $0 + 1 }, names: places.map { result[$0] }))
    }
    return (result, renamed)
  }

  /// The line that the header stands in, or the first row where there is none.
  var line: Int { row.lines[0] }

  /// The positions of several columns, in one pass over all of them; throws
  /// ``TabularError/noSuchColumn(source:line:name:columns:)`` or
  /// ``TabularError/headerNotUTF8(source:line:position:byte:)``.
  func columns(_ names: [String]) throws(TabularError) -> [Int] {
    if names.isEmpty { return [] }
    let positions = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    return try names.map { name throws(TabularError) in try position(of: name, at: positions[name]) }
  }

  func position(of name: String, at position: Int?) throws(TabularError) -> Int {
    guard let position else {
      for position in columns.indices { try checkName(ofColumn: position) }
      throw .noSuchColumn(source: source, line: line, name: name, columns: columns)
    }
    try checkName(ofColumn: position)
    return position
  }

  /// Refuses a column whose name is no UTF-8 text: two such names may look alike and be different.
  func checkName(ofColumn column: Int) throws(TabularError) {
    guard format.header else { return }
    guard let byte = row.bytes.span.extracting(row.starts[column]..<row.starts[column + 1]).invalidByte else { return }
    throw .headerNotUTF8(source: source, line: line, position: column + 1, byte: byte)
  }

  /// A column's name; the position from 1 for a cell past the last column.
  func name(ofColumn column: Int) -> String { column < columns.count ? columns[column] : String(column + 1) }
}

extension CSVFormat {
  /// Whether a row is a remark.
  func isRemark(_ row: Int, of cells: Cells) -> Bool { comment.map { cells.begins(row: row, with: $0.utf8) } ?? false }
}
