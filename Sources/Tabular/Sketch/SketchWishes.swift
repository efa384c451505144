import TimeSeries

/// What a person says of a table before it is looked at.
public struct SketchWishes: Sendable, Equatable {
  /// The columns to forecast.
  public var targets: [String]
  /// The columns of times.
  public var time: [String]
  /// Whether no column says times, so that rows are only counted.
  public var isStepped: Bool
  /// The columns that name the series.
  public var keys: [String]
  /// How times are written.
  public var timeFormat: TimeFormat?
  /// The zone of times that name none.
  public var zone: LocalZone?
  /// Whether the day comes before the month, where both orders can be read.
  public var dayFirst: Bool?
  /// Which rows are looked at.
  public var condition: RowCondition?
  /// What becomes of readings of one series that have the same time.
  public var repeated: RepeatedTimes?

  /// Wishes; none unless set.
  public init(
    targets: [String] = [], time: [String] = [], isStepped: Bool = false, keys: [String] = [],
    timeFormat: TimeFormat? = nil,
    zone: LocalZone? = nil, dayFirst: Bool? = nil,
    condition: RowCondition? = nil, repeated: RepeatedTimes? = nil
  ) {
    self.targets = targets
    self.time = time
    self.isStepped = isStepped
    self.keys = keys
    self.timeFormat = timeFormat
    self.zone = zone
    self.dayFirst = dayFirst
    self.condition = condition
    self.repeated = repeated
  }
}
