import Recurrent
import TimeSeries

/// The windows of a panel: those to train on, and those at the end that decide when to stop.
struct WindowSampler {
  /// Windows whose horizon ends before the validation steps.
  private(set) var training: WindowSet
  /// Windows whose horizon lies in the validation steps; thinned out where there are very many.
  private(set) var validation: WindowSet
  /// Whether windows begin before their series do.
  let isPadded: Bool
  /// Steps at the end of each series that decide when to stop.
  let validationSteps: Int
  private let origins: WindowOrigins

  /// Windows over all rows.
  var all: WindowSet { training.with(origins.windows(before: 0)) }

  /// - Parameters:
  ///   - validation: steps at the end of each series; nil for two horizons, or less where series are short.
  ///   - season: of the scales by which the losses mase and smape divide, in steps.
  /// - Throws: ``ForecastingError`` where a series has a gap, or where there is no window to train on.
  init(
    _ panel: Panel, shape: WindowShape, validation: Int?, season: Int
  ) throws(ForecastingError) {
    for series in panel.series { try series.refuseGaps(in: 0..<series.count) }
    let shortest = panel.series.map { $0.count - $0.firstKnown }.min() ?? 0
    isPadded =
      shape.padding == .always || (shape.padding == .automatic && shortest < shape.length + (validation ?? 0))
    origins = WindowOrigins(panel, shape: shape, isPadded: isPadded)
    let validation =
      validation ?? Self.usualValidation(windows: panel.series.indices.map(origins.count(of:)), horizon: shape.horizon)
    validationSteps = validation
    let trained = origins.windows(before: validation)
    try Self.check(panel, shape, origins, validation: validation, trained)
    let rows = panel.dropLast(validation)
    let reference = LossReference(of: rows, season: season, horizon: shape.horizon)
    let numbers = zip(panel.series, rows.series).enumerated().map { position, series in
      SeriesNumbers(
        target: series.0.values, identity: position, lossScale: SeriesLossScale(of: series.1.values, by: reference))
    }
    training = WindowSet(series: numbers, lookback: shape.lookback, horizon: shape.horizon, windows: trained)
    self.validation = training.with(origins.windows(within: validation, most: Self.mostValidationWindows))
  }

  /// Refuses a panel without a window to train on, and a short series where windows may not be padded.
  private static func check(
    _ panel: Panel, _ shape: WindowShape, _ origins: WindowOrigins, validation: Int, _ trained: [WindowSet.Window]
  ) throws(ForecastingError) {
    guard trained.isEmpty || shape.padding == .never else { return }
    let known = panel.series.enumerated().map { $1.count - $1.firstKnown }
    let needed = origins.seen + shape.horizon + validation
    let position =
      shape.padding == .never
      ? known.firstIndex { $0 < needed } : known.indices.max { known[$0] < known[$1] }
    guard let position, known[position] < needed else { return }
    let series = panel.series[position]
    let seen = origins.seen == shape.lookback ? "lookback \(origins.seen)" : "\(origins.seen) steps to see"
    let reason = "\(seen) + horizon \(shape.horizon)" + (validation > 0 ? " + validation \(validation)" : "")
    let first = series.firstKnown
    throw .tooShort(
      series: series.name, steps: series.count, needed: first + needed,
      reason: first > 0 ? "\(reason) after the \(first) steps that the transforms use" : reason)
  }

  /// Puts the covariates of the panel that the windows were cut from into them.
  mutating func add(_ covariates: CovariateScaling, of panel: Panel) throws(CovariateError) {
    try training.add(covariates, of: panel)
    // Columns are shared between the sets.
    validation.series = training.series
  }

