/// Keeps the best weights, and says when waiting for better ones has lasted long enough.
struct EarlyStopping<S: Scalar>: Sendable {
  let patience: Int?
  var best = BestEpoch()
  /// Those of the best epoch.
  var weights: [S]

  init(patience: Int?, initial: [S]) {
    self.patience = patience
    weights = initial
  }

  /// Takes in the loss after `epoch` (0 before training) and the weights that gave it.
  /// - Parameter judges: whether the loss decides; otherwise the newest weights are the best.
  mutating func observe(_ loss: Double, epoch: Int, judges: Bool = true, weights: () -> [S]) {
    guard !judges || (loss.isFinite && loss < best.loss ?? .infinity) else { return }
    best = BestEpoch(loss: loss, epoch: epoch)
    self.weights = weights()
  }

  func isOver(epoch: Int) -> Bool { patience.map { epoch - best.epoch >= $0 } ?? false }
}

/// The epoch whose weights are kept.
struct BestEpoch: Sendable, Codable, Equatable {
  /// Nil until a loss was seen.
  var loss: Double?
  var epoch = 0
}
