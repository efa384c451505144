import Foundation

/// What becomes of the candidates.
struct AutoChoice {
  /// How those that are taken become one forecast.
  enum Rule: String, Sendable, Codable {
    case single = "the best alone"
    case weighted = "mean, weighted by errors"
    case geometric = "geometric mean, weighted by errors"
    case median
  }

  var rule: Rule
  /// The candidates that are taken, with their shares, which sum to 1.
  var shares: [Int: Double]
  /// The candidate whose deviations give the intervals their shape.
  var reference: Int
  /// The scaled error of each candidate; nil where nothing was tried.
  var errors: [Double]?

  /// Those that are fitted on all rows.
  var fitted: [Int] { Set(shares.keys).union([reference]).sorted() }

  /// The median of statistical methods, where there are too few rows to try anything.
  static func untried(_ candidates: [AutoCandidate]) -> AutoChoice {
    let usual = candidates.indices.filter {
      ["naive", "theta", "ets", "pretrained", "tsb", "mean"].contains(candidates[$0].name)
    }
    let share = 1 / Double(usual.count)
    return AutoChoice(
      rule: .median, shares: Dictionary(uniqueKeysWithValues: usual.map { ($0, share) }),
      reference: usual.last ?? 0, errors: nil)
  }

  /// The combination with the least error in a trial; nil where no candidate could be judged.
  init?(_ trial: Trial, _ candidates: [AutoCandidate]) {
    let judged = candidates.indices.map(trial.errors(of:))
    let (errors, reported) = (judged.map(\.decisive), judged.map(\.scaled))
    let order = errors.indices.filter { errors[$0].isFinite }.sorted { errors[$0] < errors[$1] }
    guard let best = order.first, let reference = order.first(where: { trial.found[$0]?.widths != nil }) else {
      return nil
    }
    // Errors of few series and rows are partly luck: what they differ by is drawn towards what was to be expected.
    let told = trial.plan.periods * Double(trial.panel.series.count)
    let trust = told / (told + AutoChoice.luck)
    func ratio(_ error: Double, _ least: Double) -> Double { pow(max(error, 1e-9) / max(least, 1e-9), trust) }
    let believed = candidates.indices.map { position in
      ratio(errors[position], errors[best]) * exp((1 - trust) * candidates[position].expected)
    }
    let lowestBelieved = order.map { believed[$0] }.min() ?? 1
    let near = order.filter { believed[$0] <= lowestBelieved * (1 + AutoChoice.tolerance) }
    let sharpness = AutoChoice.sharpness(series: trial.panel.series.count)
    let strengths = near.map { pow(believed[$0] / lowestBelieved, -sharpness) }
    let sum = strengths.reduce(0, +)
    // Where errors are told in per cent, a mean of logarithms may do better: members that lie high count for less.
    let means: [Rule] = trial.isOfShares && near.count > 1 ? [.weighted, .geometric] : [.weighted]
    var options = means.map { rule in
      AutoChoice(
        rule: rule, shares: Dictionary(uniqueKeysWithValues: zip(near, strengths.map { $0 / sum })),
        reference: reference, errors: reported)
    }
    // A reference beside the members would move their median.
    if near.count > 2, near.contains(reference) {
      options.append(
        AutoChoice(
          rule: .median, shares: Dictionary(uniqueKeysWithValues: near.map { ($0, 1 / Double(near.count)) }),
          reference: reference, errors: reported))
    }
    options.append(AutoChoice(rule: .single, shares: [best: 1], reference: reference, errors: reported))
    let found = options.map { option in trial.errors { option.combined(trial.found, origin: $0, series: $1) }.decisive }
    let lowest = found.min() ?? 0
    // One alone must be clearly better.
    let scores = zip(options, found).map { option, error in
      ratio(error, lowest) * (option.rule == .single && near.count > 1 ? 1 + AutoChoice.doubt + 0.1 / told : 1)
    }
    guard let least = scores.indices.min(by: { scores[$0] < scores[$1] }) else { return nil }
    self = options[least]
  }

  init(rule: Rule, shares: [Int: Double], reference: Int, errors: [Double]?) {
    (self.rule, self.shares, self.reference, self.errors) = (rule, shares, reference, errors)
  }

  /// The same with the reference whose deviations would have given the best intervals in the trial, where another than the
  /// best candidate's are clearly better: those of a network may be far too narrow at some hours, and then all that they are
  /// multiplied by is far too wide at the others.
  func withBestIntervals(_ trial: Trial, _ candidates: [AutoCandidate]) -> AutoChoice {
    func score(_ choice: AutoChoice) -> Double? { trial.intervalScore(of: choice, level: AutoChoice.usualLevel) }
    var best = self
    guard var lowest = score(self).map({ $0 * (1 - AutoChoice.clearly) }) else { return self }
    // No other candidate is fitted for it alone, unless it takes no time.
    for position in candidates.indices where shares[position] != nil || candidates[position].isInstant {
      var other = self
      other.reference = position
      if let found = score(other), found < lowest { (best, lowest) = (other, found) }
    }
    return best
  }

  /// What each of those that could be fitted has of the forecast.
  func shares(of members: [Int]) -> [Int: Double] {
    let taken = weights(of: members) ?? members.map { _ in 1 / Double(members.count) }
    return Dictionary(uniqueKeysWithValues: zip(members, taken))
  }

  /// The weights of members; nil for the median.
  func weights(of members: [Int]) -> [Double]? {
    guard rule != .median else { return nil }
    let taken = members.map { shares[$0] ?? 0 }
    let sum = taken.reduce(0, +)
    // Where those that were taken cannot be fitted on all rows, the others stand in for them.
    return sum > 0 ? taken.map { $0 / sum } : members.map { _ in 1 / Double(members.count) }
  }

  /// What it makes of the forecasts of one origin and series.
  func combined(
    _ found: [Int: (points: [[[Double]]], widths: [[[Double]]]?)], origin: Int, series: Int
  ) -> [Double] {
    let members = shares.sorted { $0.key < $1.key }
    let points = members.compactMap { found[$0.key]?.points[origin][series] }
    return points.combined(weights: rule == .median ? nil : members.map(\.value), geometric: rule == .geometric)
  }

  /// How much worse than the best a member may be.
  private static let tolerance = 0.18
  /// Series and horizons at which half of what errors differ by is believed; chosen, as the numbers around it, on series of the
  /// M3 and tourism competitions one by one and in panels.
  private static let luck = 8.0
  /// How fast a weight falls with an error: slower where it has to suit many series.
  private static func sharpness(series count: Int) -> Double { count == 1 ? 8 : 4 }
  private static let doubt = 0.02
  /// Of the intervals that decide whose deviations are taken.
  private static let usualLevel = 0.8
  /// The share by which another reference must be better.
  private static let clearly = 0.05
}
