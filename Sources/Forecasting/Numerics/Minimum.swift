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
/// Goldfarb and Shanno, with moves that shrink until they help.
///
/// - Parameters:
///   - enough: a gain that is not worth another move.
///   - function: gives its value at a point, and there its gradient, which is not read where the value is infinite.
func minimum(
  near start: [Double], iterations: Int = 200, enough: Double = 1e-7, of function: ([Double], inout [Double]) -> Double
) -> (point: [Double], value: Double) {
  let count = start.count
  var point = start
  var slope = [Double](repeating: 0, count: count)
  var value = function(point, &slope)
  guard value.isFinite else { return (point, value) }
  var inverse = [Double](repeating: 0, count: count * count)
  var (direction, next, nextSlope, product) = (slope, point, slope, slope)
  var (isFresh, isAgain) = (true, false)
  for _ in 0..<iterations {
    if isFresh {
      // The first move goes a tenth of a unit down the slope.
      let length = slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 1e-9 else { break }
      for index in inverse.indices { inverse[index] = index % (count + 1) == 0 ? 0.1 / length : 0 }
    }
    var descent = 0.0
    for row in 0..<count {
      var sum = 0.0
      for column in 0..<count { sum -= inverse[row * count + column] * slope[column] }
      direction[row] = sum
      descent += sum * slope[row]
    }
    var length = 1.0
    var nextValue = Double.infinity
    for _ in 0..<30 {
      for index in 0..<count { next[index] = point[index] + length * direction[index] }
      nextValue = function(next, &nextSlope)
      if nextValue <= value + 1e-4 * length * descent { break }
      length /= nextValue.isFinite ? 2 : 8
    }
    guard descent < 0, nextValue < value else {
      // A bad model of the curvature is dropped once; if the plain slope does not help either, the minimum is here.
      if isFresh { break }
      isFresh = true
      continue
    }
    let gain = value - nextValue
    var (curvature, spread) = (0.0, 0.0)
    for row in 0..<count {
      var sum = 0.0
      for column in 0..<count { sum += inverse[row * count + column] * (nextSlope[column] - slope[column]) }
      product[row] = sum
      curvature += (next[row] - point[row]) * (nextSlope[row] - slope[row])
      spread += sum * (nextSlope[row] - slope[row])
    }
    if curvature > 1e-12 {
      if isFresh {
        // The first move tells how long the others should be (Nocedal & Wright 2006, equation 6.20).
        let turn = zip(nextSlope, slope).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let size = curvature / turn
        for row in 0..<count {
          inverse[row * (count + 1)] = size
          product[row] = size * (nextSlope[row] - slope[row])
        }
        spread = size * turn
      }
      let scale = (1 + spread / curvature) / curvature
      for row in 0..<count {
        let move = next[row] - point[row]
        for column in 0..<count {
          let other = next[column] - point[column]
          inverse[row * count + column] +=
            scale * move * other - (product[row] * other + move * product[column]) / curvature
        }
      }
      isFresh = false
    } else {
      isFresh = true
    }
    swap(&point, &next)
    swap(&slope, &nextSlope)
    value = nextValue
    if gain < enough * (1 + abs(value)) {
      // Once more from here without the curvature that was learned, which may have led astray.
      if isAgain { break }
      (isFresh, isAgain) = (true, true)
    } else {
      isAgain = false
    }
  }
  return (point, value)
}
