import Testing
import TimeSeries

@testable import Tabular

/// A small file, and how it is to be read.
struct SketchCase: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  /// How it is to be read, or the question that it raises; see ``SketchOutcome``.
  let reading: String
  /// What is to be read.
  let values: String

  var testDescription: String { name }

  /// A file of a header, rows that are made, and what comes behind them.
  init(
    _ name: String, _ header: String, _ rows: Int = 0, after: String = "", _ reading: String, _ values: String,
    _ row: (Int) -> String = { _ in "" }
  ) {
    (self.name, self.reading, self.values) = (name, reading, values)
    text = (header.isEmpty ? "" : header + "\n") + (0..<rows).map { row($0) + "\n" }.joined() + after
  }
}

/// What a file is read as, in short.
struct SketchOutcome: Equatable {
  /// Time columns with their form, then targets; behind a bar each setting that is not the usual one.
  var reading: String
  /// How many series and readings, the first and last reading of the first series, and rows set aside.
  var values = ""

  init(_ text: String) {
    do {
      let cells = try table(text, CSVFormat(header: false))
      let sketch = try TableSketch(cells)
      if let question = sketch.questions.first {
        reading = "ask: " + question.question
        return
      }
      guard var layout = sketch.layout else {
        reading = "nothing"
        return
      }
      reading = SketchOutcome.words(sketch.format, layout)
      (layout.badRows, layout.lastRow, layout.mostBadRows) = (.quarantine, .take, 0.05)
      let found = try table(text, sketch.format).readings(layout)
      values = SketchOutcome.words(found)
    } catch {
      reading = "error: \(error)"
    }
  }

  private static func words(_ format: CSVFormat, _ layout: ReadingLayout) -> String {
    let times = layout.time.joined(separator: "+")
    let way = layout.timeFormat.map { "[\($0)]" } ?? ""
    var parts: [String] = []
    switch layout.arrangement {
    case .wide: parts.append("\(times)\(way) > \(layout.targets.joined(separator: ","))")
    case .long(let keys):
      parts.append("\(times)\(way) > \(layout.targets.joined(separator: ","))")
      parts.append("by \(keys.joined(separator: "+"))")
    case .rows(let key): parts.append("rows of \(key ?? "1")")
    case .across(let keys):
      parts.append("\(times)\(way) across \(layout.targets.first ?? "")..\(layout.targets.last ?? "")")
      if !keys.isEmpty { parts.append("by \(keys.joined(separator: "+"))") }
    }
    if case .byte(let byte) = format.delimiter, byte != CSVFormat.comma {
      parts.append(byte == CSVFormat.tab ? "tab" : String(decoding: [byte], as: UTF8.self))
    }
    if format.delimiter == .whitespace { parts.append("blanks") }
    if format.skip > 0 { parts.append("skip \(format.skip)") }
    if let comment = format.comment { parts.append("comment \(comment)") }
    if !format.header { parts.append("no header") }
    if format.skipBelow > 0 { parts.append("skip below \(format.skipBelow)") }
    if format.encoding != .automatic { parts.append(format.encoding.rawValue) }
    if !layout.future.isEmpty { parts.append("future " + layout.future.joined(separator: ",")) }
    if !layout.statics.isEmpty { parts.append("static " + layout.statics.joined(separator: ",")) }
    if layout.repeated != .refuse { parts.append("\(layout.repeated)") }
    if !layout.missing.isEmpty { parts.append("missing " + layout.missing.joined(separator: ",")) }
    if layout.numbers.decimalComma { parts.append("decimal comma") }
    if layout.numbers.grouping != .none { parts.append("groups \(layout.numbers.grouping)") }
    if !layout.numbers.units.isEmpty { parts.append("units " + layout.numbers.units.joined(separator: ",")) }
    if layout.numbers.suffixes { parts.append("K") }
    if let condition = layout.condition { parts.append("where \(condition)") }
    if layout.shortRows == .take { parts.append("short rows") }
    return parts.joined(separator: " | ")
  }

  private static func words(_ found: TabularReadings) -> String {
    let series = found.readings.series
    let lengths = series.map(\.values.count)
    guard let first = series.first, let start = first.times.first, let end = first.times.last else { return "empty" }
    let (least, most) = (lengths.min() ?? 0, lengths.max() ?? 0)
    func shown(_ time: Timestamp, _ value: Double) -> String { "\(found.readings.style.text(of: time))=\(value)" }
    var text = "\(series.count) x \(least == most ? "\(most)" : "\(least)-\(most)"): "
    text += "\(shown(start, first.values[0])) .. \(shown(end, first.values[first.values.count - 1]))"
    let empty = series.reduce(0) { $0 + $1.values.count { $0.isNaN } }
    if empty > 0 { text += ", \(empty) missing" }
    if !first.aheadTimes.isEmpty { text += ", \(first.aheadTimes.count) ahead" }
    if !found.quarantined.isEmpty { text += ", \(found.quarantined.count) set aside" }
    return text
  }
}

