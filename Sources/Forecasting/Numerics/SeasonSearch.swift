import Foundation
import TimeSeries

/// The seasons that a series shows, and how they join the rest of it.
public struct FoundSeasons: Sendable, Hashable {
  /// The seasons in steps, the shortest first; none where the values show none.
  public var periods: [Int]
  /// How they join: multiplied where all values are above zero and their logarithms repeat themselves more.
  public var kind: SeasonKind

  /// What a series shows of the seasons that its frequency may have; where it is only counted, and where the calendar's
  /// seasons are not there, of those that its autocorrelation proposes, too.
  ///
  /// Takes time in proportion to the number of values, of which it looks at the newest 20,000, or 24 of the longest
  /// season. A season needs three of it. Nothing but these values is looked at.
  public init(in series: Series) { self.init(in: series.values.interpolated(), of: series.index.frequency) }

  /// What values of a frequency without gaps show.
  init(in values: [Double], of frequency: Frequency) {
    self.init(in: values, candidates: frequency.possibleSeasons, proposing: frequency.isCounted)
  }

  /// What values without gaps show of some seasons.
  ///
  /// - Parameters:
  ///   - candidates: the seasons to look for.
  ///   - proposing: whether the autocorrelation proposes another one; it does where no candidate is there.
  init(in values: [Double], candidates: [Int], proposing: Bool) {
    let longest = min(candidates.max() ?? 1, values.count)
    let newest = Array(values.suffix(max(20_000, 24 * longest)))
    let plain = SeasonSearch(newest, candidates, proposing)
    (periods, kind) = (plain.periods, .additive)
    guard newest.allSatisfy({ $0 > 0 }) else { return }
    let logarithms = SeasonSearch(newest.map { log($0) }, candidates, proposing)
    if !logarithms.periods.isEmpty, logarithms.unexplained <= plain.unexplained {
      (periods, kind) = (logarithms.periods, .multiplicative)
    }
  }

  /// Given seasons, of which two cycles must be there.
  init(among values: [Double], periods: [Int]) {
    self.periods = Set(periods).filter { $0 > 1 && values.count >= 2 * $0 }.sorted()
    kind = FoundSeasons(in: values, candidates: self.periods, proposing: false).kind
  }
}

/// Looks for one season after the other, each in what those before have left.
///
/// A season is there if its cycles foretell each other. The rest without its moving average is cut into cycles, and each is
/// forecast by the mean of the others (the cross-validation of Stone 1974): that must leave 5 % less of the squares, and the
/// mean correlation between two of c cycles must exceed 0.95 / √(c (c − 1)). The latter is the 95 % bound for cycles of six
/// independent parts, about as many as the moving average leaves of a random walk, so that wandering is no season.
private struct SeasonSearch {
  private(set) var periods: [Int] = []
  /// The share of the squares around the moving average that the seasons leave; 1 where there are none.
  private(set) var unexplained = 1.0

  init(_ values: [Double], _ candidates: [Int], _ proposing: Bool) {
    var rest = values
    for period in candidates.sorted() { look(for: period, in: &rest) }
    if proposing || periods.isEmpty, let lag = Array(rest.suffix(4000)).strongestLag(asDetrended: true) {
      if !periods.contains(lag) { look(for: lag, in: &rest) }
    }
    periods.sort()
    guard let shortest = periods.first else { return }
    let before = values.aroundMovingAverage(shortest).reduce(0) { $0 + $1 * $1 }
    unexplained = rest.aroundMovingAverage(shortest).reduce(0) { $0 + $1 * $1 } / before
  }

  /// Takes a season out of the rest if it is there.
  private mutating func look(for period: Int, in rest: inout [Double]) {
    guard period > 1, rest.count >= 3 * period else { return }
    let detrended = rest.aroundMovingAverage(period)
    let cycles = detrended.count / period
    let first = detrended.count - cycles * period
    var sums = [Double](repeating: 0, count: period)
    var squares = 0.0
    for step in first..<detrended.count {
      sums[(step - first) % period] += detrended[step]
      squares += detrended[step] * detrended[step]
    }
    // An error is x − (s − x) / (c − 1) for a value x of c with the sum s: their squares need only those of x and s.
    let count = Double(cycles)
    let squaredSums = sums.reduce(0) { $0 + $1 * $1 }
    let left = count * (count * squares - squaredSums) / ((count - 1) * (count - 1))
    let correlation = (squaredSums - squares) / ((count - 1) * squares)
    guard squares > 0, left < 0.95 * squares, correlation > 0.95 / (count * (count - 1)).squareRoot() else { return }
    let end = rest.count - period / 2
    for step in rest.indices {
      let phase = (step - end) % period
      rest[step] -= sums[phase < 0 ? phase + period : phase] / count
    }
    periods.append(period)
  }
}

extension [Double] {
  /// The distances from the moving average over a period, half a period at both ends left out.
  fileprivate func aroundMovingAverage(_ period: Int) -> [Double] {
    let half = period / 2
    let average = movingAverage(period)
    return (half..<Swift.max(half, count - half)).map { self[$0] - average[$0] }
  }

  /// The mean over a period around each step, an even one with half of each end; at both ends of the values the nearest
  /// such mean, and the mean of all where they are fewer than the period takes.
  func movingAverage(_ period: Int) -> [Double] {
    let half = period / 2
    let center = mean
    guard count > 2 * half else { return [Double](repeating: center, count: count) }
    var average = [Double](repeating: 0, count: count)
    // Sums of distances from the mean lose nothing to a high level.
    var sum = self[0..<2 * half].reduce(0) { $0 + ($1 - center) }
    for step in half..<count - half {
      sum += self[step + half] - center
      let ends = period % 2 == 0 ? (self[step - half] - center + self[step + half] - center) / 2 : 0
      average[step] = center + (sum - ends) / Double(period)
      sum -= self[step - half] - center
    }
    for step in 0..<half {
      average[step] = average[half]
      average[count - 1 - step] = average[count - 1 - half]
    }
    return average
  }

  /// The lag of the highest peak of the autocorrelations, up to a third of the values and 400 steps; nil where none stands
  /// out: it is higher than both neighbours, above 0.3 and above what noise would give.
  ///
  /// - Parameter asDetrended: whether a moving average over a third of the values is taken away first.
  public func strongestLag(asDetrended: Bool = false) -> Int? {
    guard count >= 12 else { return nil }
    let lags = Swift.min(count / 3, 400)
    let values = asDetrended ? zip(self, movingAverage(2 * lags + 1)).map { $0 - $1 } : self
    guard let found = values.autocorrelations(lags) else { return nil }
    let correlations = [1] + found
    let noise = 3 / Double(values.count).squareRoot()
    let peaks = correlations.indices.dropFirst(2).dropLast().filter {
      correlations[$0] > correlations[$0 - 1] && correlations[$0] >= correlations[$0 + 1]
        && correlations[$0] > Swift.max(noise, 0.3)
    }
    return peaks.max { correlations[$0] < correlations[$1] }
  }
}
