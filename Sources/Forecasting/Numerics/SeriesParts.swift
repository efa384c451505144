/// A series taken apart for people to look at: a trend, seasons, and a rest, which add up to its values.
package struct SeriesParts {
  /// The course without the seasons, smoothed by a moving average over the longest of them.
  package let trend: [Double]
  /// The part of each season, the shortest first.
  package let seasons: [(period: Int, values: [Double])]
  /// What neither explains; NaN where there is no value.
  package let rest: [Double]

  // A trend of what has no season is smoothed over a twentieth of it.
  private static let share = 20

  /// Takes values apart; gaps are closed by straight lines meanwhile.
  ///
  /// - Parameter periods: seasons in steps; those of which there are not two cycles are left out.
  /// - Returns: nil for fewer than four values.
  package init?(_ values: [Double], periods: [Int]) {
    let known = values.indices.filter { values[$0].isFinite }
    guard known.count >= 4, let first = known.first, let last = known.last else { return nil }
    var whole = values
    for step in values.indices where step < first { whole[step] = values[first] }
    for step in values.indices where step > last { whole[step] = values[last] }
    for (left, right) in zip(known, known.dropFirst()) where right > left + 1 {
      for step in left + 1..<right {
        whole[step] = values[left] + (values[right] - values[left]) * Double(step - left) / Double(right - left)
      }
    }
    let usable = Array(Set(periods.filter { $0 > 1 && 2 * $0 <= values.count })).sorted()
    let parts = SeasonalDecomposition(whole, periods: usable)
    let left = parts.rest(of: whole)
    let trend = left.movingAverage(usable.last ?? max(3, values.count / SeriesParts.share))
    self.trend = trend
    seasons = zip(usable, parts.parts).map { ($0, $1) }
    rest = values.indices.map { values[$0].isFinite ? left[$0] - trend[$0] : .nan }
  }
}
