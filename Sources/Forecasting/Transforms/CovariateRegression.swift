import Foundation
import TimeSeries

/// Takes out of each series what its future covariates explain, so that forecasters which read none know of holidays,
/// prices and weather too. The forecast gets it back, by what the covariates are then.
///
/// The slopes are those of values and covariates less the mean of what they were a season before and after, so that
/// neither level nor trend nor season is taken for an effect. They are kept where they foretell what they were not fitted on.
public struct CovariateRegression: Transform, Hashable {
  /// The season in steps; nil for what suits each series.
  public var season: Int?

  /// Takes effects out.
  public init(season: Int? = nil) { self.season = season }

  public var keepsUnits: Bool { true }
  public var readsCovariates: Bool { true }

  public func fit(_ panel: Panel) throws -> some FittedTransform {
    if panel.series.allSatisfy(\.covariates.future.isEmpty) { throw CovariateError.nothingAhead }
    return FittedCovariateRegression(effects: panel.bySeries { CovariateEffects(in: $0, season: season) })
  }
}

/// What the covariates of one series do to it.
struct CovariateEffects: Sendable, Codable, Hashable {
  /// One covariate.
  struct Effect: Sendable, Codable, Hashable {
    /// What it is called.
    var name: String
    /// In units of the series, or of its logarithm, for each unit of the covariate.
    var slope: Double
    /// The value without an effect: the mean of the training rows.
    var center: Double
    /// The least and the greatest value of the training rows: nothing is known of what lies beyond.
    var least: Double
    var greatest: Double

    func callAsFunction(_ value: Double) -> Double {
      value.isNaN ? 0 : slope * (min(max(value, least), greatest) - center)
    }
  }

  /// None where they explain too little.
  private(set) var effects: [Effect] = []
  /// Whether values are multiplied by them.
  private(set) var isMultiplicative = false

  /// What the rows of a series show.
  init(in series: Series, season: Int?) {
    let values = series.values
    // Of two covariates of one name the first is meant.
    let covariates = series.covariates.future.reduce(into: [Covariate]()) { covariates, covariate in
      if !covariates.contains(where: { $0.name == covariate.name }) { covariates.append(covariate) }
    }
    let columns = covariates.map { Array($0.values.prefix(values.count)) }
    guard !columns.isEmpty, columns.allSatisfy({ $0.count == values.count }) else { return }
    // Zeros that say that nobody asked for anything would become numbers like others.
    if IntermittentMethod.suits(values) { return }
    // On a level that wanders neighbours tell most, where covariates move with a season those a season away.
    let scales = [values] + (values.allSatisfy { !($0 <= 0) } ? [values.map { log($0) }] : [])
    let seasons = Self.seasons(of: series, given: season)
    let fits = scales.enumerated().flatMap { scale, values in
      seasons.compactMap { season in
        Differences(values, columns, season: season).map { (fit: Fit($0), isMultiplicative: scale == 1) }
      }
    }
    guard let found = fits.min(by: { $0.fit.share < $1.fit.share }) else { return }
    var best = found.fit
    best.tryOtherPenalties()
    guard best.share <= 1 - Self.least else { return }
    isMultiplicative = found.isMultiplicative
    effects = best.slopes.sorted { $0.key < $1.key }.map { position, slope in
      let known = columns[position].filter { !$0.isNaN }
      return Effect(
        name: covariates[position].name, slope: slope, center: known.mean, least: known.min() ?? 0,
        greatest: known.max() ?? 0)
    }
  }

  /// Seasons whose neighbours may tell what a value would have been.
  private static func seasons(of series: Series, given: Int?) -> [Int] {
    if let given { return [given] }
    return Set([1, series.index.frequency.usualSeason] + FoundSeasons(in: series).periods).sorted()
  }

  /// The effects of some steps of a series.
  func values(_ covariates: [Covariate], steps: Range<Int>, of series: String) throws(CovariateError) -> [Double] {
    var sums = [Double](repeating: 0, count: steps.count)
    for effect in effects {
      guard let values = covariates.first(where: { $0.name == effect.name })?.values, values.count >= steps.upperBound
      else { throw .absent(series: series, covariate: effect.name) }
      for (place, step) in steps.enumerated() { sums[place] += effect(values[step]) }
    }
    return sums
  }

  /// The share of the errors that must go.
  private static let least = 0.05
}

/// Values and columns less the mean of their neighbours one season before and after.
private struct Differences {
  let targets: [Double]
  /// How far before and after it the neighbours of a value are.
  let season: Int
  /// By position: columns that are not constant, in deviations.
  let columns: [(position: Int, values: [Double], deviation: Double)]

