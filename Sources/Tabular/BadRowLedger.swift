import TimeSeries

/// Keeps account of the bad rows of a text while it is read.
struct BadRowLedger {
  private struct Entry {
    var row: Int
    var column: Int?
    var bad: BadRow
    /// What is handed back of it.
    var bytes: [UInt8] = []
  }

  private let badRows: BadRows
  private let mostBadRows: Double
  private var entries: [Entry] = []
  private var count = 0
  // So many are reported in words, and more are not kept where one is too many.
  private static let reported = 5

  init(_ layout: ReadingLayout) { (badRows, mostBadRows) = (layout.badRows, layout.mostBadRows) }

  /// Notes a bad row, once a row.
  ///
  /// - Parameter start: the rows of the text before those of the table.
  mutating func note(row: Int, of table: Table, from start: Int = 0, column: Int?, fault: BadRow.Fault) {
    count += 1
    let isKept = badRows == .quarantine
    if !isKept, entries.count == BadRowLedger.reported, start + row > entries[entries.count - 1].row { return }
    let bad = BadRow(line: table.line(ofRow: row), column: column.map(table.name(ofColumn:)), fault: fault)
    let bytes = isKept ? table.bytes(ofRow: row) : []
    add([Entry(row: start + row, column: column, bad: bad, bytes: bytes)])
  }

  /// Takes over what another ledger has noted of the same rows.
  mutating func add(_ other: BadRowLedger) {
    count += other.count
    add(other.entries)
  }

  private mutating func add(_ more: [Entry]) {
    entries += more
    guard badRows == .error else { return }
    entries.sort { $0.row < $1.row }
    entries.removeLast(max(0, entries.count - BadRowLedger.reported))
  }

  /// The rows left out; throws ``TabularError/badRows(source:first:bad:rows:)`` where none may be, and
  /// ``TabularError/tooManyBadRows(source:kinds:bad:rows:most:)`` where they are more than a layout lets pass.
  ///
  /// - Parameter rows: how many there are in all.
  mutating func settle(source: String, rows: Int) throws(TabularError) -> [QuarantinedRow] {
    guard count > 0 else { return [] }
    entries.sort { $0.row < $1.row }
    if badRows == .error { throw .badRows(source: source, first: entries.map(\.bad), bad: count, rows: rows) }
    if count == rows { throw .allRowsBad(source: source, first: entries[0].bad, rows: rows) }
    if Double(count) > mostBadRows * Double(rows) {
      throw .tooManyBadRows(source: source, kinds: kinds, bad: count, rows: rows, most: mostBadRows)
    }
    return entries.map { QuarantinedRow(line: $0.bad.line, reason: $0.bad.reason, bytes: $0.bytes) }
  }

  /// What the bad rows have in common, the most frequent first; each with the first row that has it.
  private var kinds: [BadRow.Kind] {
    var kinds: [String: BadRow.Kind] = [:]
    for entry in entries {
      let label = "\(entry.column ?? -1) \(entry.bad.fault.kind)"
      kinds[label, default: BadRow.Kind(first: entry.bad, count: 0)].count += 1
    }
    return kinds.values.sorted { ($1.count, $0.first.line) < ($0.count, $1.first.line) }
  }
}

extension Table {
  /// A row written anew as CSV without a line end, its letters as they stood in the file.
  func bytes(ofRow row: Int) -> [UInt8] {
    var writer = CSVWriter(delimiter: delimiter)
    let bytes = cells.bytes.span
    for column in 0..<cellCount(ofRow: row) { writer.cell(utf8: bytes.extracting(range(row: row, column: column))) }
    writer.endRow()
    return cells.encoding.original(writer.bytes.dropLast())
  }
}
