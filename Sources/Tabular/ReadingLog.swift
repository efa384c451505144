import CHeap
import TimeSeries

/// Readings as they come, whatever group they are of: columns of numbers in blocks, which go when they are sorted.
struct ReadingLog {
  /// The readings of a group in the order in which they came.
  struct Group {
    var times: [Timestamp] = []
    /// One array of values for each column.
    var values: [[Double]]
  }

  /// Some readings one after another.
  private final class Block {
    let groups: UnsafeMutablePointer<UInt32>
    let times: UnsafeMutablePointer<Timestamp>
    /// The values of each reading beside one another.
    let values: UnsafeMutablePointer<Double>
    var count = 0

    init(capacity: Int, columns: Int) {
      groups = .allocate(capacity: capacity)
      times = .allocate(capacity: capacity)
      values = .allocate(capacity: capacity * columns)
    }

    deinit {
      groups.deallocate()
      times.deallocate()
      values.deallocate()
    }

    /// Hands over some numbers group by group.
    ///
    /// - Parameters:
    ///   - distance: how far the numbers of two readings are apart.
    ///   - order: where each reading stands among those of all groups.
    ///   - first: the first group, and `ends` where the readings of each from that on end.
    func sort<Number>(
      _ numbers: UnsafePointer<Number>, every distance: Int, by order: [Int], from first: Int, _ ends: [Int],
      _ take: (_ group: Int, UnsafeBufferPointer<Number>) -> Void
    ) {
      withUnsafeTemporaryAllocation(of: Number.self, capacity: count) { sorted in
        for place in 0..<count { sorted.initializeElement(at: order[place], to: numbers[place * distance]) }
        var start = 0
        for (group, end) in ends.enumerated() where end > start {
          take(first + group, UnsafeBufferPointer(rebasing: sorted[start..<end]))
          start = end
        }
      }
    }
  }

  private let columns: Int
  /// About how many bytes were held at once.
  private(set) var bytes = 0
  private var blocks: [Block] = []
  /// The readings that a block has room for.
  private let blockSize: Int
  private static let page = 1 << 12

  /// A log of readings that have so many values each.
  init(columns: Int) {
    self.columns = columns
    blockSize = max(1 << 10, (1 << 17) / max(1, columns))
  }

  /// Adds a reading.
  mutating func append(group: Int, time: Timestamp, values: [Double]) {
    guard let block = blocks.last, block.count < blockSize else {
      blocks.append(Block(capacity: blockSize, columns: columns))
      return append(group: group, time: time, values: values)
    }
    let place = block.count
    (block.groups + place).initialize(to: UInt32(truncatingIfNeeded: group))
    (block.times + place).initialize(to: time)
    for column in 0..<columns { (block.values + place * columns + column).initialize(to: values[column]) }
    block.count = place + 1
  }

  /// Takes out the readings of so many groups. Each array is as long as it must be, and filled as the blocks go, so that hardly more
  /// than the readings themselves is ever held.
  mutating func sort(groups count: Int) -> [Group] {
    let columns = columns
    var sizes = [Int](repeating: 0, count: count)
    for block in blocks { for place in 0..<block.count { sizes[Int(block.groups[place])] += 1 } }
    var result = Array(repeating: Group(values: Array(repeating: [], count: columns)), count: count)
    // As blocks go arrays are filled, and of each array a first page at least.
    let readings = sizes.reduce(0, +)
    let number = MemoryLayout<Double>.stride
    let firsts = sizes.reduce(0) { $0 + min($1 * number, ReadingLog.page) } * (1 + columns)
    bytes = max(
      readings * (MemoryLayout<UInt32>.stride + (1 + columns) * number) + firsts, readings * (1 + columns) * number)
    blocks.reverse()
    var order = [Int](repeating: 0, count: min(blockSize, readings))
    while let block = blocks.popLast() {
      // The groups that it may have readings of: few, where one came after another.
      let groups = UnsafeBufferPointer(start: block.groups, count: block.count)
      let (first, last) = (Int(groups.min() ?? 0), Int(groups.max() ?? 0))
      // One group after another, so that each array is looked up once a block.
      var ends = [Int](repeating: 0, count: last - first + 1)
      for group in groups { ends[Int(group) - first] += 1 }
      var sum = 0
      for place in ends.indices {
        let size = ends[place]
        ends[place] = sum
        sum += size
        let group = first + place
        // Made when they are needed: blocks that go make room for them.
        if size > 0, columns > 0, result[group].values[0].capacity < sizes[group] {
          for column in 0..<columns { result[group].values[column].reserveCapacity(sizes[group]) }
        }
      }
      // Where each reading goes; `ends` become what they are called.
      for (place, group) in groups.enumerated() {
        order[place] = ends[Int(group) - first]
        ends[Int(group) - first] += 1
      }
      block.sort(block.times, every: 1, by: order, from: first, ends) { group, times in
        // Most series of a panel have the times of the one before, which are then held once.
        if times.count == sizes[group], group > 0, result[group - 1].times.elementsEqual(times) {
          result[group].times = result[group - 1].times
        } else {
          result[group].times.reserveCapacity(sizes[group])
          result[group].times.append(contentsOf: times)
        }
      }
      for column in 0..<columns {
        block.sort(block.values + column, every: columns, by: order, from: first, ends) {
          result[$0].values[column].append(contentsOf: $1)
        }
      }
      // What the block held, or little of it would count as free.
      heap_give_back()
    }
    return result
  }
}
