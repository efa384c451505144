import TimeSeries

/// What a backtest came to: the scores, and forecasts beside what came.
public struct BacktestResult: Sendable, Codable {
  /// One origin.
  public struct Fold: Sendable, Codable {
    /// How many rows each series had before the origin; 0 for one that was too short to be judged.
    public var origins: [Int]
    /// What came, [series][step].
    public var truth: [[Double]]
    /// The forecast of the model, then those of the baselines.
    public var forecasts: [Forecast]
    /// What the metrics need of the rows before, one entry a series.
    public var backgrounds: [Background]
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
  /// The rows of each series before every origin, [fold][series], oldest first.
  public var origins: [[Int]] = []
  /// The folds whose forecasts were kept: all, or the last alone where the backtest keeps none.
  public var folds: [Fold] = []
  /// Each row's newest forecast, where the backtest looks for anomalies.
  public var readings: JudgedReadings?

  var sums: ScoreSums

  /// Refuses a result whose lists do not fit each other, or that is one of other series.
  ///
  /// - Parameter rows: the rows of each series.
  public func checkStored(rows: [Int]) throws(SavingError) {
    let count = rows.count
    func isSound(_ forecast: Forecast) -> Bool {
      forecast.series.count == count && forecast.series.allSatisfy { $0.point.count == horizon }
    }
    func isSound(_ fold: Fold) -> Bool {
      fold.truth.count == count && fold.truth.allSatisfy { $0.count == horizon } && fold.backgrounds.count == count
        && fold.forecasts.count == names.count && fold.forecasts.allSatisfy(isSound)
    }
    let areOrigins = (origins + folds.map(\.origins)).allSatisfy { origins in
      origins.count == count && zip(origins, rows).allSatisfy { (0...$1).contains($0) }
    }
    guard Stored.steps.contains(season), Stored.horizons.contains(horizon), !names.isEmpty, areOrigins,
      folds.count <= origins.count, folds.allSatisfy(isSound), units.map({ $0.count == count }) ?? true,
      readings.map({ $0.isSound(rows: rows) }) ?? true,
      sums.isSound(names: names, series: count, folds: origins.count, horizon: horizon)
    else { throw .damaged("the backtest does not hold what its series, folds and steps ask for") }
  }

  /// Takes a fold in.
  ///
  /// - Parameters:
  ///   - metrics: those that the result was made for.
  ///   - keepsForecasts: whether the folds before stay.
  mutating func add(_ fold: Fold, metrics: [Metric], keepsForecasts: Bool) {
    sums.add(comparisons(in: fold), metrics: metrics)
    readings?.add(fold)
    origins.append(fold.origins)
    if !keepsForecasts { folds.removeAll(keepingCapacity: true) }
    folds.append(fold)
  }

  /// What there is to compare in a fold, [forecaster][series].
  func comparisons(in fold: Fold) -> [[Comparison]] {
    let naive2 = names.firstIndex(of: Baseline.naive2.rawValue)
    return fold.forecasts.map { forecast in
      fold.truth.indices.map { series in
        let found = forecast.series[series]
        let background = fold.backgrounds[series]
        let comparison = Comparison(
          truth: fold.truth[series], forecast: found.point, intervals: found.intervals, scale: background.scale,
          squaredScale: background.squaredScale, origin: background.origin,
          naive2: naive2.map { fold.forecasts[$0].series[series].point } ?? [])
        return units.map { comparison.scaled(by: $0[series]) } ?? comparison
      }
    }
  }

  /// The scores of every forecaster, by the metrics of the backtest or, where all folds were kept, by any.
  public func scorecard(metrics: [Metric]) -> Scorecard {
    var sums = sums
    if !sums.covers(metrics), folds.count == origins.count {
      sums = ScoreSums(metrics: metrics, names: names, series: folds.first?.truth.count ?? 0, horizon: horizon)
      for fold in folds { sums.add(comparisons(in: fold), metrics: metrics) }
    }
    return sums.scorecard(metrics: metrics, season: season)
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

  init(_ wanted: Backtest.AnomalyLevel) { self.wanted = wanted }

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
  mutating func add(_ fold: BacktestResult.Fold) {
    let series = fold.forecasts[0].series
    if rows.isEmpty { rows = series.map { _ in [:] } }
    // Of one that was too short to be judged nothing was forecast.
    for (position, found) in series.enumerated() where fold.origins[position] > 0 {
      let chosen: Forecast.Interval? =
        switch wanted {
        case .level(let level): found.intervals.first { $0.level == level }
        case .widest: found.intervals.last
        }
      guard let interval = chosen else { continue }
      level = interval.level
      for step in found.point.indices {
        rows[position][fold.origins[position] + step] = Reading(
          forecast: found.point[step], lower: interval.lower[step], upper: interval.upper[step])
      }
    }
  }
}

extension BacktestResult.Fold {
  /// One origin of a panel.
  ///
  /// - Parameters:
  ///   - judged: the series that take part, by position; nothing is known of the others.
  ///   - forecasts: the model's, then those of the baselines, of these series.
  ///   - backgrounds: what the metrics need of their rows before the origin.
  init(
    _ panel: Panel, origins: [Int], judged: [Int], horizon: Int, forecasts: [Forecast],
    backgrounds: [BacktestResult.Background]
  ) {
    let positions = Dictionary(uniqueKeysWithValues: judged.enumerated().map { ($1, $0) })
    let unknown = [Double](repeating: .nan, count: horizon)
    self.origins = origins.indices.map { positions[$0] == nil ? 0 : origins[$0] }
    self.forecasts = forecasts.map { forecast in
      Forecast(
        panel.series.enumerated().map { position, series in
          if let taken = positions[position] { return forecast.series[taken] }
          let levels = forecast.series.first?.intervals.map(\.level) ?? []
          return .init(
            name: series.name, index: series.index.following(horizon), point: unknown,
            intervals: levels.map { .init(level: $0, lower: unknown, upper: unknown) })
        })
    }
    truth = panel.series.enumerated().map { position, series in
      positions[position] == nil ? unknown : Array(series.values[origins[position]..<origins[position] + horizon])
    }
    self.backgrounds = panel.series.indices.map { position in
      positions[position].map { backgrounds[$0] } ?? .init(scale: .nan, squaredScale: .nan, origin: .nan)
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