  /// Nil where too few are known.
  init?(_ values: [Double], _ columns: [[Double]], season: Int) {
    guard values.count > 2 * season else { return nil }
    let first = max(season, values.count - season - Self.most)
    let rows = (first..<(values.count - season)).filter { row in
      [row - season, row, row + season].allSatisfy { place in
        !values[place].isNaN && columns.allSatisfy { !$0[place].isNaN }
      }
    }
    guard rows.count >= max(Self.fewest, Self.rowsForEach * columns.count) else { return nil }
    self.season = season
    targets = rows.map { Self.difference(values, $0, season) }
    self.columns = columns.enumerated().compactMap { position, column in
      let differences = rows.map { Self.difference(column, $0, season) }
      let deviation = (differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)).squareRoot()
      // What only rounding has left is no difference.
      let size = rows.reduce(0) { max($0, abs(column[$1])) }
      guard deviation > 1e-9 * size else { return nil }
      return (position, differences.map { $0 / deviation }, deviation)
    }
    if self.columns.isEmpty { return nil }
  }

  private static func difference(_ values: [Double], _ row: Int, _ season: Int) -> Double {
    values[row] - (values[row - season] + values[row + season]) / 2
  }

  /// The newest rows that are looked at.
  private static let most = 20_000
  private static let fewest = 40
  private static let rowsForEach = 10
}

/// The slopes that foretell best what they were not fitted on.
private struct Fit {
  private let differences: Differences
  private let regression: RidgeRegression
  private var penalty = 10.0
  /// The share of the absolute errors that is left where blocks of rows are foretold by the others.
  private(set) var share: Double

  init(_ differences: Differences) {
    self.differences = differences
    regression = RidgeRegression(columns: differences.columns.map(\.values), targets: differences.targets)
    share = 1
    share = share(penalty)
  }

  /// Holds the slopes down less, or more, where that is better.
  mutating func tryOtherPenalties() {
    for other in [1.0, 100] {
      let left = share(other)
      if left < share { (penalty, share) = (other, left) }
    }
  }

  /// By position of the covariate.
  var slopes: [Int: Double] {
    let found = regression.slopes(penalty: penalty)
    return Dictionary(
      uniqueKeysWithValues: zip(differences.columns, found).map { ($0.position, $1 / $0.deviation) })
  }

  private func share(_ penalty: Double) -> Double {
    let count = differences.targets.count
    let before = differences.targets.reduce(0) { $0 + abs($1) }
    guard before > 0 else { return 1 }
    // Rows that have a neighbour in a block know of it; those of a long season are too many to be left out.
    let margin = min(differences.season, count / Self.blocks / 2)
    let left = (0..<Self.blocks).reduce(0.0) { sum, number in
      let block = number * count / Self.blocks..<(number + 1) * count / Self.blocks
      let near = max(0, block.lowerBound - margin)..<min(count, block.upperBound + margin)
      let errors = regression.errors(of: regression.slopes(without: near, penalty: penalty))
      return sum + block.reduce(0) { $0 + abs(errors[$1]) }
    }
    return left / before
  }

  private static let blocks = 5
}

/// The effects in the series that a ``CovariateRegression`` was fitted on.
struct FittedCovariateRegression: FittedTransform {
  static let kind = "regress"

  let effects: [String: CovariateEffects]

  func checkStored() throws(SavingError) {
    for (series, found) in effects {
      try require(
        found.effects.allSatisfy { $0.least <= $0.greatest && $0.slope.isFinite && $0.center.isFinite },
        "an effect that no number is for \(series)")
    }
  }

  var staysInUnits: Bool { true }
  var reach: Int? { 0 }

  var remark: String? {
    let found = effects.values.filter { !$0.effects.isEmpty }
    guard !found.isEmpty else { return "nothing that is known ahead explains enough to count" }
    guard effects.count == 1, let only = found.first else {
      return "what is known ahead counts in \(found.count) of \(effects.count) series"
    }
    let words = only.effects.map { effect in
      // One more of the covariate adds so much, or multiplies by so much.
      let number = only.isMultiplicative ? exp(effect.slope) : effect.slope
      let sign = only.isMultiplicative ? "×" : number < 0 ? "" : "+"
      return "\(effect.name) \(sign)\(number.text(digits: 3))"
    }
    return "for each unit more: " + words.joined(separator: ", ")
  }

  func isCausal(over panel: Panel) -> Bool { true }

  func apply(_ panel: Panel) throws -> Panel {
    try panel.mapValues { series in
      let found = try effects.learned(of: series.name)
      let sums = try found.values(series.covariates.future, steps: series.values.indices, of: series.name)
      return zip(series.values, sums).map { found.isMultiplicative ? $0 / exp($1) : $0 - $1 }
    }
  }

  func invert(_ forecast: Forecast, history: Panel) throws -> Forecast {
    let sums = try zip(forecast.series, history.series).map { ahead, series in
      let steps = series.count..<(series.count + ahead.point.count)
      return try effects.learned(of: series.name).values(series.covariates.future, steps: steps, of: series.name)
    }
    return try forecast.mapValues { position, values in
      let found = try effects.learned(of: forecast.series[position].name)
      return zip(values, sums[position]).map { found.isMultiplicative ? $0 * exp($1) : $0 + $1 }
    }
  }
}
