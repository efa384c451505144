import Foundation
import TimeSeries

/// What calibrates the intervals of a fitted chain: its errors at the last origins of its training rows.
public struct FittedCalibration: Sendable, Hashable, Codable {
  /// A series with its last training row.
  struct Known: Sendable, Hashable, Codable {
    var name: String
    /// The training rows; only where they end matters.
    var index: TimeIndex
  }

  /// The levels, narrowest first.
  let levels: [Double]
  /// How many of the newest origins count.
  let origins: Int
  let season: Int
  let lookback: Int
  let horizon: Int
  /// Whether errors are taken from the forecaster's own intervals rather than from its point forecast.
  let usesIntervals: Bool
  let series: [Known]
  /// How the forecaster's own intervals grow from the first step on, where errors of several steps are taken together;
  /// nil where each step has enough, and for point forecasts.
  let growth: [Double]?
  /// Scaled errors as 32-bit numbers, [origin, oldest first][series][level][step]; a single level for point forecasts;
  /// NaN where the outcome is not known.
  private(set) var errors: Data

  /// The errors of a chain on the newest rows of a panel, none of which it has learned from.
  ///
  /// - Parameters:
  ///   - chain: fitted on the series that the plan measures; nil where there is nothing to measure.
  ///   - fitted: the chain that forecasts.
  init(
    _ plan: Calibration.Plan, of chain: FittedChain?, for fitted: FittedChain, on panel: Panel, shape: WindowShape
  ) throws {
    let given = try fitted.uncalibrated(on: panel, before: [panel.series.map(\.count)])[0].series
    levels = plan.levels
    origins = plan.origins
    season = plan.season
    lookback = shape.lookback
    horizon = shape.horizon
    usesIntervals = plan.levels.allSatisfy { level in
      given.first?.intervals.contains { $0.level == level } ?? false
    }
    series = panel.series.map { Known(name: $0.name, index: $0.index) }
    let isReduced = chain == nil || plan.errors < Calibration.fewestErrors(for: plan.levels.last ?? 0)
    growth = isReduced && usesIntervals ? given.growth(of: plan.levels.last ?? 0) : nil
    errors = Data()
    let kinds = usesIntervals ? levels.count : 1
    var table = [Float](repeating: .nan, count: origins * series.count * kinds * horizon)
    if let chain {
      let part = Panel(plan.measured.map { panel.series[$0] })
      let ends = (0..<origins).map { origin in
        part.series.map { $0.count - shape.horizon - (plan.origins - 1 - origin) }
      }
      let found = try measured(chain, on: part, before: ends, scales: scales(of: part))
      let size = kinds * horizon
      for origin in 0..<origins {
        for (place, position) in plan.measured.enumerated() {
          let (from, to) = ((origin * part.series.count + place) * size, (origin * series.count + position) * size)
          table.replaceSubrange(to..<to + size, with: found[from..<from + size])
        }
      }
    }
    errors = table.withUnsafeBytes { Data($0) }
  }

  /// What was done where the errors are too few for what is asked, in words; nil where they are enough.
  public var remark: String? {
    guard let widest = levels.last else { return nil }
    let fewest = fewestErrors
    guard fewest < Calibration.fewestErrors(for: widest) else { return nil }
    let others = usesIntervals ? "the forecaster's own intervals" : "those of the seasonal naive forecast"
    guard fewest > 0 else { return "no errors can be measured for the calibration of intervals: \(others) are taken" }
    return
      "\(counted(fewest, "error")) of each step \(fewest == 1 ? "is" : "are") too few to calibrate an interval of level "
      + "\(widest): errors of several steps are taken together, and the interval is drawn towards \(others)"
  }

  /// The errors of the step that has the fewest.
  private var fewestErrors: Int {
    let stored = errors.floats
    let kinds = usesIntervals ? levels.count : 1
    var counts = [Int](repeating: 0, count: horizon)
    for row in 0..<origins * series.count {
      for step in 0..<horizon where !stored[row * kinds * horizon + step].isNaN { counts[step] += 1 }
    }
    return counts.min() ?? 0
  }

  /// Refuses a table of errors that has another size than its series, levels and steps say.
  func checkStored() throws(SavingError) {
    let sizes = [origins, series.count, usesIntervals ? levels.count : 1, horizon, MemoryLayout<Float>.size]
    let wanted = sizes.reduce(1) { product, size in
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      return size < 1 || overflow || product < 0 ? -1 : next
    }
    guard wanted == errors.count, Stored.areLevels(levels), !levels.isEmpty, Stored.horizons.contains(horizon),
      Stored.steps.contains(season), Stored.steps.contains(lookback),
      growth.map({ $0.count == horizon && $0.allSatisfy { $0 > 0 && $0.isFinite } }) ?? true
    else { throw .damaged("the calibration does not hold the errors of its series, levels and steps") }
  }

  /// Errors of one origin.
  private var sizeOfOrigin: Int { series.count * (usesIntervals ? levels.count : 1) * horizon }

