/// What a network reads for one shard of a batch, and what its forecast is compared with.
///
/// B rows, T steps of C channels, K steps forecast at once, P positions at which a forecast is made (the last P
/// steps of the lookback, oldest first), A anchors, F future covariates.
final class WindowBatch<S: Scalar> {
  let options: NetworkOptions
  let positions: Int
  private(set) var rows = 0
  /// (T × B × C)
  let past: Buffer<S>
  /// (P × B × K·F)
  let future: Buffer<S>
  /// (B × number of static covariates)
  let statics: Buffer<S>
  /// (P × B × K), scaled; NaN where unknown.
  let targets: Buffer<S>
  /// (P × B × K), in the series' own units.
  let originals: Buffer<Double>
  /// (P × B × A × K), scaled.
  let anchors: Buffer<S>
  /// The series of each row.
  private(set) var series: [Int] = []
  /// The scale of each row.
  private(set) var scales: [WindowScale] = []
  /// How much each row's errors count.
  private(set) var lossScales: [SeriesLossScale] = []

  init(options: NetworkOptions, rows: Int, positions: Int) {
    self.options = options
    self.positions = positions
    past = Buffer(options.lookback * rows * options.channels)
    future = Buffer(positions * rows * options.stepsAtOnce * options.futureCovariates)
    statics = Buffer(rows * options.staticCovariates)
    targets = Buffer(positions * rows * options.stepsAtOnce)
    anchors = Buffer(positions * rows * options.anchors.count * options.stepsAtOnce)
    originals = Buffer(positions * rows * options.stepsAtOnce)
    series.reserveCapacity(rows)
    scales.reserveCapacity(rows)
    lossScales.reserveCapacity(rows)
  }

  /// Copies the windows at `indices` into the buffers, each on the scale of what it has seen.
  func gather(_ set: WindowSet, _ indices: ArraySlice<Int>) {
    rows = indices.count
    series.removeAll(keepingCapacity: true)
    scales.removeAll(keepingCapacity: true)
    lossScales.removeAll(keepingCapacity: true)
    for (row, index) in indices.enumerated() {
      let window = set.windows[index]
      let scale = options.scaling.scale(of: set.seen(of: window))
      series.append(set.series[window.series].identity ?? window.series)
      scales.append(scale)
      lossScales.append(set.series[window.series].lossScale)
      gatherPast(set.series[window.series], window.origin, scale, row: row)
      for position in 0..<positions {
        gatherFuture(
          set.series[window.series], window.origin - (positions - 1 - position), scale,
          row: position * rows + row)
      }
    }
  }

  /// What a body reads.
  var input: NetworkInput<S> {
    NetworkInput(
      rows: rows, past: UnsafePointer(past.base), future: UnsafePointer(future.base),
      statics: UnsafePointer(statics.base), series: series)
  }

  private func gatherPast(_ numbers: SeriesNumbers, _ origin: Int, _ scale: WindowScale, row: Int) {
    for (index, value) in numbers.staticCovariates.prefix(options.staticCovariates).enumerated() {
      statics.base[row * options.staticCovariates + index] = S(value)
    }
    guard options.reading == .values else { return gatherChanges(numbers, origin, scale, row: row) }
    for step in 0..<options.lookback {
      gatherStep(
        numbers, numbers.target, origin - options.lookback + 1 + step, scale,
        to: past.base + (step * rows + row) * options.channels)
    }
  }

  /// The channels of all steps of a row that reads changes: what was added up of earlier steps goes on from step to step.
  private func gatherChanges(_ numbers: SeriesNumbers, _ origin: Int, _ scale: WindowScale, row: Int) {
    var (sum, known) = (0.0, 0.0)
    var before: Double?
    for step in 0..<options.lookback {
      let time = origin - options.lookback + 1 + step
      let cell = past.base + (step * rows + row) * options.channels
      for channel in 0..<options.channels { cell[channel] = 0 }
      var next = cell + options.reading.channels
      let value = Self.number(numbers.target, time)
      if value.isFinite {
        let scaled = scale.scaled(value)
        sum += scaled
        known += 1
        cell[0] = S(scaled - (before ?? scaled))
        cell[1] = S(scaled - sum / known)
        before = scaled
        if options.maskChannel { next[0] = 1 }
        for (index, lag) in options.lags.enumerated() {
          let earlier = Self.number(numbers.target, time - lag)
          if earlier.isFinite { next[(options.maskChannel ? 1 : 0) + index] = S(scaled - scale.scaled(earlier)) }
        }
      }
      next += (options.maskChannel ? 1 : 0) + options.lags.count
      for index in 0..<options.pastCovariates { next[index] = Self.finite(numbers.pastCovariates[index], time) }
      next += options.pastCovariates
      for index in 0..<options.futureCovariates { next[index] = Self.finite(numbers.futureCovariates[index], time) }
    }
  }

  /// The channels (C) of one step of a network that reads values.
  /// - Parameter target: the series' own, or one that goes on with forecasts.
  func gatherStep(
    _ numbers: SeriesNumbers, _ target: [Double], _ time: Int, _ scale: WindowScale, to start: UnsafeMutablePointer<S>
  ) {
    var cell = start
    let value = Self.number(target, time)
    cell[0] = value.isFinite ? S(scale.scaled(value)) : 0
    cell += 1
    if options.maskChannel {
      cell[0] = value.isFinite ? 1 : 0
      cell += 1
    }
    for lag in options.lags {
      let earlier = Self.number(target, time - lag)
      cell[0] = earlier.isFinite ? S(scale.scaled(earlier)) : 0
      cell += 1
    }
    for index in 0..<options.pastCovariates {
      cell[index] = Self.finite(numbers.pastCovariates[index], time)
    }
    cell += options.pastCovariates
    for index in 0..<options.futureCovariates {
      cell[index] = Self.finite(numbers.futureCovariates[index], time)
    }
  }

  private func gatherFuture(_ numbers: SeriesNumbers, _ origin: Int, _ scale: WindowScale, row: Int) {
    let horizon = options.stepsAtOnce
    for step in 0..<horizon {
      // A position before the series begins has seen nothing that could be judged.
      let value = origin < 0 ? .nan : Self.number(numbers.target, origin + 1 + step)
      originals.base[row * horizon + step] = value
      targets.base[row * horizon + step] = value.isFinite ? S(scale.scaled(value)) : .nan
      for index in 0..<options.futureCovariates {
        future.base[(row * horizon + step) * options.futureCovariates + index] = Self.finite(
          numbers.futureCovariates[index], origin + 1 + step)
      }
    }
    for (index, lag) in options.anchors.enumerated() {
      let base = anchors.base + (row * options.anchors.count + index) * horizon
      for step in 0..<horizon {
        guard lag > 0 else {
          base[step] = 0
          continue
        }
        let value = Anchor.forecast(
          numbers.target, origin: origin, step: step + 1, lag: lag, fallback: scale.origin)
        base[step] = S(scale.scaled(value))
      }
    }
  }

  private static func number(_ values: [Double], _ index: Int) -> Double {
    values.indices.contains(index) ? values[index] : .nan
  }

  static func finite(_ values: [Double], _ index: Int) -> S {
    let value = number(values, index)
    return value.isFinite ? S(value) : 0
  }
}

extension WindowSet {
  /// What a window sees of its series; fewer values than the lookback where it starts before the series does.
  func seen(of window: Window) -> ArraySlice<Double> {
    let target = series[window.series].target
    let end = min(window.origin + 1, target.count)
    return target[max(0, min(end, window.origin + 1 - lookback))..<max(end, 0)]
  }
}
