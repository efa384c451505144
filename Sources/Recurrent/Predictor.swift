import CVectorMath
import Synchronization

/// Runs a network over windows without learning.
struct Predictor {
  let graph: ForecastGraph
  let store: WeightStore<Float>
  let pool: WorkerPool
  let mode: vm_mode

  func predict(_ set: WindowSet, _ wanted: [PredictedNumber]) throws(RecurrentError) -> Predictions {
    let values =
      graph.options.network == .recursive
      ? try rolledNumbers(set, wanted)
      : numbers(set) { _, steps, values in
        for forecast in steps {
          values += wanted.map { $0.value(point: forecast.point, quantile: forecast.quantile) }
        }
      }
    return Predictions(windows: set.windows.count, horizon: graph.options.horizon, numbers: wanted, values: values)
  }

  /// The numbers that `body` appends for each window, in the order of the windows. It is given the window's place in the
  /// set and its forecast in the series' units, a step each, on any thread and in any order: from the anchors in full
  /// precision and the network's corrections.
  func numbers(
    _ set: WindowSet, _ body: @Sendable (Int, [any StepForecast], inout [Double]) -> Void
  ) -> [Double] {
    let ranges = Shards.ranges(set.windows.count)
    let indices = Array(0..<set.windows.count)
    let rows = ranges.map(\.count).max() ?? 1
    let work = self
    let workers = ShardPool { WindowShard<Float>(work.graph, rows: rows, positions: 1, mode: work.mode) }
    return pool.map(ranges.count) { part in
      workers.withShard { shard in
        shard.batch.gather(set, indices[ranges[part]])
        shard.forward(work.store.weights)
        var values: [Double] = []
        for (row, index) in ranges[part].enumerated() {
          let window = set.windows[index]
          let forecasts = work.forecasts(
            shard.raw.values + row * work.graph.output.outputs, target: set.series[window.series].target,
            origin: window.origin, scale: shard.batch.scales[row])
          body(index, forecasts, &values)
        }
        return values
      }
    }.flatMap { $0 }
  }

  /// What one raw row says about each of its steps, in the series' units.
  func forecasts(
    _ raw: UnsafePointer<Float>, target: [Double], origin: Int, scale: WindowScale
  ) -> [any StepForecast] {
    let head = graph.output.head
    let lags = graph.options.anchors
    var shares = [Double](repeating: 1, count: lags.count)
    shares.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { graph.output.mix(raw, to: base) }
    }
    let numbers = (0..<graph.output.headOutputs).map { Double(raw[$0]) }
    return numbers.withUnsafeBufferPointer { numbers in
      guard let numbers = numbers.baseAddress else { return [] }
      return (0..<graph.output.horizon).map { step in
        let anchors = lags.map { lag in
          lag == 0
            ? scale.origin
            : Anchor.forecast(target, origin: origin, step: step + 1, lag: lag, fallback: scale.origin)
        }
        return head.forecast(
          raw: numbers + step * head.outputs, anchor: mixed(anchors, shares, scale), scale: scale)
      }
    }
  }

  /// The anchors' mix, taken in the units that the network works in; a single anchor stays as it is.
  private func mixed(_ anchors: [Double], _ shares: [Double], _ scale: WindowScale) -> Double {
    guard anchors.count != 1 else { return anchors[0] }
    guard !anchors.isEmpty else { return scale.origin }
    let sum = zip(anchors, shares).reduce(0) { $0 + scale.transform($1.0) * $1.1 }
    guard let offset = scale.offset else { return sum }
    return Double(Double.exponential(sum)) - offset
  }
}

/// A network's graph and packed weights, kept from one forecast to the next: for a few windows, making them takes longer
/// than the forecast. It belongs to one set of weights.
final class ReadyNetwork: Sendable {
  private let kept = Mutex<(graph: ForecastGraph, store: WeightStore<Float>)?>(nil)

  func predictor(_ options: NetworkOptions, weights: [Float], threads: Int) throws(RecurrentError) -> Predictor {
    let mode = Float.mode(vm_best_level())
    let found = try kept.withLock { kept throws(RecurrentError) in
      if let kept { return kept }
      let graph = try ForecastGraph(options, loss: .mae)
      let made = (graph, WeightStore(graph.layout, values: weights, mode: mode, forTraining: false))
      kept = made
      return made
    }
    return Predictor(graph: found.0, store: found.1, pool: WorkerPool(threads: threads), mode: mode)
  }
}
