/// What the literature on recurrent networks warns of, looked for in one network on a few windows or sequences.
public struct NetworkDiagnostics: Sendable, Codable, Equatable {
  /// How many windows or sequences were looked at.
  public var samples = 0
  /// How much of the loss' gradient reaches each step's input: its Euclidean length, the mean over the samples, oldest
  /// step first. Sequences of different lengths are aligned at their ends.
  public var gradientByStep: [Double] = []
  /// For each gate of each layer; layers in the order of the weights.
  public var saturation: [GateSaturation] = []
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
