/// How the letters of a file are written as bytes. All of these write ASCII alike, so that cells are found before their
/// letters are read.
public enum TextEncoding: String, Sendable, Hashable, CaseIterable {
  /// Unicode, one to four bytes a letter.
  case utf8 = "utf-8"
  /// ISO 8859-1: a byte is the letter of its number.
  case latin1 = "latin-1"
  /// ISO 8859-1 with printable letters at 0x80 to 0x9F; the five bytes without one stay control characters.
  case windows1252 = "windows-1252"

  /// Adds text that is written so to UTF-8 bytes. Bytes that are no UTF-8 are left as they are.
  func append(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    guard self != .utf8, text.contains(where: { $0 >= 0x80 }) else { return bytes.append(contentsOf: text) }
    for byte in text {
      if byte < 0x80 { bytes.append(byte) } else { bytes.append(contentsOf: String(letter(of: byte)).utf8) }
    }
  }

  /// UTF-8 bytes as they stood in the file: what ``append(_:to:)`` did is undone.
  func original(_ bytes: [UInt8]) -> [UInt8] {
    if self == .utf8 { return bytes }
    return String(decoding: bytes, as: UTF8.self).unicodeScalars.map { letter in
      if let place = TextEncoding.moved.firstIndex(of: letter), self == .windows1252 { return 0x80 + UInt8(place) }
      return UInt8(truncatingIfNeeded: letter.value)
    }
  }

  private func letter(of byte: UInt8) -> Unicode.Scalar {
    self == .windows1252 && (0x80...0x9F).contains(byte)
      ? TextEncoding.moved[Int(byte) - 0x80] : Unicode.Scalar(byte)
  }

  // The letters of windows-1252 from 0x80 on.
  private static let moved: [Unicode.Scalar] = [
    "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}", "\u{2C6}", "\u{2030}",
    "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}", "\u{90}", "\u{2018}", "\u{2019}", "\u{201C}",
    "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}", "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}", "\u{153}", "\u{9D}",
    "\u{17E}", "\u{178}",
  ]
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
