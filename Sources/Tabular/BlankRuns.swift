/// Makes one tab of each run of blanks and tabs between two words of a line, and nothing of those around it; what stands in
/// quotes stays. Columns that are aligned by blanks become columns between tabs so.
struct BlankRuns {
  private let quote: UInt8
  private var isQuoted = false
  private var isInLine = false
  private var isAfterBlank = false

  init(quote: UInt8) { self.quote = quote }

  /// The next bytes of the text, marked; at the most one more than they were.
  mutating func mark(_ bytes: Span<UInt8>) -> [UInt8] {
    var marked: [UInt8] = []
    marked.reserveCapacity(bytes.count + 1)
    for at in bytes.indices {
      let byte = bytes[at]
      if !isQuoted, byte == UInt8(ascii: " ") || byte == CSVFormat.tab {
        isAfterBlank = isInLine
        continue
      }
      let isEnd = !isQuoted && (byte == CSVFormat.lineFeed || byte == CSVFormat.carriageReturn)
      if isAfterBlank, !isEnd { marked.append(CSVFormat.tab) }
      if byte == quote { isQuoted.toggle() }
      (isInLine, isAfterBlank) = (!isEnd, false)
      marked.append(byte)
    }
    return marked
  }
}
