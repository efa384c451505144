/// How the M4 competition scored (Makridakis, Spiliotis & Assimakopoulos 2020): written out here once more, so that
/// Almanac's own metrics do not judge themselves.
public struct M4Score: Sendable, Equatable {
  /// The mean of 200·|y − f| / (|y| + |f|) over series and steps.
  public var smape: Double
  /// The mean over series of the mean absolute error, over the mean absolute difference at the season's lag in sample.
  public var mase: Double
  /// The mean of 100·|y − f| / |y| over series and steps, the measure of the tourism competition (Athanasopoulos et al.
  /// 2011).
  public var mape: Double

  /// The score of forecasts.
  ///
  /// - Parameters:
  ///   - train: what the forecasts were made from.
  ///   - test: what came.
  ///   - season: m of MASE: 24 for hourly series, 1 for weekly ones.
  /// - Throws: ``SeriesFile/Fault`` where forecasts and test do not fit together.
  public init(
    of forecasts: SeriesFile, train: SeriesFile, test: SeriesFile, season: Int
  ) throws(SeriesFile.Fault) {
    var (shares, scaled, percents) = ([Double](), [Double](), [Double]())
    for name in test.names {
      guard let truth = test.values[name], let past = train.values[name] else {
        throw .init("series \"\(name)\" has no training part")
      }
      guard let forecast = forecasts.values[name] else { throw .init("series \"\(name)\" has no forecast") }
      guard forecast.count == truth.count else {
        throw .init("series \"\(name)\" has a forecast of \(forecast.count) steps, not \(truth.count)")
      }
      let errors = zip(truth, forecast).map { abs($0 - $1) }
      shares.append(
        zip(errors, zip(truth, forecast)).map { error, pair in
          let size = abs(pair.0) + abs(pair.1)
          return size > 0 ? 200 * error / size : 0
        }.mean)
      percents.append(zip(errors, truth).map { 100 * $0 / abs($1) }.mean)
      let scale = zip(past.dropFirst(season), past).map { abs($0 - $1) }.mean
      // The competition leaves out what has no scale.
      if scale > 0 { scaled.append(errors.mean / scale) }
    }
    smape = shares.mean
    mase = scaled.mean
    mape = percents.mean
  }

  /// The overall weighted average beside a reference, Naive2 in the competition.
  public func owa(beside reference: M4Score) -> Double { (smape / reference.smape + mase / reference.mase) / 2 }
}

/// Naive2: the last value of the seasonally adjusted series, with the season put back.
public enum Naive2 {
  /// The forecasts of every series.
  public static func forecasts(after train: SeriesFile, horizon: Int, season: Int) -> SeriesFile {
    train.mapped { forecast(after: $0, horizon: horizon, season: season) }
  }

  static func forecast(after x: [Double], horizon: Int, season m: Int) -> [Double] {
    let last = x[x.count - 1]
    guard isSeasonal(x, m) else { return Array(repeating: last, count: horizon) }
    let indices = seasonalIndices(x, m)
    return (0..<horizon).map { last / indices[(x.count - 1) % m] * indices[(x.count + $0) % m] }
  }

  /// The competition's test: the autocorrelation at the season against 90 % of the noise, with three seasons at least.
  private static func isSeasonal(_ x: [Double], _ m: Int) -> Bool {
    guard m > 1, x.count >= 3 * m else { return false }
    let mean = x.mean
    let centred = x.map { $0 - mean }
    let total = centred.map { $0 * $0 }.sum
    guard total > 0 else { return false }
    let correlations = (1...m).map { lag in zip(centred.dropFirst(lag), centred).map(*).sum / total }
    let noise = 1 + 2 * correlations.dropLast().map { $0 * $0 }.sum
    return abs(correlations[m - 1]) > 1.645 * (noise / Double(x.count)).squareRoot()
  }

  /// The classical multiplicative decomposition: the mean ratio to the centred moving average, scaled to mean 1.
  private static func seasonalIndices(_ x: [Double], _ m: Int) -> [Double] {
    let half = m / 2
    var ratios = [[Double]](repeating: [], count: m)
    for center in half..<(x.count - half) {
      var sum = x[center - half...center + half].map { $0 }.sum
      if m.isMultiple(of: 2) { sum -= (x[center - half] + x[center + half]) / 2 }
      ratios[center % m].append(x[center] / (sum / Double(m)))
    }
    let raw = ratios.map(\.mean)
    return raw.map { $0 / raw.mean }
  }
}

extension SeriesFile {
  fileprivate func mapped(_ change: ([Double]) -> [Double]) -> SeriesFile {
    var result = self
    result.replace(change)
    return result
  }
}

extension [Double] {
  var sum: Double { reduce(0, +) }
  /// NaN of none.
  var mean: Double { sum / Double(count) }
}