  func scales(of panel: Panel) -> [WindowDifference] {
    panel.series.map { WindowDifference($0.values, season: season, window: max(lookback, 2 * season)) }
  }

  /// The forecaster's own bounds of each level, which nothing is known of where it does not give them; without such
  /// bounds the point forecast once.
  private func bounds(of found: Forecast.Series) -> [(lower: [Double], upper: [Double])] {
    guard usesIntervals else { return [(found.point, found.point)] }
    return levels.map { level in
      let own = found.intervals.first { $0.level == level }
      let unknown = [Double](repeating: .nan, count: horizon)
      return (own?.lower ?? unknown, own?.upper ?? unknown)
    }
  }

  /// The scaled errors of a chain from some origins whose outcomes are among the rows, in the order of ``errors``.
  private func measured(
    _ chain: FittedChain, on panel: Panel, before ends: [[Int]], scales: [WindowDifference]
  ) throws -> [Float] {
    var errors: [Float] = []
    errors.reserveCapacity(ends.count * sizeOfOrigin)
    // Origins that are forecast at once: what they hold stays small beside the panel.
    let most = 2_000_000 / max(1, series.count * horizon * (1 + 2 * levels.count))
    for batch in ends.indices.parts(of: most) {
      for (forecast, ends) in zip(try chain.uncalibrated(on: panel, before: Array(ends[batch])), ends[batch]) {
        for (position, found) in forecast.series.enumerated() {
          let (values, end) = (panel.series[position].values, ends[position])
          let scale = scales[position].scale(before: end)
          func truth(_ step: Int) -> Double { end + step < values.count ? values[end + step] : .nan }
          for (lower, upper) in bounds(of: found) {
            for step in 0..<horizon {
              errors.append(Float(max(lower[step] - truth(step), truth(step) - upper[step]) / scale))
            }
          }
        }
      }
    }
    return errors
  }

  /// What widens the intervals at each of several origins of a panel that the chain forecasts.
  func bands(of chain: FittedChain, on panel: Panel, before ends: [[Int]]) throws -> [CalibrationBand?] {
    // What the errors of other series are worth for these is not known: those of the training are taken.
    if chain.fittedAnew != nil || panel.series.map(\.name) != series.map(\.name) {
      let band = band(stored: errors.floats, fresh: [], from: 0) { _ in 0 }
      return ends.map { _ in band }
    }
    let trained = zip(panel.series, series).map { series, known in
      // Rows of the panel that lie before the end of the training.
      min(series.count, series.index.stepsBelow(known.index[known.index.count]))
    }
    // Rows since the training; errors are taken anew only every so often, for a single one moves little.
    let pace = max(1, origins / 32)
    let later = ends.map { ends in
      zip(ends, trained).map { end, trained in max(0, end - trained) / pace * pace }
    }
    let latest = panel.series.indices.map { series in later.reduce(0) { max($0, $1[series]) } }
    // Origins after the training from which the whole horizon is known before some end, the newest of them.
    let offsets = later.flatMap { later in later.map { max(0, $0 - horizon + 1) } }
    let count = offsets.max() ?? 0
    let first = max(0, (offsets.min() ?? 0) - origins)
    let fresh = (first..<max(first, count)).map { offset in
      zip(trained, latest).map { trained, latest in trained + min(offset, max(0, latest - horizon)) }
    }
    let errors = try measured(chain, on: panel, before: fresh, scales: scales(of: panel))
    let stored = self.errors.floats
    var found: [[Int]: CalibrationBand] = [:]
    return later.map { later in
      if let band = found[later] { return band }
      let band = band(stored: stored, fresh: errors, from: first) { series in max(0, later[series] - horizon + 1) }
      found[later] = band
      return band
    }
  }

  /// The quantiles of the newest errors.
  ///
  /// - Parameters:
  ///   - first: how many origins after the training the first fresh one is.
  ///   - count: how many origins after the training are over for a series.
  private func band(
    stored: [Float], fresh: [Float], from first: Int, over count: (Int) -> Int
  ) -> CalibrationBand {
    let kinds = usesIntervals ? levels.count : 1
    var band = CalibrationBand(reaches: [])
    var pools: [[Float]] = []
    for (position, level) in levels.enumerated() {
      if position == 0 || usesIntervals {
        pools = (0..<horizon).map { step in
          var pool: [Float] = []
          for series in self.series.indices {
            let offset = (series * kinds + (usesIntervals ? position : 0)) * horizon + step
            let over = count(series)
            let taken = min(over, origins)
            for origin in (over - taken)..<over { pool.append(fresh[(origin - first) * sizeOfOrigin + offset]) }
            for origin in taken..<origins { pool.append(stored[origin * sizeOfOrigin + offset]) }
          }
          pool.removeAll { $0.isNaN }
          return pool
        }
      }
      let isEnough = pools.allSatisfy { $0.count >= Calibration.fewestErrors(for: level) }
      band.reaches.append(
        isEnough
          ? pools.indices.map { step in
            let rank = Int((Double(pools[step].count + 1) * level - 1e-9).rounded(.up))
            return Double(pools[step].smallest(rank - 1))
          } : pooledReaches(of: level, pools))
    }
    return band
  }

