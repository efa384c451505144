import Glibc

/// What the literature on recurrent networks warns of, looked for in one network on a few windows or sequences.
public struct NetworkDiagnostics: Sendable, Codable, Equatable {
  /// How many windows or sequences were looked at.
  public var samples = 0
  /// How much of the loss' gradient reaches each step's input: its Euclidean length, the mean over the samples, oldest
  /// step first. Sequences of different lengths are aligned at their ends.
  public var gradientByStep: [Double] = []
  /// For each gate of each layer; layers in the order of the weights.
  public var saturation: [GateSaturation] = []

  /// The factor by which the gradient changes with each step on its way back, from a straight line through its
  /// logarithm: below 1 it vanishes, above 1 it explodes (Bengio, Simard & Frasconi 1994). Nil for less than two steps
  /// with a gradient.
  public var gradientFactor: Double? {
    let points = gradientByStep.enumerated().filter { $0.element > 0 }.map { (Double($0.offset), log($0.element)) }
    guard points.count > 1 else { return nil }
    let count = Double(points.count)
    let (x, y) = (points.reduce(0) { $0 + $1.0 } / count, points.reduce(0) { $0 + $1.1 } / count)
    let slope =
      points.reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / points.reduce(0) { $0 + ($1.0 - x) * ($1.0 - x) }
    return exp(-slope)
  }
}

/// How often one gate is nearly shut or nearly open, where its gradient is small (after Karpathy, Johnson & Fei-Fei
/// 2015).
public struct GateSaturation: Sendable, Codable, Equatable {
  /// As in the weights' names, such as `recurrent.l0`.
  public var layer: String
  /// input, forget, output, reset, update, or candidate for the numbers that the gates let through.
  public var gate: String
  /// The share of steps and units below 0.1; for candidates, which lie between −1 and 1, below −0.9.
  public var low: Double
  /// The share of steps and units above 0.9.
  public var high: Double
}

/// What one layer did with one window or sequence.
public struct LayerActivations: Sendable, Codable, Equatable {
  /// One gate over time.
  public struct Gate: Sendable, Codable, Equatable {
    /// input, forget, output, reset, update or candidate.
    public var name: String
    /// [step][unit]
    public var values: [[Double]]
  }

  /// As in the weights' names, such as `recurrent.l0`.
  public var layer: String
  /// In the order of the weights' rows.
  public var gates: [Gate]
  /// The layer's output, [step][unit].
  public var output: [[Double]]
  /// What the cells remember, [step][unit]; empty for cells that keep no memory besides their output.
  public var memory: [[Double]]
}

/// One block of a cell's gates.
struct GateBlock: Sendable {
  let name: String
  /// What counts as saturated below; nil for gates that have no fixed range.
  let low: Double?

  /// Between shut (0) and open (1).
  static func gate(_ name: String) -> GateBlock { GateBlock(name: name, low: 0.1) }
  /// Without an upper end.
  static func exponential(_ name: String) -> GateBlock { GateBlock(name: name, low: nil) }
  /// What the gates let through, between −1 and 1.
  static let candidate = GateBlock(name: "candidate", low: -0.9)
  /// What counts as saturated above.
  static let high = 0.9
}
