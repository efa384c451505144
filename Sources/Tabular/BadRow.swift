import TimeSeries

/// What becomes of rows that cannot be used.
public enum BadRows: String, Sendable, Hashable, CaseIterable {
  /// Nothing is read; the first few are reported.
  case error
  /// They are left out and handed back, the rest is used.
  case quarantine
}

/// What becomes of rows that have fewer cells than there are columns.
public enum ShortRows: String, Sendable, Hashable, CaseIterable {
  /// They are bad rows: they may be cut.
  case setAside = "set-aside"
  /// Their last cells count as empty.
  case take
}

/// What becomes of readings of one series that have the same time.
public enum RepeatedTimes: String, Sendable, Hashable, CaseIterable {
  /// The first is taken; the others are bad rows.
  case refuse
  /// They become one: the sum of their values, and so on; an empty cell is no value.
  case sum, mean, first, last, max, min
  /// They become the number of their rows that hold a value.
  case count
}

/// What becomes of a last row without a line end.
public enum LastRow: String, Sendable, Hashable, CaseIterable {
  /// It is left out with a warning, and handed back: it may be cut, even inside a number.
  case setAside = "set-aside"
  /// It is used as any other, unless the file changed while it was read.
  case take
}

/// A row that was left out.
public struct QuarantinedRow: Sendable, Hashable {
  /// The line that it begins in, from 1.
  public var line: Int
  /// Why it was left out.
  public var reason: String
  /// The row, written anew as CSV without a line end, its letters as they stood in the file.
  public var bytes: [UInt8]

  /// The row as text; bytes that are no UTF-8 appear as U+FFFD.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// A row that was left out.
  public init(line: Int, reason: String, bytes: [UInt8]) {
    self.line = line
    self.reason = reason
    self.bytes = bytes
  }

  /// A row that was left out, as text.
  public init(line: Int, reason: String, text: String) {
    self.init(line: line, reason: reason, bytes: Array(text.utf8))
  }
}

/// A row that cannot be used.
public struct BadRow: Sendable, Equatable {
  /// The line that it begins in, from 1.
  public var line: Int
  /// The column at fault; nil where it is the whole row.
  public var column: String?
  /// What is wrong.
  public var fault: Fault

  /// A row that cannot be used.
  public init(line: Int, column: String? = nil, fault: Fault) {
    self.line = line
    self.column = column
    self.fault = fault
  }

  /// What can be wrong with a row.
  public enum Fault: Error, Equatable {
    /// It has more or fewer cells than there are columns.
    case cells(Int, columns: Int)
    /// The time is empty or stands for a missing value.
    case noTime
    /// The time cannot be read.
    case time(TimeTextError)
    /// The value is no number.
    case notNumber(String)
    /// The value is no number as set, but one with the other decimal mark.
    case otherDecimalMark(String, comma: Bool)
    /// The value is no number as set, but one whose digits are grouped.
    case grouped(String, by: NumberForm.Grouping)
    /// The value is infinite, or too large for a double.
    case infinite(String)
    /// It is the last, and has no line end.
    case endsOpen
    /// The bytes are no UTF-8 text; the first that is none.
    case notUTF8(UInt8)
    /// The series was named with other characters that look the same, in an earlier line.
    case nameDiffers(String, line: Int)
    /// The series has no name.
    case noSeriesName
    /// The time was read before, in an earlier line.
    case timeTwice(String, series: String?, line: Int)
    /// The series was read before, in an earlier line.
    case seriesTwice(String, line: Int)
    /// What holds for a whole series was something else in an earlier line.
    case factDiffers(String, before: String, series: String?, line: Int)

    /// What rows with the same fault have in common.
    var kind: String {
      switch self {
      case .cells(let cells, let columns): "\(cells < columns ? "fewer" : "more") cells"
      case .noTime: "no time"
      case .time: "time"
      case .notNumber, .otherDecimalMark, .grouped, .infinite: "number"
      case .endsOpen: "open"
      case .notUTF8: "letters"
      case .nameDiffers, .noSeriesName: "name"
      case .timeTwice: "time twice"
      case .seriesTwice: "series twice"
      case .factDiffers: "fact"
      }
    }

