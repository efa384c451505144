import Synchronization
import Testing

@testable import Recurrent

@Suite struct WorkerPoolTests {
  @Test(arguments: [1, 2, 5])
  func `every part is done exactly once, run after run`(threads: Int) {
    let pool = WorkerPool(threads: threads)
    let counts = Mutex([Int](repeating: 0, count: 50))
    for run in 1...200 {
      let parts = run % 51
      pool.run(parts) { part in counts.withLock { $0[part] += 1 } }
    }
    // Part p takes part in every run with more than p parts.
    let expected = (0..<50).map { part in (1...200).count { $0 % 51 > part } }
    #expect(counts.withLock { $0 } == expected)
  }

  @Test func `a cut depends on the number of windows alone and covers them all`() {
    for count in 0..<300 {
      let ranges = Shards.ranges(count)
      #expect(ranges.flatMap { Array($0) } == Array(0..<count))
      #expect(ranges.allSatisfy { !$0.isEmpty && $0.count <= Shards.size })
    }
    #expect(Shards.ranges(7).count == 1)
    #expect(Shards.ranges(8).count == 2)
    #expect(Shards.ranges(128).count == 4)
  }
}
