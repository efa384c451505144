import TimeSeries

/// Keeps account of the bad rows of a table while it is read.
struct BadRowLedger {
  private let table: Table
  private var faults: [(row: Int, column: Int?, fault: BadRow.Fault)] = []
  // So many are reported in words.
  private static let reported = 5

  init(table: Table) { self.table = table }

  /// Whether no row is bad so far.
  var isEmpty: Bool { faults.isEmpty }

  /// Notes a bad row, once a row.
  mutating func note(row: Int, column: Int?, fault: BadRow.Fault) { faults.append((row, column, fault)) }

  /// The rows left out; throws ``TabularError/badRows(source:first:bad:rows:)`` where none may be, and
  /// ``TabularError/tooManyBadRows(source:kinds:bad:rows:most:)`` where they are more than a layout lets pass.
  mutating func settle(_ layout: ReadingLayout) throws(TabularError) -> [QuarantinedRow] {
    guard !faults.isEmpty else { return [] }
    faults.sort { $0.row < $1.row }
    if layout.badRows == .error {
      let first = faults.prefix(BadRowLedger.reported).map(describe)
      throw .badRows(source: table.source, first: first, bad: faults.count, rows: table.rowCount)
    }
    if faults.count == table.rowCount {
      throw .allRowsBad(source: table.source, first: describe(faults[0]), rows: table.rowCount)
    }
    if Double(faults.count) > layout.mostBadRows * Double(table.rowCount) {
      throw .tooManyBadRows(
        source: table.source, kinds: kinds, bad: faults.count, rows: table.rowCount, most: layout.mostBadRows)
    }
    return faults.map { entry in
      let bad = describe(entry)
      return QuarantinedRow(line: bad.line, reason: bad.reason, bytes: table.bytes(ofRow: entry.row))
    }
  }

  /// What the bad rows have in common, the most frequent first; each with the first row that has it.
  private var kinds: [BadRow.Kind] {
    var kinds: [String: BadRow.Kind] = [:]
    for entry in faults {
      let label = "\(entry.column ?? -1) \(entry.fault.kind)"
      kinds[label, default: BadRow.Kind(first: describe(entry), count: 0)].count += 1
    }
    return kinds.values.sorted { ($1.count, $0.first.line) < ($0.count, $1.first.line) }
  }

  private func describe(_ entry: (row: Int, column: Int?, fault: BadRow.Fault)) -> BadRow {
    let line = table.line(ofRow: entry.row)
    return BadRow(line: line, column: entry.column.map(table.name(ofColumn:)), fault: entry.fault)
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
