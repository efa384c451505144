import CVectorMath
import Glibc

/// The number type that a network computes in: `Float` in use, `Double` where gradients are checked. No other type
/// conforms.
public protocol Scalar: BinaryFloatingPoint, Sendable, Codable {
  /// eˣ
  static func exponential(_ x: Self) -> Self
}

extension Scalar {
  /// 1 / (1 + e⁻ˣ)
  public static func sigmoid(_ x: Self) -> Self {
    x >= 0 ? 1 / (1 + exponential(-x)) : exponential(x) / (1 + exponential(x))
  }

  /// tanh x
  public static func tanh(_ x: Self) -> Self { 1 - 2 / (1 + exponential(2 * x)) }

  /// The C loops for this type at `level`.
  static func mode(_ level: vm_level) -> vm_mode {
    vm_mode(scalar: self == Float.self ? vm_float : vm_double, level: level)
  }
}

extension Float: Scalar {
  /// eˣ
  public static func exponential(_ x: Float) -> Float { expf(x) }
}

extension Double: Scalar {
  /// eˣ
  public static func exponential(_ x: Double) -> Double { exp(x) }
}
