import Foundation
import TimeSeries

/// The present moment, and the zone of this machine for readings that name none.
public struct Clock: Sendable, Hashable {
  /// The moment, in UTC.
  public var instant: Timestamp
  /// How far the machine's wall clock is ahead of UTC at that moment, in milliseconds.
  public var offset: Int64

  /// A clock that stands at a moment.
  public init(instant: Timestamp, offset: Int64 = 0) { (self.instant, self.offset) = (instant, offset) }

  /// The machine's own clock, now.
  public static var system: Clock {
    let now = Date()
    return Clock(instant: .now, offset: Int64(TimeZone.current.secondsFromGMT(for: now)) * 1000)
  }

  /// A clock that stands at a moment in ISO 8601; one without a zone is the machine's wall clock.
  public init?(_ text: String) {
    var reader = TimeReader(format: .iso)
    guard let time = try? reader.read(text) else { return nil }
    let style = reader.style
    if style.zone == .none {
      let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
      offset = Int64(TimeZone.current.secondsFromGMT(for: date)) * 1000
      instant = Timestamp(milliseconds: time.milliseconds - offset)
    } else {
      let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
      offset = Int64(TimeZone.current.secondsFromGMT(for: date)) * 1000
      instant = time
    }
  }

  /// The moment as readings of a style would show it; nil where they have no times.
  public func time(in style: TimeStyle) -> Timestamp? {
    switch (style.form, style.zone) {
    case (.steps, _): nil
    case (.epoch, _): instant
    case (_, .none): Timestamp(milliseconds: instant.milliseconds + offset)
    default: style.time(of: instant)
    }
  }
}

extension Timestamp {
  /// The present moment in UTC.
  package static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
