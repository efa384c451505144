import CVectorMath

/// A run that passes its work on to another one.
protocol WrappingRun<S>: NetworkRun {
  var body: any NetworkRun<S> { get }
}

extension SeriesEmbeddedRun: WrappingRun {}
extension StaticInputRun: WrappingRun {}

extension ForecastNetwork {
  /// How much each step of the lookback counts in each step of one window's forecast: (horizon × lookback), each row
  /// adding up to 1.
  ///
  /// - Parameter window: which window of `set`.
  /// - Throws: `RecurrentError` when the network has no attention or the window does not fit.
  public func attentionWeights(_ set: WindowSet, window: Int = 0) throws(RecurrentError) -> [[Double]] {
    guard options.attention != nil else {
      throw .badOption(
        name: "attention", value: "left out",
        wanted: "additive or dot-product, in an encoder-decoder network, when its weights are asked for")
    }
    guard set.windows.indices.contains(window) else {
      throw .badWindow(index: window, reason: "there are \(set.windows.count) windows")
    }
    let one = WindowSet(
      series: set.series, lookback: set.lookback, horizon: set.horizon, windows: [set.windows[window]])
    let graph = try ForecastGraph(options, loss: .mae)
    try one.check(options)
    let mode = Float.mode(vm_best_level())
    let store = WeightStore(graph.layout, values: weights, mode: mode)
    let batch = WindowBatch<Float>(options: options, rows: 1, positions: 1)
    batch.gather(one, [0])
    var run: any NetworkRun<Float> = graph.body.run(rows: 1, positions: 1, mode: mode)
    let raw = Buffer<Float>(graph.output.outputs)
    run.forward(store.weights, batch.input, output: raw.base, dropout: nil)
    while let wrapper = run as? any WrappingRun<Float> { run = wrapper.body }
    guard let shares = (run as? EncoderDecoderRun<Float>)?.attentionShares else { return [] }
    let lookback = options.lookback
    return (0..<options.horizon).map { step in
      (0..<lookback).map { Double(shares[step * lookback + $0]) }
    }
  }
}
