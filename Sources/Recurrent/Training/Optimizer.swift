import CVectorMath
import Glibc

/// How weights follow their gradient.
public enum OptimizerKind: Sendable, Codable, Equatable {
  /// Kingma & Ba 2015, with β 0.9 and 0.999.
  case adam
}

/// The moments that an optimiser keeps, and its update.
struct Optimizer<S: Scalar>: Sendable {
  let kind: OptimizerKind
  private(set) var step = 0
  private let first: Buffer<S>
  private let second: Buffer<S>

  init(_ kind: OptimizerKind, count: Int) {
    self.kind = kind
    first = Buffer(count)
    second = Buffer(count)
  }

  /// One update of `weights`.
  /// - Parameter scale: multiplies the gradient first.
  mutating func update(_ weights: Buffer<S>, gradient: Buffer<S>, scale: Double, rate: Double, mode: vm_mode) {
    step += 1
    switch kind {
    case .adam:
      vm_adam(
        mode, weights.count, weights.base, gradient.base, first.base, second.base, scale, rate, 0.9, 0.999, 1e-8,
        1 - pow(0.9, Double(step)), 1 - pow(0.999, Double(step)), 0)
    }
  }
}
