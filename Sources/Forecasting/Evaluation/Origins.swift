import TimeSeries

/// A number of steps, or a share of all rows.
public enum Extent: Sendable, Hashable {
  case steps(Int)
  case share(Double)

  /// Steps of that many rows, rounded down.
  func steps(of rows: Int) -> Int {
    switch self {
    case .steps(let count): count
    case .share(let share): Int(share * Double(rows))
    }
  }
}

/// Rows cut once, in the order of time: to fit on, to decide when to stop, and to be judged by.
public struct FixedSplit: Sendable, Hashable {
  /// The rows that are learned from, from the first on.
  public var train: Extent
  /// The rows behind them, which decide when a training stops; nil for what the others leave.
  public var validation: Extent?
  /// The rows that are judged: those behind the validation rows, or the last ones where `validation` is nil.
  public var test: Extent?

  /// A split; of `validation` and `test` one at least.
  public init(train: Extent, validation: Extent? = nil, test: Extent? = nil) {
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// Where the parts of a series end.
  struct Ends: Hashable {
    var train: Int
    var validation: Int
    var test: Int
  }

  func ends(of series: Series) throws(ForecastingError) -> Ends {
    let rows = series.count
    let trainEnd = train.steps(of: rows)
    let ends: Ends
    if let validation {
      let start = trainEnd + validation.steps(of: rows)
      ends = Ends(train: trainEnd, validation: start, test: test.map { start + $0.steps(of: rows) } ?? rows)
    } else {
      ends = Ends(train: trainEnd, validation: rows - (test?.steps(of: rows) ?? rows - trainEnd), test: rows)
    }
    guard ends.train >= 1, ends.train <= ends.validation, ends.validation < ends.test, ends.test <= rows else {
      throw .badSplit(
        "series \"\(series.name)\" has \(rows) steps, which the split cuts into train 1 to \(ends.train), validation to "
          + "\(ends.validation) and test to \(ends.test); every part must lie behind the one before and end within the rows"
      )
    }
    return ends
  }
}

/// Where the folds of a backtest lie in each series.
struct FoldPlan: Sendable, Hashable {
  /// Rows before the origin, [fold][series].
  var origins: [[Int]]
  /// The first row that training may use, [fold][series].
  var starts: [[Int]]
  /// Whether a series has enough rows before the origin to be forecast and judged, [series][fold].
  var takesPart: [[Bool]] = []
  /// Where the rows that units are made of end, by series.
  var unitEnds: [Int]
  /// Steps before the first origin that decide when a training stops; nil where the forecaster's own setting holds.
  var validation: Int?

  /// The series that take part in a fold, by position.
  func series(in fold: Int) -> [Int] { takesPart.indices.filter { takesPart[$0][fold] } }

  init(_ backtest: Backtest, panel: Panel, shape: WindowShape) throws(ForecastingError) {
    let horizon = shape.horizon
    var lists: [[Int]] = []
    if let split = backtest.split {
      let ends = try panel.series.map(split.ends)
      unitEnds = ends.map(\.train)
      // Early stopping looks at the same number of steps in every series.
      validation = ends.map { $0.validation - $0.train }.min()
      if let validation, validation > 0, validation < horizon {
        throw .badSplit(
          "the validation part of the split has \(validation) steps, fewer than the horizon of \(horizon); make it 0 or "
            + "at least \(horizon)")
      }
      let step = backtest.stride ?? (backtest.measure == .longHorizon ? 1 : horizon)
      for (series, ends) in zip(panel.series, ends) {
        let last = ends.test - horizon
        guard last >= ends.validation else {
          throw .badSplit(
            "series \"\(series.name)\": the test part has \(ends.test - ends.validation) steps, fewer than the horizon of "
              + "\(horizon)")
        }
        lists.append(Array(stride(from: ends.validation, through: last, by: step)))
      }
    } else {
      let step = backtest.stride ?? horizon
      // Where even the longest series has no room for them, no lists of origins are made.
      let beyond = horizon + (backtest.folds - 1) * step + backtest.gap
      if !backtest.isOfPart, let longest = panel.series.max(by: { $0.count < $1.count }),
        longest.count < beyond + shape.leastTraining
      {
        throw Self.tooShort(longest, beyond: beyond, folds: backtest.folds, backtest, shape)
      }
      for series in panel.series {
        lists.append((0..<backtest.folds).map { series.count - horizon - (backtest.folds - 1 - $0) * step })
      }
      unitEnds = lists.map { $0[0] }
    }
    let folds = lists.map(\.count).min() ?? 0
    // Series of other lengths share the newest origins.
    let origins = (0..<folds).map { fold in lists.map { $0[$0.count - folds + fold] } }
    self.origins = origins
    starts = origins.map { fold in
      fold.map { origin in backtest.maximumTraining.map { max(0, origin - backtest.gap - $0) } ?? 0 }
    }
    guard folds > 0 else { return }
    takesPart = panel.series.enumerated().map { position, series in
      zip(starts, origins).map { starts, origins in
        let (start, end) = (starts[position], origins[position] - backtest.gap)
        return end - start >= shape.leastTraining && series.values[start..<end].contains { !$0.isNaN }
      }
    }
    try check(backtest, panel, shape)
  }

  /// Refuses series that are too short, where their windows may not be padded, and a first fold without any series.
  private func check(_ backtest: Backtest, _ panel: Panel, _ shape: WindowShape) throws(ForecastingError) {
    let outside = panel.series.indices.filter { !takesPart[$0][0] }
    guard shape.padding == .never || outside.count == panel.series.count && !backtest.isOfPart else { return }
    let folds = origins.count
    guard let position = outside.max(by: { panel.series[$0].count < panel.series[$1].count }) else { return }
    let beyond = panel.series[position].count - origins[0][position] + backtest.gap
    throw Self.tooShort(panel.series[position], beyond: beyond, folds: folds, backtest, shape)
  }

  /// Why a series is too short.
  ///
  /// - Parameter beyond: steps from the last row that the first fit may use to the end.
  private static func tooShort(
    _ series: Series, beyond: Int, folds: Int, _ backtest: Backtest, _ shape: WindowShape
  ) -> ForecastingError {
    if let most = backtest.maximumTraining, most < shape.leastTraining {
      return .badSplit(
        "a maximum training length of \(most) steps is shorter than lookback \(shape.lookback) and horizon "
          + "\(shape.horizon)")
    }
    let seen =
      shape.padding == .never
      ? "lookback \(shape.lookback) and horizon \(shape.horizon)"
      : "horizon \(shape.horizon) behind \(shape.leastTraining) steps to learn from"
    return .tooShort(
      series: series.name, steps: series.count, needed: beyond + shape.leastTraining,
      reason: "a backtest of \(counted(folds, "fold")) with \(seen)")
  }
}

extension Panel {
  /// Some rows of each series, or of the series at some positions.
  func rows(from starts: [Int], to ends: [Int], of positions: [Int]? = nil) -> Panel {
    Panel((positions ?? Array(series.indices)).map { series[$0].rows(starts[$0]..<max(starts[$0], ends[$0])) })
  }

  /// The rows of each series before an origin.
  ///
  /// - Parameter newest: how many of them at the most; nil for all.
  func rows(before ends: [Int], newest: Int? = nil) -> Panel {
    Panel(zip(series, ends).map { series, end in series.rows((newest.map { max(0, end - $0) } ?? 0)..<end) })
  }
}
