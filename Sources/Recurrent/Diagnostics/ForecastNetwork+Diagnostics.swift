import CVectorMath

extension ForecastNetwork {
  /// Looks at up to `samples` windows, evenly spread over `set`: which gradient reaches each step of the lookback, and
  /// how many gates are saturated.
  ///
  /// - Parameter training: the loss whose gradient is looked at.
  /// - Throws: `RecurrentError` when the windows do not fit.
  public func diagnose(
    _ set: WindowSet, samples: Int = 64, training: TrainingOptions = TrainingOptions()
  ) throws(RecurrentError) -> NetworkDiagnostics {
    let graph = try ForecastGraph(options, loss: training.loss, units: training.lossUnits)
    try set.check(options)
    guard !set.windows.isEmpty, samples > 0 else { throw .noWindows("look at") }
    let mode = Float.mode(vm_best_level())
    let store = WeightStore(graph.layout, values: weights, mode: mode)
    let rows = min(samples, set.windows.count, Shards.size)
    let shard = Shard<Float>(graph, rows: rows, positions: 1, mode: mode)
    let count = min(samples, set.windows.count)
    let chosen = (0..<count).map { $0 * set.windows.count / count }
    let gradient = Buffer<Float>(graph.layout.count)
    let inputGradient = Buffer<Float>(options.lookback * rows * options.channels)
    var sums = DiagnosticSums()
    for start in stride(from: 0, to: count, by: rows) {
      let part = chosen[start..<min(start + rows, count)]
      shard.batch.gather(set, part)
      shard.forward(store.weights)
      sums.addGates(shard.recurrentLayers)
      _ = shard.loss()
      shard.backward(store.weights, gradient: gradient, inputGradient: inputGradient.base)
      sums.addGradient(
        inputGradient.base, channels: options.channels,
        lengths: Array(repeating: options.lookback, count: part.count), mode: mode)
    }
    return sums.diagnostics
  }

  /// What each recurrent layer does with window `window` of `set`, step by step, for charts.
  /// - Throws: `RecurrentError` when the window does not fit.
  public func activations(_ set: WindowSet, window: Int) throws(RecurrentError) -> [LayerActivations] {
    let graph = try ForecastGraph(options, loss: .mae)
    try set.check(options)
    guard set.windows.indices.contains(window) else {
      throw .badWindow(index: window, reason: "there are \(set.windows.count) windows")
    }
    let mode = Float.mode(vm_best_level())
    let store = WeightStore(graph.layout, values: weights, mode: mode)
    let shard = Shard<Float>(graph, rows: 1, positions: 1, mode: mode)
    let one = WindowSet(
      series: set.series, lookback: set.lookback, horizon: set.horizon, windows: [set.windows[window]])
    shard.batch.gather(
      one, [0])
    shard.forward(store.weights)
    return shard.recurrentLayers.map { $0.activations(row: 0) }
  }
}
