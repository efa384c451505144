import CVectorMath
import Foundation

/// How a network learns from its windows: what the literature on recurrent cells warns of.
public struct NetworkDiagnosis: Sendable, Codable, Equatable {
  /// How often one gate stands nearly shut or nearly open, where it hardly learns (Karpathy, Johnson & Fei-Fei 2015).
  public struct Gate: Sendable, Codable, Equatable {
    /// The layer in PyTorch's numbering, such as `l0` or `l1_reverse`.
    public let layer: String
    /// `input`, `forget`, `output`, `reset` or `update`.
    public let gate: String
    /// The share of values below 0.1.
    public let closed: Double
    /// The share of values above 0.9.
    public let open: Double
  }

  /// The length of the mean loss's gradient with respect to what is read at each step of the lookback, oldest first.
  ///
  /// Numbers that fall steeply towards the start say that the network cannot learn from the far past; numbers that grow
  /// say that its gradient explodes.
  public let gradientNorms: [Double]
  /// One entry for each gate of each recurrent layer that reads the lookback; empty for other networks.
  public let gates: [Gate]
}

extension ForecastNetwork {
  /// Looks at gradient and gates on up to 256 windows, evenly spread over `set`.
  ///
  /// - Parameter loss: what a point forecast is judged by.
  /// - Throws: `RecurrentError` when the windows do not fit or there are none.
  public func diagnose(_ set: WindowSet, loss: PointLoss = .mae) throws(RecurrentError) -> NetworkDiagnosis {
    try set.check(options)
    guard !set.windows.isEmpty else { throw .noWindows("look at") }
    var sample = set
    let apart = (set.windows.count + 255) / 256
    sample.windows = stride(from: 0, to: set.windows.count, by: apart).map { set.windows[$0] }
    let graph = try ForecastGraph(options, loss: loss)
    let mode = Float.mode(vm_best_level())
    let store = WeightStore(graph.layout, values: weights, mode: mode)
    let shard = Shard<Float>(graph, rows: Shards.size, positions: 1, forTraining: true, mode: mode)
    let scales = sample.scales(options.scaling, lookback: options.lookback, pool: WorkerPool(threads: 1))
    let indices = Array(sample.windows.indices)
    let inputs = Buffer<Float>(options.lookback * Shards.size * options.channels)
    var squares = [Double](repeating: 0, count: options.lookback)
    var gates = GateCount(shard.recurrentLayers)
    var count = 0
    for range in Shards.ranges(indices.count) {
      shard.batch.gather(sample, indices[range], scales: scales)
      shard.forward(store.weights)
      gates.add(shard.recurrentLayers)
      count += shard.loss().count
      shard.backward(store.weights, inputGradient: inputs.base)
      let size = range.count * options.channels
      for step in squares.indices { squares[step] += vm_sum_of_squares(mode, size, inputs.base + step * size) }
    }
    return NetworkDiagnosis(
      gradientNorms: squares.map { count == 0 ? 0 : $0.squareRoot() / Double(count) }, gates: gates.shares)
  }
}

/// Counts gate values near their ends.
private struct GateCount {
  private struct Entry {
    let layer: String
    let gate: String
    var closed = 0
    var open = 0
    var all = 0
  }

  private var entries: [Entry] = []

  init(_ layers: [RecurrentWorkspace<Float>]) {
    for workspace in layers {
      let name = workspace.layer.inputWeights.name
      let suffix = name.range(of: "weight_ih_").map { String(name[$0.upperBound...]) } ?? name
      for gate in workspace.layer.cell.gateNames { entries.append(Entry(layer: suffix, gate: gate ?? "")) }
    }
  }

  /// Takes in the gates (T × B × G·H) that the last `forward` left.
  mutating func add(_ layers: [RecurrentWorkspace<Float>]) {
    var index = 0
    for workspace in layers {
      let (hidden, width) = (workspace.layer.hidden, workspace.layer.width)
      for (gate, name) in workspace.layer.cell.gateNames.enumerated() {
        defer { index += 1 }
        guard name != nil else { continue }
        for row in 0..<workspace.steps * workspace.rows {
          for unit in 0..<hidden {
            let value = workspace.gates.base[row * width + gate * hidden + unit]
            if value < 0.1 { entries[index].closed += 1 }
            if value > 0.9 { entries[index].open += 1 }
          }
        }
        entries[index].all += workspace.steps * workspace.rows * hidden
      }
    }
  }

  var shares: [NetworkDiagnosis.Gate] {
    entries.filter { $0.all > 0 }.map {
      NetworkDiagnosis.Gate(
        layer: $0.layer, gate: $0.gate, closed: Double($0.closed) / Double($0.all),
        open: Double($0.open) / Double($0.all))
    }
  }
}
