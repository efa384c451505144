import TimeSeries

/// What a backtest came to: the scores, and forecasts beside what came.
public struct BacktestResult: Sendable, Codable {
  /// One series at one origin.
  public struct Judged: Sendable, Equatable {
    /// How many rows there are before the origin.
    public var origin: Int
    /// What came, one value a step; NaN where it is not known.
    public var truth: [Double]
    /// What was forecast, [forecaster][step]: by the model, then by the baselines.
    public var points: [[Double]]
    /// The intervals of the model, narrowest level first.
    public var intervals: [Forecast.Interval]
    /// What the metrics need of the rows before.
    var background: Background
  }

  /// What the metrics need of the rows of a series before an origin.
  public struct Background: Sendable, Hashable, Codable {
    /// What MASE divides by.
    public var scale: Double
    /// What RMSSE divides by.
    public var squaredScale: Double
    /// The last known value.
    public var origin: Double
  }

  /// The season of the baselines and of MASE, in steps.
  public var season: Int
  /// Steps that were forecast from each origin.
  public var horizon: Int
  /// Whose forecasts there are: `model` first, then the baselines.
  public var names: [String]
  /// The units that each series is scored in; nil for its own.
  public var units: [Scale]?
  /// The rows of each series before every origin, [fold][series], oldest first; 0 for one that was too short to be judged.
  public var origins: [[Int]] = []
  /// The forecasts of the newest folds: of all, or of the last alone where the backtest keeps none.
  var folds: JudgedFolds
  /// Each row's newest forecast, where the backtest looks for anomalies.
  public var readings: JudgedReadings?

  var sums: ScoreSums

  /// Refuses a result whose lists do not fit each other, or that is one of other series.
  ///
  /// - Parameter rows: the rows of each series.
  public func checkStored(rows: [Int]) throws(SavingError) {
    let count = rows.count
    let areOrigins = origins.allSatisfy { origins in
      origins.count == count && zip(origins, rows).allSatisfy { (0...$1).contains($0) }
    }
    let shape = folds.shape
    let isOfThese =
      shape.folds <= origins.count
      && (shape.folds == 0
        || shape.series == count && shape.horizon == horizon && shape.forecasters == names.count)
    guard Stored.steps.contains(season), Stored.horizons.contains(horizon), !names.isEmpty, areOrigins, isOfThese,
      units.map({ $0.count == count }) ?? true,
      readings.map({ $0.isSound(rows: rows) }) ?? true,
      sums.isSound(names: names, series: count, folds: origins.count, horizon: horizon)
    else { throw .damaged("the backtest does not hold what its series, folds and steps ask for") }
  }

  /// The numbers of the folds whose forecasts were kept, from 0.
  public var keptFolds: Range<Int> { origins.count - folds.shape.folds..<origins.count }

  /// What was forecast of some series at a fold, beside what came; nil for those that were not judged.
  ///
  /// - Parameters:
  ///   - fold: one of ``keptFolds``.
  ///   - series: their positions.
  /// - Throws: where the file that holds them cannot be read.
  public func judged(_ fold: Int, _ series: Range<Int>) throws -> [Judged?] {
    try folds.entries(fold - keptFolds.lowerBound, series) { origins[fold][$0] }
  }

  /// The same of all series.
  public func judged(_ fold: Int) throws -> [Judged?] { try judged(fold, origins[fold].indices) }

  /// The same of one series.
  public func judged(_ fold: Int, _ series: Int) throws -> Judged? { try judged(fold, series..<series + 1)[0] }

  /// The levels of the model's intervals at the oldest fold that was kept.
  public func levels() throws -> [Double] {
    guard let fold = keptFolds.first, let position = origins[fold].firstIndex(where: { $0 > 0 }) else { return [] }
    return try judged(fold, position)?.intervals.map(\.level) ?? []
  }

  /// The most numbers of folds that are held in memory where there is a disk for more, and that a model keeps.
  public static var mostHeld: Int { JudgedFolds.mostHeld }

  /// Whether its folds are few enough for memory, and for a model that keeps them.
  public var isHeld: Bool { folds.shape.count <= Self.mostHeld }

  /// Takes in what was found of some series at a fold.
  ///
  /// - Parameters:
  ///   - fold: its number, from 0. Those of one series come from the oldest on.
  ///   - positions: of the series, one for each entry.
  ///   - metrics: those that the result was made for.
  mutating func add(_ entries: [Judged], fold: Int, at positions: [Int], metrics: [Metric]) throws {
    for (position, entry) in zip(positions, entries) { origins[fold][position] = entry.origin }
    sums.add(comparisons(of: entries, at: positions), fold: fold, at: positions, metrics: metrics)
    readings?.add(entries, at: positions)
    guard keptFolds.contains(fold) else { return }
    try folds.put(entries, fold: fold - keptFolds.lowerBound, at: positions)
  }

