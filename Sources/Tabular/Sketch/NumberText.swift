/// A text taken apart into a number and what stands around it, before it is known how numbers are written.
struct NumberText: Equatable {
  /// What stands before the first digit, its sign or its mark.
  var prefix = ""
  /// What stands behind the last digit.
  var suffix = ""
  /// Whether a blank stands between the number and its suffix.
  var isApart = false
  /// Whether a minus behind the digits, or parentheses, make it negative.
  var isMarkedNegative = false
  /// The digits, marks and groups.
  var core = ""

  /// Takes a text apart; nil where it has no digit, or something else stands among its digits.
  init?(_ text: String) {
    guard text.utf8.count <= 60, text.utf8.contains(where: { $0 &- 48 < 10 }) else { return nil }
    var rest = text[...].trimmed
    if rest.hasPrefix("("), rest.hasSuffix(")") {
      (rest, isMarkedNegative) = (rest.dropFirst().dropLast().trimmed, true)
    }
    guard var first = rest.firstIndex(where: \.isASCIIDigit), let last = rest.lastIndex(where: \.isASCIIDigit) else {
      return nil
    }
    if first > rest.startIndex, ".,".contains(rest[rest.index(before: first)]) { first = rest.index(before: first) }
    var before = rest[..<first].trimmed
    for sign in ["-", "+", "\u{2212}"] where before.hasSuffix(sign) || before.hasPrefix(sign) {
      before = before.hasSuffix(sign) ? before.dropLast().trimmed : before.dropFirst().trimmed
      break
    }
    let behind = rest[rest.index(after: last)...]
    var after = behind.trimmed
    if after.hasSuffix("-") { (after, isMarkedNegative) = (after.dropLast().trimmed, true) }
    if after.hasSuffix(")"), before.hasSuffix("(") || before.hasPrefix("(") {
      (after, before, isMarkedNegative) = (after.dropLast().trimmed, before.filter { $0 != "(" }[...].trimmed, true)
    }
    if after.hasPrefix("."), after.count == 1 { after = "" }
    (prefix, suffix, isApart) = (String(before), String(after), behind.first?.isBlank ?? false)
    core = String(rest[first...last])
    var previous: Character = " "
    for letter in core {
      let isExponent = "eE".contains(letter) && previous.isASCIIDigit
      let isExponentSign = "+-".contains(letter) && "eE".contains(previous)
      guard letter.isASCIIDigit || ".,'\u{2019}".contains(letter) || letter.isBlank || isExponent || isExponentSign
      else {
        return nil
      }
      previous = letter
    }
  }

  /// Whether it is a number as somebody would write it: marks and groups that a form reads, and at the most a unit that is
  /// known, or stands apart.
  var isPlausible: Bool {
    isDecoratedAsNumber && NumberSketch.forms.contains { $0.number(core.utf8.span) != nil }
  }

  /// Whether what stands around the digits may stand around a number.
  var isDecoratedAsNumber: Bool {
    (prefix.isEmpty || NumberText.currencies.contains(prefix)) && (suffix.isEmpty || isUnit || isSuffix)
  }

  /// Whether the suffix stands for a thousand, a million or a thousand millions.
  var isSuffix: Bool { !isApart && ["K", "k", "M", "B"].contains(suffix) }

  /// Whether the suffix is a unit.
  var isUnit: Bool {
    if NumberText.currencies.contains(suffix) || NumberText.units.contains(suffix) { return true }
    return isApart && suffix.count <= 12
      && !suffix.contains { $0.isNumber || $0.isBlank || ":/-.".contains($0) && suffix.count == 1 }
      && suffix.lowercased() != "am" && suffix.lowercased() != "pm"
  }

  static let currencies: Set<String> = [
    "$", "€", "£", "¥", "₹", "₩", "₽", "US$", "USD", "EUR", "GBP", "CHF", "JPY", "INR", "CAD", "AUD", "SEK", "NOK",
    "DKK", "PLN", "kr", "zł", "R$", "Fr.", "Rs", "Rs.",
  ]
  static let units: Set<String> = [
    "%", "‰", "°", "°C", "°F", "ºC", "C", "F", "mm", "cm", "m", "km", "in", "ft", "mi", "m²", "m2", "m³", "m3", "l",
    "L", "ml", "mL", "g", "kg", "mg", "t", "lb", "lbs", "oz", "s", "ms", "min", "h", "W", "kW", "MW", "GW", "Wh", "kWh",
    "MWh", "V", "mV", "A", "mA", "Hz", "kHz", "MHz", "GHz", "Pa", "hPa", "kPa", "bar", "mbar", "psi", "ppm", "ppb",
    "mph", "km/h", "kmh", "m/s", "kn", "m³/s", "m3/s", "m3/h", "m³/h", "µg/m³", "ug/m3", "µg/m3", "MB", "GB", "KB",
    "dB", "lx", "rpm", "J", "kJ", "MJ", "N", "kN", "Nm", "pcs", "€/MWh",
  ]
}

extension Substring {
  fileprivate var trimmed: Substring {
    var rest = self
    while rest.first?.isBlank == true { rest = rest.dropFirst() }
    while rest.last?.isBlank == true { rest = rest.dropLast() }
    return rest
  }
}

extension Character {
  var isASCIIDigit: Bool { isASCII && isWholeNumber }
  /// A blank, also one that does not break.
  var isBlank: Bool { " \t\u{A0}\u{2007}\u{2009}\u{202F}".contains(self) }
}
