/// Cuts a stream of bytes into lines; a line longer than its limit is cut, and marked.
package struct LineSplitter {
  /// A line, without its end.
  package struct Line {
    package var bytes: [UInt8]
    /// Whether it was longer than the limit; what is beyond is lost.
    package var isCut = false

    /// The line as text; bytes that are no UTF-8 appear as U+FFFD.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private let limit: Int
  private var open = Line(bytes: [])

  /// A splitter of lines of at most `limit` bytes.
  package init(limit: Int) { self.limit = limit }

  /// Takes the next bytes, and hands over each line that ends in them; false from `take` stops.
  package mutating func add(_ bytes: Span<UInt8>, take: (Line) -> Bool) -> Bool {
    var start = 0
    for position in bytes.indices where bytes[position] == UInt8(ascii: "\n") {
      keep(bytes.extracting(start..<position))
      start = position + 1
      let line = open
      open = Line(bytes: [])
      if !take(line) { return false }
    }
    keep(bytes.extracting(start..<bytes.count))
    return true
  }

  /// Whether the line that is not yet ended is too long already.
  package var isOverlong: Bool { open.isCut }

  /// The last line where it has no end; nil for nothing.
  package mutating func finish() -> Line? {
    defer { open = Line(bytes: []) }
    return open.bytes.isEmpty ? nil : open
  }

  private mutating func keep(_ bytes: Span<UInt8>) {
    let room = limit - open.bytes.count
    if bytes.count > room { open.isCut = true }
    bytes.extracting(first: min(room, bytes.count)).withUnsafeBufferPointer { open.bytes.append(contentsOf: $0) }
  }
}
