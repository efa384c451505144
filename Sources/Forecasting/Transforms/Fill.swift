import TimeSeries

/// Closes gaps. It is refitted nowhere and looks at training rows only, for the runner hands it nothing else; a gap
/// that is still open at the last row keeps the last value, never a later one.
public struct Fill: Transform, FittedTransform, Hashable {
  public static let kind = "fill"

  /// What stands in a gap.
  public enum Method: String, Sendable, CaseIterable, Codable {
    /// Gaps stay open.
    case none
    /// A straight line between the values beside the gap.
    case linear
    /// The value before the gap.
    case previous
    /// Zero.
    case zero
  }

  /// What stands in a gap.
  public var method: Method
  /// The longest gap that is closed, in steps; nil for any.
  public var longestGap: Int?

  /// Closes gaps up to a length.
  public init(_ method: Method, longestGap: Int? = nil) {
    self.method = method
    self.longestGap = longestGap
  }

  public var keepsUnits: Bool { true }
  public var staysInUnits: Bool { true }

  public func fit(_ panel: Panel) -> Fill { self }

  public func isCausal(over panel: Panel) -> Bool { panel.isWithoutGaps }
  public var reach: Int? { 0 }

  public func apply(_ panel: Panel) -> Panel { panel.mapValues { closed($0.values) } }

  public func invert(_ forecast: Forecast, history: Panel) -> Forecast { forecast }

  /// The values with their gaps closed; those before the first known one stay missing.
  func closed(_ values: [Double]) -> [Double] {
    guard method != .none else { return values }
    var result = values
    var position = values.firstIndex { !$0.isNaN } ?? values.count
    while position < values.count {
      guard values[position].isNaN else {
        position += 1
        continue
      }
      let start = position
      while position < values.count, values[position].isNaN { position += 1 }
      if let longestGap, position - start > longestGap { continue }
      let before = values[start - 1]
      let after = position < values.count ? values[position] : before
      for step in start..<position {
        switch method {
        case .zero: result[step] = 0
        case .linear: result[step] = before + (after - before) * Double(step - start + 1) / Double(position - start + 1)
        case .previous, .none: result[step] = before
        }
      }
    }
    return result
  }
}
