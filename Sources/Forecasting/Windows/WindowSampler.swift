import Recurrent
import TimeSeries

/// The windows of a panel: those to train on, and those at the end that decide when to stop.
struct WindowSampler {
  /// Windows whose horizon ends before the validation steps.
  let training: WindowSet
  /// Windows whose horizon lies in the validation steps.
  let validation: WindowSet
  /// Windows over all rows.
  let all: WindowSet

  /// - Parameter validation: steps at the end of each series.
  /// - Throws: ``ForecastingError`` where a series has a gap or too few steps for one window of each sort.
  init(_ panel: Panel, shape: WindowShape, validation: Int) throws {
    var training: [WindowSet.Window] = []
    var checking: [WindowSet.Window] = []
    var all: [WindowSet.Window] = []
    for (position, series) in panel.series.enumerated() {
      try series.refuseGaps(inLast: series.count)
      // A difference leaves its first steps without a value; windows start behind them.
      let first = series.values.firstIndex { !$0.isNaN } ?? 0
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
    let numbers = panel.series.map { SeriesNumbers(target: $0.values) }
    func set(_ windows: [WindowSet.Window]) -> WindowSet {
      WindowSet(series: numbers, lookback: shape.lookback, horizon: shape.horizon, windows: windows)
    }
    self.training = set(training)
    self.validation = set(checking)
    self.all = set(all)
  }
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
