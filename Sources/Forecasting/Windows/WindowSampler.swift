import Recurrent
import TimeSeries

/// The windows of a panel: those to train on, and those at the end that decide when to stop.
struct WindowSampler {
  /// Windows whose horizon ends before the validation steps.
  private(set) var training: WindowSet
  /// Windows whose horizon lies in the validation steps.
  private(set) var validation: WindowSet
  /// Windows over all rows.
  private(set) var all: WindowSet

  /// - Parameters:
  ///   - season: of the scales by which the losses mase and smape divide, in steps.
  ///   - validation: steps at the end of each series; nil for two horizons, or less where a series is short.
  /// - Throws: ``ForecastingError`` where a series has a gap or too few steps for one window of each sort.
  init(_ panel: Panel, shape: WindowShape, validation: Int?, season: Int) throws {
    var training: [WindowSet.Window] = []
    var checking: [WindowSet.Window] = []
    var all: [WindowSet.Window] = []
    // A difference leaves its first steps without a value; windows start behind them.
    let starts = panel.series.map { $0.values.firstIndex { !$0.isNaN } ?? 0 }
    let spare = zip(panel.series, starts).map { $0.count - $1 - shape.length }
    let validation = validation ?? Self.usualValidation(spare: spare, horizon: shape.horizon)
    for (position, series) in panel.series.enumerated() {
      try series.refuseGaps(inLast: series.count)
      let first = starts[position]
      let needed = first + shape.length + validation
      guard series.count >= needed else {
        let reason =
          "lookback \(shape.lookback) + horizon \(shape.horizon)"
          + (validation > 0 ? " + validation \(validation)" : "")
        throw ForecastingError.tooShort(
          series: series.name, steps: series.count, needed: needed,
          reason: first > 0 ? "\(reason) after the \(first) steps that the transforms use" : reason)
      }
      let lastOrigin = series.count - shape.horizon - 1
      let firstOrigin = first + shape.lookback - 1
      // Counted back from the end, so that the newest window is never left out by the stride.
      for origin in stride(from: lastOrigin, through: firstOrigin, by: -shape.stride).reversed() {
        all.append(.init(series: position, origin: origin))
      }
      for origin in stride(from: lastOrigin - validation, through: firstOrigin, by: -shape.stride).reversed() {
        training.append(.init(series: position, origin: origin))
      }
      if validation > 0 {
        for origin in series.count - validation - 1...lastOrigin {
          checking.append(.init(series: position, origin: origin))
        }
      }
    }
    let numbers = panel.series.enumerated().map { position, series in
      SeriesNumbers(
        target: series.values, identity: position,
        lossScale: SeriesLossScale(of: series.values.dropLast(validation), season: season))
    }
    func set(_ windows: [WindowSet.Window]) -> WindowSet {
      WindowSet(series: numbers, lookback: shape.lookback, horizon: shape.horizon, windows: windows)
    }
    self.training = set(training)
    self.validation = set(checking)
    self.all = set(all)
  }

  /// Puts the covariates of the panel that the windows were cut from into them.
  mutating func add(_ covariates: CovariateScaling, of panel: Panel) throws(CovariateError) {
    try training.add(covariates, of: panel)
    try validation.add(covariates, of: panel)
    try all.add(covariates, of: panel)
  }

  /// Of a panel of many windows two horizons where that leaves more to train on than it takes, one where that does;
  /// otherwise none.
  ///
  /// - Parameter spare: steps of each series beyond a single window.
  static func usualValidation(spare: [Int], horizon: Int) -> Int {
    let windows = spare.reduce(0) { $0 + max(0, $1 + 1) }
    let shortest = spare.min() ?? 0
    guard windows >= enoughWindows, shortest >= 2 * horizon else { return 0 }
    return shortest >= 4 * horizon ? 2 * horizon : horizon
  }

  // The few windows at the end of a small panel are more noise than judgement: training to the end of a falling
  // learning rate forecasts better (AirPassengers, last year: MAE 15 to 17 against 18 to 29 with a lookback of 24).
  private static let enoughWindows = 1000
}

extension Series {
  /// Refuses a missing value behind the first known one.
  func refuseGaps(inLast count: Int) throws(ForecastingError) {
    let start = values.firstIndex { !$0.isNaN } ?? 0
    let missing = values.indices.dropFirst(max(start, self.count - count)).filter { values[$0].isNaN }
    guard let first = missing.first else { return }
    throw .missing(series: name, count: missing.count, first: TimeStyle(index.frequency).text(of: index[first]))
  }
}

extension TimeStyle {
  /// A style for messages that do not know how the source writes its times.
  init(_ frequency: Frequency) {
    switch frequency {
    case .steps: self.init(form: .steps)
    case .months: self.init(form: .month)
    case .businessDays: self.init(form: .date)
    case .milliseconds(let length): self.init(form: length % 86_400_000 == 0 ? .date : .dateTime)
    }
  }
}

extension SeriesLossScale {
  /// What the seasonal naive forecast misses by within the rows: MASE is 1 there by definition, and sMAPE is divided by
  /// its own.
  init(of values: some Sequence<Double>, season: Int) {
    let values = Array(values)
    var (sum, count) = (0.0, 0)
    for step in values.indices.dropFirst(season) where !values[step].isNaN && !values[step - season].isNaN {
      let size = abs(values[step]) + abs(values[step - season])
      sum += size > 0 ? 2 * abs(values[step] - values[step - season]) / size : 0
      count += 1
    }
    let error = seasonalScale(of: values, season: season)
    self.init(error: error > 0 ? error : 1, referenceSMAPE: sum > 0 ? sum / Double(count) : 1)
  }
}
