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
    let shard = WindowShard<Float>(graph, rows: rows, positions: 1, mode: mode)
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
    try set.check(options)
    return try passed(set, window: window).recurrentLayers.map { $0.activations(row: 0) }
  }

  /// How much each step of the lookback counts in each step of one window's forecast: (horizon × lookback), each row
  /// adding up to 1.
  ///
  /// - Parameter window: which window of `set`.
  /// - Throws: `RecurrentError` when the network has no attention or the window does not fit.
  public func attentionWeights(_ set: WindowSet, window: Int = 0) throws(RecurrentError) -> [[Double]] {
    try RecurrentError.require(
      options.attention != nil, "attention", "left out",
      "additive or dot-product, in an encoder-decoder network, when its weights are asked for")
    guard let shares = try passed(set, window: window).attentionShares else { return [] }
    let lookback = options.lookback
    return (0..<options.horizon).map { step in
      (0..<lookback).map { Double(shares.base[step * lookback + $0]) }
    }
  }

  /// One window's buffers after its pass forward.
  private func passed(_ set: WindowSet, window: Int) throws(RecurrentError) -> WindowShard<Float> {
    guard set.windows.indices.contains(window) else {
      throw .badWindow(index: window, reason: "there are \(set.windows.count) windows")
    }
    let one = WindowSet(
      series: set.series, lookback: set.lookback, horizon: set.horizon, windows: [set.windows[window]])
    try one.check(options)
    let graph = try ForecastGraph(options, loss: .mae)
    let mode = Float.mode(vm_best_level())
    let shard = WindowShard<Float>(graph, rows: 1, positions: 1, mode: mode)
    let store = WeightStore(graph.layout, values: weights, mode: mode)
    shard.batch.gather(one, [0])
    withExtendedLifetime(store) { shard.forward(store.weights) }
    return shard
  }
}
