import Foundation

/// Something that a forecaster has learned or chosen, for people.
public struct ForecasterParameter: Sendable, Hashable, Codable {
  /// What it is called, such as `alpha`; that of a member has the member's name before it, `theta: alpha`.
  public var name: String
  /// Its value as text.
  public var value: String
  /// The series that it belongs to; nil where it is that of all.
  public var series: String?

  /// A parameter.
  public init(_ name: String, _ value: String, series: String? = nil) {
    self.name = name
    self.value = value
    self.series = series
  }

  /// The same as that of a member.
  func of(_ member: String) -> ForecasterParameter { ForecasterParameter("\(member): \(name)", value, series: series) }
}

extension Double {
  /// The number in a few significant digits, without zeros at the end: `0.1234`, `1.5e+10`.
  public func text(digits: Int = 4) -> String { String(format: "%.\(digits)g", self) }
}
