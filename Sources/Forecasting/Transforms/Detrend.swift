import TimeSeries

/// Takes a straight line out of each series: the one through its training rows, drawn on past them.
public struct Detrend: Transform, Hashable {
  /// How the line is laid.
  public var method: Line.Method

  /// Takes a line out.
  public init(_ method: Line.Method = .leastSquares) { self.method = method }

  public func fit(_ panel: Panel) -> any FittedTransform {
    FittedDetrend(
      trends: Dictionary(
        panel.series.map { ($0.name, .init(start: $0.index, line: Line(through: $0.values, method: method))) }
      ) { first, _ in first })
  }
}

/// The lines of the series that a ``Detrend`` was fitted on.
public struct FittedDetrend: FittedTransform, SavedPart, Hashable {
  public static let kind = "detrend"

  struct Trend: Hashable, Sendable, Codable {
    /// The index that step 0 of the line belongs to.
    var start: TimeIndex
    var line: Line

    func values(over index: TimeIndex) -> [Double] {
      let offset = start.frequency.stepsBelow(index.start, from: start.start)
      return (0..<index.count).map { line($0 + offset) }
    }
  }

  let trends: [String: Trend]

  public func isCausal(over panel: Panel) -> Bool { true }
  public var reach: Int? { 0 }

  public func apply(_ panel: Panel) throws -> Panel {
    try panel.mapValues { series in
      zip(series.values, try trend(of: series.name).values(over: series.index)).map { $0 - $1 }
    }
  }

  public func invert(_ forecast: Forecast, history: Panel) throws -> Forecast {
    try forecast.mapValues { position, values in
      let series = forecast.series[position]
      return zip(values, try trend(of: series.name).values(over: series.index)).map { $0 + $1 }
    }
  }

  private func trend(of name: String) throws(ForecastingError) -> Trend {
    guard let found = trends[name] else { throw .unknownSeries(name) }
    return found
  }
}
