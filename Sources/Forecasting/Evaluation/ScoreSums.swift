/// The scores of a backtest as they add up, fold by fold, so that no forecast need be kept.
struct ScoreSums: Sendable, Codable {
  /// What is summed over forecasts; every metric is made of one or more of these.
  enum Statistic: Hashable, Sendable, Codable {
    /// The mean of a metric over forecasts.
    case mean(Metric)
    /// The same of Naive2, for the same forecasts.
    case meanOfNaive2(Metric)
    /// The sum of absolute errors, and of absolute truths.
    case errors, sizes
  }

  /// A sum and how many it is of.
  struct Tally: Sendable, Codable {
    private(set) var sum = 0.0
    private(set) var count = 0

    mutating func add(_ value: Double) {
      if value.isNaN { return }
      sum += value
      count += 1
    }

    var mean: Double { count > 0 ? sum / Double(count) : .nan }
  }

  /// How an interval of one level did.
  struct IntervalTally: Sendable, Codable {
    var level: Double
    var width = Tally()
    /// The share within, by third of the horizon.
    var thirds = [Tally(), Tally(), Tally()]
  }

  /// The sums of one forecaster, a tally for each statistic.
  struct Row: Sendable, Codable {
    var overall: [Tally]
    var folds: [[Tally]] = []
    var series: [[Tally]]
    var steps: [[Tally]]
    var intervals: [IntervalTally] = []
  }

  let names: [String]
  let horizon: Int
  let statistics: [Statistic]
  private(set) var rows: [Row]

  init(metrics: [Metric], names: [String], series: Int, horizon: Int) {
    self.names = names
    self.horizon = horizon
    var seen: Set<Statistic> = []
    statistics = metrics.flatMap(\.statistics).filter { seen.insert($0).inserted }
    let blank = statistics.map { _ in Tally() }
    rows = names.map { _ in
      Row(
        overall: blank, series: (0..<series).map { _ in blank }, steps: (0..<horizon).map { _ in blank })
    }
  }

  /// Whether the metrics are made of what is summed.
  func covers(_ metrics: [Metric]) -> Bool { metrics.allSatisfy { $0.statistics.allSatisfy(statistics.contains) } }

  /// Adds a fold: what there is to compare, [forecaster][series].
  mutating func add(_ fold: [[Comparison]]) {
    for (forecaster, comparisons) in fold.enumerated() {
      rows[forecaster].folds.append(statistics.map { _ in Tally() })
      let last = rows[forecaster].folds.count - 1
      for (series, comparison) in comparisons.enumerated() {
        for (position, statistic) in statistics.enumerated() {
          for value in statistic.values(of: comparison, step: nil) {
            rows[forecaster].overall[position].add(value)
            rows[forecaster].folds[last][position].add(value)
            rows[forecaster].series[series][position].add(value)
          }
          for step in 0..<horizon {
            for value in statistic.values(of: comparison, step: step) {
              rows[forecaster].steps[step][position].add(value)
            }
          }
        }
        addIntervals(of: comparison, to: forecaster)
      }
    }
  }

  private mutating func addIntervals(of comparison: Comparison, to forecaster: Int) {
    if rows[forecaster].intervals.isEmpty {
      rows[forecaster].intervals = comparison.intervals.map { IntervalTally(level: $0.level) }
    }
    for (position, interval) in comparison.intervals.enumerated()
    where rows[forecaster].intervals.indices.contains(position) {
      for (step, truth) in comparison.truth.enumerated() where !truth.isNaN {
        let isWithin = interval.lower[step] <= truth && truth <= interval.upper[step]
        rows[forecaster].intervals[position].thirds[step * 3 / comparison.truth.count].add(isWithin ? 1 : 0)
        rows[forecaster].intervals[position].width.add(interval.upper[step] - interval.lower[step])
      }
    }
  }

  /// The scores so far.
  func scorecard(metrics: [Metric], season: Int) -> Scorecard {
    func values(_ tallies: [Tally]) -> [Double] {
      metrics.map { metric in
        metric.value { statistic in statistics.firstIndex(of: statistic).map { tallies[$0] } ?? Tally() }
      }
    }
    return Scorecard(
      season: season, horizon: horizon, metrics: metrics,
      rows: zip(names, rows).map { name, row in
        .init(
          name: name, overall: values(row.overall), perFold: row.folds.map(values), perSeries: row.series.map(values),
          perStep: row.steps.map(values), intervals: row.intervals.map { Scorecard.IntervalScore($0) })
      })
  }
}

extension ScoreSums.Statistic {
  /// What a forecast adds; nothing where it has nothing to compare.
  fileprivate func values(of comparison: Comparison, step: Int?) -> [Double] {
    switch self {
    case .mean(let metric): return [metric.mean(of: comparison, step: step)]
    case .meanOfNaive2(let metric):
      return comparison.naive2.isEmpty ? [] : [metric.mean(of: comparison.ofNaive2, step: step)]
    case .errors:
      return comparison.known(step).map { abs(comparison.truth[$0] - comparison.forecast[$0]) }
    case .sizes:
      return comparison.known(step).map { abs(comparison.truth[$0]) }
    }
  }
}

extension Comparison {
  fileprivate func known(_ step: Int?) -> [Int] { steps(step).filter { !truth[$0].isNaN } }
}

extension Metric {
  /// What the metric is made of.
  var statistics: [ScoreSums.Statistic] {
    switch self {
    case .rmse: [.mean(.mse)]
    case .owa: [.mean(.smape), .mean(.mase), .meanOfNaive2(.smape), .meanOfNaive2(.mase)]
    case .nd: [.errors, .sizes]
    default: [.mean(self)]
    }
  }

  /// The metric of what was summed.
  fileprivate func value(_ tally: (ScoreSums.Statistic) -> ScoreSums.Tally) -> Double {
    switch self {
    case .rmse: return tally(.mean(.mse)).mean.squareRoot()
    case .owa:
      let ratios = [Metric.smape, .mase].map { tally(.mean($0)).mean / tally(.meanOfNaive2($0)).mean }
      return ratios.allSatisfy(\.isFinite) ? ratios.mean : .nan
    case .nd:
      let sizes = tally(.sizes).sum
      return sizes > 0 ? tally(.errors).sum / sizes : .nan
    default: return tally(.mean(self)).mean
    }
  }
}

extension Scorecard.IntervalScore {
  fileprivate init(_ tally: ScoreSums.IntervalTally) {
    let counts = tally.thirds.map(\.count).reduce(0, +)
    level = tally.level
    coverage = counts > 0 ? tally.thirds.map(\.sum).reduce(0, +) / Double(counts) : .nan
    coverageByThird = tally.thirds.allSatisfy { $0.count > 0 } ? tally.thirds.map(\.mean) : []
    width = tally.width.mean
  }
}
