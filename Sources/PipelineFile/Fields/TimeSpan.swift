import TimeSeries

/// A length of time that clocks measure: `90s`, `15m`, `2h`, `7d`.
public struct TimeSpan: Sendable, Hashable, CustomStringConvertible {
  /// The length in milliseconds.
  public let milliseconds: Int64

  /// The length in seconds.
  public var seconds: Double { Double(milliseconds) / 1000 }

  /// A length of so many milliseconds.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Reads a length; nil for anything else, months and years included, whose lengths differ.
  public init?(_ text: some StringProtocol) {
    guard case .milliseconds(let length) = Frequency(text) else { return nil }
    milliseconds = length
  }

  public var description: String { Frequency.milliseconds(milliseconds).description }
}

extension TimeSpan: FieldValue {
  public static var fieldKind: FieldKind { .duration }

  public init(node: ConfigNode) throws(FieldFault) {
    let text = try node.text(as: .duration)
    guard let span = TimeSpan(text) else {
      if Frequency.isTooLong(text) {
        throw FieldFault("must be at most \(Frequency.longestYears)y, not \(node.shownText)", at: node.location)
      }
      throw FieldFault("wants a length of time such as 90s, 15m, 2h or 7d, not \(node.kind)", at: node.location)
    }
    self = span
  }

  public var fieldText: String? { description }
}
