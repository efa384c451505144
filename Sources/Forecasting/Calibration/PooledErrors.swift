import Recurrent

/// Errors of each step of a horizon, in units that make those of several series and steps alike, of which the reach of an
/// interval is taken where each step has few of them.
///
/// The errors of the steps around it count with those of a step, the nearest first, until there are enough. What they say
/// is drawn towards the reach that is expected without them: the more, the fewer of them say something of their own.
/// Origins nearer than a horizon to each other meet much the same outcomes, and what happens in the one year that is
/// held back happens to all series of a panel.
///
/// What follows from the numbers below was chosen on the series of the M3 competition.
struct PooledErrors {
  /// Those of each step.
  private let errors: [[Double]]
  private let series: Double
  private let periods: Double

  /// - Parameters:
  ///   - errors: those of each step, in units of the step.
  ///   - series: how many series they are of.
  ///   - periods: horizons that do not overlap.
  init(_ errors: [[Double]], series: Int, periods: Double) {
    self.errors = errors.map { $0.filter(\.isFinite) }
    self.series = Double(series)
    self.periods = periods
  }

  /// How far an interval of a level reaches at a step.
  ///
  /// - Parameter expected: how far without any error.
  func reach(of level: Double, step: Int, expected: Double) -> Double {
    var (low, high) = (step, step)
    var pool = errors[step]
    while pool.count < PooledErrors.enough, low > 0 || high < errors.count - 1 {
      if low > 0 {
        low -= 1
        pool += errors[low]
      }
      if high < errors.count - 1 {
        high += 1
        pool += errors[high]
      }
    }
    guard !pool.isEmpty else { return expected }
    // The share of n + 1 outcomes, of which the one to come is not known.
    let seen = pool.quantile(min(1, level * Double(pool.count + 1) / Double(pool.count)))
    let apart = periods * min(series, PooledErrors.doubt)
    return (apart * seen + PooledErrors.doubt * expected) / (apart + PooledErrors.doubt)
  }

  /// How much smaller errors are than others that were made at the same time, drawn towards not at all. What happened
  /// then did so to both, so that each series counts.
  func ratio(_ errors: Double, to others: Double) -> Double {
    let apart = periods * series
    return others > 0 ? (apart * errors / others + PooledErrors.doubt) / (apart + PooledErrors.doubt) : 1
  }

  /// How many deviations an interval of a level reaches where the deviation is an estimate: those of Student's
  /// distribution, for outcomes lie further out than a normal distribution has them.
  static func expectedReach(of level: Double) -> Double {
    SpecialFunctions.studentQuantile((1 + level) / 2, freedom: 6)
  }

  private static let enough = 400
  private static let doubt = 8.0
}
