import COpenBLAS
import CVectorMath
import Glibc

/// The number type that a network computes in: `Float` in the product, `Double` where gradients are checked.
protocol Scalar: BinaryFloatingPoint, Sendable, Codable {
  /// How the C loops name this type.
  static var scalar: vm_scalar { get }

  /// c (m × n) = alpha · op(a) (m × k) · op(b) (k × n) + beta · c, all row by row, rows `lda`, `ldb`, `ldc` apart.
  static func multiply(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Self>, _ ldb: Int, transposeB: Bool, _ c: UnsafeMutablePointer<Self>, _ ldc: Int,
    alpha: Self, beta: Self)

  static func exponential(_ x: Self) -> Self
}

extension Scalar {
  /// c (m × n) = a (m × k) · b (k × n) + beta · c, dense rows.
  @inline(__always)
  static func product(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, _ c: UnsafeMutablePointer<Self>,
    beta: Self
  ) {
    multiply(m, n, k, a, k, transposeA: false, b, n, transposeB: false, c, n, alpha: 1, beta: beta)
  }

  /// c (m × n) += aᵀ · b with a (k × m) and b (k × n): a weight gradient summed over k rows.
  @inline(__always)
  static func addOuterProduct(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, _ c: UnsafeMutablePointer<Self>
  ) {
    multiply(m, n, k, a, m, transposeA: true, b, n, transposeB: false, c, n, alpha: 1, beta: 1)
  }

  /// The loops for this type at `level`.
  static func mode(_ level: vm_level) -> vm_mode { vm_mode(scalar: scalar, level: level) }
}

/// Our own threads share the work, so the matrix library must stay on the thread that calls it.
private let blasIsSingleThreaded: Bool = {
  openblas_set_num_threads(1)
  return true
}()

extension Float: Scalar {
  static var scalar: vm_scalar { vm_float }

  static func exponential(_ x: Float) -> Float { expf(x) }

  static func multiply(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Float>, _ ldb: Int, transposeB: Bool, _ c: UnsafeMutablePointer<Float>, _ ldc: Int,
    alpha: Float, beta: Float
  ) {
    guard blasIsSingleThreaded, m > 0, n > 0 else { return }
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), alpha, a, blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
  }
}

extension Double: Scalar {
  static var scalar: vm_scalar { vm_double }

  static func exponential(_ x: Double) -> Double { exp(x) }

  static func multiply(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Double>, _ lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Double>, _ ldb: Int, transposeB: Bool, _ c: UnsafeMutablePointer<Double>, _ ldc: Int,
    alpha: Double, beta: Double
  ) {
    guard blasIsSingleThreaded, m > 0, n > 0 else { return }
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), alpha, a, blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
  }
}
