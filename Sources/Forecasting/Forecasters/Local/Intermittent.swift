import Foundation

/// Forecasts intermittent demand, a series with many zeros: how probable a demand is, times how large one is.
///
/// Levels follow the values by exponential smoothing at several rates from 0.02 to 0.3. What is forecast is their mean,
/// weighted by the likelihood of each rate on the training values, so that few values do not decide for one rate.
/// Missing values are passed over.
public struct IntermittentMethod: LocalMethod {
  public static let kind = "intermittent-method"

  /// How demand is put together.
  public enum Variant: String, Sendable, Codable, CaseIterable {
    /// Probability times size, the probability updated at every step (Teunter, Syntetos & Babai 2011): follows demand
    /// that dies away, and a season where one stands out.
    case tsb
    /// Size over interval, both updated where there is demand (Croston 1972): forecasts too much by some percent.
    case croston
    /// The same less its bias (Syntetos & Boylan 2005).
    case sba
    /// Simple smoothing of sums over the mean interval (Nikolopoulos et al. 2011).
    case adida
  }

  /// How demand is put together.
  public var variant: Variant
  /// The rates of smoothing that are weighted.
  var rates: [Double]

  /// A method for series with many zeros.
  ///
  /// - Parameter rate: the rate of smoothing, between 0 and 1; nil to weight several.
  public init(_ variant: Variant = .tsb, rate: Double? = nil) {
    self.variant = variant
    rates = rate.map { [$0] } ?? [0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3]
  }

  public var name: String { "intermittent" }

  /// Whether a series is one for this method: no value below zero, and 1.32 steps or more from demand to demand on the
  /// average (Syntetos, Boylan & Croston 2005). Missing values do not count.
  public static func suits(_ values: [Double]) -> Bool {
    let known = values.filter { !$0.isNaN }
    let demands = known.count { $0 > 0 }
    return demands > 0 && known.allSatisfy { $0 >= 0 } && Double(known.count) >= 1.32 * Double(demands)
  }

  /// Gaps stay open: a demand between two others is not known by them.
  public func closingGaps(_ values: [Double], season: Int) -> [Double] { values }

  public func fit(_ values: [Double], season: Int) -> some FittedLocalMethod {
    let period = variant == .tsb ? season : 1
    var fitted = FittedIntermittent(variant: variant, rates: rates)
    fitted.chances = .shares(values.map { $0.isNaN ? .nan : $0 == 0 ? 0 : 1 }, period: period)
    fitted.sizes = .shares(values.map { $0 == 0 ? .nan : $0 }, period: period)
    fitted.learn(values)
    return fitted
  }
}

/// What a series of demands has taught.
struct FittedIntermittent: FittedLocalMethod {
  static let kind = "intermittent-fit"

  /// A level that is smoothed at several rates.
  struct Smoothing: Sendable, Codable {
    /// The level before the first value.
    var start = 0.0
    /// What each rate counts for.
    var weights: [Double] = []

    /// A level at one rate: what was seen by what share of it, both smoothed.
    fileprivate struct Level {
      private let start: Double
      private let rate: Double
      private var seen: Double
      private var share = 1.0

      init(start: Double, rate: Double) {
        self.start = start
        self.rate = rate
        seen = start
      }

      /// The first one where the season has expected nothing for too long to tell.
      var value: Double { share > 1e-9 ? seen / share : start }

      mutating func follow(_ step: Demands.Step) {
        seen += rate * (step.value - seen)
        share += rate * (step.share - share)
      }
    }

