/// What a column of times was found to be.
public struct TimeVerdict: Sendable, Equatable {
  /// Why the format is this one.
  public enum Reason: Sendable, Equatable {
    /// No other order of day, month and year reads the texts, or none means other times.
    case onlyReading
    /// A text whose day is above the twelfth rules the other order out.
    case dayAbove12(String)
    /// Only this order gives an (almost) regular step.
    case regular(over: TimeFormat)
    /// The person said whether the day comes first.
    case said
  }

  /// How the texts are written.
  public var format: TimeFormat
  /// Why so and not otherwise.
  public var reason: Reason
  /// How many texts were looked at.
  public var textCount: Int
  /// How many of them the format reads.
  public var readCount: Int
  /// The first text that it does not read.
  public var firstUnread: String?
  /// The step that the different times have; nil for fewer than two.
  public var regularity: Regularity?
  /// Whether the times ascend, or descend, from row to row, but for one in twenty.
  public var isOrdered: Bool

  /// Whether numbers of this format are likely to be times: they come in order, or in regular steps.
  public var isPlausible: Bool { isOrdered || regularity?.isAlmostRegular == true }
}

/// One of several ways to read a column of times, for a person to choose among.
public struct TimeOrder: Sendable, Equatable {
  /// The format.
  public var format: TimeFormat
  /// The earliest and the latest time in it.
  public var first: Timestamp
  public var last: Timestamp
  /// The step that the times would have.
  public var regularity: Regularity?
}

extension TimeOrder: CustomStringConvertible {
  /// `dd/MM/yyyy (1 March 2024 to 12 March 2024, a day apart)`.
  public var description: String {
    let step =
      if let regularity, regularity.isAlmostRegular { ", \(regularity.step.words) apart" } else {
        regularity == nil ? "" : ", with no regular step"
      }
    let dates = first == last ? first.dateInWords : "\(first.dateInWords) to \(last.dateInWords)"
    return "\(format) (\(dates)\(step))"
  }
}

extension Timestamp {
  /// `1 March 2024`.
  fileprivate var dateInWords: String {
    let civil = CivilTime(self)
    return "\(civil.day) \(MonthNames.languages[0].full[civil.month - 1]) \(civil.year)"
  }
}

extension Frequency {
  /// `a day`, `10 minutes`.
  public var words: String {
    func words(_ count: Int64, _ noun: String) -> String {
      count == 1 ? (noun == "hour" ? "an hour" : "a \(noun)") : "\(count) \(noun)s"
    }
    switch self {
    case .counted: return "a step"
    case .businessDays(let count): return words(Int64(count), "business day")
    case .months(let count):
      return count % 12 == 0
        ? words(Int64(count / 12), "year")
        : count % 3 == 0 ? words(Int64(count / 3), "quarter") : words(Int64(count), "month")
    case .milliseconds(let length):
      let units: [(String, Int64)] = [
        ("week", 604_800_000), ("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1000),
      ]
      for (noun, size) in units where length % size == 0 { return words(length / size, noun) }
      return words(length, "millisecond")
    }
  }
}
