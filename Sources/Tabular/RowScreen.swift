/// Lets the rows of a text pass that are looked at, part by part: those that fulfil the condition of a layout, but for a last
/// one that may be cut.
struct RowScreen {
  private let layout: ReadingLayout
  private let cells: CellReader
  /// All rows so far, and those that fulfil the condition.
  private var rowsBefore = 0
  private(set) var rowCount = 0
  private var leftOut: [LeftOutRows] = []
  /// The last row, where it has no line end.
  private var open: QuarantinedRow?
  /// What speaks against the condition itself.
  private var fault: TabularError?
  private var warnings: [String] = []
  private var source = ""

  init(_ layout: ReadingLayout, _ cells: CellReader) { (self.layout, self.cells) = (layout, cells) }

  /// The rows of the next part that pass.
  mutating func pass(_ part: Table) -> Table {
    (source, warnings) = (part.source, part.warnings)
    rowsBefore += part.rowCount
    var part = part
    if let condition = layout.condition, fault == nil {
      do throws(TabularError) {
        part = try part.holding(condition, cells, decimalComma: layout.numbers.decimalComma)
      } catch { fault = error }
    }
    for rows in part.leftOut {
      if let known = leftOut.firstIndex(where: { $0.reason == rows.reason }) {
        leftOut[known].add(rows)
      } else {
        leftOut.append(rows)
      }
    }
    rowCount += part.rowCount
    guard part.endsOpen, layout.lastRow == .setAside || part.change != nil else { return part }
    let last = BadRow(line: part.line(ofRow: part.rowCount - 1), fault: .endsOpen)
    open = QuarantinedRow(line: last.line, reason: last.reason, bytes: part.bytes(ofRow: part.rowCount - 1))
    return part.droppingLastRow()
  }

  /// Refuses a text of which no row has passed.
  func check() throws(TabularError) {
    guard rowsBefore > 0 else { throw .noRows(source: source) }
    if let fault { throw fault }
    if let condition = layout.condition, rowCount == 0 {
      throw .noRowKept(source: source, condition: condition.description, rows: rowsBefore)
    }
    if let open, rowCount == 1 { throw .onlyRowOpen(source: source, line: open.line) }
  }

  /// Adds what did not pass to what the other rows gave, and refuses two series of one name.
  func complete(_ result: inout TabularReadings) throws(TabularError) {
    result.leftOut = leftOut.sorted { $0.reason.rank < $1.reason.rank } + result.leftOut
    var names: Set<String> = []
    for series in result.readings.series where !names.insert(series.name).inserted {
      throw .seriesNamedTwice(source: source, name: series.name)
    }
    result.warnings += warnings
    guard let open else { return }
    result.rowCount += 1
    result.quarantined.append(open)
    let shown = Array(open.bytes.prefix(200)).span.excerpt
    let way =
      layout.lastRow == .take
      ? "" : "; end each line when the file is written, or set last_row: take if its last line never has an end"
    result.warnings.append("\(source):\(open.line): \(open.reason); \"\(shown)\" is set aside\(way)")
  }
}

extension LeftOutRows.Reason {
  /// The order in which they are told of.
  fileprivate var rank: Int {
    switch self {
    case .remark: 0
    case .headerAgain: 1
    case .condition: 2
    case .blank: 3
    }
  }
}

/// Whether the header differs from every row alike, for then it is the header that is wrong.
struct HeaderCheck {
  private var rows = 0
  private var surplus = 0
  private var isUniform = true

  /// Notes how many cells the next row has more than there are columns.
  mutating func note(_ surplus: Int) {
    if rows == 0 { self.surplus = surplus }
    if surplus != self.surplus { isUniform = false }
    rows += 1
  }

  func check(_ head: TableHead) throws(TabularError) {
    guard head.format.header, rows > 1, surplus != 0, isUniform else { return }
    throw .headerDiffers(
      source: head.source, line: head.line, columns: head.columns.count, cells: head.columns.count + surplus)
  }
}
