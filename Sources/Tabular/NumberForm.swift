import TimeSeries

/// How numbers are written in the cells of a table.
///
/// A negative number has its sign in front or behind, or stands in parentheses: `-5`, `5-` and `(5)` are the same.
public struct NumberForm: Sendable, Hashable {
  /// What stands between groups of three digits.
  public enum Grouping: String, Sendable, Hashable, CaseIterable {
    case none
    case comma = ","
    case point = "."
    /// A blank, also one that does not break, or a narrow one.
    case space = " "
    case apostrophe = "'"

    /// What groups the digits, in words.
    var words: String {
      switch self {
      case .none: "nothing"
      case .comma: "commas"
      case .point: "points"
      case .space: "blanks"
      case .apostrophe: "apostrophes"
      }
    }
  }

  /// Whether `3,14` is a number and `3.14` is not.
  public var decimalComma: Bool
  /// What stands between groups of three digits before the decimals.
  public var grouping: Grouping
  /// Texts that may stand before or behind a number and are left off, such as `$`, `%` or `°C`.
  public var units: [String]
  /// Whether `K`, `M` and `B` behind a number stand for a thousand, a million and a thousand millions.
  public var suffixes: Bool

  /// A form; `3.14` and nothing else unless set otherwise.
  public init(decimalComma: Bool = false, grouping: Grouping = .none, units: [String] = [], suffixes: Bool = false) {
    self.decimalComma = decimalComma
    self.grouping = grouping
    self.units = units
    self.suffixes = suffixes
  }

  /// The number that a text spells, rounded to nearest; infinite where it is too large, nil where it is anything else.
  func number(_ text: Span<UInt8>) -> Double? {
    if let plain = text.decimalNumber(comma: decimalComma) { return plain }
    // Longer texts are no numbers with something around them.
    guard text.count <= 80, text.count > 0 else { return nil }
    var rest = text.withUnsafeBufferPointer { Array($0) }[...]
    rest.trimBlanks()
    let isNegative = stripSigns(&rest)
    guard let isNegative, let exponent = stripSuffix(&rest), var digits = ungrouped(rest) else { return nil }
    if exponent > 0 {
      guard !digits.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else { return nil }
      digits.append(contentsOf: "e\(exponent)".utf8)
    }
    return digits.span.decimalNumber(comma: decimalComma).map { isNegative ? -$0 : $0 }
  }

  /// Takes signs and units off both ends; whether the number is negative, nil where it has two signs.
  private func stripSigns(_ text: inout ArraySlice<UInt8>) -> Bool? {
    var (negative, signs, changed) = (false, 0, true)
    while changed {
      changed = false
      if text.first == UInt8(ascii: "("), text.last == UInt8(ascii: ")"), text.count > 2 {
        text = text.dropFirst().dropLast()
        (negative, signs, changed) = (true, signs + 1, true)
      }
      for (sign, isMinus) in NumberForm.signs where text.count > sign.count {
        if text.starts(with: sign) {
          text = text.dropFirst(sign.count)
          (negative, signs, changed) = (isMinus, signs + 1, true)
        } else if isMinus, text.suffix(sign.count).elementsEqual(sign) {
          text = text.dropLast(sign.count)
          (negative, signs, changed) = (true, signs + 1, true)
        }
      }
      for unit in units where !unit.isEmpty {
        let bytes = unit.utf8
        if text.count > bytes.count, text.starts(with: bytes) {
          (text, changed) = (text.dropFirst(bytes.count), true)
        } else if text.count > bytes.count, text.suffix(bytes.count).elementsEqual(bytes) {
          (text, changed) = (text.dropLast(bytes.count), true)
        }
      }
      text.trimBlanks()
    }
    return signs > 1 ? nil : negative
  }

  /// The power of ten that a suffix stands for, which is taken off; nil where nothing is left.
  private func stripSuffix(_ text: inout ArraySlice<UInt8>) -> Int? {
    guard let last = text.last else { return nil }
    guard suffixes else { return 0 }
    let exponent =
      switch last | 0x20 {
      case UInt8(ascii: "k"): 3
      case UInt8(ascii: "m"): 6
      case UInt8(ascii: "b"): 9
      default: 0
      }
    if exponent > 0 {
      text = text.dropLast()
      text.trimBlanks()
    }
    return exponent
  }

  /// The digits without what groups them; nil where the groups are no groups of three, or a digit does not come first.
  private func ungrouped(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let mark = decimalComma ? UInt8(ascii: ",") : UInt8(ascii: ".")
    guard let first = text.first, Ascii.isDigit(first) || first == mark else { return nil }
    guard grouping != .none else { return Array(text) }
    var digits: [UInt8] = []
    var (groups, length, rest) = (0, 0, text)
    func isWhole() -> Bool { groups == 0 || length == 3 }
    while let byte = rest.first {
      if Ascii.isDigit(byte) {
        digits.append(byte)
        length += 1
        rest = rest.dropFirst()
      } else if let separator = grouping.prefix(of: rest) {
        let startsGroups = groups == 0 && (1...3).contains(length) && digits.first != UInt8(ascii: "0")
        guard startsGroups || (groups > 0 && length == 3) else { return nil }
        (groups, length, rest) = (groups + 1, 0, rest.dropFirst(separator))
      } else {
        break
      }
    }
    guard isWhole() else { return nil }
    return digits + rest
  }

  private static let signs: [(bytes: [UInt8], isMinus: Bool)] = [
    (Array("-".utf8), true), (Array("\u{2212}".utf8), true), (Array("+".utf8), false),
  ]
}

extension NumberForm.Grouping {
  /// How many bytes at the beginning stand between two groups; nil where a group goes on.
  fileprivate func prefix(of text: ArraySlice<UInt8>) -> Int? {
    switch self {
    case .none: nil
    case .comma: text.first == UInt8(ascii: ",") ? 1 : nil
    case .point: text.first == UInt8(ascii: ".") ? 1 : nil
    case .apostrophe: text.first == UInt8(ascii: "'") ? 1 : text.starts(with: "\u{2019}".utf8) ? 3 : nil
    case .space: text.blankPrefix
    }
  }
}

extension ArraySlice<UInt8> {
  /// How many bytes the blank at the beginning has; nil where there is none.
  fileprivate var blankPrefix: Int? {
    guard let first else { return nil }
    if first == UInt8(ascii: " ") || first == CSVFormat.tab { return 1 }
    guard first >= 0x80 else { return nil }
    return NumberForm.wideBlanks.first { starts(with: $0) }?.count
  }

  fileprivate mutating func trimBlanks() {
    while let length = blankPrefix { self = dropFirst(length) }
    while let last {
      if last == UInt8(ascii: " ") || last == CSVFormat.tab {
        self = dropLast()
      } else if last >= 0x80, let blank = NumberForm.wideBlanks.first(where: { suffix($0.count).elementsEqual($0) }) {
        self = dropLast(blank.count)
      } else {
        return
      }
    }
  }
}

extension NumberForm {
  /// Blanks that do not break, in figures, thin and narrow ones.
  fileprivate static let wideBlanks = ["\u{A0}", "\u{2007}", "\u{2009}", "\u{202F}"].map { Array($0.utf8) }
}

private enum Ascii {
  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
