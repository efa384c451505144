/// Where a function of one number is smallest within a range: the best of a grid, then golden sections around it.
func minimum(in range: ClosedRange<Double>, grid: Int = 40, of function: (Double) -> Double) -> Double {
  let width = (range.upperBound - range.lowerBound) / Double(grid)
  let points = (0...grid).map { range.lowerBound + Double($0) * width }
  let values = points.map(function)
  let best = values.indices.min { values[$0] < values[$1] } ?? 0
  var low = points[max(0, best - 1)]
  var high = points[min(grid, best + 1)]
  let golden = (5.0.squareRoot() - 1) / 2
  var (left, right) = (high - golden * (high - low), low + golden * (high - low))
  var (leftValue, rightValue) = (function(left), function(right))
  while high - low > 1e-8 * max(1, abs(low)) {
    if leftValue <= rightValue {
      (high, right, rightValue) = (right, left, leftValue)
      left = high - golden * (high - low)
      leftValue = function(left)
    } else {
      (low, left, leftValue) = (left, right, rightValue)
      right = low + golden * (high - low)
      rightValue = function(right)
    }
  }
  return (low + high) / 2
}

/// Where a smooth function of several numbers is smallest, near a start: the quasi-Newton method of Broyden, Fletcher,
/// Goldfarb and Shanno, with the gradient from central differences and moves that shrink until they help.
func minimum(
  near start: [Double], iterations: Int = 200, of function: ([Double]) -> Double
) -> (point: [Double], value: Double) {
  let count = start.count
  var point = start
  var value = function(point)
  func gradient(_ point: [Double]) -> [Double] {
    var moved = point
    return point.indices.map { index in
      let nudge = 1e-5 * max(1, abs(point[index]))
      moved[index] = point[index] + nudge
      let above = function(moved)
      moved[index] = point[index] - nudge
      let below = function(moved)
      moved[index] = point[index]
      let slope = (above - below) / (2 * nudge)
      return slope.isFinite ? slope : 0
    }
  }
  var slope = gradient(point)
  var inverse = [Double](repeating: 0, count: count * count)
  var isFresh = true
  for _ in 0..<iterations {
    if isFresh {
      // The first move goes a tenth of a unit down the slope.
      let length = slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 1e-9 else { break }
      inverse = .init(repeating: 0, count: count * count)
      for index in 0..<count { inverse[index * count + index] = 0.1 / length }
    }
    let direction = (0..<count).map { row in
      -(0..<count).reduce(0) { $0 + inverse[row * count + $1] * slope[$1] }
    }
    let descent = zip(direction, slope).reduce(0) { $0 + $1.0 * $1.1 }
    var length = 1.0
    var next = point
    var nextValue = Double.infinity
    for _ in 0..<40 {
      for index in 0..<count { next[index] = point[index] + length * direction[index] }
      nextValue = function(next)
      if nextValue <= value + 1e-4 * length * descent { break }
      length /= 2
    }
    guard descent < 0, nextValue < value else {
      // A bad model of the curvature is dropped once; if the plain slope does not help either, the minimum is here.
      if isFresh { break }
      isFresh = true
      continue
    }
    let nextSlope = gradient(next)
    let move = zip(next, point).map { $0 - $1 }
    let turn = zip(nextSlope, slope).map { $0 - $1 }
    let curvature = zip(move, turn).reduce(0) { $0 + $1.0 * $1.1 }
    let gain = value - nextValue
    (point, value, slope) = (next, nextValue, nextSlope)
    if gain < 1e-9 * (1 + abs(value)) {
      if isFresh { break }
      isFresh = true
      continue
    }
    isFresh = false
    guard curvature > 1e-12 else { continue }
    let product = (0..<count).map { row in (0..<count).reduce(0) { $0 + inverse[row * count + $1] * turn[$1] } }
    let scale = (1 + zip(turn, product).reduce(0) { $0 + $1.0 * $1.1 } / curvature) / curvature
    for row in 0..<count {
      for column in 0..<count {
        inverse[row * count + column] +=
          scale * move[row] * move[column] - (product[row] * move[column] + move[row] * product[column]) / curvature
      }
    }
  }
  return (point, value)
}
