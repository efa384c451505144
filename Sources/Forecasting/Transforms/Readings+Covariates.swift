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
    let places = rows.map { index.frequency.stepsBelow($0, from: index.start) }
    let steps = max(index.count, (places.last ?? 0) + 1)
    guard steps <= 1000 + 1000 * rows.count, steps <= 200_000_000 else {
      throw ForecastingError.tooSparse(
        series: name, readings: rows.count, steps: steps, frequency: index.frequency.description)
    }
    func regular(_ covariate: Covariate, count: Int) -> Covariate {
      var result = covariate
      result.values = aggregate.values(of: covariate.values, at: places, count: count)
      var last = Double.nan
      for step in 0..<index.count {
        if !result.values[step].isNaN { last = result.values[step] } else { result.filled += 1 }
        result.values[step] = last
      }
      return result
    }
    return Covariates(
      past: covariates.past.map { regular($0, count: index.count) },
      future: covariates.future.map { regular($0, count: steps) }, statics: covariates.statics)
  }
}

extension Regularization.Aggregate {
  /// One value a step for readings whose steps never fall; NaN where there is none.
  fileprivate func values(of readings: [Double], at places: [Int], count: Int) -> [Double] {
    var result = [Double](repeating: .nan, count: count)
    var position = 0
    while position < readings.count {
      let step = places[position]
      var bucket: [Double] = []
      while position < readings.count, places[position] == step {
        if !readings[position].isNaN { bucket.append(readings[position]) }
        position += 1
      }
      if step < count, !bucket.isEmpty { result[step] = value(of: bucket) }
    }
    return result
  }
}
