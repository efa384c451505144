import CVectorMath
import Glibc

/// Probabilities of classes from any numbers, and the cross entropy that trains them.
///
///     p_i = exp(x_i) / Σ_j exp(x_j)        loss = −Σ_i t_i · log p_i
enum Softmax {
  /// Writes the probabilities of `x` (count) to `p` (count), which may be `x`.
  /// - Returns: log Σ exp(x).
  @discardableResult
  static func probabilities(
    _ x: UnsafePointer<Double>, count: Int, to p: UnsafeMutablePointer<Double>
  ) -> Double {
    var top = x[0]
    // A NaN among the numbers must not be lost.
    for index in 1..<max(count, 1) where x[index] > top || x[index].isNaN { top = x[index] }
    var sum = 0.0
    for index in 0..<count {
      p[index] = exp(x[index] - top)
      sum += p[index]
    }
    for index in 0..<count { p[index] /= sum }
    return top + log(sum)
  }

  /// - Parameters:
  ///   - x: (count)
  ///   - targets: (count) probabilities, NaN where the row is not asked.
  ///   - gradient: (count), written: p·Σt − t.
  ///   - p: (count), written.
  /// - Returns: the cross entropy; nil where the row is not asked.
  static func loss(
    _ x: UnsafePointer<Double>, targets: UnsafePointer<Double>, count: Int, gradient: UnsafeMutablePointer<Double>,
    probabilities p: UnsafeMutablePointer<Double>
  ) -> Double? {
    let logSum = probabilities(x, count: count, to: p)
    guard !targets[0].isNaN else {
      gradient.clear(count)
      return nil
    }
    var loss = 0.0
    var total = 0.0
    for index in 0..<count {
      loss += targets[index] * (logSum - x[index])
      total += targets[index]
    }
    for index in 0..<count { gradient[index] = p[index] * total - targets[index] }
    return loss
  }

  /// Turns `scores` (steps × rows) into shares of the steps, for each row. A NaN among the scores makes the row NaN.
  @specialized(where S == Float)
  static func overSteps<S: Scalar>(_ scores: UnsafeMutablePointer<S>, steps: Int, rows: Int, mode: vm_mode) {
    for row in 0..<rows {
      var top = scores[row]
      for step in 1..<max(steps, 1) {
        let score = scores[step * rows + row]
        if score > top || score.isNaN { top = score }
      }
      for step in 0..<steps { scores[step * rows + row] -= top }
    }
    vm_exp(mode, steps * rows, scores, scores)
    for row in 0..<rows {
      var sum: S = 0
      for step in 0..<steps { sum += scores[step * rows + row] }
      for step in 0..<steps { scores[step * rows + row] /= sum }
    }
  }
}
