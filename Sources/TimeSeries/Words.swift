/// A number and its noun: `1 row`, `2 rows`.
public func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

/// A level in per cent, as column names show it: 0.8 is `80`, 0.995 is `99.5`.
public func percent(_ level: Double) -> String {
  let value = (level * 1000).rounded() / 10
  return value == value.rounded() ? String(Int(value)) : String(value)
}

extension StringProtocol {
  /// The text on one line as a terminal shows it unharmed: control characters, ends of lines and marks of writing direction
  /// as `\n` or `\u{1B}`.
  package var onOneLine: String { withoutControls(keepingLines: false) }

  /// The same, with its ends of lines kept as they are if wanted.
  package func withoutControls(keepingLines: Bool) -> String {
    guard unicodeScalars.contains(where: \.isControl) else { return String(self) }
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n" where keepingLines: result += "\n"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isControl: result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// Whether it steers a terminal or the order of letters, rather than being one.
  package var isControl: Bool {
    switch value {
    case 0..<32, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}

extension Frequency {
  /// So many steps in words: `24 months`, `3 steps of 15min`.
  public func counted(_ steps: Int) -> String {
    let noun: String? =
      switch self {
      case .counted: "step"
      case .milliseconds(1000): "second"
      case .milliseconds(60_000): "minute"
      case .milliseconds(3_600_000): "hour"
      case .milliseconds(86_400_000): "day"
      case .milliseconds(604_800_000): "week"
      case .businessDays(1): "business day"
      case .months(1): "month"
      case .months(3): "quarter"
      case .months(12): "year"
      default: nil
      }
    return noun.map { TimeSeries.counted(steps, $0) } ?? "\(TimeSeries.counted(steps, "step")) of \(self)"
  }
}
