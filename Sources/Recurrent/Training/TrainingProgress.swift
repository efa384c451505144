/// After each report from training: go on, or stop and keep the best weights so far.
public enum TrainingDecision: Sendable {
  case proceed, stop
}

/// Where training stands.
public struct TrainingProgress: Sendable {
  /// From 1.
  public let epoch: Int
  /// Updates so far.
  public let update: Int
  /// Mean over the update's batch, or over the epoch when `endsEpoch`, in the loss' own units.
  public let trainingLoss: Double
  /// Nil within an epoch, and when there are no validation windows.
  public let validationLoss: Double?
  /// Whether this is the report of a whole epoch.
  public let endsEpoch: Bool
}
