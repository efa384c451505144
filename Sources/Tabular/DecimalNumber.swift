// Numbers are read off the bytes. Most have few enough digits for one exact multiplication or division (Clinger 1990,
// "How to read floating point numbers accurately"), nearly all others for one division of integers; the standard library
// reads the rest.

extension Span<UInt8> {
  /// The decimal number that the whole text spells, spaces around it allowed, rounded to nearest; infinite where it is too
  /// large, nil where the text is anything else, the words for infinity and NaN included.
  func decimalNumber(comma: Bool) -> Double? {
    let mark = comma ? UInt8(ascii: ",") : UInt8(ascii: ".")
    var (at, end) = (0, count)
    while at < end, self[at] == UInt8(ascii: " ") || self[at] == CSVFormat.tab { at += 1 }
    while end > at, self[end - 1] == UInt8(ascii: " ") || self[end - 1] == CSVFormat.tab { end -= 1 }
    let first = at
    let negative = at < end && self[at] == UInt8(ascii: "-")
    if negative || (at < end && self[at] == UInt8(ascii: "+")) { at += 1 }

    var (mantissa, exponent, digits, isExact) = (UInt64(0), 0, 0, true)
    var seenMark = false
    while at < end {
      let byte = self[at]
      let digit = byte &- UInt8(ascii: "0")
      if digit < 10 {
        if mantissa < 1_000_000_000_000_000_000 {
          mantissa = mantissa * 10 + UInt64(digit)
          if seenMark { exponent -= 1 }
        } else {
          isExact = false
        }
        digits += 1
      } else if byte == mark, !seenMark {
        seenMark = true
      } else {
        break
      }
      at += 1
    }
    guard digits > 0 else { return nil }
    if at < end {
      guard self[at] == UInt8(ascii: "e") || self[at] == UInt8(ascii: "E") else { return nil }
      guard let written = exponentNumber(from: at + 1, to: end) else { return nil }
      exponent += written
    }
    if isExact, mantissa <= 1 << 53, exponent.magnitude < exactPowersOfTen.count {
      let power = exactPowersOfTen[Int(exponent.magnitude)]
      let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
      return negative ? -value : value
    }
    if isExact, mantissa > 0, exponent < 0, -exponent < integerPowersOfTen.count {
      let value = quotient(mantissa, integerPowersOfTen[-exponent])
      return negative ? -value : value
    }
    let spelled = (first..<end).map { self[$0] == mark ? UInt8(ascii: ".") : self[$0] }
    return Double(String(decoding: spelled, as: UTF8.self))
  }

  /// A signed whole number up to `end`; one of absurd size is cut to one that is absurd enough.
  private func exponentNumber(from start: Int, to end: Int) -> Int? {
    var at = start
    let negative = at < end && self[at] == UInt8(ascii: "-")
    if negative || (at < end && self[at] == UInt8(ascii: "+")) { at += 1 }
    guard at < end else { return nil }
    var value = 0
    while at < end {
      let digit = self[at] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = Swift.min(value * 10 + Int(digit), 1_000_000)
      at += 1
    }
    return negative ? -value : value
  }

  /// Whether the text says infinity in words, with or without a sign.
  var spellsInfinity: Bool {
    guard count <= 10 else { return false }
    let text = String(decoding: (0..<count).map { self[$0] }, as: UTF8.self).lowercased()
    let word = text.hasPrefix("-") || text.hasPrefix("+") ? String(text.dropFirst()) : text
    return ["inf", "infinity", "∞"].contains(word)
  }
}

/// a / b, rounded to nearest, ties to even; neither is zero.
///
/// Both are shifted until their top bit is set, so the integer quotient has at least 63 bits; a remainder is kept as its
/// lowest bit. That is nine bits more than a double holds, so that the one rounding, to a double, is right.
private func quotient(_ a: UInt64, _ b: UInt64) -> Double {
  let (aShift, bShift) = (a.leadingZeroBitCount, b.leadingZeroBitCount)
  let scaled = a << UInt64(aShift)
  // Half of it, so that the quotient fits into 64 bits.
  let divided = (b << UInt64(bShift)).dividingFullWidth((high: scaled >> 1, low: scaled << 63))
  let bits = divided.quotient | (divided.remainder == 0 ? 0 : 1)
  return Double(sign: .plus, exponent: bShift - aShift - 63, significand: Double(bits))
}

private let integerPowersOfTen: [UInt64] = (0...19).map { (0..<$0).reduce(1) { power, _ in power * 10 } }

// The powers of ten that a double holds exactly.
private let exactPowersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]
