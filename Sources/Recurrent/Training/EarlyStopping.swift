/// Keeps the best weights, and says when waiting for better ones has lasted long enough.
struct EarlyStopping<S: Scalar>: Sendable {
  let patience: Int?
  /// Nil until a loss was seen.
  var bestLoss: Double?
  var bestEpoch = 0
  var best: [S]

  init(patience: Int?, initial: [S]) {
    self.patience = patience
    best = initial
  }

  /// Takes in the loss after `epoch` (0 before training) and the weights that gave it.
  mutating func observe(_ loss: Double, epoch: Int, weights: () -> [S]) {
    guard loss.isFinite, loss < bestLoss ?? .infinity else { return }
    bestLoss = loss
    bestEpoch = epoch
    best = weights()
  }

  /// Takes the weights after `epoch` whatever its loss: nothing judges them.
  mutating func accept(_ loss: Double, epoch: Int, weights: () -> [S]) {
    bestLoss = loss
    bestEpoch = epoch
    best = weights()
  }

  func isOver(epoch: Int) -> Bool { patience.map { epoch - bestEpoch >= $0 } ?? false }
}
