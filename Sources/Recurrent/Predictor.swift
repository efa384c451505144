import CVectorMath
import Synchronization

/// Runs a network over windows without learning.
struct Predictor {
  let graph: ForecastGraph
  private let store: WeightStore<Float>
  private let pool: WorkerPool
  private let mode: vm_mode

  init(_ graph: ForecastGraph, weights: [Float], pool: WorkerPool, mode: vm_mode) {
    self.graph = graph
    self.pool = pool
    self.mode = mode
    store = WeightStore(graph.layout, values: weights, mode: mode)
  }

  func predict(_ set: WindowSet) -> Predictions {
    let options = graph.options
    let width = graph.output.head.kinds.count
    let count = set.windows.count
    let ranges = Shards.ranges(count)
    let scales = set.scales(options.scaling, lookback: options.lookback, pool: pool)
    var values = [Double](repeating: 0, count: count * options.horizon * width)
    let indices = Array(0..<count)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      nonisolated(unsafe) let out = base
      let work = self
      let rows = ranges.map(\.count).max() ?? 1
      let workers = ShardPool<Float> {
        Shard(work.graph, rows: rows, positions: 1, forTraining: false, mode: work.mode)
      }
      pool.run(ranges.count) { part in
        workers.withShard { shard in
          shard.batch.gather(set, indices[ranges[part]], scales: scales)
          shard.forward(work.store.weights)
          for row in 0..<ranges[part].count {
            let index = ranges[part].lowerBound + row
            work.write(
              shard.raw.base + row * work.graph.output.outputs, set: set, window: set.windows[index],
              scale: scales[index], to: out + index * options.horizon * width)
          }
        }
      }
    }
    return Predictions(windows: count, horizon: options.horizon, outputs: width, values: values)
  }

  /// One window's forecast in the series' units, from the anchors in full precision and the network's corrections.
  private func write(
    _ raw: UnsafePointer<Float>, set: WindowSet, window: WindowSet.Window, scale: WindowScale,
    to out: UnsafeMutablePointer<Double>
  ) {
    let options = graph.options
    let head = graph.output.head
    let shares = graph.output.mix(raw).map(Double.init)
    let target = set.series[window.series].target
    for step in 0..<options.horizon {
      let anchors = options.anchors.map { lag in
        lag == 0
          ? scale.origin
          : Anchor.forecast(target, origin: window.origin, step: step + 1, lag: lag, fallback: scale.origin)
      }
      let anchor = mixed(anchors, shares, scale)
      let numbers = head.decode(raw + step * head.outputs)
      for (index, kind) in head.kinds.enumerated() {
        let value = numbers[index]
        out[step * head.kinds.count + index] =
          switch kind {
          case .location: scale.moved(anchor, by: value)
          case .spread: scale.spread * value
          case .plain: value
          }
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

/// Shards that are lent to one thread at a time, made when none is free.
final class ShardPool<S: Scalar>: Sendable {
  private let free = Mutex<[Shard<S>]>([])
  private let make: @Sendable () -> Shard<S>

  init(_ make: @escaping @Sendable () -> Shard<S>) { self.make = make }

  func withShard(_ body: (Shard<S>) -> Void) {
    let shard = free.withLock { $0.popLast() } ?? make()
    body(shard)
    free.withLock { $0.append(shard) }
  }
}
