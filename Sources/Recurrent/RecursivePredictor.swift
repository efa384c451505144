import CVectorMath

/// Takes a recursive network through the horizon, one step at a time: each step's value stands among the inputs of the
/// next one, and the state goes on.
///
/// A window may be rolled on as several paths, which share the lookback and part ways in the horizon.
struct RecursivePredictor {
  private let predictor: Predictor
  /// The same layers, made for one step.
  private let single: ForecastGraph

  init(_ predictor: Predictor) throws(RecurrentError) {
    self.predictor = predictor
    var options = predictor.graph.options
    options.lookback = 1
    single = try ForecastGraph(options, loss: .mae)
  }

  /// Rolls every window `paths` times and returns the values (windows × paths × horizon), in the series' own units.
  /// - Parameters:
  ///   - paths: at least 1.
  ///   - seed: each step's value is drawn from its forecast, from a generator of its own for each path; nil takes the
  ///     point forecast.
  func roll(_ set: WindowSet, paths: Int, seed: UInt64?) -> [Double] {
    let options = predictor.graph.options
    let count = set.windows.count
    let ranges = Shards.ranges(count)
    var values = [Double](repeating: 0, count: count * paths * options.horizon)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      nonisolated(unsafe) let out = base
      let work = self
      predictor.pool.run(ranges.count) { part in
        let roll = Roll(work.predictor, work.single, set, ranges[part], paths: paths, seed: seed)
        roll.run(to: out + ranges[part].lowerBound * paths * options.horizon)
      }
    }
    return values
  }

  /// Some windows on their way through the horizon: B windows, and C paths for each.
  private final class Roll {
    private let predictor: Predictor
    private let single: ForecastGraph
    private let options: NetworkOptions
    private let set: WindowSet
    private let range: Range<Int>
    /// Of each window.
    private var scales: [WindowScale] = []
    private let paths: Int
    private var generators: [RandomGenerator] = []
    /// Each window's target up to its origin, then room for one path.
    private var histories: [[Double]]
    /// One step of each path: (1 × C·B × channels), (C·B × F) and (C·B × static covariates).
    private let past: Buffer<Float>
    private let future: Buffer<Float>
    private let statics: Buffer<Float>
    private let raw: Buffer<Float>

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
          generators += range.map { RandomGenerator(seed: seed, step: $0, index: path) }
        }
      }
      let rows = range.count * paths
      past = Buffer(rows * options.channels)
      future = Buffer(rows * options.futureCovariates)
      statics = Buffer(rows * options.staticCovariates)
      raw = Buffer(rows * predictor.graph.output.outputs)
    }

    /// - Parameter out: (windows × paths × horizon), written.
    func run(to out: UnsafeMutablePointer<Double>) {
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
      let step: any NetworkRun<Float> = single.body.run(rows: count * paths, positions: 1, mode: predictor.mode)
      guard let next = step as? any ContinuableRun<Float> else { preconditionFailure("a recursive body goes on") }
      for time in 0..<options.horizon {
        takeValues(time, to: out)
        guard time + 1 < options.horizon else { return }
        let series = gatherStep(time, batch, from: out)
        if time == 0 { next.continueFrom(lookback, copies: paths) } else { next.continueFrom(next, copies: 1) }
        let input = NetworkInput(
          rows: count * paths, past: UnsafePointer(past.base), future: UnsafePointer(future.base),
          statics: UnsafePointer(statics.base), series: series)
        next.forward(predictor.store.weights, input, output: raw.base, dropout: nil)
      }
    }

    /// Where path `path` of window `row` lies in the result.
    private func place(_ path: Int, _ row: Int) -> Int { (row * paths + path) * options.horizon }

    /// Puts one path's values so far behind its window's history.
    private func extend(_ row: Int, _ path: Int, by steps: Int, from out: UnsafePointer<Double>) -> Int {
      let origin = histories[row].count - options.horizon - 1
      for step in 0..<steps { histories[row][origin + 1 + step] = out[place(path, row) + step] }
      return origin + steps
    }

    /// The value of step `time` of each path, from its raw row.
    private func takeValues(_ time: Int, to out: UnsafeMutablePointer<Double>) {
      let width = predictor.graph.output.outputs
      for path in 0..<paths {
        for row in 0..<range.count {
          let index = path * range.count + row
          let origin = extend(row, path, by: time, from: out)
          let forecasts = predictor.forecasts(
            raw.base + index * width, target: histories[row], origin: origin, scale: scales[row])
          out[place(path, row) + time] =
            generators.isEmpty ? forecasts[0].point : forecasts[0].sample(&generators[index])
        }
      }
    }

    /// What the network reads at step `time` of the horizon, and the series of each row.
    private func gatherStep(
      _ time: Int, _ batch: WindowBatch<Float>, from out: UnsafePointer<Double>
    ) -> [Int] {
      var series: [Int] = []
      for path in 0..<paths {
        for row in 0..<range.count {
          let index = path * range.count + row
          let origin = extend(row, path, by: time + 1, from: out)
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
}
