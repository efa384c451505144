/// How a CSV text is written.
public struct CSVFormat: Sendable, Hashable {
  /// What stands between two cells.
  public enum Delimiter: Sendable, Hashable {
    /// Found from the first lines: comma, semicolon, tab or `|`.
    case automatic
    /// One ASCII character.
    case byte(UInt8)

    /// Reads `auto`, `tab`, or one ASCII character that is no letter, digit, quote or line end; nil for anything else.
    public init?(_ text: String) {
      switch text {
      case "auto": self = .automatic
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
  /// How its letters are written as bytes.
  public var encoding: TextEncoding

  /// A format; a plain CSV file in UTF-8 with a header unless set otherwise.
  public init(
    delimiter: Delimiter = .automatic, quote: UInt8 = UInt8(ascii: "\""), header: Bool = true,
    encoding: TextEncoding = .utf8
  ) {
    self.delimiter = delimiter
    self.quote = quote
    self.header = header
    self.encoding = encoding
  }

  static var tab: UInt8 { UInt8(ascii: "\t") }
  static var comma: UInt8 { UInt8(ascii: ",") }
  static var quote: UInt8 { UInt8(ascii: "\"") }
  static var lineFeed: UInt8 { UInt8(ascii: "\n") }
  static var carriageReturn: UInt8 { UInt8(ascii: "\r") }

  /// The delimiter that the first lines of a text speak for; a comma where none does.
  ///
  /// It is one that stands in the first line, and as often in the most lines after it; then the one that stands there
  /// most often.
  static func delimiter(of text: Span<UInt8>, quote: UInt8) -> UInt8 {
    let candidates = [comma, UInt8(ascii: ";"), tab, UInt8(ascii: "|")]
    var lines: [[Int]] = []
    var counts = [0, 0, 0, 0]
    var (quoted, blank) = (false, true)
    for at in text.indices {
      let byte = text[at]
      if byte == quote { quoted.toggle() }
      if !quoted, byte == lineFeed || byte == carriageReturn {
        if !blank { lines.append(counts) }
        if lines.count == 50 { break }
        (counts, blank) = ([0, 0, 0, 0], true)
      } else {
        blank = false
        if !quoted, let position = candidates.firstIndex(of: byte) { counts[position] += 1 }
      }
    }
    if !blank { lines.append(counts) }
    guard let first = lines.first else { return comma }
    var best = (position: 0, agreeing: 0, count: 0)
    for position in candidates.indices where first[position] > 0 {
      let agreeing = lines.count { $0[position] == first[position] }
      if (agreeing, first[position]) > (best.agreeing, best.count) { best = (position, agreeing, first[position]) }
    }
    return candidates[best.position]
  }
}
