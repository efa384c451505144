/// Values in parts that add up to them: one for each of several seasons, and a rest that holds the trend.
///
/// The seasons are found in turns, each in the values without the others and without their moving average over the
/// season, as in MSTL (Bandara, Hyndman & Bergmeir 2021). In place of its local regressions the steps of a season are
/// smoothed over the cycles by exponential weights in both directions, so that seasons may change, and over neighbouring
/// steps where that foretells the next cycle better. Takes time in proportion to the number of values.
struct SeasonalDecomposition {
  /// How a season is smoothed over the steps of a cycle: the mean of so many steps on each side, twice.
  typealias Width = Int

  /// What is left of the weight of a cycle one cycle further.
  static let memory = 0.75

  /// The seasons in steps, the shortest first.
  let periods: [Int]
  /// How each is smoothed.
  private(set) var widths: [Width]
  /// The part of each season, as many values as were given.
  private(set) var parts: [[Double]]
  /// The cycle of each season that comes next.
  private(set) var next: [[Double]]
  /// The variance that comes of not knowing the next cycles: what forecasts of a cycle from those before it leave beyond
  /// what the parts leave.
  private(set) var variance = 0.0

  /// Takes values without gaps apart.
  ///
  /// - Parameters:
  ///   - values: at least one cycle of each season.
  ///   - widths: how each season is smoothed; nil for what foretells its cycles best.
  init(_ values: [Double], periods: [Int], widths: [Width]? = nil) {
    self.periods = periods
    self.widths = widths ?? periods.map { _ in 0 }
    parts = periods.map { _ in [Double](repeating: 0, count: values.count) }
    next = periods.map { [Double](repeating: 0, count: $0) }
    var variances = periods.map { _ in 0.0 }
    let turns = periods.count > 1 ? 2 : 1
    for turn in 0..<turns {
      for (season, period) in periods.enumerated() {
        var others = values
        for (other, part) in parts.enumerated() where other != season {
          for step in others.indices { others[step] -= part[step] }
        }
        let average = others.movingAverage(period)
        for step in others.indices { others[step] -= average[step] }
        let cycles = SeasonCycles(others, period: period)
        if widths == nil { self.widths[season] = cycles.bestWidth() }
        let smooth = cycles.smoothed(width: self.widths[season])
        (parts[season], next[season]) = (smooth.part, smooth.last)
        if turn == turns - 1 {
          variances[season] = max(0, cycles.error(width: self.widths[season]) - cycles.remainder(of: smooth.part))
        }
      }
    }
    variance = variances.reduce(0, +)
  }

  /// The values without their seasons.
  func rest(of values: [Double]) -> [Double] {
    var rest = values
    for part in parts { for step in rest.indices { rest[step] -= part[step] } }
    return rest
  }
}

/// The cycles of one season in values around zero; the steps before the first whole one are left out.
private struct SeasonCycles {
  let values: [Double]
  let period: Int
  let first: Int
  let count: Int

  init(_ values: [Double], period: Int) {
    (self.values, self.period) = (values, period)
    count = values.count / period
    first = values.count - count * period
  }

  private func cycle(_ number: Int) -> ArraySlice<Double> {
    values[first + number * period..<first + (number + 1) * period]
  }

  /// The width, of a few up to an eighth of the season, with the smallest error.
  func bestWidth() -> Int {
    let widths = Set([0, period / 64, period / 32, period / 16]).sorted()
    guard count > 1, widths.count > 1 else { return 0 }
    let errors = widths.map { error(width: $0) }
    return widths[errors.indices.min { errors[$0] < errors[$1] } ?? 0]
  }

  /// The mean square of what forecasts of each cycle from those before it are off by; 0 of one cycle.
  func error(width: Int) -> Double {
    var sums = Array(cycle(0))
    var weight = 1.0
    var squares = 0.0
    for number in 1..<max(1, count) {
      let expected = sums.smoothedAround(width)
      let level = expected.mean
      for (step, value) in cycle(number).enumerated() {
        let error = value - (expected[step] - level) / weight
        squares += error * error
        sums[step] = sums[step] * SeasonalDecomposition.memory + value
      }
      weight = weight * SeasonalDecomposition.memory + 1
    }
    return squares / Double(max(1, (count - 1) * period))
  }

  /// The mean square of what a part leaves.
  func remainder(of part: [Double]) -> Double {
    var squares = 0.0
    for step in first..<values.count { squares += (values[step] - part[step]) * (values[step] - part[step]) }
    return squares / Double(max(1, count * period))
  }

  /// The season at each of the values, and its last cycle, with mean 0 over each cycle.
  func smoothed(width: Int) -> (part: [Double], last: [Double]) {
    let memory = SeasonalDecomposition.memory
    // Weights in both directions are those of a run forward and one backward, less what both have of a cycle itself.
    var part = values
    var weights = [Double](repeating: 0, count: count)
    var (sums, weight) = ([Double](repeating: 0, count: period), 0.0)
    for number in 0..<count {
      for step in 0..<period {
        sums[step] = sums[step] * memory + values[first + number * period + step]
        part[first + number * period + step] = sums[step]
      }
      weight = weight * memory + 1
      weights[number] = weight
    }
    (sums, weight) = ([Double](repeating: 0, count: period), 0)
    for number in (0..<count).reversed() {
      weights[number] += weight * memory
      weight = weight * memory + 1
      var cycle = [Double](repeating: 0, count: period)
      for step in 0..<period {
        let position = first + number * period + step
        cycle[step] = (part[position] + sums[step] * memory) / weights[number]
        sums[step] = sums[step] * memory + values[position]
      }
      cycle = cycle.smoothedAround(width)
      let level = cycle.mean
      for step in 0..<period { part[first + number * period + step] = cycle[step] - level }
    }
    for step in 0..<first { part[step] = part[step + period] }
    return (part, Array(part.suffix(period)))
  }
}

extension [Double] {
  /// The values of a cycle, each the mean of so many on each side of it, twice; the last stands beside the first.
  fileprivate func smoothedAround(_ width: Int) -> [Double] {
    guard width > 0, count > 2 * width else { return self }
    func once(_ values: [Double]) -> [Double] {
      var sum = 0.0
      for offset in -width...width { sum += values[(offset + count) % count] }
      return values.indices.map { step in
        defer { sum += values[(step + width + 1) % count] - values[(step - width + count) % count] }
        return sum / Double(2 * width + 1)
      }
    }
    return once(once(self))
  }
}
