import Testing

@testable import TimeSeries

@Suite struct SeriesShardTests {
  /// The numbers are those of this Python:
  ///
  ///     def part(name, n):
  ///         h = 0xcbf29ce484222325
  ///         for b in name.encode(): h = ((h ^ b) * 0x100000001b3) & (2**64 - 1)
  ///         h ^= h >> 33; h = h * 0xff51afd7ed558ccd & (2**64 - 1)
  ///         h ^= h >> 33; h = h * 0xc4ceb9fe1a85ec53 & (2**64 - 1); h ^= h >> 33
  ///         return h % n + 1
  @Test func `the part of a name is that of the hash that the documents describe`() {
    let names = ["shop-1", "shop-2", "shop-3", "a", "b", "Zürich", "東京", ""]
    #expect(names.map { SeriesShard.part(of: $0.utf8.span, among: 16) } == [5, 10, 15, 12, 1, 1, 3, 7])
    #expect(
      (0..<20).map { SeriesShard.part(of: "s\($0)".utf8.span, among: 4) }
        == [4, 2, 3, 1, 2, 4, 1, 2, 4, 2, 4, 2, 2, 1, 3, 2, 3, 2, 4, 2])
  }

  @Test func `every name belongs to one part, and parts are of about one size`() throws {
    let shards = try (1...7).map { try #require(SeriesShard(part: $0, of: 7)) }
    var counts = [Int](repeating: 0, count: 7)
    for number in 0..<7000 {
      let holding = shards.indices.filter { shards[$0].holds("series-\(number)") }
      try #require(holding.count == 1)
      counts[holding[0]] += 1
    }
    #expect(counts.allSatisfy { (900...1100).contains($0) }, "\(counts)")
  }

  @Test(arguments: ["0/4", "5/4", "4", "/4", "4/", "1/0", "-1/4", "1/4/2", "a/b", "1/100001", "1 /4", "٣/٤"])
  func `a text that names no part is refused`(text: String) { #expect(SeriesShard(text) == nil) }

  @Test func `a text names a part`() {
    #expect(SeriesShard("3/16").map { [$0.part, $0.count] } == [3, 16])
    #expect(SeriesShard("1/1")?.holds("anything") == true)
    #expect(SeriesShard("3/16")?.description == "3/16")
  }

  @Test func `fingerprints of parts do not depend on the order of the series, and tell values, times and names apart`()
  {
    func readings(_ names: [String], value: Double = 1, time: Int64 = 5) -> Readings {
      Readings(
        names.map { .init(name: $0, times: [Timestamp(milliseconds: time)], values: [value]) },
        style: TimeStyle(form: .steps))
    }
    let one = readings(["a", "b", "c", "d"]).fingerprints(of: 3)
    #expect(one == readings(["d", "b", "a", "c"]).fingerprints(of: 3))
    for other in [
      readings(["a", "b", "c"]), readings(["a", "b", "c", "e"]), readings(["a", "b", "c", "d"], value: 2),
      readings(["a", "b", "c", "d"], time: 6),
    ] { #expect(one != other.fingerprints(of: 3)) }
    #expect(readings([]).fingerprints(of: 2) == ["0000000000000000", "0000000000000000"])
  }
}
