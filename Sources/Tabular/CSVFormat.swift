/// How a CSV text is written.
public struct CSVFormat: Sendable, Hashable {
  /// What stands between two cells.
  public enum Delimiter: Sendable, Hashable {
    /// Found from the first lines: comma, semicolon, tab, `|`, or any run of blanks.
    case automatic
    /// Any run of blanks and tabs, those around a line left out.
    case whitespace
    /// One ASCII character.
    case byte(UInt8)

    /// Reads `auto`, `tab`, `whitespace`, or one ASCII character that is no letter, digit, quote or line end; nil for anything else.
    public init?(_ text: String) {
      switch text {
      case "auto": self = .automatic
      case "whitespace": self = .whitespace
      case "tab", "\\t": self = .byte(CSVFormat.tab)
      default:
        guard text.utf8.count == 1, let byte = text.utf8.first, byte == CSVFormat.tab || (32...126).contains(byte),
          byte != CSVFormat.quote, let letter = text.first, !letter.isLetter, !letter.isNumber
        else { return nil }
        self = .byte(byte)
      }
    }
  }

  /// What stands between two cells.
  public var delimiter: Delimiter
  /// The ASCII character around cells that hold delimiters or line ends.
  public var quote: UInt8
  /// Whether the first row names the columns; if not, they are named by their position from 1.
  public var header: Bool
  /// How many lines stand above the header, or above the first row where there is none, and are no part of the table.
  public var skip: Int
  /// How many rows right below the header hold no readings, such as a row of units.
  public var skipBelow: Int
  /// The text that rows begin with that are remarks; nil where there are none.
  public var comment: String?
  /// How its letters are written as bytes.
  public var encoding: TextEncoding

  /// A format; a CSV file with a header whose delimiter and letters are found out, unless set otherwise.
  public init(
    delimiter: Delimiter = .automatic, quote: UInt8 = UInt8(ascii: "\""), header: Bool = true, skip: Int = 0,
    skipBelow: Int = 0, comment: String? = nil, encoding: TextEncoding = .automatic
  ) {
    self.delimiter = delimiter
    self.quote = quote
    self.header = header
    self.skip = skip
    self.skipBelow = skipBelow
    self.comment = comment
    self.encoding = encoding
  }

  static var tab: UInt8 { UInt8(ascii: "\t") }
  static var comma: UInt8 { UInt8(ascii: ",") }
  static var quote: UInt8 { UInt8(ascii: "\"") }
  static var lineFeed: UInt8 { UInt8(ascii: "\n") }
  static var carriageReturn: UInt8 { UInt8(ascii: "\r") }

  /// The delimiter that the first lines of a text speak for; a comma where none does, and where their blanks do not make
  /// columns either.
  ///
  /// It is the one of which the most lines hold the same number, then the one of which they hold the most. It stands in
  /// the first of these lines, or where that is a title, in a line of names below it.
  static func delimiter(of text: Span<UInt8>, quote: UInt8) -> Delimiter {
    var lines: [Line] = []
    var (line, quoted, blank, isInWord) = (Line(), false, true, false)
    for at in text.indices {
      let byte = text[at]
      if byte == quote { quoted.toggle() }
      if !quoted, byte == lineFeed || byte == carriageReturn {
        if !blank { lines.append(line) }
        if lines.count == 50 { break }
        (line, blank, isInWord) = (Line(), true, false)
      } else {
        blank = false
        let isBlank = !quoted && (byte == UInt8(ascii: " ") || byte == tab)
        if line.words == 0, byte == UInt8(ascii: "#") || byte == UInt8(ascii: "%") { line.isRemark = true }
        if !isBlank, !isInWord { line.words += 1 }
        isInWord = !isBlank
        if !quoted, let position = candidates.firstIndex(of: byte) { line.counts[position] += 1 }
        if byte | 0x20 >= UInt8(ascii: "a") { line.hasLetter = true }
      }
    }
    if !blank { lines.append(line) }
    var best = (position: candidates.count - 1, agreeing: 0, count: 0)
    for position in candidates.indices {
      let counts = lines.map { $0.counts[position] }
      let tallies = Dictionary(grouping: counts.filter { $0 > 0 }) { $0 }.mapValues(\.count)
      guard let (count, agreeing) = tallies.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
        let first = counts.firstIndex(of: count), first == 0 || counts[0] > 0 || lines[first].hasLetter,
        (agreeing, count) > (best.agreeing, best.count)
      else { continue }
      best = (position, agreeing, count)
    }
    if 2 * best.agreeing < lines.count, isAligned(lines.filter { !$0.isRemark }) { return .whitespace }
    return .byte(candidates[best.position])
  }

  /// Whether the first line and nearly all others have the same number of words, and more than one.
  private static func isAligned(_ lines: [Line]) -> Bool {
    let tallies = Dictionary(grouping: lines.map(\.words)) { $0 }.mapValues(\.count)
    guard lines.count > 2, let (words, agreeing) = tallies.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else {
      return false
    }
    return words > 1 && lines[0].words == words && agreeing * 10 >= 9 * lines.count
  }

  // A comma comes last: it stands in numbers too.
  private static let candidates = [tab, UInt8(ascii: ";"), UInt8(ascii: "|"), comma]

  private struct Line {
    /// How often each candidate stands in it.
    var counts = CSVFormat.candidates.map { _ in 0 }
    /// Whether it begins with a mark of remarks.
    var isRemark = false
    /// The runs of anything but blanks.
    var words = 0
    var hasLetter = false
  }
}
