/// The values forecast for a panel, one entry a series.
public struct Forecast: Sendable, Equatable, Codable {
  /// The forecast of one series.
  public struct Series: Sendable, Equatable, Codable {
    /// The series that is forecast.
    public var name: String
    /// The steps after the origin, as many as the horizon.
    public var index: TimeIndex
    /// The point forecast, one value a step.
    public var point: [Double]
    /// Prediction intervals, narrowest level first.
    public var intervals: [Interval]

    /// A forecast of one series.
    public init(name: String, index: TimeIndex, point: [Double], intervals: [Interval] = []) {
      precondition(index.count == point.count, "a forecast has one value a step")
      self.name = name
      self.index = index
      self.point = point
      self.intervals = intervals
    }

    /// Reads a forecast; one whose lists have other lengths than its index is refused.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      index = try container.decode(TimeIndex.self, forKey: .index)
      point = try container.decode([Double].self, forKey: .point)
      intervals = try container.decode([Interval].self, forKey: .intervals)
      let (steps, bands) = (index.count, intervals)
      guard
        point.count == steps,
        bands.allSatisfy({ $0.lower.count == steps && $0.upper.count == steps && $0.level > 0 && $0.level < 1 })
      else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "a forecast has one value a step"))
      }
    }
  }

  /// The band that should hold a given share of outcomes.
  public struct Interval: Sendable, Hashable, Codable {
    /// The share, between 0 and 1: 0.8 means an 80 % interval.
    public var level: Double
    /// The lower bound, one value a step.
    public var lower: [Double]
    /// The upper bound, one value a step.
    public var upper: [Double]

    /// A band for a level.
    public init(level: Double, lower: [Double], upper: [Double]) {
      self.level = level
      self.lower = lower
      self.upper = upper
    }
  }

  /// One forecast a series, in the panel's order.
  public var series: [Series]

  /// A forecast of these series.
  public init(_ series: [Series]) { self.series = series }

  /// The same forecast with every value (points and bounds) of each series changed; `change` gets the position of the
  /// series in the panel and one value a step.
  public func mapValues(_ change: (Int, [Double]) throws -> [Double]) rethrows -> Forecast {
    var result = self
    for position in series.indices {
      result.series[position].point = try change(position, series[position].point)
      for band in series[position].intervals.indices {
        result.series[position].intervals[band].lower = try change(position, series[position].intervals[band].lower)
        result.series[position].intervals[band].upper = try change(position, series[position].intervals[band].upper)
      }
    }
    return result
  }
}
