import TimeSeries

/// When a pipeline runs, in the words of systemd and of cron.
public enum Timetable: Sendable, Equatable {
  /// Every so many minutes of each hour.
  case minutes(Int)
  /// Every so many hours of each day.
  case hours(Int)
  /// Every day.
  case daily(TimeOfDay)
  /// Every Monday.
  case weekly(TimeOfDay)
  /// On the first of each month.
  case monthly(TimeOfDay)
  /// As systemd.time(7) describes calendar events.
  case calendar(String)

  /// An hour and a minute.
  public struct TimeOfDay: Sendable, Equatable {
    /// 0 to 23.
    public var hour: Int
    /// 0 to 59.
    public var minute: Int

    /// Six in the morning.
    public static let usual = TimeOfDay(hour: 6, minute: 0)

    init(hour: Int, minute: Int) { (self.hour, self.minute) = (hour, minute) }

    /// Reads `06:30`; nil for anything else.
    public init?(_ text: String) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) }), let hour = Int(parts[0]),
        let minute = Int(parts[1]), (0...23).contains(hour), (0...59).contains(minute)
      else { return nil }
      self.init(hour: hour, minute: minute)
    }

    var text: String { "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)" }
  }

  /// A timetable of a distance between runs.
  ///
  /// - Throws: ``ScheduleError``
  public init(every distance: Frequency, at time: TimeOfDay? = nil) throws(ScheduleError) {
    let minute: Int64 = 60_000
    switch distance {
    case .milliseconds(let length) where length == 1440 * minute: self = .daily(time ?? .usual)
    case .milliseconds(let length) where length == 7 * 1440 * minute: self = .weekly(time ?? .usual)
    case .months(1): self = .monthly(time ?? .usual)
    case .milliseconds(let length) where length % minute == 0 && 60 * minute % length == 0 && length < 60 * minute:
      self = .minutes(Int(length / minute))
    case .milliseconds(let length) where length % (60 * minute) == 0 && 1440 * minute % length == 0:
      self = .hours(Int(length / (60 * minute)))
    default: throw .unevenDistance(distance.description)
    }
    switch self {
    case .minutes, .hours: if time != nil { throw .timeOfShortDistance(distance.description) }
    default: break
    }
  }

  /// A timetable as systemd.time(7) describes calendar events, of the characters that these have.
  ///
  /// - Throws: ``ScheduleError``
  public init(calendar event: String) throws(ScheduleError) {
    let isPlain = event.utf8.allSatisfy { byte in
      let letter = Character(UnicodeScalar(byte))
      return letter.isASCII && (letter.isLetter || letter.isNumber || " *-:,./~_+".contains(letter))
    }
    guard isPlain, !event.isEmpty else { throw .noCalendarEvent(event) }
    self = .calendar(event)
  }

  /// As OnCalendar= of a systemd timer.
  public var systemd: String {
    switch self {
    case .minutes(let count): "*-*-* *:0/\(count):00"
    case .hours(let count): "*-*-* 0/\(count):00:00"
    case .daily(let time): "*-*-* \(time.text):00"
    case .weekly(let time): "Mon *-*-* \(time.text):00"
    case .monthly(let time): "*-*-01 \(time.text):00"
    case .calendar(let text): text
    }
  }

  /// As the five fields of a crontab.
  ///
  /// - Throws: ``ScheduleError``
  public func cron() throws(ScheduleError) -> String {
    switch self {
    case .minutes(let count): "*/\(count) * * * *"
    case .hours(let count): "0 */\(count) * * *"
    case .daily(let time): "\(time.minute) \(time.hour) * * *"
    case .weekly(let time): "\(time.minute) \(time.hour) * * 1"
    case .monthly(let time): "\(time.minute) \(time.hour) 1 * *"
    case .calendar: throw .calendarInCron
    }
  }
}

/// Why a schedule cannot be made.
public enum ScheduleError: Error, Equatable, Sendable {
  /// Runs so far apart would drift through the day.
  case unevenDistance(String)
  /// A time of day beside a distance shorter than a day.
  case timeOfShortDistance(String)
  /// A calendar event of systemd for cron.
  case calendarInCron
  /// A path with a line end or another control character.
  case controlCharacter(String)
  /// A text that is no calendar event.
  case noCalendarEvent(String)
}

extension ScheduleError: CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .unevenDistance(let distance):
      "--every \(distance) does not divide an hour or a day evenly; give 1m to 30m, 1h to 12h, 1d, 1w or 1mo, or "
        + "--on-calendar"
    case .timeOfShortDistance(let distance):
      "--at goes with --every 1d, 1w or 1mo, not with \(distance)"
    case .calendarInCron: "cron knows no --on-calendar; give --every and --at"
    case .controlCharacter(let path):
      "the path \"\(path.onOneLine)\" holds a line end or another control character; no unit and no crontab can name it"
    case .noCalendarEvent(let text):
      "--on-calendar wants an event as systemd.time(7) writes it, such as Mon 06:30, not \"\(text.onOneLine)\""
    }
  }
}
