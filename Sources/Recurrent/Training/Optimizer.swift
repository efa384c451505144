import CVectorMath
import Glibc

/// How weights follow their gradient.
public enum OptimizerKind: Sendable, Codable, Equatable {
  /// Kingma & Ba 2015, with β 0.9 and 0.999.
  case adam
  /// Adam with weight decay of its own, rate · `decay` an update (Loshchilov & Hutter 2019).
  case adamW(decay: Double)
  /// Stochastic gradient descent; a momentum of 0 is the plain form.
  case sgd(momentum: Double)

  func check() throws(RecurrentError) {
    switch self {
    case .adam: break
    case .adamW(let decay):
      try RecurrentError.require(decay >= 0 && decay.isFinite, "weightDecay", decay, "0 or more")
    case .sgd(let momentum):
      try RecurrentError.require(momentum >= 0 && momentum < 1, "momentum", momentum, "at least 0 and less than 1")
    }
  }
}

/// The moments that an optimizer keeps, and its update.
struct Optimizer<S: Scalar>: Sendable {
  let kind: OptimizerKind
  /// Updates so far.
  var updates = 0
  /// The mean of the gradients, or the velocity.
  let first: Buffer<S>
  /// The mean of their squares; empty for plain descent.
  let second: Buffer<S>

  init(_ kind: OptimizerKind, count: Int) {
    self.kind = kind
    first = Buffer(count)
    if case .sgd = kind { second = Buffer(0) } else { second = Buffer(count) }
  }

  /// One update of `weights`.
  /// - Parameter scale: multiplies the gradient first.
  mutating func update(_ weights: Buffer<S>, gradient: Buffer<S>, scale: Double, rate: Double, mode: vm_mode) {
    updates += 1
    switch kind {
    case .adam: adam(weights, gradient, scale: scale, rate: rate, decay: 0, mode: mode)
    case .adamW(let decay): adam(weights, gradient, scale: scale, rate: rate, decay: decay, mode: mode)
    case .sgd(let momentum):
      vm_momentum(
        mode, weights.count, weights.base, gradient.base, first.base, scale, rate, momentum)
    }
  }

  private func adam(
    _ weights: Buffer<S>, _ gradient: Buffer<S>, scale: Double, rate: Double, decay: Double, mode: vm_mode
  ) {
    vm_adam(
      mode, weights.count, weights.base, gradient.base, first.base, second.base, scale, rate, 0.9, 0.999, 1e-8,
      1 - pow(0.9, Double(updates)), 1 - pow(0.999, Double(updates)), decay)
  }
}
