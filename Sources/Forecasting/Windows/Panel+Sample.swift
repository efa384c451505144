import TimeSeries

extension Panel {
  /// So many of its series, in its order, drawn so that long and short ones have their share: every so-manieth of the series
  /// in the order of their lengths (systematic sampling, Madow & Madow 1944), those of one length in an order that the seed
  /// decides. The order of the panel decides nothing.
  ///
  /// - Returns: itself where it has no more series.
  package func sample(_ count: Int, seed: UInt64) -> Panel {
    count < series.count ? Panel(samplePositions(count, seed: seed).map { series[$0] }) : self
  }

  /// Where the series of ``sample(_:seed:)`` stand.
  package func samplePositions(_ count: Int, seed: UInt64) -> [Int] {
    guard count < series.count else { return Array(series.indices) }
    let keys = series.map { series in
      var key = Fingerprint()
      key.add(seed)
      key.add(series.name)
      return (count: series.count, word: key.word)
    }
    let order = series.indices.sorted { (keys[$0].count, keys[$0].word) < (keys[$1].count, keys[$1].word) }
    return (0..<count).map { order[(2 * $0 + 1) * series.count / (2 * count)] }.sorted()
  }
}
