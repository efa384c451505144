import Testing

@testable import Reports

@Suite struct ChartKindTests {
  @Test func autocorrelationIsThatOfItsDefinition() {
    // numpy: c = v - v.mean(); [(c[:-k] * c[k:]).sum() / (c * c).sum() for k in (1, 2, 3)]
    let found = autocorrelation([1, 3, 2, 5, 4, 6, 8, 7, 9, 12], lags: 3)
    for (one, other) in zip(found, [0.525552, 0.361383, 0.177041]) { #expect(abs(one - other) < 1e-6) }
    #expect(autocorrelation([2, 2, 2], lags: 2) == [0, 0])
    #expect(autocorrelation([], lags: 0) == [])
  }

  @Test func binsHoldEveryValueOnce() {
    let bins = Histogram([1, 2, 2, 3, 3, 3, 4, 4, 5, 9, .nan])
    #expect(bins.counts.reduce(0, +) == 10)
    #expect(bins.middles.first.map { $0 - bins.width / 2 } == 1)
    #expect(bins.middles.last.map { abs($0 + bins.width / 2 - 9) < 1e-9 } == true)
    #expect(Histogram([4, 4]).counts == [2])
    #expect(Histogram([]).counts.isEmpty)
    #expect(Histogram((0..<10_000).map { $0 == 0 ? 1e9 : Double($0 % 10) }).counts.count == 60)
  }
}
