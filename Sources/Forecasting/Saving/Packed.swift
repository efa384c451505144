import TimeSeries

/// Numbers and texts one after another as bytes, each in its 64 bits, the lowest first: what is too much for a document.
package struct PackedWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// Hands over what is there, and begins anew, where it is large enough to be worth it.
  package mutating func handOver(to pieces: (_ piece: [UInt8]) -> Void) {
    guard bytes.count >= 1 << 18 else { return }
    pieces(take())
  }

  /// What is there, and begins anew.
  package mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  private mutating func put(_ word: UInt64) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func put(_ number: Int) { put(UInt64(bitPattern: Int64(number))) }
  package mutating func put(_ number: Double) { put(number.bitPattern) }

  package mutating func put(_ text: String) {
    put(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  package mutating func put(_ numbers: [Double]) {
    put(numbers.count)
    for number in numbers { put(number) }
  }

  /// A list: how many there are, and each of them.
  package mutating func put<Item>(_ items: [Item], _ each: (inout PackedWriter, Item) -> Void) {
    put(items.count)
    for item in items { each(&self, item) }
  }
}

/// Reads what a ``PackedWriter`` has written.
package struct PackedReader {
  private let bytes: [UInt8]
  private var place = 0

  package init(_ bytes: [UInt8], from place: Int = 0) { (self.bytes, self.place) = (bytes, place) }

  private mutating func word() throws(SavingError) -> UInt64 {
    guard bytes.count - place >= 8 else { throw .damaged("it ends in the middle") }
    let word = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt64.self) }
    place += 8
    return UInt64(littleEndian: word)
  }

  package mutating func integer() throws(SavingError) -> Int { Int(Int64(bitPattern: try word())) }
  package mutating func number() throws(SavingError) -> Double { Double(bitPattern: try word()) }

  /// How many things follow, of which each takes so many bytes at the least.
  package mutating func count(of size: Int) throws(SavingError) -> Int {
    let count = try integer()
    guard count >= 0, count <= (bytes.count - place) / size else { throw .damaged("it ends in the middle") }
    return count
  }

  package mutating func text() throws(SavingError) -> String {
    let count = try count(of: 1)
    guard let text = String(validating: bytes[place..<place + count], as: UTF8.self) else {
      throw .damaged("a name is no text")
    }
    place += count
    return text
  }

  package mutating func numbers() throws(SavingError) -> [Double] { try numbers(try count(of: 8)) }

  /// So many numbers, which were packed one by one.
  package mutating func numbers(_ count: Int) throws(SavingError) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count { numbers.append(try number()) }
    return numbers
  }

  package mutating func list<Item>(
    _ each: (inout PackedReader) throws(SavingError) -> Item
  ) throws(SavingError) -> [Item] {
    let count = try count(of: 8)
    var items: [Item] = []
    items.reserveCapacity(count)
    for _ in 0..<count { items.append(try each(&self)) }
    return items
  }

  /// Refuses bytes behind what was read.
  package func end() throws(SavingError) {
    if place != bytes.count { throw .damaged("there is more behind its end") }
  }
}

extension Forecast.Series {
  /// Packs all but the index, which follows from the series.
  package func pack(into writer: inout PackedWriter) {
    writer.put(name)
    writer.put(point)
    writer.put(intervals) { writer, interval in
      writer.put(interval.level)
      writer.put(interval.lower)
      writer.put(interval.upper)
    }
  }

  /// Reads what ``pack(into:)`` has packed.
  ///
  /// - Parameter index: the steps that are forecast, of the series of a name.
  package init(
    from reader: inout PackedReader, index: (String) throws(SavingError) -> TimeIndex
  ) throws(SavingError) {
    let name = try reader.text()
    let index = try index(name)
    let point = try reader.numbers()
    let intervals = try reader.list { reader throws(SavingError) in
      Forecast.Interval(level: try reader.number(), lower: try reader.numbers(), upper: try reader.numbers())
    }
    guard point.count == index.count,
      intervals.allSatisfy({ $0.lower.count == index.count && $0.upper.count == index.count })
    else { throw .damaged("the forecast of \"\(name)\" has not \(index.count) steps") }
    self.init(name: name, index: index, point: point, intervals: intervals)
  }
}
