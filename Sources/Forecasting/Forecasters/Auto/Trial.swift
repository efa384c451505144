import Foundation
import TimeSeries

/// Where candidates are judged: on the last rows of a panel, from several origins.
struct TrialPlan {
  /// The series that are judged, by position.
  var judged: [Int]
  /// Rows before each origin, [origin, oldest first][judged series].
  var origins: [[Int]]
  var horizon: Int
  /// Of the scale of errors.
  var season: Int
  /// Horizons from the first origin on that do not overlap.
  var periods: Double {
    guard let first = origins.first?.first, let last = origins.last?.first else { return 0 }
    return 1 + Double(last - first) / Double(horizon)
  }

  /// Nil where no series has enough rows to fit without the last ones.
  init?(_ panel: Panel, horizon: Int, season: Int) {
    self.horizon = horizon
    self.season = season
    let lengths = panel.series.map { $0.count - $0.firstKnown }
    let sorted = lengths.sorted()
    let typical = sorted[sorted.count / 2]
    let least = TrialPlan.least(season: season, typical: typical, horizon: horizon)
    let usable = panel.series.indices.filter { lengths[$0] - horizon >= least }
    guard !usable.isEmpty else { return nil }
    // Of very many series some speak for all.
    let speaking = usable.evenly(TrialPlan.mostSeries)
    // Origins on the last third of the rows at the most, for what is fitted should be like what it stands for.
    // From a single origin what all series met at once, such as a bad year, would decide.
    let wanted = max(TrialPlan.fewestOrigins, min(TrialPlan.mostOrigins, TrialPlan.wantedErrors / speaking.count))
    let room = max(0, min(typical / 3 - horizon, typical - horizon - TrialPlan.wanted(least, season, typical, horizon)))
    let stride = max(1, min(horizon, wanted > 1 ? room / (wanted - 1) : horizon))
    let count = max(1, min(wanted, room / stride + 1))
    func end(_ origin: Int, _ series: Int) -> Int {
      panel.series[series].count - horizon - (count - 1 - origin) * stride
    }
    // Series without enough rows before the first origin are left to the others.
    let judged = speaking.filter { end(0, $0) - panel.series[$0].firstKnown >= least }
    guard !judged.isEmpty else { return nil }
    self.judged = judged
    origins = (0..<count).map { origin in judged.map { end(origin, $0) } }
  }

  /// Rows that must be left to learn from.
  ///
  /// - Parameter typical: the rows of a series of the usual length.
  static func least(season: Int, typical: Int, horizon: Int) -> Int {
    max(4, min(season > 1 ? season + season / 2 : 0, typical - horizon))
  }

  /// Rows that a series of the usual length should leave to learn from: methods of one series see a season in two of it, so
  /// that with less they would be judged without it, though the forecast has it. Where that leaves no room for several origins,
  /// those that must be left.
  private static func wanted(_ least: Int, _ season: Int, _ typical: Int, _ horizon: Int) -> Int {
    let seasons = 2 * season + 1
    return season > 1 && typical - horizon - seasons >= fewestOrigins - 1 ? max(least, seasons) : least
  }

  private static let mostSeries = 2000
  private static let wantedErrors = 300
  private static let mostOrigins = 60
  private static let fewestOrigins = 3
}

/// What candidates forecast where the truth is known.
struct Trial {
  let plan: TrialPlan
  /// The judged series with all their rows.
  let panel: Panel
  let judging: SeriesGroup.Kind
  /// The mean absolute seasonal difference of each series before the first origin.
  private let scales: [Double]
  /// Whether all values lie above zero, so that errors can be told in per cent.
  let isOfShares: Bool
  /// By candidate: point forecasts and standard deviations, [origin][series][step].
  private(set) var found: [Int: (points: [[[Double]]], widths: [[[Double]]]?)] = [:]

  init(_ plan: TrialPlan, of panel: Panel, judging: SeriesGroup.Kind) {
    self.plan = plan
    self.judging = judging
    self.panel = Panel(plan.judged.map { panel.series[$0] })
    isOfShares =
      judging == .regular && self.panel.series.allSatisfy { $0.values.allSatisfy { !($0 <= 0) } }
    scales = zip(self.panel.series, plan.origins[0]).map { series, end in
      let values = Array(series.values[..<end])
      let seasonal = seasonalScale(of: values, season: plan.season)
      return seasonal > 0 ? seasonal : seasonalScale(of: values, season: 1)
    }
  }

  /// The rows before the first origin.
  var training: Panel { panel.rows(before: plan.origins[0]) }

  /// Takes down what a candidate has forecast from each origin.
  mutating func add(_ forecasts: [Forecast], as candidate: Int) {
    let points = forecasts.map { $0.series.map(\.point) }
    guard points.allSatisfy({ $0.allSatisfy { $0.allSatisfy(\.isFinite) } }) else { return }
    let hasWidths = forecasts.allSatisfy { $0.series.allSatisfy { !$0.intervals.isEmpty } }
    found[candidate] = (
      points,
      hasWidths
        ? forecasts.map {
          $0.series.map { zip($0.intervals[0].lower, $0.intervals[0].upper).map { ($1 - $0) / 2 } }
        } : nil
    )
  }