// MARK: Texts to make rows of. Row 0 is 2024-01-01, a Monday.

private func stamp(_ milliseconds: Int, _ pattern: String) -> String {
  let civil = CivilTime(Timestamp(milliseconds: Int64(milliseconds)))
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  let (month, hour) = (civil.month, civil.hour)
  let days = (milliseconds / 86_400_000 % 7 + 10) % 7
  let pieces: [(String, String)] = [
    ("yyyy", "\(civil.year)"), ("yy", two(civil.year % 100)), ("MMMM", months[month - 1]),
    ("MMM", String(months[month - 1].prefix(3))), ("MM", two(month)), ("M", "\(month)"), ("dd", two(civil.day)),
    ("d", "\(civil.day)"), ("HH", two(hour)), ("H", "\(hour)"), ("hh", two((hour + 11) % 12 + 1)),
    ("mm", two(civil.minute)), ("ss", two(civil.second)), ("a", hour < 12 ? "AM" : "PM"), ("EEE", weekdays[days]),
  ]
  var (text, rest) = ("", pattern[...])
  while let first = rest.first {
    if first == "'" {
      let word = rest.dropFirst().prefix { $0 != "'" }
      (text, rest) = (text + word, rest.dropFirst(word.count + 2))
    } else {
      let piece = pieces.first { rest.hasPrefix($0.0) }
      (text, rest) = (text + (piece?.1 ?? String(first)), rest.dropFirst(piece?.0.count ?? 1))
    }
  }
  return text
}

private let start = 1_704_067_200_000

/// A day.
func day(_ row: Int, _ pattern: String = "yyyy-MM-dd") -> String { stamp(start + row * 86_400_000, pattern) }

/// An hour.
func hour(_ row: Int, _ pattern: String = "yyyy-MM-dd HH:mm") -> String { stamp(start + row * 3_600_000, pattern) }

/// A quarter of an hour.
func quarterHour(_ row: Int, _ pattern: String = "yyyy-MM-dd HH:mm") -> String {
  stamp(start + row * 900_000, pattern)
}

/// A month; row 0 is January 2020.
func month(_ row: Int, _ pattern: String = "yyyy-MM") -> String {
  var reader = TimeReader(format: .iso)
  let number = row % 12 + 1
  let text = "\(2020 + row / 12)-\(number < 10 ? "0" : "")\(number)"
  return (try? reader.read(text)).map { stamp(Int($0.milliseconds), pattern) } ?? "?"
}

/// A small whole number, from 11 to 41.
func whole(_ row: Int) -> Int { 11 + (row * 17 + row / 3) % 31 }

/// A number of four digits.
func large(_ row: Int) -> Int { 1000 + (row * 1237 + 345) % 8000 }

/// A number with decimals behind a mark.
func tenths(_ row: Int, _ mark: String = ".") -> String { "\(whole(row))\(mark)\((row * 7 + 3) % 10)" }

/// A number with two decimals behind a mark.
func cents(_ row: Int, _ mark: String = ".") -> String {
  "\(whole(row + 2))\(mark)\((row * 7) % 10)\((row * 3 + 5) % 10)"
}

/// A number of four digits with a group and two decimals.
func grouped(_ row: Int, _ group: String, _ mark: String) -> String {
  let digits = String(1000 + (row * 377 + 512) % 900)
  return "\(row % 9 + 1)\(group)\(digits.dropFirst())\(mark)\((row * 7) % 10)\((row * 3 + 5) % 10)"
}

/// All that a sketch says of a file.
struct SketchWords {
  /// Notes, columns and questions, a line each.
  let lines: [String]

  init(_ text: String) throws {
    let sketch = try TableSketch(table(text, CSVFormat(header: false)))
    lines =
      sketch.notes.map { "- \($0)" }
      + sketch.columns.map { "\($0.name) = \($0.role.rawValue), \($0.sureness.rawValue): \($0.reason)" }
      + sketch.questions.map { "? \($0.question) [\($0.choices.joined(separator: " | "))]" }
  }
}
