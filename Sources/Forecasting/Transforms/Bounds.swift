import TimeSeries

/// Keeps forecasts, their intervals and sample paths within what a series can be. The readings stay as they are.
///
/// An automatic choice looks at the training rows of each series:
/// - the floor is 0 where none is below it;
/// - the ceiling is the largest of them where a twentieth of them, and two at least, stand right at it, as readings of
///   something that can be full do;
/// - whole numbers are forecast where all of them are whole and their median distance from 0 is 10 at least. Rounding adds
///   a twelfth to the squared error: little beside such counts, while the mean of a few would lose what it says.
///
/// In whole numbers the bounds of an interval are drawn in, which leaves the outcomes within it the same, but never past
/// the point forecast.
public struct Bounds: Transform, Hashable {
  /// Where a bound stands.
  public enum Limit: Sendable, Hashable {
    /// There is none.
    case none
    /// Where the training rows say.
    case automatic
    /// At a value.
    case value(Double)
  }

  /// What no forecast is below.
  public var floor: Limit
  /// What no forecast is above.
  public var ceiling: Limit
  /// Whether whole numbers are forecast; nil for where the training rows say so.
  public var whole: Bool?

  /// Bounds of forecasts.
  public init(floor: Limit = .automatic, ceiling: Limit = .none, whole: Bool? = nil) {
    self.floor = floor
    self.ceiling = ceiling
    self.whole = whole
  }

  public var keepsUnits: Bool { true }

  public func fit(_ panel: Panel) -> some FittedTransform { FittedBounds(bounds: panel.bySeries { bounds(of: $0) }) }

  private func bounds(of series: Series) -> SeriesBounds {
    let known = series.values.filter { !$0.isNaN }
    var found = SeriesBounds()
    switch floor {
    case .none: break
    case .automatic: found.floor = (known.min() ?? -1) >= 0 ? 0 : nil
    case .value(let value): found.floor = value
    }
    switch ceiling {
    case .none: break
    case .automatic:
      let highest = known.max() ?? 0
      let count = known.count { $0 == highest }
      found.ceiling = count >= 2 && count * 20 >= known.count && (known.min() ?? highest) < highest ? highest : nil
    case .value(let value): found.ceiling = value
    }
    found.isWhole =
      whole ?? (!known.isEmpty && known.allSatisfy { $0 == $0.rounded() } && known.map { abs($0) }.median >= 10)
    return found
  }
}

/// The bounds of one series.
struct SeriesBounds: Sendable, Hashable, Codable {
  var floor: Double?
  var ceiling: Double?
  var isWhole = false

  /// A value within the bounds. One that is no number stays so, for others to report.
  func confined(_ value: Double) -> Double {
    var value = value
    if let floor, value < floor { value = floor }
    if let ceiling, value > ceiling { value = ceiling }
    return value
  }

  /// The nearest whole number within the bounds; the bound where no whole number is.
  func whole(_ value: Double, _ rule: FloatingPointRoundingRule = .toNearestOrAwayFromZero) -> Double {
    confined(isWhole ? confined(value).rounded(rule) : value)
  }

  func confined(_ forecast: Forecast.Series) -> Forecast.Series {
    var forecast = forecast
    forecast.point = forecast.point.map { whole($0) }
    for band in forecast.intervals.indices {
      for (step, point) in forecast.point.enumerated() {
        let (lower, upper) = (forecast.intervals[band].lower[step], forecast.intervals[band].upper[step])
        // What has no bound keeps what it has; in whole numbers no interval leaves its own point out.
        forecast.intervals[band].lower[step] = isWhole ? min(whole(lower, .up), point) : confined(lower)
        forecast.intervals[band].upper[step] = isWhole ? max(whole(upper, .down), point) : confined(upper)
      }
    }
    return forecast
  }
}

/// The bounds of the series that a ``Bounds`` was fitted on.
struct FittedBounds: FittedTransform {
  static let kind = "bounds"

  let bounds: [String: SeriesBounds]

  var staysInUnits: Bool { true }

  func apply(_ panel: Panel) -> Panel { panel }

  func invert(_ forecast: Forecast, history: Panel) throws -> Forecast { try confined(forecast) }

  func confined(_ forecast: Forecast) throws -> Forecast {
    Forecast(try forecast.series.map { try bounds.learned(of: $0.name).confined($0) })
  }

  func isCausal(over panel: Panel) -> Bool { true }
  var reach: Int? { 0 }
}
