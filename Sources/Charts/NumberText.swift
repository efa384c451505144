/// The number with so many decimals, rounded half away from zero; larger ones than a Double counts exactly as Swift
/// prints them.
func decimal(_ value: Double, places: Int) -> String {
  var power = 1.0
  for _ in 0..<max(0, places) { power *= 10 }
  let scaled = (abs(value) * power).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  var digits = String(Int64(scaled))
  if places > 0 {
    digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places))
  }
  return (value < 0 && scaled > 0 ? "−" : "") + digits
}

/// The number without decimals where it has none.
func plain(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
}

/// A power of a thousand and how it is written behind a number.
struct Thousands: Sendable, Hashable {
  let factor: Double
  let suffix: String

  static let none = Thousands(factor: 1, suffix: "")
  /// The largest first; the names of the market, for readings are amounts more often than powers of a grid.
  static let all = [
    Thousands(factor: 1e12, suffix: " tn"), Thousands(factor: 1e9, suffix: " bn"), Thousands(factor: 1e6, suffix: " M"),
    Thousands(factor: 1e3, suffix: " k"),
  ]
}

/// A number in three significant digits or so, as people read scores and amounts: `0.62`, `13.1`, `1310`, `45.2 k`, `20.0 M`.
package func brief(_ value: Double) -> String {
  guard value.isFinite else { return "n/a" }
  let size = abs(value)
  if size != 0 && (size < 0.001 || size >= 1e15) {
    let (mantissa, exponent) = decimalParts(value)
    return "\(decimal(mantissa, places: 2))e\(exponent)"
  }
  let unit = size < 9999.5 ? .none : Thousands.all.first { size >= $0.factor * 0.9995 } ?? .none
  let scaled = size / unit.factor
  let places =
    unit == .none
    ? (scaled == 0 ? 0 : scaled < 0.0995 ? 4 : scaled < 9.995 ? 2 : scaled < 999.5 ? 1 : 0)
    : (scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0)
  return decimal(value / unit.factor, places: places) + unit.suffix
}

/// The number as mantissa (1 up to 10) and power of ten.
func decimalParts(_ value: Double) -> (mantissa: Double, exponent: Int) {
  guard value != 0, value.isFinite else { return (value, 0) }
  var (mantissa, exponent) = (value, 0)
  while abs(mantissa) >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  while abs(mantissa) < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  return (mantissa, exponent)
}

/// Where the text in a proportional sans-serif face of `size` pixels is about to end; wide rather than narrow, because
/// the face at hand may be wider than the one asked for.
func textWidth(_ text: String, size: Double) -> Double {
  var ems = 0.0
  for character in text {
    switch character {
    case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "·", "!": ems += 0.3
    case "f", "t", "r", " ", "(", ")", "-", "/": ems += 0.37
    case "m", "w", "M", "W", "%", "@": ems += 0.95
    case "A"..."Z": ems += 0.72
    default: ems += character.isASCII ? 0.6 : 0.9
    }
  }
  return ems * size
}

/// As much of the text as has room, with an ellipsis where something is left out.
func fitting(_ text: String, width: Double, size: Double) -> String {
  if textWidth(text, size: size) <= width { return text }
  var shorter = text
  while !shorter.isEmpty && textWidth(shorter + "…", size: size) > width { shorter.removeLast() }
  return shorter + "…"
}

/// As many of the parts as have room, whole, so that no number is cut: the first and the last stay the longest.
func fitting(_ parts: [String], width: Double, size: Double) -> String {
  var parts = parts
  while parts.count > 1, textWidth(parts.joined(separator: " · "), size: size) > width {
    parts.remove(at: parts.count > 2 ? parts.count - 2 : 1)
  }
  return fitting(parts.joined(separator: " · "), width: width, size: size)
}
