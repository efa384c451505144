import CPretrained
import Foundation
import Recurrent

/// A network that forecasts series which it has never seen.
///
/// It works in logarithms, and knows nothing of units: each series is lifted so that its largest value is from
/// 1.1 to 60 times its smallest, and lowered again.
public struct PretrainedNetwork: Sendable {
  /// The readings that it is for.
  public let kind: PretrainedKind
  /// Its weights.
  public let network: ForecastNetwork
  /// What it has learned from, in words; empty where nobody knows.
  public let origin: String

  /// A trained network of a kind.
  public init(_ kind: PretrainedKind, _ network: ForecastNetwork, origin: String = "") {
    (self.kind, self.network, self.origin) = (kind, network, origin)
  }

  /// The network that the program carries for a kind.
  public init(shipped kind: PretrainedKind) throws(RecurrentError) {
    var size = 0
    guard let bytes = pretrained_weights(kind.rawValue, &size) else {
      throw .badWeightFile("this program has none for \(kind.rawValue) readings")
    }
    try self.init(kind, file: Data(bytes: bytes, count: size))
  }

  /// The network of a weight file that ``weightFile()`` made.
  public init(_ kind: PretrainedKind, file data: Data) throws(RecurrentError) {
    let origin = try Safetensors(decoding: data).metadata[Self.originKey] ?? ""
    self.init(kind, try ForecastNetwork(weightFile: data), origin: origin)
  }

  /// The network as a safetensors file that says what it has learned from.
  public func weightFile() throws -> Data {
    var file = try Safetensors(decoding: network.weightFile())
    file.metadata[Self.originKey] = origin
    return try file.encoded()
  }

  private static let originKey = "almanac.origin"

  /// What one series is expected to be.
  public struct Answer: Sendable {
    /// The median of each step.
    public var point: [Double]
    /// Bounds of each level and step.
    public var bounds: [[(lower: Double, upper: Double)]]
  }

  /// Forecasts after histories whose values may be missing, as far as is wanted: the mean of what the network says of each
  /// view of them.
  ///
  /// - Parameter levels: those between its quantiles, and beyond them, follow a normal distribution from one to the next.
  public func forecasts(
    after histories: [[Double]], horizon: Int, levels: [Double], threads: Int = 1
  ) throws(RecurrentError) -> [Answer] {
    let seen = network.options.lookback + (kind.seasons.last ?? 0)
    let histories = histories.map { $0.suffix(seen) }
    var answers = histories.map { _ in [Answer]() }
    for view in kind.views {
      let shown = histories.indices.filter { view.suits(histories[$0]) }
      guard !shown.isEmpty else { continue }
      let lifts = shown.map { Lift(histories[$0], view) }
      let rows = zip(shown, lifts).map { series, lift in histories[series].map(lift.lifted) }
      let found = try paths(after: rows, horizon: horizon, levels: levels, threads: threads)
      for (series, (answer, lift)) in zip(shown, zip(found, lifts)) { answers[series].append(answer.lowered(by: lift)) }
    }
    return answers.map { Answer(meanOf: $0, levels: levels, spread: kind.spread) }
  }

  /// Forecasts after lifted rows: beyond its own horizon the network goes on from its medians, and what was unsure before is
  /// added to what comes (as variances).
  private func paths(
    after lifted: [[Double]], horizon: Int, levels: [Double], threads: Int
  ) throws(RecurrentError) -> [Answer] {
    var rows = lifted
    var answers = rows.map { _ in Answer(point: [], bounds: levels.map { _ in [] }) }
    var done = 0
    while done < horizon {
      let set = WindowSet(
        series: rows.map { SeriesNumbers(target: $0) }, lookback: network.options.lookback,
        horizon: network.options.horizon, windows: rows.indices.map { .init(series: $0, origin: rows[$0].count - 1) })
      let found = try network.predict(set, levels: Reach.trained.map(\.level), threads: threads)
      let steps = min(network.options.horizon, horizon - done)
      for series in rows.indices {
        // What was unsure of the step from which this round goes on.
        let before = answers[series].bounds.map(\.last)
        let from = answers[series].point.last ?? 0
        for step in 0..<steps {
          let point = found[series, step]
          let trained = Reach.trained.map { found.interval($0.level, window: series, step: step) }
          let below = trained.map { point - ($0?.lower ?? point) }
          let above = trained.map { ($0?.upper ?? point) - point }
          rows[series].append(point)
          answers[series].point.append(point)
          for (position, level) in levels.enumerated() {
            var (down, up) = (Reach.of(level, distances: below), Reach.of(level, distances: above))
            if let before = before[position] {
              down = (down * down + (from - before.lower) * (from - before.lower)).squareRoot()
              up = (up * up + (before.upper - from) * (before.upper - from)).squareRoot()
            }
            answers[series].bounds[position].append((point - down, point + up))
          }
        }
      }
      done += steps
    }
    return answers
  }
}

