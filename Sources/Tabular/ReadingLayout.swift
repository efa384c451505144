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
  /// The part of the series that is wanted; nil for all. Where rows are times of named series, the others are not put down;
  /// elsewhere they are read all the same, and whoever asked leaves them out.
  public var shard: SeriesShard? = nil

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
  /// About how many bytes were in memory at once while the table was read.
  public var bytes = 0
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
    let read: (Table) throws(TabularError) -> TabularReadings
    switch layout.arrangement {
    case .wide, .long:
      var end = TablePartsEnd.ended
      guard var found = try readings(ofTimes: layout, end: &end) else { throw .noRows(source: source) }
      found.bytes += cells.memory
      return found
    case .rows(let key): read = { table throws(TabularError) in try table.readSeriesRows(key: key, layout: layout) }
    case .across(let keys): read = { table throws(TabularError) in try table.readAcross(keys: keys, layout: layout) }
    }
    var screen = RowScreen(layout, CellReader(layout))
    let table = screen.pass(self)
    try screen.check()
    var result = try read(table)
    try screen.complete(&result)
    result.bytes = cells.memory + result.readings.bytes
    return result
  }
}