    /// The levels of each rate, weighted.
    func mean(_ levels: [Double]) -> Double { zip(weights, levels).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  var variant: IntermittentMethod.Variant
  var rates: [Double]
  /// What a phase of the season has of the mean probability and size; one share of 1 without a season.
  var chances = [1.0]
  var sizes = [1.0]
  var occurrence = Smoothing()
  var size = Smoothing()
  /// Of the intervals between demands, or of sums over some steps.
  var other = Smoothing()
  /// The steps that are added up.
  var block = 1
  /// Demands as shares of the level that stood for them, in ascending order, with mean 1.
  var shape = [1.0]

  /// Outcomes that stand for a distribution.
  private static let outcomes = 1000

  init(variant: IntermittentMethod.Variant, rates: [Double]) {
    self.variant = variant
    self.rates = rates
  }

  func checkStored() throws(SavingError) {
    try require(!chances.isEmpty && !sizes.isEmpty && chances.count == sizes.count, "a season of no steps")
    try require(!shape.isEmpty && shape.count <= Self.outcomes, "\(shape.count) sizes of demand")
    try require(Stored.steps.contains(block), "sums over \(block) steps")
    for smoothing in [occurrence, size, other] {
      try require(smoothing.weights.count == rates.count, "\(smoothing.weights.count) weights of \(rates.count) rates")
    }
  }

  var parameters: [ForecasterParameter] {
    let main = variant == .tsb ? occurrence : other
    var found = [ForecasterParameter("method", variant.rawValue), .init("alpha", main.mean(rates).text())]
    if variant != .adida { found.append(.init("size alpha", size.mean(rates).text())) }
    if chances.count > 1 { found.append(.init("season", "\(chances.count) steps")) }
    return found
  }

  mutating func learn(_ values: [Double]) {
    let seen = Demands(values, offset: 0, chances: chances, sizes: sizes)
    (occurrence, _) = smoothing(seen.occurrences) { step, expected in
      let chance = min(max(expected, 0.001), 0.999)
      return -2 * log(step.value == 0 ? 1 - chance : chance)
    }
    let expected: [Double]
    (size, expected) = smoothing(seen.sizes)
    let ratios = zip(seen.sizes, expected).map { $0.value / $1 }.filter(\.isFinite).sorted()
    let kept = ratios.count <= 200 ? ratios : (0..<200).map { ratios[($0 * 2 + 1) * ratios.count / 400] }
    let center = kept.mean
    shape = center > 0 ? kept.map { $0 / center } : [1]
    block = max(1, Int((Double(seen.values.count) / Double(max(1, seen.sizes.count))).rounded()))
    (other, _) = smoothing(others(seen))
  }

  /// Weights of the rates by the likelihood of what each expects (by its squares where no deviance is given), and the
  /// weighted expectation of each value.
  private func smoothing(
    _ steps: [Demands.Step], deviance: ((Demands.Step, _ expected: Double) -> Double)? = nil
  ) -> (Smoothing, [Double]) {
    let start = steps.isEmpty ? 0 : steps.reduce(0) { $0 + $1.value } / steps.reduce(0) { $0 + $1.share }
    var sums: [Double] = []
    for rate in rates {
      var level = Smoothing.Level(start: start, rate: rate)
      var sum = 0.0
      for step in steps {
        let expected = level.value * step.share
        sum += deviance?(step, expected) ?? (step.value - expected) * (step.value - expected)
        level.follow(step)
      }
      sums.append(deviance == nil ? Double(steps.count) * log(max(sum, 1e-20 * start * start, 1e-300)) : sum)
    }
    let least = sums.min() ?? 0
    let raw = sums.map { exp((least - $0) / 2) }
    let total = raw.reduce(0, +)
    let found = Smoothing(start: start, weights: raw.map { $0 / total })
    var levels = rates.map { Smoothing.Level(start: start, rate: $0) }
    return (
      found,
      steps.map { step in
        let expected = found.mean(levels.map(\.value)) * step.share
        for index in levels.indices { levels[index].follow(step) }
        return expected
      }
    )
  }

  /// The level that stands after some steps.
  private func level(of smoothing: Smoothing, after steps: [Demands.Step]) -> Double {
    smoothing.mean(
      rates.map { rate in
        var level = Smoothing.Level(start: smoothing.start, rate: rate)
        for step in steps { level.follow(step) }
        return level.value
      })
  }

  /// The intervals, or the sums, by which a variant forecasts.
  private func others(_ seen: Demands) -> [Demands.Step] {
    switch variant {
    case .tsb: return []
    case .croston, .sba:
      let steps = seen.values.indices.filter { seen.values[$0] != 0 }
      return zip(steps, [-1] + steps).map { Demands.Step(value: Double($0 - $1), share: 1) }
    case .adida:
      return stride(from: seen.values.count % block, to: seen.values.count, by: block).map { start in
        Demands.Step(value: seen.values[start..<start + block].reduce(0, +), share: 1)
      }
    }
  }

  func forecast(after values: [Double], offset: Int, horizon: Int) -> LocalForecast {
    let seen = Demands(values, offset: offset, chances: chances, sizes: sizes)
    var chance = level(of: occurrence, after: seen.occurrences)
    var size = level(of: size, after: seen.sizes)
    let other = level(of: other, after: others(seen))
    switch variant {
    case .tsb: break
    case .croston, .sba:
      chance = other > 0 ? 1 / other : 0
      if variant == .sba { size *= 1 - self.other.mean(rates) / 2 }
    case .adida: size = chance > 0 ? other / Double(block) / chance : 0
    }
    // One distribution a phase of the season, and shared by the steps that are in it.
    let phases = min(horizon, chances.count)
    let first = offset + values.count
    let laws = (0..<phases).map { step in
      law(chance: chance * Demands.share(chances, first + step), size: size * Demands.share(sizes, first + step))
    }
    return LocalForecast(
      point: (0..<horizon).map { laws[$0 % chances.count].mean },
      deviation: (0..<horizon).map { laws[$0 % chances.count].deviation },
      outcomes: (0..<horizon).map { laws[$0 % chances.count].outcomes })
  }

  /// The distribution of one step: nothing, or a demand of the shape that was seen.
  private func law(chance: Double, size: Double) -> (mean: Double, deviation: Double, outcomes: [Double]) {
    let mean = chance * size
    let chance = min(max(chance, 0), 1)
    let scale = chance > 0 ? mean / chance : 0
    let square = chance * scale * scale * shape.reduce(0) { $0 + $1 * $1 } / Double(shape.count)
    let demands = Int((chance * Double(Self.outcomes)).rounded())
    var outcomes = [Double](repeating: 0, count: Self.outcomes - demands)
    for rank in 0..<demands {
      outcomes.append(scale * shape[(2 * rank + 1) * shape.count / (2 * demands)])
    }
    return (mean, max(0, square - mean * mean).squareRoot(), outcomes.sorted())
  }
}

/// The known steps of a series as demands.
fileprivate struct Demands {
  /// Something to follow, and what share of its level the season expects there.
  struct Step {
    var value: Double
    var share: Double
  }

  /// The known values.
  var values: [Double] = []
  /// 1 for each known value that is a demand, 0 for each that is none.
  var occurrences: [Step] = []
  /// The demands.
  var sizes: [Step] = []

  init(_ values: [Double], offset: Int, chances: [Double], sizes: [Double]) {
    for (step, value) in values.enumerated() where !value.isNaN {
      self.values.append(value)
      occurrences.append(Step(value: value == 0 ? 0 : 1, share: Demands.share(chances, step + offset)))
      if value != 0 { self.sizes.append(Step(value: value, share: Demands.share(sizes, step + offset))) }
    }
  }

  static func share(_ shares: [Double], _ step: Int) -> Double {
    shares[((step % shares.count) + shares.count) % shares.count]
  }
}

extension [Double] {
  /// What each phase of a season has of the mean, that of the first value first, drawn towards 1 by how little the
  /// phases differ beside the noise: 1 − 1/F of the analysis of variance (James & Stein 1961). Ones where the season is
  /// not seen three times or does not stand out at about 1 %.
  fileprivate static func shares(_ values: [Double], period: Int) -> [Double] {
    let known = values.indices.filter { !values[$0].isNaN }
    let plain = [Double](repeating: 1, count: Swift.max(1, period))
    guard period > 1, values.count >= 3 * period, known.count > 2 * period else { return plain }
    let center = known.map { values[$0] }.mean
    guard center > 0 else { return plain }
    var sums = [Double](repeating: 0, count: period)
    var counts = [Double](repeating: 0, count: period)
    for step in known {
      sums[step % period] += values[step]
      counts[step % period] += 1
    }
    let means = zip(sums, counts).map { $1 > 0 ? $0 / $1 : center }
    let between = zip(means, counts).reduce(0) { $0 + $1.1 * ($1.0 - center) * ($1.0 - center) }
    let within = known.reduce(0) { $0 + (values[$1] - means[$1 % period]) * (values[$1] - means[$1 % period]) }
    let ratio = (between / Double(period - 1)) / (within / Double(known.count - period))
    // A normal approximation of the bound of F: mean 1, variance 2 / (period − 1).
    guard ratio > 1 + 2.33 * (2 / Double(period - 1)).squareRoot() else { return plain }
    let weight = 1 - 1 / ratio
    return means.map { Swift.max(0, 1 + weight * ($0 / center - 1)) }
  }
}
