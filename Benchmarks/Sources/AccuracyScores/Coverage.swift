/// How many of the values that came lie within intervals, by third of the horizon.
public struct Coverage: Sendable, Equatable {
  /// In per cent, the nearest third first.
  public var thirds: [Double]

  /// The coverage of the values of `test`, which all have a lower and an upper bound.
  public init(of lower: SeriesFile, _ upper: SeriesFile, test: SeriesFile) throws(SeriesFile.Fault) {
    var within = [Double](repeating: 0, count: 3)
    var all = within
    for name in test.names {
      let truth = test.values[name] ?? []
      guard let below = lower.values[name], let above = upper.values[name], below.count == truth.count,
        above.count == truth.count
      else { throw .init("series \"\(name)\" has no interval of \(truth.count) steps") }
      for (step, value) in truth.enumerated() {
        let third = 3 * step / truth.count
        all[third] += 1
        if below[step] <= value, value <= above[step] { within[third] += 1 }
      }
    }
    thirds = zip(within, all).filter { $1 > 0 }.map { 100 * $0 / $1 }
  }

  /// That of the third which is furthest from what its level promises.
  ///
  /// - Parameter level: in per cent.
  public func furthest(from level: Double) -> Double {
    thirds.max { abs($0 - level) < abs($1 - level) } ?? .nan
  }
}
