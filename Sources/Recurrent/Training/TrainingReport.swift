/// What happened in training. The same data, options and seed give an equal report on any number of threads.
public struct TrainingReport: Sendable, Codable, Equatable {
  /// One pass.
  public struct Epoch: Sendable, Codable, Equatable {
    /// Mean over the epoch, in the loss' own units.
    public var trainingLoss: Double
    /// Mean over all validation windows after the epoch.
    public var validationLoss: Double?
    /// The mean length of the gradient before clipping.
    public var gradientNorm: Double
    /// The mean learning rate; nil for an epoch of before it was kept.
    public var learningRate: Double?
  }

  /// Why training ended.
  public enum Ending: String, Sendable, Codable {
    /// All epochs were run.
    case finished
    /// The validation loss did not improve for as long as the patience lasts.
    case patience
    /// The caller said stop.
    case stopped
  }

  /// One entry for each epoch that was run.
  public var epochs: [Epoch] = []
  /// The epoch whose weights were kept, from 1; 0 is the untrained network.
  public var bestEpoch = 0
  /// Updates.
  public var updates = 0
  /// Updates whose gradient was clipped.
  public var clippedUpdates = 0
  /// Why training ended.
  public var ending = Ending.finished

  /// What the trained network does with a few windows, if `TrainingOptions.diagnosticSamples` asks for it.
  public var diagnostics: NetworkDiagnostics?

  /// Whether the counts are those of a training.
  public var isSound: Bool {
    (0...epochs.count).contains(bestEpoch) && (0...1 << 62).contains(updates) && (0...updates).contains(clippedUpdates)
  }

  /// The share of updates whose gradient was clipped.
  public var clippedShare: Double { updates == 0 ? 0 : Double(clippedUpdates) / Double(updates) }

  // What files call them.
  private enum CodingKeys: String, CodingKey {
    case epochs, bestEpoch, ending, diagnostics
    case updates = "steps"
    case clippedUpdates = "clippedSteps"
  }
}