  /// What few errors tell of a level, those of several steps together: in units of how the forecaster's own intervals
  /// grow, or those of the seasonal naive forecast. Without any error it is these intervals.
  private func pooledReaches(of level: Double, _ pools: [[Float]]) -> [Double] {
    let growth = growth ?? (0..<horizon).map { usesIntervals ? 1 : Double(1 + $0 / season).squareRoot() }
    let series = pools.map(\.count).max().map { Double($0) / Double(origins) } ?? 0
    let pooled = PooledErrors(
      zip(pools, growth).map { pool, growth in pool.map { Double($0) / growth } },
      series: Int(series.rounded(.up)),
      periods: 1 + Double(origins - 1) / Double(horizon))
    // A scale is a mean absolute difference, and the deviation of a normal distribution 1.25 of its own.
    let naive = PooledErrors.expectedReach(of: level) * (Double.pi / 2).squareRoot()
    return growth.indices.map { step in
      growth[step] * pooled.reach(of: level, step: step, expected: usesIntervals ? 0 : naive)
    }
  }

  /// A forecast with calibrated intervals.
  func calibrated(
    _ forecast: Forecast, by band: CalibrationBand, scales: [WindowDifference], before ends: [Int]
  ) -> Forecast {
    var result = forecast
    for position in forecast.series.indices {
      let found = forecast.series[position]
      let scale = scales[position].scale(before: ends[position])
      var intervals: [Forecast.Interval] = []
      for (number, level) in levels.enumerated() {
        let own = usesIntervals ? found.intervals.first { $0.level == level } : nil
        var (lower, upper) = (own?.lower ?? found.point, own?.upper ?? found.point)
        for step in 0..<horizon {
          let reach = band.reaches[number][step] * scale
          // The point forecast lies within, and a wider level holds a narrower one.
          lower[step] = min(lower[step] - reach, found.point[step], intervals.last?.lower[step] ?? .infinity)
          upper[step] = max(upper[step] + reach, found.point[step], intervals.last?.upper[step] ?? -.infinity)
        }
        intervals.append(.init(level: level, lower: lower, upper: upper))
      }
      result.series[position].intervals = intervals
    }
    return result
  }
}

extension [Forecast.Series] {
  /// How the mean width of the intervals of a level grows from the first step on; nil where it cannot be told.
  fileprivate func growth(of level: Double) -> [Double]? {
    let widths = compactMap { series in
      series.intervals.first { $0.level == level }.map { zip($0.lower, $0.upper).map { $1 - $0 } }
    }
    // Series count alike, however large their values are.
    let shapes = widths.compactMap { width in
      width.first.flatMap { first in first > 0 ? width.map { $0 / first } : nil }
    }
    guard let first = shapes.first else { return nil }
    let growth = first.indices.map { step in shapes.map { $0[step] }.median }
    return growth.allSatisfy { $0 > 0 && $0.isFinite } ? growth : nil
  }
}

/// How far the intervals reach beyond the point forecast, or beyond the forecaster's own, in scales of the window.
struct CalibrationBand: Sendable, Hashable {
  /// [level][step]
  var reaches: [[Double]]
}

/// The mean absolute seasonal difference in the newest steps before each row: how hard a series is there.
struct WindowDifference {
  private let differences: BackgroundSums
  private let window: Int

  /// - Parameter window: steps before a row that count.
  init(_ values: [Double], season: Int, window: Int) {
    self.window = window
    differences = BackgroundSums(values, season: values.count > season ? season : 1)
  }

  /// The scale of what is forecast after some rows; never less than a tenth of that of all of them, and never zero.
  func scale(before end: Int) -> Double {
    let (sums, counts, start) = (differences.sums, differences.counts, max(0, end - window))
    let all = counts[end] > 0 ? sums[end] / Double(counts[end]) : 0
    let count = counts[end] - counts[start]
    let near = count > 0 ? (sums[end] - sums[start]) / Double(count) : all
    let scale = max(near, all / 10)
    return scale > 0 ? scale : 1
  }
}

extension [Float] {
  /// The value that would stand at a position if all were sorted (Hoare's selection); the order changes.
  mutating func smallest(_ position: Int) -> Float {
    var (low, high) = (0, count - 1)
    while low < high {
      let pivot = self[(low + high) / 2]
      var (left, right) = (low, high)
      while left <= right {
        while self[left] < pivot { left += 1 }
        while self[right] > pivot { right -= 1 }
        if left <= right {
          swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if position <= right { high = right } else if position >= left { low = left } else { break }
    }
    return self[position]
  }
}

extension Data {
  /// The numbers that its bytes are.
  fileprivate var floats: [Float] {
    withUnsafeBytes { bytes in
      (0..<bytes.count / MemoryLayout<Float>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Float>.size, as: Float.self)
      }
    }
  }
}
