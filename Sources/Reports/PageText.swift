import Charts
import Mustache
import PipelineFile
import TimeSeries

/// How the texts of a page are escaped.
struct PageText: MustacheContentType {
  static let name = "PAGE"

  func escapeText(_ text: String) -> String { escapedForXML(text, keepingLines: true) }
}

/// JSON that may stand within a script element: written in one order, numbers short, no `<` in it.
struct PageJSON {
  private(set) var text = ""

  mutating func raw(_ part: String) { text += part }

  mutating func string(_ value: String) {
    text += JSONValue.quoted(value) { scalar in
      switch scalar {
      case "<", ">", "&", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FFFE}", "\u{FFFF}": true
      default: false
      }
    }
  }

  /// A number as it is; null where there is none.
  mutating func number(_ value: Double) {
    guard value.isFinite else { return text += "null" }
    text += value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
  }

  /// A number in seven digits or so, which is what a picture shows.
  mutating func short(_ value: Double) {
    guard value.isFinite else { return text += "null" }
    if value == value.rounded() && abs(value) < 1e15 { return text += String(Int64(value)) }
    text += abs(value) < 1e37 && abs(value) > 1e-37 ? "\(Float(value))" : "\(value)"
  }

  mutating func list<Element>(_ elements: some Sequence<Element>, _ write: (inout PageJSON, Element) -> Void) {
    text += "["
    var isFirst = true
    for element in elements {
      if !isFirst { text += "," }
      isFirst = false
      write(&self, element)
    }
    text += "]"
  }

  mutating func key(_ name: String, isFirst: Bool = false) { text += (isFirst ? "" : ",") + "\"\(name)\":" }
}

/// A number in so many significant digits, without zeros at its end.
func significant(_ value: Double, digits: Int = 6) -> String {
  guard value.isFinite else { return "–" }
  let size = abs(value)
  if size != 0 && (size >= 1e15 || size < 1e-5) {
    return "\(value)".replacing("-", with: "−", maxReplacements: value < 0 ? 1 : 0)
  }
  var (whole, places) = (1.0, digits - 1)
  while size >= whole * 10 && places > 0 { (whole, places) = (whole * 10, places - 1) }
  while size != 0 && size < whole && places < 12 { (whole, places) = (whole / 10, places + 1) }
  var text = fixed(size, places: places)
  if text.contains(".") {
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
  }
  return (value < 0 && text != "0" ? "−" : "") + text
}

/// Numbers of one column, all with the decimals that the largest needs for so many significant digits.
func aligned(_ values: [Double], digits: Int = 6) -> [String] {
  let size = values.filter(\.isFinite).map { abs($0) }.max() ?? 0
  guard size == 0 || (1e-4..<1e15).contains(size) else { return values.map { significant($0, digits: digits) } }
  var (whole, places) = (1.0, digits - 1)
  while size >= whole * 10 && places > 0 { (whole, places) = (whole * 10, places - 1) }
  if values.allSatisfy({ !$0.isFinite || $0 == $0.rounded() }) { places = 0 }
  return values.map { value in
    guard value.isFinite else { return "–" }
    let text = fixed(abs(value), places: places)
    return (value < 0 && text.contains { "123456789".contains($0) } ? "−" : "") + text
  }
}

/// A number without a sign with so many decimals.
private func fixed(_ value: Double, places: Int) -> String {
  var power = 1.0
  for _ in 0..<places { power *= 10 }
  let scaled = (value * power).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  var digits = String(Int64(scaled))
  if places > 0 {
    digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places))
  }
  return digits
}
