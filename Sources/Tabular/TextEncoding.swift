/// How the letters of a file are written as bytes.
public enum TextEncoding: String, Sendable, Hashable, CaseIterable {
  /// Found out: by the mark at the beginning, then by zeros in every other byte, then UTF-8 where the bytes are that, and
  /// otherwise ``windows1252``, or ``latin1`` where a byte has no letter in it.
  case automatic = "auto"
  /// Unicode, one to four bytes a letter.
  case utf8 = "utf-8"
  /// Unicode, two or four bytes a letter; the low byte first unless the mark, or where the zeros stand, says otherwise.
  case utf16 = "utf-16"
  /// Unicode, four bytes a letter, in the order of bytes that the mark says; the low byte first without one.
  case utf32 = "utf-32"
  /// ISO 8859-1: a byte is the letter of its number.
  case latin1 = "latin-1"
  /// ISO 8859-1 with printable letters at 0x80 to 0x9F; the five bytes without one stay control characters.
  case windows1252 = "windows-1252"

  /// The UTF-8 bytes of a letter that one byte from 0x80 on stands for.
  func utf8(of byte: UInt8) -> [UInt8] {
    let letter =
      self == .windows1252 && byte <= 0x9F ? TextEncoding.moved[Int(byte) - 0x80] : Unicode.Scalar(byte)
    return Array(String(letter).utf8)
  }

  /// UTF-8 bytes as they stood in the file; in UTF-8 where its letters took more than a byte.
  func original(_ bytes: [UInt8]) -> [UInt8] {
    guard self == .latin1 || self == .windows1252 else { return bytes }
    return String(decoding: bytes, as: UTF8.self).unicodeScalars.map { letter in
      if let place = TextEncoding.moved.firstIndex(of: letter), self == .windows1252 { return 0x80 + UInt8(place) }
      return UInt8(truncatingIfNeeded: letter.value)
    }
  }

  /// Whether windows-1252 has a letter for a byte.
  static func isInWindows1252(_ byte: UInt8) -> Bool { ![0x81, 0x8D, 0x8F, 0x90, 0x9D].contains(byte) }

  // The letters of windows-1252 from 0x80 on.
  private static let moved: [Unicode.Scalar] = [
    "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}", "\u{2C6}", "\u{2030}",
    "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}", "\u{90}", "\u{2018}", "\u{2019}", "\u{201C}",
    "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}", "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}", "\u{153}", "\u{9D}",
    "\u{17E}", "\u{178}",
  ]
}

/// What the first bytes of a text say of how its letters are written.
struct EncodingMark: Equatable {
  /// UTF-8, UTF-16 or UTF-32.
  var encoding: TextEncoding
  /// Whether the high byte of a number stands first.
  var isBigEndian = false
  /// How many bytes the mark has; none where it is found by zeros.
  var size: Int

  private static let marks: [(bytes: [UInt8], encoding: TextEncoding, isBigEndian: Bool)] = [
    ([0xEF, 0xBB, 0xBF], .utf8, false), ([0xFF, 0xFE, 0, 0], .utf32, false), ([0, 0, 0xFE, 0xFF], .utf32, true),
    ([0xFF, 0xFE], .utf16, false), ([0xFE, 0xFF], .utf16, true),
  ]
  // So many bytes are looked at for zeros.
  private static let sample = 4096

  init(_ encoding: TextEncoding, isBigEndian: Bool = false, size: Int = 0) {
    (self.encoding, self.isBigEndian, self.size) = (encoding, isBigEndian, size)
  }

  /// Nil where the beginning says nothing.
  init?(beginning: [UInt8]) {
    if let mark = EncodingMark.marks.first(where: { beginning.starts(with: $0.bytes) }) {
      self.init(mark.encoding, isBigEndian: mark.isBigEndian, size: mark.bytes.count)
    } else if let isBigEndian = [false, true].first(where: { EncodingMark.hasZeros(beginning, isBigEndian: $0) }) {
      self.init(.utf16, isBigEndian: isBigEndian)
    } else {
      return nil
    }
  }

  // Whether most letters have a zero as their high byte and print, and none is zero itself: numbers of two bytes are not
  // so.
  private static func hasZeros(_ beginning: [UInt8], isBigEndian: Bool) -> Bool {
    let units = min(beginning.count, sample) / 2
    var plain = 0
    for unit in 0..<units {
      let (first, second) = (beginning[2 * unit], beginning[2 * unit + 1])
      let (high, low) = isBigEndian ? (first, second) : (second, first)
      if high != 0 { continue }
      guard low >= 0x20 || low == CSVFormat.tab || low == CSVFormat.lineFeed || low == CSVFormat.carriageReturn else {
        return false
      }
      plain += 1
    }
    return units > 1 && plain * 2 > units
  }
}

/// Turns UTF-16 or UTF-32 into UTF-8, piece by piece.
struct UnicodeDecoder {
  private let width: Int
  private let isBigEndian: Bool
  // The number whose bytes come, how many have come, and the first half of a letter.
  private var number: UInt32 = 0
  private var held = 0
  private var half: UInt32?

  init(_ mark: EncodingMark) {
    (width, isBigEndian) = (mark.encoding == .utf32 ? 4 : 2, mark.isBigEndian)
  }

  /// Whether no letter is cut at the end of what came.
  var isWhole: Bool { held == 0 && half == nil }

  /// Adds the letters to UTF-8 text up to the first number that is none, which is returned.
  mutating func decode(_ bytes: Span<UInt8>, to text: inout [UInt8]) -> UInt32? {
    for at in bytes.indices {
      number = isBigEndian ? number << 8 | UInt32(bytes[at]) : number | UInt32(bytes[at]) << UInt32(8 * held)
      held += 1
      if held < width { continue }
      defer { (number, held) = (0, 0) }
      if let first = half {
        guard width == 2, (0xDC00..<0xE000).contains(number) else { return first }
        half = nil
        UnicodeDecoder.append(0x10000 + (first - 0xD800) << 10 + (number - 0xDC00), to: &text)
      } else if width == 2, (0xD800..<0xDC00).contains(number) {
        half = number
      } else if !UnicodeDecoder.append(number, to: &text) {
        return number
      }
    }
    return nil
  }

  @discardableResult
  private static func append(_ number: UInt32, to text: inout [UInt8]) -> Bool {
    if number < 0x80 {
      text.append(UInt8(number))
    } else if let letter = Unicode.Scalar(number) {
      text.append(contentsOf: UTF8.encode(letter) ?? UTF8.encodedReplacementCharacter)
    } else {
      return false
    }
    return true
  }
}

extension Span<UInt8> {
  /// The bytes as text; nil where they are no UTF-8.
  var validText: String? { withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) } }

  /// The first byte that is no part of UTF-8 text; nil where there is none.
  var invalidByte: UInt8? {
    if validText != nil { return nil }
    // The longest valid beginning ends before it.
    var at = 0
    while at < count {
      let length = (1...Swift.min(4, count - at)).first { extracting(at..<at + $0).isOneLetter }
      guard let length else { return self[at] }
      at += length
    }
    return nil
  }

  private var isOneLetter: Bool { validText?.unicodeScalars.count == 1 }
}
