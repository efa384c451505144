import Foundation

/// What an exponential smoothing model is made of (Hyndman, Koehler, Ord & Snyder 2008): error, trend and season.
public struct SmoothingForm: Sendable, Hashable, Codable {
  /// How the trend goes on.
  public enum Trend: String, Sendable, Hashable, Codable, CaseIterable {
    /// There is none.
    case none
    /// By the same amount each step.
    case additive
    /// By less each step.
    case damped
  }

  /// How the error joins: added, or multiplied, so that it grows with the level.
  public var error: SeasonKind
  /// The trend.
  public var trend: Trend
  /// The season; nil for none.
  public var season: SeasonKind?

  /// A form.
  public init(error: SeasonKind = .additive, trend: Trend = .none, season: SeasonKind? = nil) {
    self.error = error
    self.trend = trend
    self.season = season
  }

  /// Simple exponential smoothing.
  public static let simple = SmoothingForm()
  /// Holt's linear trend.
  public static let holt = SmoothingForm(trend: .additive)
  /// Holt's trend, damped (Gardner & McKenzie 1985).
  public static let dampedHolt = SmoothingForm(trend: .damped)

  /// The forms that an automatic choice looks at: all with additive trends or none, but for additive errors on a
  /// multiplied season, whose variance is not stable, and multiplied parts where values are not above zero.
  static func candidates(isSeasonal: Bool, isPositive: Bool) -> [SmoothingForm] {
    let errors: [SeasonKind] = isPositive ? [.additive, .multiplicative] : [.additive]
    return errors.flatMap { error in
      Trend.allCases.flatMap { trend -> [SmoothingForm] in
        var forms = [SmoothingForm(error: error, trend: trend)]
        if isSeasonal { forms.append(.init(error: error, trend: trend, season: .additive)) }
        if isSeasonal, error == .multiplicative { forms.append(.init(error: error, trend: trend, season: error)) }
        return forms
      }
    }
  }

  /// Numbers that are fitted, the variance of the error among them.
  func parameterCount(season length: Int) -> Int {
    let trendNumbers = trend == .none ? 0 : trend == .additive ? 2 : 3
    return 3 + trendNumbers + (season == nil ? 0 : length)
  }
}

extension SmoothingForm: CustomStringConvertible {
  /// Error, trend and season in the notation of Hyndman et al.: none, additive, damped or multiplicative, such as
  /// `(M,Ad,M)`.
  public var description: String {
    let trend =
      switch trend {
      case .none: "N"
      case .additive: "A"
      case .damped: "Ad"
      }
    func letter(_ kind: SeasonKind) -> String { kind == .additive ? "A" : "M" }
    return "(\(letter(error)),\(trend),\(season.map(letter) ?? "N"))"
  }
}

/// Level, trend and season of a series at one step.
struct SmoothingState: Sendable, Hashable, Codable {
  var level: Double
  var trend: Double
  /// The index of the step to come first; empty for no season.
  var season: [Double]
}

/// How fast an exponential smoothing model learns.
struct SmoothingParameters: Sendable, Hashable, Codable {
  var form: SmoothingForm
  /// Of the level, the trend (β* = β/α) and the season.
  var alpha = 0.1
  var trendShare = 0.1
  var gamma = 0.01
  /// What is left of the trend after a step; 1 where it is not damped.
  var damping = 1.0

  /// One run over values.
  struct Path {
    /// The forecast of each step from the one before it.
    var means: [Double]
    /// The errors, relative ones where the form multiplies them.
    var sumOfSquares = 0.0
    var sumOfLogMeans = 0.0
    var end: SmoothingState
  }

  /// Runs over values from the state before the first. An infinite sum of squares means that the form cannot hold: a
  /// relative error of a forecast that is not above zero.
  func run(_ values: [Double], from start: SmoothingState, keepsMeans: Bool = true) -> Path {
    var path = Path(means: [], end: start)
    var (level, trend) = (start.level, start.trend)
    var season = start.season
    var phase = 0
    if keepsMeans { path.means.reserveCapacity(values.count) }
    var product = 1.0
    for value in values {
      let expected = form.trend == .none ? level : level + damping * trend
      let index = season.isEmpty ? 0 : season[phase]
      let mean: Double
      let adjusted: Double
      let detrended: Double
      switch form.season {
      case nil: (mean, adjusted, detrended) = (expected, value, 0)
      case .additive: (mean, adjusted, detrended) = (expected + index, value - index, value - expected)
      case .multiplicative: (mean, adjusted, detrended) = (expected * index, value / index, value / expected)
      }
      var error = value - mean
      if form.error == .multiplicative {
        guard mean > 0, expected > 0 else {
          path.sumOfSquares = .infinity
          return path
        }
        error /= mean
        // One logarithm for many steps: their product is taken while it is not near the ends of Double.
        product *= mean
        if product > 1e100 || product < 1e-100 {
          path.sumOfLogMeans += log(product)
          product = 1
        }
      }
      path.sumOfSquares += error * error
      if keepsMeans { path.means.append(mean) }
      let next = expected + alpha * (adjusted - expected)
      if form.trend != .none { trend = damping * trend + trendShare * (next - level - damping * trend) }
      level = next
      if !season.isEmpty {
        season[phase] = index + gamma * (detrended - index)
        phase = phase + 1 == season.count ? 0 : phase + 1
      }
    }
    path.sumOfLogMeans += log(product)
    path.end = SmoothingState(level: level, trend: trend, season: Array(season[phase...] + season[..<phase]))
    return path
  }

  /// The steps after a state.
  func means(after state: SmoothingState, horizon: Int) -> (means: [Double], unseasoned: [Double]) {
    var reach = 0.0
    var weight = 1.0
    var unseasoned: [Double] = []
    for _ in 0..<horizon {
      weight *= damping
      reach += weight
      unseasoned.append(form.trend == .none ? state.level : state.level + reach * state.trend)
    }
    guard let kind = form.season, !state.season.isEmpty else { return (unseasoned, unseasoned) }
    let means = unseasoned.enumerated().map { step, value in
      let index = state.season[step % state.season.count]
      return kind == .additive ? value + index : value * index
    }
    return (means, unseasoned)
  }
}
