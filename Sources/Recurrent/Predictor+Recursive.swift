import CVectorMath

extension Predictor {
  /// Rolls every window of a recursive network `paths` times and returns the values (windows × paths × horizon), in the
  /// series' own units.
  /// - Parameters:
  ///   - paths: at least 1.
  ///   - seed: each step's value is drawn from its forecast, from a generator of its own for each path; nil takes the
  ///     point forecast.
  func roll(_ set: WindowSet, paths: Int, seed: UInt64?) throws(RecurrentError) -> [Double] {
    var options = graph.options
    options.lookback = 1
    let single = try ForecastGraph(options, loss: .mae)
    let ranges = Shards.ranges(set.windows.count)
    let work = self
    return pool.map(ranges.count) { part in
      Roll(work, single, set, ranges[part], paths: paths, seed: seed).run()
    }.flatMap { $0 }
  }

  /// The wanted numbers of each step (windows × horizon × wanted): points that are fed back, and quantiles of paths.
  func rolledNumbers(_ set: WindowSet, _ wanted: [PredictedNumber]) throws(RecurrentError) -> [Double] {
    let points = try roll(set, paths: 1, seed: nil)
    let paths = wanted.count > 1 ? SamplePaths.forQuantiles : 0
    let sampled = SamplePaths(
      windows: set.windows.count, paths: paths, horizon: set.horizon,
      values: paths > 0 ? try roll(set, paths: paths, seed: 0) : [])
    return points.enumerated().flatMap { index, point in
      let (window, step) = index.quotientAndRemainder(dividingBy: set.horizon)
      return wanted.map { $0.value(point: point) { sampled.quantile($0, window: window, step: step) } }
    }
  }
}

/// Takes some windows of a recursive network through the horizon, one step at a time: each step's value stands among the
/// inputs of the next one, and the state goes on.
///
/// Each of the B windows may be rolled on as several paths, which share the lookback and part ways in the horizon.
private final class Roll {
  private let predictor: Predictor
  /// The same layers, made for one step.
  private let single: ForecastGraph
  private let options: NetworkOptions
  private let set: WindowSet
  private let range: Range<Int>
  /// Of each window.
  private var scales: [WindowScale] = []
  /// C
  private let paths: Int
  private var generators: [RandomGenerator] = []
  /// Each window's target up to its origin, then room for one path.
  private var histories: [[Double]]
  /// One step of each path: (1 × C·B × channels), (C·B × F) and (C·B × static covariates).
  private let past: Buffer<Float>
  private let future: Buffer<Float>
  private let statics: Buffer<Float>
  private let raw: Buffer<Float>
  /// (windows × paths × horizon)
  private var values: [Double]

  init(
    _ predictor: Predictor, _ single: ForecastGraph, _ set: WindowSet, _ range: Range<Int>, paths: Int, seed: UInt64?
  ) {
    let options = predictor.graph.options
    self.predictor = predictor
    self.single = single
    self.options = options
    self.set = set
    self.paths = paths
    self.range = range
    histories = set.windows[range].map { window in
      set.series[window.series].target[...window.origin] + Array(repeating: 0, count: options.horizon)
    }
    if let seed {
      for path in 0..<paths {
        generators += range.map { RandomGenerator(seed: seed, stream: $0, index: path) }
      }
    }
    let rows = range.count * paths
    past = Buffer(rows * options.channels)
    future = Buffer(rows * options.futureCovariates)
    statics = Buffer(rows * options.staticCovariates)
    raw = Buffer(rows * predictor.graph.output.outputs)
    values = [Double](repeating: 0, count: rows * options.horizon)
  }

  /// The values of all windows.
  func run() -> [Double] {
    let count = range.count
    let batch = WindowBatch<Float>(options: options, rows: count, positions: 1)
    batch.gather(set, Array(range)[...])
    scales = batch.scales
    let lookback: any NetworkRun<Float> = predictor.graph.body.run(rows: count, positions: 1, mode: predictor.mode)
    let width = predictor.graph.output.outputs
    lookback.forward(predictor.store.weights, batch.input, output: raw.base, dropout: nil)
    for path in 1..<max(paths, 1) {
      (raw.base + path * count * width).update(from: raw.base, count: count * width)
    }
    let next: any NetworkRun<Float> = single.body.run(rows: count * paths, positions: 1, mode: predictor.mode)
    for time in 0..<options.horizon {
      takeValues(time)
      guard time + 1 < options.horizon else { break }
      let series = gatherStep(time, batch)
      if time == 0 { next.continueFrom(lookback, copies: paths) } else { next.continueFrom(next, copies: 1) }
      let input = NetworkInput(
        rows: count * paths, past: UnsafePointer(past.base), future: UnsafePointer(future.base),
        statics: UnsafePointer(statics.base), series: series)
      next.forward(predictor.store.weights, input, output: raw.base, dropout: nil)
    }
    return values
  }

  /// Where path `path` of window `row` lies in the result.
  private func place(_ path: Int, _ row: Int) -> Int { (row * paths + path) * options.horizon }

  /// Puts one path's values so far behind its window's history.
  private func extend(_ row: Int, _ path: Int, by steps: Int) -> Int {
    let origin = histories[row].count - options.horizon - 1
    for step in 0..<steps { histories[row][origin + 1 + step] = values[place(path, row) + step] }
    return origin + steps
  }

  /// The value of step `time` of each path, from its raw row.
  private func takeValues(_ time: Int) {
    let width = predictor.graph.output.outputs
    for path in 0..<paths {
      for row in 0..<range.count {
        let index = path * range.count + row
        let origin = extend(row, path, by: time)
        let forecasts = predictor.forecasts(
          raw.base + index * width, target: histories[row], origin: origin, scale: scales[row])
        values[place(path, row) + time] =
          generators.isEmpty ? forecasts[0].point : forecasts[0].sample(&generators[index])
      }
    }
  }

  /// What the network reads at step `time` of the horizon, and the series of each row.
  private func gatherStep(_ time: Int, _ batch: WindowBatch<Float>) -> [Int] {
    var series: [Int] = []
    for path in 0..<paths {
      for row in 0..<range.count {
        let index = path * range.count + row
        let origin = extend(row, path, by: time + 1)
        let numbers = set.series[set.windows[range.lowerBound + row].series]
        series.append(batch.series[row])
        batch.gatherStep(
          numbers, histories[row], origin, scales[row],
          to: past.base + index * options.channels)
        for covariate in 0..<options.futureCovariates {
          future.base[index * options.futureCovariates + covariate] = WindowBatch.finite(
            numbers.futureCovariates[covariate], origin + 1)
        }
        (statics.base + index * options.staticCovariates).update(
          from: batch.statics.base + row * options.staticCovariates, count: options.staticCovariates)
      }
    }
    return series
  }
}
