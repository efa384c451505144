/// The scores of a backtest as they add up, fold by fold, so that no forecast need be kept.
///
/// Sums over series are exact, so that those of parts of a panel come to the same as those of all of it.
struct ScoreSums: Sendable, Codable {
  typealias Tally = Metric.Tally

  /// How an interval of one level did.
  struct IntervalTally: Sendable, Codable {
    var level: Double
    var width = ExactTally()
    /// The share within, by third of the horizon.
    var thirds = [ExactTally(), ExactTally(), ExactTally()]

    /// Whether the counts can be added up.
    var isSound: Bool { thirds.allSatisfy { (0...1 << 60).contains($0.count) } }
  }

  /// The sums of one forecaster, a tally for each statistic.
  struct Row: Sendable, Codable {
    var overall: [ExactTally]
    var folds: [[ExactTally]] = []
    var series: [[Tally]]
    var steps: [[ExactTally]]
    var intervals: [IntervalTally] = []
  }

  let names: [String]
  let horizon: Int
  let statistics: [Metric.Statistic.Name]
  var rows: [Row]

  init(metrics: [Metric], names: [String], series: Int, folds: Int, horizon: Int) {
    self.names = names
    self.horizon = horizon
    statistics = metrics.statistics.map(\.name)
    let (blank, plain) = (statistics.map { _ in ExactTally() }, statistics.map { _ in Tally() })
    rows = names.map { _ in
      Row(
        overall: blank, folds: (0..<folds).map { _ in blank }, series: (0..<series).map { _ in plain },
        steps: (0..<horizon).map { _ in blank })
    }
  }

  /// Whether it holds a sum for everything that is asked of it.
  func isSound(names: [String], series: Int, folds: Int, horizon: Int) -> Bool {
    func areSound<Sum>(_ lists: [[Sum]], _ count: Int) -> Bool {
      lists.count == count && lists.allSatisfy { $0.count == statistics.count }
    }
    return self.names == names && self.horizon == horizon && rows.count == names.count
      && rows.allSatisfy { row in
        areSound([row.overall], 1) && areSound(row.folds, folds) && areSound(row.series, series)
          && areSound(row.steps, horizon) && row.intervals.allSatisfy { $0.thirds.count == 3 && $0.isSound }
      }
  }

  /// Whether the metrics are made of what is summed.
  func covers(_ metrics: [Metric]) -> Bool { metrics.statistics.allSatisfy { statistics.contains($0.name) } }

  /// Adds what there is to compare of some series at a fold.
  ///
  /// - Parameters:
  ///   - found: [forecaster][series].
  ///   - fold: its number, from 0. Those of one series come from the oldest on.
  ///   - positions: of the series.
  ///   - metrics: those that the sums were made for.
  mutating func add(_ found: [[Comparison]], fold: Int, at positions: [Int], metrics: [Metric]) {
    let statistics = metrics.statistics
    for (forecaster, comparisons) in found.enumerated() {
      for (series, comparison) in zip(positions, comparisons) {
        for (position, statistic) in statistics.enumerated() {
          for value in statistic.values(comparison, comparison.truth.indices) {
            rows[forecaster].overall[position].add(value)
            rows[forecaster].folds[fold][position].add(value)
            rows[forecaster].series[series][position].add(value)
          }
          for step in 0..<horizon {
            for value in statistic.values(comparison, step..<step + 1) {
              rows[forecaster].steps[step][position].add(value)
            }
          }
        }
        addIntervals(of: comparison, to: forecaster)
      }
    }
  }

  private mutating func addIntervals(of comparison: Comparison, to forecaster: Int) {
    for interval in comparison.intervals {
      let position = place(ofLevel: interval.level, for: forecaster)
      for (step, truth) in comparison.truth.enumerated() where !truth.isNaN {
        let isWithin = interval.lower[step] <= truth && truth <= interval.upper[step]
        rows[forecaster].intervals[position].thirds[step * 3 / comparison.truth.count].add(isWithin ? 1 : 0)
        rows[forecaster].intervals[position].width.add(interval.upper[step] - interval.lower[step])
      }
    }
  }

  /// Where the intervals of a level are counted: by level, not by position, so that whoever gives others at another origin
  /// does not have them counted together.
  mutating func place(ofLevel level: Double, for forecaster: Int) -> Int {
    let known = rows[forecaster].intervals
    let position = known.firstIndex { $0.level >= level } ?? known.count
    if !known.indices.contains(position) || known[position].level != level {
      rows[forecaster].intervals.insert(IntervalTally(level: level), at: position)
    }
    return position
  }

  /// The scores so far.
  func scorecard(metrics: [Metric], season: Int) -> Scorecard {
    let positions = metrics.map { $0.statistics.map { statistics.firstIndex(of: $0.name) } }
    func values(_ tallies: [Tally]) -> [Double] {
      zip(metrics, positions).map { metric, positions in
        metric.finish(positions.map { $0.map { tallies[$0] } ?? Tally() })
      }
    }
    func exact(_ tallies: [ExactTally]) -> [Double] { values(tallies.map(\.tally)) }
    return Scorecard(
      season: season, horizon: horizon, metrics: metrics,
      rows: zip(names, rows).map { name, row in
        .init(
          name: name, overall: exact(row.overall), perFold: row.folds.map(exact), perSeries: row.series.map(values),
          perStep: row.steps.map(exact), intervals: row.intervals.map { Scorecard.IntervalScore($0) })
      })
  }
}

extension Scorecard.IntervalScore {
  fileprivate init(_ tally: ScoreSums.IntervalTally) {
    let thirds = tally.thirds.map(\.tally)
    let counts = thirds.map(\.count).reduce(0, +)
    level = tally.level
    coverage = counts > 0 ? thirds.map(\.sum).reduce(0, +) / Double(counts) : .nan
    coverageByThird = thirds.allSatisfy { $0.count > 0 } ? thirds.map(\.mean) : []
    width = tally.width.tally.mean
  }
}