extension PretrainedNetwork.Answer {
  fileprivate func lowered(by lift: Lift) -> Self {
    var out = self
    out.point = point.map(lift.lowered)
    out.bounds = bounds.map { bounds in
      bounds.map { bound in
        let (a, b) = (lift.lowered(bound.lower), lift.lowered(bound.upper))
        return (min(a, b), max(a, b))
      }
    }
    return out
  }

  /// The mean of several; where they differ, the intervals are wider by it (the variance of a mixture).
  ///
  /// - Parameter spread: what the distances of the bounds from the point are multiplied by.
  fileprivate init(meanOf answers: [Self], levels: [Double], spread: Double) {
    func mean(_ number: (Self) -> Double) -> Double { answers.reduce(0) { $0 + number($1) } / Double(answers.count) }
    let point = (answers.first?.point ?? []).indices.map { step in mean { $0.point[step] } }
    self.point = point
    bounds = levels.enumerated().map { position, level in
      let score = NormalDistribution.reach(of: level)
      return point.indices.map { step in
        let apart = mean { ($0.point[step] - point[step]) * ($0.point[step] - point[step]) } * score * score
        let below = mean { $0.point[step] - $0.bounds[position][step].lower }
        let above = mean { $0.bounds[position][step].upper - $0.point[step] }
        return (
          point[step] - spread * (below * below + apart).squareRoot(),
          point[step] + spread * (above * above + apart).squareRoot()
        )
      }
    }
  }
}

/// How far an interval of a level reaches, from how far those of the network's quantiles do.
private enum Reach {
  /// The levels of its quantiles, with those of a standard normal distribution.
  static let trained = [0.5, 0.8, 0.9, 0.95].map { (level: $0, score: NormalDistribution.reach(of: $0)) }

  static func of(_ level: Double, distances: [Double]) -> Double {
    let score = NormalDistribution.reach(of: level)
    guard let upper = trained.firstIndex(where: { $0.score >= score - 1e-12 }) else {
      return distances[trained.count - 1] * score / trained[trained.count - 1].score
    }
    let (before, from) = upper == 0 ? (0, 0) : (trained[upper - 1].score, distances[upper - 1])
    return from + (distances[upper] - from) * (score - before) / (trained[upper].score - before)
  }
}

/// How a series is shown to the network.
struct View: Sendable {
  /// −1 turns it upside down: what the network believes of rises and falls evens out.
  var sign = 1.0
  /// The share of the excess of its largest over its smallest value that is left, as a ratio: the less, the more is
  /// added and the less is multiplied.
  var contrast = 1.0
  /// The series that are shown so: those whose largest value is at most so many times their smallest, and those that reach
  /// zero or below.
  var mostRatio = Double.infinity

  func suits(_ values: ArraySlice<Double>) -> Bool {
    guard mostRatio < .infinity else { return true }
    let known = values.filter(\.isFinite)
    guard let lowest = known.min(), let highest = known.max(), lowest > 0 else { return true }
    return highest <= mostRatio * lowest
  }
}

extension PretrainedKind {
  /// The views whose mean is forecast, found on the development panels that docs/pretrained.md names.
  var views: [View] {
    switch self {
    case .plain, .daily: [View(), View(contrast: 0.3), View(sign: -1, contrast: 0.3)]
    case .quarterly, .monthly: [View(), View(sign: -1), View(contrast: 0.3), View(contrast: 0.1)]
    // Upside down, small values are small differences of large ones.
    case .weekly, .hourly: [View(), View(sign: -1, mostRatio: 5)]
    }
  }
}

extension PretrainedKind {
  /// What is made up is less regular than months, weeks and hours are, so that their intervals were too wide; found on the same
  /// panels.
  fileprivate var spread: Double {
    switch self {
    case .monthly: 0.91
    case .weekly: 0.95
    case .hourly: 0.88
    case .plain, .quarterly, .daily: 1
    }
  }
}

/// What brings a series to where its logarithm can be taken, and back.
struct Lift: Sendable {
  private let sign: Double
  private let offset: Double
  /// The value of a series that never moves.
  private let constant: Double?

  init(_ values: ArraySlice<Double>, _ view: View = View()) {
    let known = values.filter(\.isFinite)
    let (lowest, highest) = (known.min() ?? 0, known.max() ?? 0)
    let range = highest - lowest
    sign = view.sign
    guard range > 0 else {
      (offset, constant) = (1 - sign * lowest, known.isEmpty ? nil : lowest)
      return
    }
    let own = lowest > 0 ? highest / lowest : Lift.usual
    let ratio = min(max(1 + (own - 1) * view.contrast, Lift.ratios.lowerBound), Lift.ratios.upperBound)
    // The smallest value as the network sees it is range / (ratio − 1).
    offset = lowest > 0 && ratio == own && sign > 0 ? 0 : range / (ratio - 1) - (sign > 0 ? lowest : -highest)
    constant = nil
  }

  func lifted(_ value: Double) -> Double { sign * value + offset }
  func lowered(_ value: Double) -> Double { constant ?? sign * (value - offset) }

  // Between the largest and the smallest value, as the synthetic series have it.
  private static let ratios = 1.1...60.0
  /// Of series that reach zero or below.
  private static let usual = 3.0
}