  /// Of a panel of many windows two horizons where that leaves more to train on than it takes, one where that does;
  /// otherwise none.
  ///
  /// - Parameter windows: how many each series has.
  static func usualValidation(windows: [Int], horizon: Int) -> Int {
    let all = windows.reduce(0, +)
    guard all >= enoughWindows else { return 0 }
    return [2 * horizon, horizon].first { validation in
      2 * windows.reduce(0) { $0 + max(0, $1 - validation) } >= all
    } ?? 0
  }

  // The few windows at the end of a small panel are more noise than judgement: training to the end of a falling
  // learning rate forecasts better (AirPassengers, last year: MAE 15 to 17 against 18 to 29 with a lookback of 24).
  private static let enoughWindows = 1000

  // Their mean loss is known to one or two per cent by then, and every epoch waits for it.
  private static let mostValidationWindows = 4096
}

/// Where the windows of a panel may lie.
private struct WindowOrigins {
  private let shape: WindowShape
  /// The first origin of each series, and behind its last one.
  private let origins: [(first: Int, end: Int)]
  /// Known steps that a window sees at the least.
  let seen: Int

  init(_ panel: Panel, shape: WindowShape, isPadded: Bool) {
    self.shape = shape
    let seen = isPadded ? min(2, shape.lookback) : shape.lookback
    self.seen = seen
    origins = panel.series.map { ($0.firstKnown + seen - 1, $0.count - shape.horizon) }
  }

  /// How many windows a series has, the stride aside.
  func count(of series: Int) -> Int { max(0, origins[series].end - origins[series].first) }

  /// The windows whose horizon ends before the last `validation` steps of their series.
  func windows(before validation: Int) -> [WindowSet.Window] {
    var windows: [WindowSet.Window] = []
    for (series, origins) in origins.enumerated() {
      // Counted back from the end, so that the newest window is never left out by the stride.
      let newest = origins.end - 1 - validation
      for origin in stride(from: newest, through: origins.first, by: -shape.stride).reversed() {
        windows.append(.init(series: series, origin: origin))
      }
    }
    return windows
  }

  /// The windows whose horizon lies in the last `validation` steps, evenly thinned out to `most` of them or a few less.
  func windows(within validation: Int, most: Int) -> [WindowSet.Window] {
    guard validation > 0 else { return [] }
    let ranges = origins.map { max($0.first, $0.end + shape.horizon - validation - 1)..<max($0.first, $0.end) }
    let usable = ranges.map { $0.isEmpty ? 0 : $0.count }
    let every = max(1, (usable.reduce(0, +) + most - 1) / most)
    var windows: [WindowSet.Window] = []
    var number = 0
    for (series, range) in ranges.enumerated() where range.lowerBound < range.upperBound {
      for origin in range {
        if number % every == 0 { windows.append(.init(series: series, origin: origin)) }
        number += 1
      }
    }
    return windows
  }
}

extension WindowSet {
  /// The same series with other windows.
  fileprivate func with(_ windows: [Window]) -> WindowSet {
    WindowSet(series: series, lookback: lookback, horizon: horizon, windows: windows)
  }
}

extension Series {
  /// The position of the first known value, 0 where none is.
  var firstKnown: Int { values.firstIndex { !$0.isNaN } ?? 0 }

  /// Refuses a missing value behind the first known one, in some of the rows.
  func refuseGaps(in rows: Range<Int>) throws(ForecastingError) {
    let start = firstKnown
    let missing = rows.filter { $0 >= start && values[$0].isNaN }
    guard let first = missing.first else { return }
    if missing.count == self.count { throw .nothingRead(series: name) }
    throw .missing(series: name, count: missing.count, first: TimeStyle(index.frequency).text(of: index[first]))
  }
}

extension TimeStyle {
  /// A style for messages that do not know how the source writes its times.
  init(_ frequency: Frequency) {
    switch frequency {
    case .counted: self.init(form: .steps)
    case .months: self.init(form: .month)
    case .businessDays: self.init(form: .date)
    case .milliseconds(let length): self.init(form: length % 86_400_000 == 0 ? .date : .dateTime)
    }
  }
}
