import TimeSeries

extension Readings.Series {
  /// The covariates on a regular index; those of the future go on beyond it.
  ///
  /// Within the index a missing value takes the one before it, which is counted; one before the first known value stays
  /// missing. Beyond it nothing is filled, for that would be a guess at what the file claims to know.
  ///
  /// - Parameters:
  ///   - index: that of the target.
  ///   - aggregate: how the readings of one step become one value.
  /// - Throws: ``ForecastingError/tooSparse(series:readings:steps:frequency:)``
  func covariates(on index: TimeIndex, by aggregate: Regularization.Aggregate) throws -> Covariates {
    if covariates.isEmpty { return covariates }
    let rows = times + aheadTimes
    let steps = rows.map(index.stepsBelow)
    let count = max(index.count, (steps.last ?? 0) + 1)
    try index.frequency.check(steps: count, for: rows.count, of: name)
    func regular(_ covariate: Covariate, count: Int) -> Covariate {
      var result = covariate
      result.values = aggregate.values(of: covariate.values, at: steps, count: count)
      var last = Double.nan
      for step in 0..<index.count {
        if !result.values[step].isNaN { last = result.values[step] } else { result.filled += 1 }
        result.values[step] = last
      }
      return result
    }
    return Covariates(
      past: covariates.past.map { regular($0, count: index.count) },
      future: covariates.future.map { regular($0, count: count) }, statics: covariates.statics)
  }
}

extension Regularization.Aggregate {
  /// One value a step for readings whose steps never fall; `blank` where there is none.
  func values(of readings: [Double], at steps: [Int], count: Int, blank: Double = .nan) -> [Double] {
    // One of each step is what it is; but no sum or mean is a zero below zero.
    if self != .count, readings.count == count, steps.last == count - 1, steps.indices.allSatisfy({ steps[$0] == $0 }),
      !readings.contains(where: { $0 == 0 && $0.sign == .minus })
    {
      return readings
    }
    var result = [Double](repeating: blank, count: count)
    var position = 0
    var bucket: [Double] = []
    while position < readings.count {
      let step = steps[position]
      bucket.removeAll(keepingCapacity: true)
      while position < readings.count, steps[position] == step {
        if !readings[position].isNaN { bucket.append(readings[position]) }
        position += 1
      }
      if step < count, !bucket.isEmpty { result[step] = value(of: bucket) }
    }
    return result
  }
}
