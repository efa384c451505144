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
  /// Scaled errors as 32-bit numbers, [origin, oldest first][series][level][step]; a single level for point forecasts;
  /// NaN where the outcome is not known.
  private(set) var errors: Data

  /// The errors of a chain on the newest rows of a panel, none of which it has learned from.
  init(_ plan: Calibration.Plan, of chain: FittedChain, on panel: Panel, shape: WindowShape) throws {
    let ends = (0..<plan.origins).map { origin in
      panel.series.map { $0.count - shape.horizon - (plan.origins - 1 - origin) }
    }
    let probe = try chain.uncalibrated(on: panel, before: Array(ends.prefix(1)))
    let given = probe[0].series.first?.intervals.map(\.level) ?? []
    levels = plan.levels
    origins = plan.origins
    season = plan.season
    lookback = shape.lookback
    horizon = shape.horizon
    usesIntervals = plan.levels.allSatisfy { given.contains($0) }
    series = panel.series.map { Known(name: $0.name, index: $0.index) }
    errors = Data()
    let scales = scales(of: panel)
    let measured = try measured(chain, on: panel, before: ends, scales: scales)
    errors = measured.withUnsafeBytes { Data($0) }
  }

  /// Refuses a table of errors that has another size than its series, levels and steps say.
  func checkStored() throws(SavingError) {
    let sizes = [origins, series.count, usesIntervals ? levels.count : 1, horizon, MemoryLayout<Float>.size]
    let wanted = sizes.reduce(1) { product, size in
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      return size < 1 || overflow || product < 0 ? -1 : next
    }
    guard wanted == errors.count, Stored.areLevels(levels), !levels.isEmpty, Stored.horizons.contains(horizon),
      Stored.steps.contains(season), Stored.steps.contains(lookback)
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
    let trained = panel.series.map { series in
      guard let known = self.series.first(where: { $0.name == series.name })?.index else { return series.count }
      // Rows of the panel that lie before the end of the training.
      return min(series.count, series.index.stepsBelow(known[known.count]))
    }
    // What the errors of other series are worth for these is not known: those of the training are taken.
    if panel.series.map(\.name) != series.map(\.name) {
      let band = try band(stored: errors.floats, fresh: [], from: 0) { _ in 0 }
      return ends.map { _ in band }
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
    return try later.map { later in
      if let band = found[later] { return band }
      let band = try band(stored: stored, fresh: errors, from: first) { series in max(0, later[series] - horizon + 1) }
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
  ) throws(ForecastingError) -> CalibrationBand {
    let kinds = usesIntervals ? levels.count : 1
    var band = CalibrationBand(reaches: levels.map { _ in [] })
    var pool: [Float] = []
    for step in 0..<horizon {
      for (position, level) in levels.enumerated() {
        if position == 0 || usesIntervals {
          pool.removeAll(keepingCapacity: true)
          for series in self.series.indices {
            let offset = (series * kinds + (usesIntervals ? position : 0)) * horizon + step
            let over = count(series)
            let taken = min(over, origins)
            for origin in (over - taken)..<over { pool.append(fresh[(origin - first) * sizeOfOrigin + offset]) }
            for origin in taken..<origins { pool.append(stored[origin * sizeOfOrigin + offset]) }
          }
          pool.removeAll { $0.isNaN }
        }
        let rank = Int((Double(pool.count + 1) * level - 1e-9).rounded(.up))
        guard rank <= pool.count else {
          throw .tooFewErrors(
            level: level, needed: Calibration.fewestErrors(for: level), origins: pool.count / max(1, series.count),
            series: series.count)
        }
        band.reaches[position].append(Double(pool.smallest(rank - 1)))
      }
    }
    return band
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