  /// What there is to compare, [forecaster][entry].
  func comparisons(of entries: [Judged], at positions: [Int]) -> [[Comparison]] {
    let naive2 = names.firstIndex(of: Baseline.naive2.rawValue)
    return names.indices.map { forecaster in
      zip(positions, entries).map { position, entry in
        let comparison = Comparison(
          truth: entry.truth, forecast: entry.points[forecaster], intervals: forecaster == 0 ? entry.intervals : [],
          scale: entry.background.scale, squaredScale: entry.background.squaredScale, origin: entry.background.origin,
          naive2: naive2.map { entry.points[$0] } ?? [])
        return units.map { comparison.scaled(by: $0[position]) } ?? comparison
      }
    }
  }

  /// The scores of every forecaster, by the metrics of the backtest or, where all folds were kept, by any.
  public func scorecard(metrics: [Metric]) -> Scorecard {
    let isOfOthers = !sums.covers(metrics) && folds.shape.folds == origins.count
    let sums = isOfOthers ? (try? sums(of: metrics)) ?? sums : sums
    return sums.scorecard(metrics: metrics, season: season)
  }

  /// The sums of other metrics, from the forecasts that were kept.
  private func sums(of metrics: [Metric]) throws -> ScoreSums {
    let count = folds.shape.series
    var sums = ScoreSums(metrics: metrics, names: names, series: count, folds: origins.count, horizon: horizon)
    for fold in keptFolds {
      for part in (0..<count).parts(of: 4096) {
        let found = zip(part, try judged(fold, part)).filter { $1 != nil }
        let (positions, entries) = (found.map(\.0), found.compactMap(\.1))
        sums.add(comparisons(of: entries, at: positions), fold: fold, at: positions, metrics: metrics)
      }
    }
    return sums
  }
}

/// The newest forecast of each row that a backtest judged, with the interval of one level.
public struct JudgedReadings: Sendable, Codable {
  /// One row.
  public struct Reading: Sendable, Hashable, Codable {
    public var forecast: Double
    public var lower: Double
    public var upper: Double

    /// Whether a value lies outside of the interval; one that is missing does not.
    public func isOutside(_ value: Double) -> Bool { value < lower || value > upper }
  }

  /// Which interval it is.
  let wanted: Backtest.AnomalyLevel
  /// The level of the interval; nil where the forecaster gives none such.
  public private(set) var level: Double?
  /// The rows that were judged by series, the oldest first; nothing before them.
  public private(set) var rows: [[Int: Reading]] = []

  init(_ wanted: Backtest.AnomalyLevel, series: Int) {
    (self.wanted, rows) = (wanted, Array(repeating: [:], count: series))
  }

  init(wanted: Backtest.AnomalyLevel, level: Double?, rows: [[Int: Reading]]) {
    (self.wanted, self.level, self.rows) = (wanted, level, rows)
  }

  /// Whether it is of series of so many rows.
  func isSound(rows counts: [Int]) -> Bool {
    rows.isEmpty || rows.count == counts.count && zip(rows, counts).allSatisfy { $0.keys.allSatisfy((0..<$1).contains) }
  }

  /// The same rows of series that begin elsewhere; those that they do not have any more are left out.
  ///
  /// - Parameters:
  ///   - shifts: what is added to the number of a row, one entry a series.
  ///   - counts: the rows that each series has now.
  public func moved(by shifts: [Int], within counts: [Int]) -> JudgedReadings {
    var moved = self
    for position in rows.indices {
      let shifted = rows[position].map { ($0 + shifts[position], $1) }.filter { (0..<counts[position]).contains($0.0) }
      moved.rows[position] = Dictionary(shifted) { first, _ in first }
    }
    return moved
  }

  // Folds come from the oldest origin on: a later one's forecast of the same row takes the place of an earlier one's.
  mutating func add(_ entries: [BacktestResult.Judged], at positions: [Int]) {
    for (position, entry) in zip(positions, entries) {
      let chosen: Forecast.Interval? =
        switch wanted {
        case .level(let level): entry.intervals.first { $0.level == level }
        case .widest: entry.intervals.last
        }
      guard let interval = chosen else { continue }
      level = interval.level
      for step in entry.truth.indices {
        rows[position][entry.origin + step] = Reading(
          forecast: entry.points[0][step], lower: interval.lower[step], upper: interval.upper[step])
      }
    }
  }
}

/// What the metrics need of the rows of a series at every origin, from sums that are made once.
struct BackgroundSums {
  private(set) var sums: [Double] = [0]
  private var squares: [Double] = [0]
  private(set) var counts: [Int] = [0]
  private var last: [Double] = [.nan]

  /// - Parameter values: the rows from the first on that is fitted on.
  init(_ values: some Collection<Double>, season: Int) {
    let values = Array(values)
    for step in values.indices {
      let difference = step >= season ? values[step] - values[step - season] : .nan
      let isKnown = !difference.isNaN
      sums.append(sums[step] + (isKnown ? abs(difference) : 0))
      squares.append(squares[step] + (isKnown ? difference * difference : 0))
      counts.append(counts[step] + (isKnown ? 1 : 0))
      last.append(values[step].isNaN ? last[step] : values[step])
    }
  }

  /// The background after so many rows.
  func background(after rows: Int) -> BacktestResult.Background {
    let count = Double(counts[rows])
    return .init(
      scale: count > 0 ? sums[rows] / count : .nan, squaredScale: count > 0 ? squares[rows] / count : .nan,
      origin: last[rows])
  }
}
