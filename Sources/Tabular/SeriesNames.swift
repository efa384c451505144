/// The names of series as the rows give them, numbered in the order in which they came first.
struct SeriesNames {
  private var names: [String] = []
  private var lines: [Int] = []
  private var numbers: [String: Int] = [:]
  /// The bytes of all names one after another, and where each ends.
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  // The last that was asked for.
  private var last = 0

  var count: Int { names.count }

  subscript(number: Int) -> String { names[number] }

  /// The line that named it first.
  func line(of number: Int) -> Int { lines[number] }

  mutating func add(_ name: String, line: Int) {
    last = names.count
    numbers[name] = last
    names.append(name)
    lines.append(line)
    bytes.append(contentsOf: name.utf8)
    ends.append(bytes.count)
  }

  /// The number of a name; of texts that are equal, though their characters differ, all have that of the first.
  mutating func number(of name: String) -> Int? {
    guard let number = numbers[name] else { return nil }
    last = number
    return number
  }

  /// The number of a name that is the last one once more, or the one after it: in most files one of them comes next.
  mutating func guess(_ name: Span<UInt8>) -> Int? {
    guard !names.isEmpty, !name.isEmpty else { return nil }
    if holds(last, name) { return last }
    let next = last + 1 < names.count ? last + 1 : 0
    guard holds(next, name) else { return nil }
    last = next
    return next
  }

  @inline(__always)
  private func holds(_ number: Int, _ name: Span<UInt8>) -> Bool {
    bytes.span.extracting(ends[number]..<ends[number + 1]).isSame(as: name)
  }
}
