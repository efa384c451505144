import Foundation
import SystemProducts

/// A single-precision product (rows × inner) · (inner × columns), for measuring what the machine can do.
struct MatrixProduct: Hashable, Codable {
  var rows: Int
  var inner: Int
  var columns: Int

  static let big = MatrixProduct(rows: 2048, inner: 1024, columns: 1024)

  /// Billions of floating-point operations a second with OpenBLAS when each of `threads` threads multiplies its share
  /// of the rows, over and over, on operands of its own. The best of several tries: a ceiling, not an average.
  /// - Parameter countsProcessor: by the processor's time, which says something for one thread alone.
  func rate(threads: Int, tries: Int = 5, countsProcessor: Bool = false) -> Double {
    let share = MatrixProduct(rows: rows / threads, inner: inner, columns: columns)
    let flops = 2 * Double(share.rows * inner * columns)
    let repeats = max(1, Int(4e9 / flops))
    let best = (0..<tries).map { _ in
      let start = Taken.now
      DispatchQueue.concurrentPerform(iterations: threads) { _ in share.run(repeats) }
      let taken = Taken.now - start
      return countsProcessor ? taken.processor : taken.clock
    }.min()
    return flops * Double(repeats * threads) / (best ?? .nan) / 1e9
  }

  private func run(_ repeats: Int) {
    let left = [Float](repeating: 0.5, count: rows * inner)
    let right = [Float](repeating: 0.25, count: inner * columns)
    var out = [Float](repeating: 0, count: rows * columns)
    for _ in 0..<repeats {
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(inner), 1, left, Int32(inner),
        right, Int32(columns), 0, &out, Int32(columns))
    }
  }

  /// Threads of our own do the sharing, so OpenBLAS must not start others.
  static func useOneThreadEach() { openblas_set_num_threads(1) }

  /// The name of the kernels that OpenBLAS chose for this processor.
  static var kernels: String { String(cString: openblas_get_corename()) }
}