  /// The errors of a forecast, each a mean over series.
  struct Errors {
    /// The mean absolute scaled error; of series with many zeros the root of the mean square, for of them the mean is
    /// asked, and zero has the least absolute error.
    var scaled: Double
    /// The mean absolute share of the truth; nil where not all values lie above zero.
    var share: Double?

    /// What decides: where errors are told in per cent too, both count, as the competitions score them.
    var decisive: Double { share.map { (scaled * $0).squareRoot() } ?? scaled }
  }

  /// - Parameter point: the forecast of an origin and a series.
  func errors(_ point: (Int, Int) -> [Double]) -> Errors {
    var (scaled, shares) = ([Double](), [Double]())
    for series in panel.series.indices {
      var (sum, share, count) = (0.0, 0.0, 0)
      let values = panel.series[series].values
      for origin in plan.origins.indices {
        let end = plan.origins[origin][series]
        for (step, value) in point(origin, series).enumerated() where end + step < values.count {
          let truth = values[end + step]
          if truth.isNaN { continue }
          let error = abs(truth - value)
          sum += judging == .regular ? error : error * error
          share += error / truth
          count += 1
        }
      }
      guard count > 0 else { continue }
      let mean = sum / Double(count)
      let scale = scales[series]
      if scale > 0, scale.isFinite { scaled.append((judging == .regular ? mean : mean.squareRoot()) / scale) }
      shares.append(share / Double(count))
    }
    return Errors(scaled: scaled.isEmpty ? .infinity : scaled.mean, share: isOfShares ? shares.mean : nil)
  }

  func errors(of candidate: Int) -> Errors {
    guard let points = found[candidate]?.points else { return Errors(scaled: .infinity) }
    return errors { points[$0][$1] }
  }

  /// How many deviations of the reference the intervals of each level reach, [level][step].
  ///
  /// Without its errors it would be what the reference needs, less by how much the combination is better.
  func reaches(of choice: AutoChoice, levels: [Double]) -> [[Double]]? {
    guard let reference = found[choice.reference], let widths = reference.widths else { return nil }
    let shares = zip(plan.origins[0], panel.series).map { Double($0) / Double(max(1, $1.count)) }
    let learning = pow(shares.mean, Trial.learning)
    var errors = [[Double]](repeating: [], count: plan.horizon)
    var (combined, alone) = (0.0, 0.0)
    for (series, values) in panel.series.map(\.values).enumerated() {
      for origin in plan.origins.indices {
        let end = plan.origins[origin][series]
        let point = choice.combined(found, origin: origin, series: series)
        for step in 0..<plan.horizon where end + step < values.count {
          let (truth, width) = (values[end + step], widths[origin][series][step])
          let error = abs(truth - point[step]) / width
          let other = abs(truth - reference.points[origin][series][step]) / width
          guard error.isFinite, other.isFinite else { continue }
          errors[step].append(error * learning)
          // A deviation that is far too small would decide for all.
          combined += min(error, Trial.mostDeviations)
          alone += min(other, Trial.mostDeviations)
        }
      }
    }
    let pooled = PooledErrors(errors, series: panel.series.count, periods: plan.periods)
    let ratio = pooled.ratio(combined, to: alone)
    return levels.map { level in
      let expected = ratio * PooledErrors.expectedReach(of: level)
      return (0..<plan.horizon).map { pooled.reach(of: level, step: $0, expected: expected) }
    }
  }

  /// The mean interval score (Winkler 1972) that intervals of a level by the reference of a choice would have had: their width,
  /// and what the truth lies outside, in the scale of errors. Nil where it gives no deviations.
  func intervalScore(of choice: AutoChoice, level: Double) -> Double? {
    guard let reaches = reaches(of: choice, levels: [level])?[0], let widths = found[choice.reference]?.widths else {
      return nil
    }
    var (sum, count) = (0.0, 0.0)
    for (series, values) in panel.series.map(\.values).enumerated() where scales[series] > 0 && scales[series].isFinite
    {
      for origin in plan.origins.indices {
        let end = plan.origins[origin][series]
        let point = choice.combined(found, origin: origin, series: series)
        for step in 0..<plan.horizon where end + step < values.count {
          let reach = reaches[step] * widths[origin][series][step]
          let error = abs(values[end + step] - point[step])
          guard error.isFinite else { continue }
          sum += (2 * reach + 2 / (1 - level) * max(0, error - reach)) / scales[series]
          count += 1
        }
      }
    }
    return count > 0 ? sum / count : nil
  }

  private static let mostDeviations = 8.0
  /// Errors fall with this power of the rows that were learned from: what is forecast has seen those of the trial as well.
  /// Chosen on the panels of the M3, M4 and tourism competitions, whose 80 % intervals held 84 % on the average without it.
  private static let learning = 0.35
}

extension RandomAccessCollection where Index == Int {
  /// At most so many of them, at equal distances.
  func evenly(_ most: Int) -> [Element] {
    guard count > most else { return Array(self) }
    return (0..<most).map { self[startIndex + $0 * count / most] }
  }
}