    fileprivate var words: String {
      switch self {
      case .cells(let cells, let columns):
        "\(counted(cells, "cell")) where there \(columns == 1 ? "is" : "are") \(counted(columns, "column"))"
      case .noTime: "the time is empty"
      case .time(let error): "\(error)"
      case .notNumber(let text): "\"\(text)\" is not a number"
      case .otherDecimalMark(let text, let comma):
        "\"\(text)\" is not a number with a decimal \(comma ? "point" : "comma")"
      case .grouped(let text, let grouping): "\"\(text)\" is not a number, unless \(grouping.words) group its digits"
      case .infinite(let text): "\"\(text)\" is infinite"
      case .endsOpen: "the last row has no line end, so it may be cut"
      case .notUTF8(let byte): "the byte \(hexadecimal(byte)) is no UTF-8 text"
      case .nameDiffers(let name, let line):
        "the name \"\(name)\" has other Unicode characters than in line \(line), though it looks the same"
      case .noSeriesName: "the name of the series is empty"
      case .timeTwice(let time, let series, let line):
        "the time \"\(time)\"\(series.map { " of series \"\($0)\"" } ?? "") was read before, in line \(line)"
      case .seriesTwice(let series, let line): "the series \"\(series)\" was read before, in line \(line)"
      case .factDiffers(let text, let before, let series, let line):
        "\"\(text)\", but \(series.map { "series \"\($0)\"" } ?? "the series") has \"\(before)\" in line \(line); "
          + "a static covariate never changes"
      }
    }
  }

  /// Rows with the same fault.
  public struct Kind: Sendable, Equatable {
    /// The first of them.
    public var first: BadRow
    /// How many they are.
    public var count: Int
  }

  /// Why the row cannot be used, in words.
  public var reason: String {
    ((column.map { "column \"\($0)\": " } ?? "") + fault.words).onOneLine
  }

  /// The first rows with their faults, a line each, and what to do about them.
  static func report(source: String, first: [BadRow], bad: Int, rows: Int) -> String {
    let lines = first.map { "\(source):\($0.line): \($0.reason)" }
    guard bad > 1 else { return lines.joined() + "; " + advice(for: first) }
    let rest = bad > first.count ? "\(bad - first.count) more of \(bad) bad rows" : "\(bad) bad rows"
    return lines.joined(separator: "\n") + "\n\(rest), \(rows) rows in all; " + advice(for: first)
  }

  /// What rows that are too many to be set aside have in common, a line each, and what to do about them.
  static func report(source: String, kinds: [Kind], bad: Int, rows: Int, most: Double) -> String {
    let share = most * 100
    let percent = share == share.rounded() ? String(Int(share)) : String(share)
    let lines = kinds.prefix(5).map { kind in
      kind.count == 1
        ? "\(source):\(kind.first.line): \(kind.first.reason)"
        : "\(source):\(kind.first.line): \(kind.first.reason) (and \(kind.count - 1) more such)"
    }
    return "\(source): \(bad) of \(rows) rows cannot be used, more than the \(percent) % that may be set aside:\n"
      + lines.joined(separator: "\n") + "\n" + ways(for: kinds.map(\.first)).joined(separator: ", ")
      + ", or raise most_bad_rows if the rest is what you want"
  }

  private static func advice(for rows: [BadRow]) -> String {
    ways(for: rows).joined(separator: ", ") + ", or set bad_rows: quarantine to go on without such rows"
  }

  private static func ways(for rows: [BadRow]) -> [String] {
    var tokens: [String] = []
    var ways: [String] = []
    for row in rows {
      switch row.fault {
      case .notNumber(let text) where !tokens.contains(text): tokens.append(text)
      case .otherDecimalMark(_, let comma):
        let way = "set decimal: \"\(comma ? "," : ".")\" if that is the decimal mark"
        if !ways.contains(way) { ways.append(way) }
      case .grouped(_, let grouping):
        let way = "set thousands: \"\(grouping.rawValue)\" if that groups the digits"
        if !ways.contains(way) { ways.append(way) }
      case .cells(let cells, let columns):
        let way =
          cells < columns
          ? "set short_rows: take if empty cells at the end of a row are left out"
          : "put cells that hold the delimiter, such as 1,018, into quotes where the file is written"
        if !ways.contains(way) { ways.append(way) }
      case .timeTwice:
        let way = "set repeated to sum, mean, first, last, max, min or count if rows of one time belong together"
        if !ways.contains(way) { ways.append(way) }
      case .notUTF8:
        let way = TabularError.encodingAdvice
        if !ways.contains(way) { ways.append(way) }
      default: break
      }
    }
    if !tokens.isEmpty {
      let list = tokens.map { "\"\($0.onOneLine)\"" }.joined(separator: ", ")
      ways.append("set missing: [\(list)] if \(tokens.count == 1 ? "it means" : "they mean") no value")
    }
    return ways.isEmpty ? ["correct the file"] : ways
  }
}
