/// A straight line over the steps of a series.
public struct Line: Sendable, Hashable, Codable {
  /// How a line is laid through values.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// Least squares.
    case leastSquares = "least-squares"
    /// The median of the slopes between two values (Theil 1950, Sen 1968): up to 29 % of wild values move it little.
    case theilSen = "theil-sen"
  }

  /// Its value at step 0.
  var intercept: Double
  /// Its change from step to step.
  var slope: Double

  /// The line's value at a step.
  func callAsFunction(_ step: Int) -> Double { intercept + slope * Double(step) }

  /// The line through the known values; level where fewer than two are known, at zero where none is.
  init(through values: [Double], method: Method = .leastSquares) {
    let points = values.indices.filter { !values[$0].isNaN }.map { (step: Double($0), value: values[$0]) }
    switch method {
    case .leastSquares:
      let (center, level) = (points.map(\.step).mean, points.map(\.value).mean)
      let spread = points.reduce(0) { $0 + ($1.step - center) * ($1.step - center) }
      let shared = points.reduce(0) { $0 + ($1.step - center) * ($1.value - level) }
      slope = spread > 0 ? shared / spread : 0
      intercept = points.isEmpty ? 0 : level - slope * center
    case .theilSen:
      slope = points.count > 1 ? Line.slopes(points).median : 0
      intercept = points.isEmpty ? 0 : points.map(\.value).median - slope * points.map(\.step).median
    }
  }

  /// The slopes between all pairs; between values half a series apart where all pairs would be too many (Theil's
  /// incomplete method).
  private static func slopes(_ points: [(step: Double, value: Double)]) -> [Double] {
    func slope(_ first: Int, _ second: Int) -> Double {
      (points[second].value - points[first].value) / (points[second].step - points[first].step)
    }
    guard points.count > 1000 else {
      return points.indices.flatMap { first in (first + 1..<points.count).map { slope(first, $0) } }
    }
    let half = (points.count + 1) / 2
    return (0..<points.count - half).map { slope($0, $0 + half) }
  }
}
