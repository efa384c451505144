import TimeSeries

/// Takes a straight line out of each series: the one through its training rows, drawn on past them.
public struct Detrend: Transform, Hashable {
  /// How the line is laid.
  public var method: Line.Method

  /// Takes a line out.
  public init(_ method: Line.Method = .leastSquares) { self.method = method }

  public func fit(_ panel: Panel) -> some FittedTransform {
    FittedDetrend(
      trends: panel.bySeries { .init(start: $0.index, line: Line(through: $0.values, method: method)) })
  }
}

/// The lines of the series that a ``Detrend`` was fitted on.
struct FittedDetrend: FittedSeriesTransform {
  static let kind = "detrend"

  struct Trend: Sendable, Codable {
    /// The index that step 0 of the line belongs to.
    var start: TimeIndex
    var line: Line

    func values(over index: TimeIndex) -> [Double] {
      let offset = index.offset(from: start)
      return (0..<index.count).map { line($0 + offset) }
    }
  }

  let trends: [String: Trend]

  var learned: [String: Trend] { trends }

  func prepared(_ series: Series, by trend: Trend) -> [Double] {
    zip(series.values, trend.values(over: series.index)).map { $0 - $1 }
  }

  func restored(_ values: [Double], over index: TimeIndex, by trend: Trend) -> [Double] {
    zip(values, trend.values(over: index)).map { $0 + $1 }
  }
}
