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
  private struct Block {
    var groups: [UInt32] = []
    var times: [Timestamp] = []
    /// The values of each reading beside one another.
    var values: [Double] = []

    mutating func reserve(_ count: Int, columns: Int) {
      groups.reserveCapacity(count)
      times.reserveCapacity(count)
      values.reserveCapacity(count * columns)
    }
  }

  private let columns: Int
  /// About how many bytes were held at once.
  private(set) var bytes = 0
  private var full: [Block] = []
  private var block = Block()
  private static let blockSize = 1 << 17
  private static let page = 1 << 12

  /// A log of readings that have so many values each.
  init(columns: Int) { self.columns = columns }

  /// Adds a reading.
  mutating func append(group: Int, time: Timestamp, values: [Double]) {
    if block.groups.count == ReadingLog.blockSize {
      full.append(block)
      block = Block()
      block.reserve(ReadingLog.blockSize, columns: columns)
    }
    block.groups.append(UInt32(truncatingIfNeeded: group))
    block.times.append(time)
    block.values.append(contentsOf: values)
  }

  /// Takes out the readings of so many groups. Each array is as long as it must be, and filled as the blocks go, so that hardly more
  /// than the readings themselves is ever held.
  mutating func sort(groups count: Int) -> [Group] {
    full.append(block)
    block = Block()
    let columns = columns
    var sizes = [Int](repeating: 0, count: count)
    for block in full { for group in block.groups { sizes[Int(group)] += 1 } }
    var result = sizes.map { size in
      var group = Group(values: Array(repeating: [], count: columns))
      group.times.reserveCapacity(size)
      for column in 0..<columns { group.values[column].reserveCapacity(size) }
      return group
    }
    // As blocks go arrays are filled, and of each array a first page at least.
    let readings = sizes.reduce(0, +)
    let number = MemoryLayout<Double>.stride
    let firsts = sizes.reduce(0) { $0 + min($1 * number, ReadingLog.page) } * (1 + columns)
    bytes = max(
      readings * (MemoryLayout<UInt32>.stride + (1 + columns) * number) + firsts, readings * (1 + columns) * number)
    full.reverse()
    var starts = [Int](repeating: 0, count: count + 1)
    while let block = full.popLast() {
      // One group after another, so that each array is looked up once a block.
      for group in starts.indices { starts[group] = 0 }
      for group in block.groups { starts[Int(group) + 1] += 1 }
      for group in 0..<count { starts[group + 1] += starts[group] }
      var order = [UInt32](repeating: 0, count: block.groups.count)
      for (position, group) in block.groups.enumerated() {
        order[starts[Int(group)]] = UInt32(truncatingIfNeeded: position)
        starts[Int(group)] += 1
      }
      var start = 0
      for group in 0..<count where starts[group] > start {
        let places = order[start..<starts[group]]
        result[group].times.append(contentsOf: places.lazy.map { block.times[Int($0)] })
        for column in 0..<columns {
          result[group].values[column].append(contentsOf: places.lazy.map { block.values[Int($0) * columns + column] })
        }
        start = starts[group]
      }
      // What the block held, or little of it would count as free.
      heap_give_back()
    }
    return result
  }
}
