import TimeSeries

/// Where in a table the readings stand, and how their cells are to be understood.
public struct ReadingLayout: Sendable, Equatable {
  /// How series lie in the table.
  public enum Arrangement: Sendable, Equatable {
    /// A row is one time, each target column one series.
    case wide
    /// A row is one time of one series; the texts of the columns `keys`, joined by `/`, name the series. With several
    /// targets there is one series for each key and target, named `key/target`.
    case long(keys: [String])
    /// A row is one series: its name in the column `key` (nil: the first), its values in the cells after that, step by
    /// step. Empty cells at the end are padding.
    case rows(key: String?)
    /// A row is one series, named by the columns `keys`, or a part of the only one; the header says the times of its
    /// values, after what the columns of time say.
    case across(keys: [String])
  }

  /// How series lie in the table.
  public var arrangement: Arrangement
  /// The columns of times, their texts joined by a blank; none where rows are only counted, from 1 within each series.
  public var time: [String]
  /// How times are written; nil to find out.
  public var timeFormat: TimeFormat?
  /// The zone of times that name none; nil for a wall clock that is taken as it is. For `wide` and `long`.
  public var zone: LocalZone?
  /// The columns that are read as values; none for all besides time and key in which a number stands. Not used by
  /// `rows`.
  public var targets: [String]
  /// Columns of numbers beside the targets that are known up to the last reading. Not for `rows`, nor are the next two.
  public var past: [String]
  /// Columns of numbers beside the targets that are known ahead. Rows after the last value of a target hold them for
  /// times to come, and are no readings.
  public var future: [String]
  /// Columns with one number or text for the whole series.
  public var statics: [String]
  /// Texts that mean "no value" besides ``usualMissing``, in any case of letters; a number stands for all that are equal
  /// to it.
  public var missing: [String]
  /// How numbers are written.
  public var numbers: NumberForm
  /// Which rows are looked at; nil for all.
  public var condition: RowCondition?
  /// What becomes of readings of one series that have the same time.
  public var repeated: RepeatedTimes
  /// What becomes of rows that have fewer cells than there are columns.
  public var shortRows: ShortRows
  /// What becomes of rows that cannot be used.
  public var badRows: BadRows
  /// The share of rows that may be set aside with ``BadRows/quarantine``.
  public var mostBadRows: Double
  /// What becomes of a last row without a line end.
  public var lastRow: LastRow

  /// A layout; wide, without times, unless set otherwise.
  public init(
    _ arrangement: Arrangement = .wide, time: [String] = [], timeFormat: TimeFormat? = nil, zone: LocalZone? = nil,
    targets: [String] = [],
    past: [String] = [], future: [String] = [], statics: [String] = [],
    missing: [String] = [], numbers: NumberForm = NumberForm(),
    condition: RowCondition? = nil, repeated: RepeatedTimes = .refuse,
    shortRows: ShortRows = .setAside, badRows: BadRows = .error, mostBadRows: Double = 1,
    lastRow: LastRow = .setAside
  ) {
    self.arrangement = arrangement
    self.time = time
    self.timeFormat = timeFormat
    self.zone = zone
    self.targets = targets
    self.past = past
    self.future = future
    self.statics = statics
    self.missing = missing
    self.numbers = numbers
    self.condition = condition
    self.repeated = repeated
    self.shortRows = shortRows
    self.badRows = badRows
    self.mostBadRows = mostBadRows
    self.lastRow = lastRow
  }

  /// Texts that mean "no value" in every table, in any case of letters; an empty cell does so too.
  public static let usualMissing = ["NA", "N/A", "#N/A", "<NA>", "NaN", "null", "none", "-", "--", "?", "."]
}

/// What a table gave.
public struct TabularReadings: Sendable, Equatable {
  /// The readings, each series' times ascending.
  public var readings: Readings
  /// The rows that were left out, in the order of their lines.
  public var quarantined: [QuarantinedRow]
  /// The format that the times were read in; nil without a time column.
  public var timeFormat: TimeFormat?
  /// The number of rows below the header, those left out included.
  public var rowCount: Int
  /// What a person should know of the text, though it could be read.
  public var warnings: [String] = []
  /// The rows that were not looked at, with the reason.
  public var leftOut: [LeftOutRows] = []
}

extension Table {
  /// The readings that stand in this table.
  ///
  /// Rows may come in any order; each series is sorted by time. A row is bad where its cells are more or fewer than the
  /// columns (empty ones at the end aside), its time or one of its values cannot be read, a value is infinite, or its
  /// series has a reading of that time in an earlier row. With ``BadRows/error`` one bad row is enough to throw
  /// ``TabularError/badRows(source:first:bad:rows:)``. Without a time column a bad row still takes its step.
  ///
  /// A last row without a line end is left out and handed back, whatever ``ReadingLayout/badRows`` says, unless
  /// ``ReadingLayout/lastRow`` takes it; one of a file that changed while it was read always is.
  public func readings(_ layout: ReadingLayout) throws(TabularError) -> TabularReadings {
    guard rowCount > 0 else { throw .noRows(source: source) }
    if let condition = layout.condition {
      let kept = try keeping(condition, CellReader(layout), decimalComma: layout.numbers.decimalComma)
      var rest = layout
      rest.condition = nil
      return try kept.readings(rest)
    }
    guard endsOpen, layout.lastRow == .setAside || change != nil else {
      var result = try allReadings(layout)
      result.warnings += warnings
      return result
    }
    let last = BadRow(line: line(ofRow: rowCount - 1), fault: .endsOpen)
    let row = QuarantinedRow(line: last.line, reason: last.reason, bytes: bytes(ofRow: rowCount - 1))
    guard rowCount > 1 else { throw .onlyRowOpen(source: source, line: last.line) }
    var result = try droppingLastRow().allReadings(layout)
    result.rowCount += 1
    result.quarantined.append(row)
    let shown = Array(row.bytes.prefix(200)).span.excerpt
    let way =
      layout.lastRow == .take
      ? "" : "; end each line when the file is written, or set last_row: take if its last line never has an end"
    result.warnings +=
      warnings + ["\(source):\(last.line): \(last.reason); \"\(shown)\" is set aside\(way)"]
    return result
  }

  private func allReadings(_ layout: ReadingLayout) throws(TabularError) -> TabularReadings {
    var result: TabularReadings
    switch layout.arrangement {
    case .wide, .long:
      var collector = try ReadingCollector(table: self, layout: layout)
      result = try collector.collect()
    case .rows(let key):
      result = try readSeriesRows(key: key, layout: layout)
    case .across(let keys):
      result = try readAcross(keys: keys, layout: layout)
    }
    result.leftOut = leftOut + result.leftOut
    var names: Set<String> = []
    for series in result.readings.series where !names.insert(series.name).inserted {
      throw .seriesNamedTwice(source: source, name: series.name)
    }
    return result
  }
}
