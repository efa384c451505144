import TimeSeries

/// What must be known of a text before the first of its readings can be taken: where its columns stand, which of them are
/// targets, and how times are written.
struct ReadingSurvey {
  private let layout: ReadingLayout
  let cells: CellReader
  private var screen: RowScreen
  private(set) var columns = ReadingColumns()
  private(set) var timeFormat: TimeFormat?
  /// Why there are no readings.
  private(set) var fault: TabularError?
  private(set) var head: TableHead?
  // Columns in which no number was seen yet, and those with one; where none is named.
  private var candidates: [Int] = []
  private var numeric: [Int] = []
  private var detector: TimeFormatDetector?

  init(_ layout: ReadingLayout) {
    self.layout = layout
    cells = CellReader(layout)
    screen = RowScreen(layout, cells)
  }

  /// Looks at the next rows; whether it needs more.
  mutating func take(_ part: Table) -> Bool {
    let part = screen.pass(part)
    if head == nil {
      head = part.head
      do throws(TabularError) { try begin(part.head) } catch { fault = error }
    }
    if fault != nil { return false }
    candidates.removeAll { column in
      guard part.holdsNumber(column: column, cells) else { return false }
      numeric.append(column)
      return true
    }
    if var detector {
      part.look(
        at: columns.time, with: &detector, among: { layout.uses(part.surplus(ofRow: $0)) }, isMissing: cells.isMissing)
      self.detector = detector
    }
    return !candidates.isEmpty || detector.map { !$0.isSettled } ?? false
  }

  private mutating func begin(_ head: TableHead) throws(TabularError) {
    columns = try ReadingColumns(layout, head)
    if layout.targets.isEmpty { candidates = head.columns.indices.filter { !columns.isUsed($0) } }
    if !columns.time.isEmpty, layout.timeFormat == nil { detector = TimeFormatDetector() }
  }

  /// Draws the conclusions.
  mutating func finish() {
    guard fault == nil, let head else { return }
    do throws(TabularError) {
      if layout.targets.isEmpty {
        numeric.sort()
        for column in numeric { try head.checkName(ofColumn: column) }
        columns.targets = numeric
      }
      guard !columns.targets.isEmpty else { throw .noTargets(source: head.source) }
      guard !columns.time.isEmpty else { return }
      timeFormat = layout.timeFormat
      if let detector { timeFormat = try head.verdict(of: detector, onColumns: columns.time).format }
    } catch { fault = error }
  }
}

/// Where the columns of readings stand in a table whose rows are times.
struct ReadingColumns {
  var time: [Int] = []
  var keys: [Int] = []
  var targets: [Int] = []
  var past: [Int] = []
  var future: [Int] = []
  var statics: [Int] = []

  init() {}

  init(_ layout: ReadingLayout, _ head: TableHead) throws(TabularError) {
    time = try head.columns(layout.time)
    keys = if case .long(let names) = layout.arrangement { try head.columns(names) } else { [] }
    targets = try head.columns(layout.targets)
    past = try head.columns(layout.past)
    future = try head.columns(layout.future)
    statics = try head.columns(layout.statics)
    var used: Set<Int> = []
    for column in time + keys + targets + past + future + statics
    where !used.insert(column).inserted {
      throw .columnUsedTwice(source: head.source, name: head.columns[column])
    }
  }

  /// Every column of numbers: targets, past, future.
  var numeric: [Int] { targets + past + future }

  func isUsed(_ column: Int) -> Bool {
    [time, keys, targets, past, future, statics].contains { $0.contains(column) }
  }
}

extension ReadingLayout {
  /// Whether a row is read that has so many cells more than there are columns.
  func uses(_ surplus: Int) -> Bool { surplus == 0 || (surplus < 0 && shortRows == .take) }
}

extension Table {
  /// Whether a number stands anywhere in a column.
  fileprivate func holdsNumber(column: Int, _ reader: CellReader) -> Bool {
    let bytes = cells.bytes.span
    for row in 0..<rowCount where column < cellCount(ofRow: row) {
      if reader.isNumber(bytes.extracting(range(row: row, column: column))) { return true }
    }
    return false
  }
}
