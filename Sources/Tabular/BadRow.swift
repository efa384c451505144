import TimeSeries

/// What becomes of rows that cannot be used.
public enum BadRows: String, Sendable, Hashable, CaseIterable {
  /// Nothing is read; the first few are reported.
  case error
  /// They are left out and handed back, the rest is used.
  case quarantine
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

    fileprivate var words: String {
      switch self {
      case .cells(let cells, let columns):
        "\(counted(cells, "cell")) where there \(columns == 1 ? "is" : "are") \(counted(columns, "column"))"
      case .noTime: "the time is empty"
      case .time(let error): "\(error)"
      case .notNumber(let text): "\"\(text)\" is not a number"
      case .otherDecimalMark(let text, let comma):
        "\"\(text)\" is not a number with a decimal \(comma ? "point" : "comma")"
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

  private static func advice(for rows: [BadRow]) -> String {
    var tokens: [String] = []
    var ways: [String] = []
    for row in rows {
      switch row.fault {
      case .notNumber(let text) where !tokens.contains(text): tokens.append(text)
      case .otherDecimalMark(_, let comma):
        let way = "set decimal: \"\(comma ? "," : ".")\" if that is the decimal mark"
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
    let first = ways.isEmpty ? "correct the file" : ways.joined(separator: ", ")
    return first + ", or set bad_rows: quarantine to go on without such rows"
  }
}
