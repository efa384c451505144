import Foundation

/// Linear regression without an intercept whose squared slopes are held down (Hoerl & Kennard 1970), as little moved by
/// outliers as Huber's loss lets it be (Huber 1964).
struct RidgeRegression {
  /// Columns of as many values each.
  let columns: [[Double]]
  let targets: [Double]

  /// The slopes that suit some of the rows; zeros where no numbers do.
  ///
  /// - Parameter penalty: in rows: a column of deviation 1 that stands in so many rows keeps half of its slope.
  func slopes(without left: Range<Int> = 0..<0, penalty: Double) -> [Double] {
    var slopes = [Double](repeating: 0, count: columns.count)
    var weights = [Double](repeating: 1, count: targets.count)
    for row in left { weights[row] = 0 }
    for round in 0..<RidgeRegression.rounds {
      if round > 0 {
        let errors = self.errors(of: slopes)
        let kept = errors.indices.filter { !left.contains($0) }.map { abs(errors[$0]) }
        // 1.4826 median deviations are a standard deviation of normal errors.
        let bend = RidgeRegression.bend * 1.4826 * kept.median
        guard bend > 0 else { return slopes }
        for row in errors.indices where !left.contains(row) {
          weights[row] = min(1, bend / max(abs(errors[row]), 1e-300))
        }
      }
      guard let found = solved(weights, penalty) else { return slopes }
      slopes = found
    }
    return slopes
  }

  /// What the slopes leave of each target.
  func errors(of slopes: [Double]) -> [Double] {
    var errors = targets
    for (column, slope) in zip(columns, slopes) where slope != 0 {
      for row in errors.indices { errors[row] -= slope * column[row] }
    }
    return errors
  }

  /// The normal equations, by Cholesky's decomposition; nil where they have no solution.
  private func solved(_ weights: [Double], _ penalty: Double) -> [Double]? {
    let count = columns.count
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    var right = [Double](repeating: 0, count: count)
    for first in 0..<count {
      let weighted = zip(columns[first], weights).map { $0 * $1 }
      for second in 0...first { matrix[first][second] = zip(weighted, columns[second]).reduce(0) { $0 + $1.0 * $1.1 } }
      matrix[first][first] += penalty
      right[first] = zip(weighted, targets).reduce(0) { $0 + $1.0 * $1.1 }
    }
    for column in 0..<count {
      for earlier in 0..<column { matrix[column][column] -= matrix[column][earlier] * matrix[column][earlier] }
      guard matrix[column][column] > 0, matrix[column][column].isFinite else { return nil }
      matrix[column][column].formSquareRoot()
      for row in (column + 1)..<max(column + 1, count) {
        for earlier in 0..<column { matrix[row][column] -= matrix[row][earlier] * matrix[column][earlier] }
        matrix[row][column] /= matrix[column][column]
      }
    }
    for row in 0..<count {
      for earlier in 0..<row { right[row] -= matrix[row][earlier] * right[earlier] }
      right[row] /= matrix[row][row]
    }
    for row in (0..<count).reversed() {
      for later in (row + 1)..<max(row + 1, count) { right[row] -= matrix[later][row] * right[later] }
      right[row] /= matrix[row][row]
    }
    return right.allSatisfy(\.isFinite) ? right : nil
  }

  private static let rounds = 4
  /// Errors of so many deviations count in full: 95 % as good as least squares where errors are normal.
  private static let bend = 1.345
}
