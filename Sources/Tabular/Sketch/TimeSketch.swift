import TimeSeries

/// Which columns of a table say the times of its rows.
struct TimeSketch {
  /// The columns, whose texts are joined by a blank.
  var columns: [Int]
  /// How the times are written; nil where that cannot be told.
  var format: TimeFormat?
  /// Why it cannot be told.
  var fault: TimeTextError?
  /// Why the format is this one; nil where it was given.
  var verdict: TimeVerdict?
  /// Why these columns are taken.
  var reason: String
  /// The times of the rows that were looked at; nil where there is none.
  var times: [Timestamp?] = []

  /// What a row says, as a text.
  private static func joined(_ columns: [Int], _ texts: [ColumnTexts], row: Int) -> String? {
    let parts = columns.map { texts[$0].texts[row] }
    return parts.contains(where: \.saysNothing) ? nil : parts.joined(separator: " ")
  }

  /// Looks for the columns of times.
  static func find(
    _ table: Table, _ texts: [ColumnTexts], _ numbers: NumberSketch, _ wishes: SketchWishes
  ) throws(TabularError) -> TimeSketch? {
    if !wishes.time.isEmpty {
      return TimeSketch(try table.columns(wishes.time), table, texts, wishes, reason: "as asked for")
    }
    let all = texts.indices.filter { !numbers.isNumeric[$0] && texts[$0].hasTimes }
    // One date in all rows says when the file was made, unless nothing else is a date.
    let several = all.filter { position in texts[position].said.contains { $0 != texts[position].said[0] } }
    var dates = [several, all].lazy.map { $0.filter { !texts[$0].isClock } }.first { !$0.isEmpty } ?? []
    // 01.02.24 may be a date or a time of day.
    if dates.isEmpty { dates = all.filter { !texts[$0].said[0].contains(":") } }
    let found = dates.lazy.compactMap { TimeSketch([$0], table, texts, wishes, reason: "its texts are times") }
    let parts = calendarParts(table, texts, numbers)
    // A year of accounts may stand beside a date that says more.
    if let date = found.first(where: { $0.isGood || $0.fault.map { !$0.isFiscalYear } ?? false })
      ?? found.first(where: { $0.fault != nil })
    {
      return date.withClock(table, texts, numbers, wishes)
    }
    if let parts, let sketch = parts.sketch(table, texts, wishes) { return sketch }
    let numeric = texts.indices.filter { numbers.isNumeric[$0] && texts[$0].mayCountTime }
    if let week = texts.indices.first(where: { numbers.isNumeric[$0] && texts[$0].isYearAndWeek }),
      let format = wishes.timeFormat ?? (try? TimeFormat("YYYYww"))
    {
      var sketch = TimeSketch(columns: [week], format: format, reason: "a year and a week")
      sketch.read(texts, in: wishes.zone)
      if sketch.isGood { return sketch }
    }
    let counted = numeric.lazy.compactMap { TimeSketch([$0], table, texts, wishes, reason: "its numbers are times") }
      .first { $0.isGood && $0.format?.isSteps == false || $0.isGood && texts[$0.columns[0]].isNamedAsTime }
    return counted?.withClock(table, texts, numbers, wishes)
  }

  private init(columns: [Int], format: TimeFormat?, fault: TimeTextError? = nil, reason: String) {
    (self.columns, self.format, self.fault, self.reason) = (columns, format, fault, reason)
  }

  /// The times of some columns; nil where their form is not known.
  private init?(
    _ columns: [Int], _ table: Table, _ texts: [ColumnTexts], _ wishes: SketchWishes, reason: String
  ) {
    self.init(columns: columns, format: wishes.timeFormat, reason: reason)
    if format == nil {
      do {
        let verdict = try table.timeVerdict(
          columns: columns, among: { row in !columns.contains { $0 >= table.cellCount(ofRow: row) } },
          isMissing: { $0.text.saysNothing }, dayFirst: wishes.dayFirst)
        (format, self.verdict) = (verdict.format, verdict)
      } catch {
        guard case .timeFormat(_, _, let fault) = error else { return nil }
        switch fault {
        case .ambiguousOrder, .fiscalYear: self.fault = fault
        default: return nil
        }
      }
    }
    read(texts, in: wishes.zone)
  }

  private mutating func read(_ texts: [ColumnTexts], in zone: LocalZone?) {
    guard let format else { return }
    var reader = TimeReader(format: format, localZone: zone)
    times = (texts.first?.texts ?? []).indices.map { row in
      TimeSketch.joined(columns, texts, row: row).flatMap { try? reader.read($0) }
    }
    guard zone != nil else { return }
    var moments = reader.moments(of: times.compactMap { $0 })[...]
    times = times.map { $0 == nil ? nil : moments.popFirst() }
  }

  /// What decided between day and month, for a person to look over.
  var orderNote: String? {
    guard let verdict else { return nil }
    if verdict.format.description.hasPrefix("y-") {
      return "the years are counted from 1, of no era that is known; they go on so"
    }
    switch verdict.reason {
    case .onlyReading, .said: return nil
    case .dayAbove12(let text): return "times are read as \(verdict.format), for \"\(text)\" can be nothing else"
    case .regular(let other):
      return "times are read as \(verdict.format) and not as \(other), for only that gives regular steps"
    }
  }

  /// Rows whose time is none but a word for a sum or a mean of others, such as "2012 total".
  func totals(_ texts: [ColumnTexts]) -> (condition: RowCondition, count: Int, sample: String)? {
    guard let column = columns.first, !times.isEmpty else { return nil }
    var (found, count, sample): ([String], Int, String) = ([], 0, "")
    for (row, text) in texts[column].texts.enumerated() where times[row] == nil {
      guard let word = TimeSketch.totals.first(where: { text.contains($0) }) else { continue }
      if !found.contains(word) { found.append(word) }
      if count == 0 { sample = text }
      count += 1
    }
    let name = "`" + texts[column].name.replacing("`", with: "``") + "`"
    let text = found.map { "\(name) not like \"*\($0)*\"" }.joined(separator: " and ")
    guard count > 0, let condition = try? RowCondition(text) else { return nil }
    return (condition, count, sample)
  }

  private static let totals = [
    "total", "Total", "TOTAL", "sum", "Sum", "Summe", "SUM", "gesamt", "Gesamt", "average", "Average", "AVERAGE",
    "Mean", "mean",
    "YTD", "Totale", "Somme",
  ]

  /// Whether nearly all rows have a time.
  private var isGood: Bool {
    let read = times.count { $0 != nil }
    return read > 0 && read * 10 >= times.count * 7
  }

  /// The share of rows with a time that no row before had.
  private var distinctShare: Double {
    let known = times.compactMap { $0 }
    return known.isEmpty ? 0 : Double(Set(known).count) / Double(known.count)
  }

  /// The share of the most common distance among all between distinct times.
  private var regularity: Double {
    let known = Set(times.compactMap { $0 }).sorted()
    let gaps = zip(known, known.dropFirst()).map { Int($1.milliseconds - $0.milliseconds) }
    guard let usual = gaps.mostFrequent else { return 0 }
    return Double(gaps.count { $0 == usual }) / Double(gaps.count)
  }

  /// The date with the time of day in a column of its own, where there is one and it makes the steps regular.
  private func withClock(
    _ table: Table, _ texts: [ColumnTexts], _ numbers: NumberSketch, _ wishes: SketchWishes
  ) -> TimeSketch {
    guard format?.isDate ?? true, distinctShare < 0.99 || format == nil else { return self }
    let clocks = texts.indices.filter {
      texts[$0].isClock || (numbers.isNumeric[$0] && (texts[$0].isHours || texts[$0].isDigitClock))
    }
    for clock in clocks {
      let reason = "a date, and the time of day in \"\(texts[clock].name)\""
      guard let both = TimeSketch(columns + [clock], table, texts, wishes, reason: reason) else { continue }
      if both.isGood, both.regularity >= 0.5 { return both }
      if both.fault != nil, fault != nil { return both }
    }
    return self
  }

  /// Columns named year, month, day and so on.
  private static func calendarParts(
    _ table: Table, _ texts: [ColumnTexts], _ numbers: NumberSketch
  ) -> CalendarParts? {
    // Without names, a year and a month are what they are where they stand first.
    func column(_ names: Set<String>, at place: Int? = nil, _ isPart: (String) -> Bool) -> Int? {
      texts.indices.first { position in
        let said = texts[position].said
        // The mark of a remark may stand in front of the names.
        let name = texts[position].name.lowercased().drop { $0 == "#" || $0 == " " }
        let isNamed = table.hasHeader ? names.contains(String(name)) : position == place
        return isNamed && !said.isEmpty && said.allSatisfy(isPart)
      }
    }
    func number(_ names: Set<String>, at place: Int? = nil, _ range: ClosedRange<Int>) -> Int? {
      column(names, at: place) { Int($0).map(range.contains) ?? false }
    }
    guard
      let year = number(
        ["year", "yr", "yyyy", "yy", "jahr", "annee", "année", "anno", "año", "jaar"], at: 0, 1000...2999)
    else {
      return nil
    }
    var parts = CalendarParts(columns: [year], pattern: "yyyy")
    let monthNames: Set = ["month", "mon", "mo", "mm", "monat", "mois", "mese", "mes", "maand"]
    if let month = number(monthNames, at: 1, 1...12) {
      parts.add(month, "M")
    } else if let month = column(
      monthNames, { $0.count >= 3 && (try? TimeFormat("yyyy MMM"))?.reads("2000 " + $0) == true })
    {
      parts.add(month, "MMM")
    } else if let month = column(
      ["period", "month"], { $0.count == 3 && $0.hasPrefix("M") && Int($0.dropFirst()) != nil })
    {
      parts.add(month, "'M'MM")
      return parts
    } else if let quarter = number(["quarter", "qtr", "q", "quartal"], 1...4) {
      parts.add(quarter, "Q")
    } else if let quarter = column(["quarter", "qtr", "q", "quartal"], { ["Q1", "Q2", "Q3", "Q4"].contains($0) }) {
      parts.add(quarter, "'Q'Q")
    } else if let week = number(["week", "wk", "isoweek", "iso_week", "woche", "semaine"], 1...53) {
      parts.columns.append(week)
      parts.pattern = "YYYY w"
    } else if let day = number(
      ["doy", "dayofyear", "day_of_year", "day of year", "yday", "jday", "julian", "julian_day", "day"], 1...366),
      texts[day].said.contains(where: { Int($0).map { $0 > 31 } ?? false })
    {
      parts.add(day, "D")
    } else {
      return nil
    }
    if parts.pattern.hasSuffix(" M") || parts.pattern.hasSuffix("MMM") {
      guard let day = number(["day", "dd", "dy", "dom", "tag", "jour", "giorno", "dia", "día", "dag"], at: 2, 1...31)
      else {
        return parts
      }
      parts.add(day, "d")
    } else if !parts.pattern.hasSuffix(" D") {
      return parts
    }
    guard let hour = number(["hour", "hr", "hh", "h", "stunde", "heure"], 0...24) else { return parts }
    parts.add(hour, "H")
    // Months may be called MM, and minutes mm.
    let next = texts.dropFirst(hour + 1).first { $0.name == "mm" && $0.said.allSatisfy { Int($0) ?? 60 < 60 } }
    guard let minute = number(["minute", "min", "mi"], 0...59) ?? next?.position else { return parts }
    parts.add(minute, "m")
    guard let second = number(["second", "sec"], 0...59) else { return parts }
    parts.add(second, "s")
    return parts
  }

  private struct CalendarParts {
    var columns: [Int]
    var pattern: String

    mutating func add(_ column: Int, _ letters: String) {
      columns.append(column)
      pattern += " " + letters
    }

    func sketch(_ table: Table, _ texts: [ColumnTexts], _ wishes: SketchWishes) -> TimeSketch? {
      guard let format = try? TimeFormat(pattern) else { return nil }
      let names = columns.map { texts[$0].name }.joined(separator: ", ")
      var sketch = TimeSketch(
        columns: columns, format: wishes.timeFormat ?? format, reason: "times in columns of their own: \(names)")
      sketch.read(texts, in: wishes.zone)
      return sketch.isGood ? sketch : nil
    }
  }
}

extension ColumnTexts {
  /// Whether the texts are times of day and nothing else.
  var isClock: Bool { !said.isEmpty && said.prefix(200).allSatisfy(\.isClock) }

  /// Whether the column is named as a time of day and holds four or six digits of one, such as 0930 or 093000.
  var isDigitClock: Bool {
    let lower = name.lowercased()
    guard ["time", "zeit", "hhmm", "heure", "hora"].contains(where: { lower.contains($0) }), let first = said.first
    else { return false }
    return said.allSatisfy { text in
      guard text.count == first.count, text.count == 4 || text.count == 6, let number = Int(text) else { return false }
      let parts = text.count == 4 ? [number / 100, number % 100] : [number / 10000, number / 100 % 100, number % 100]
      return parts[0] <= 24 && parts.dropFirst().allSatisfy { $0 < 60 }
    }
  }

  /// Whether the column is named as weeks and holds a year and a week, such as 202401.
  var isYearAndWeek: Bool {
    let lower = name.lowercased()
    return !said.isEmpty && ["week", "wk", "woche", "semaine", "semana"].contains(where: { lower.contains($0) })
      && said.allSatisfy { text in
        Int(text).map { (100_001...299_953).contains($0) && (1...53).contains($0 % 100) } ?? false
      }
  }

  /// Whether the column is named as hours, and holds them.
  var isHours: Bool {
    ["hour", "hr", "hh", "hour of day", "stunde", "heure", "hora", "ora"].contains(name.lowercased())
      && said.allSatisfy { Int($0).map { (0...24).contains($0) } ?? false }
  }

  /// Whether the first of the texts may be times, all together: one alone often tells too little.
  var hasTimes: Bool {
    var detector = TimeFormatDetector()
    for text in said.prefix(200) { detector.add(text) }
    do { _ = try detector.verdict() } catch {
      if case .ambiguousOrder = error { return true }
      if error.isFiscalYear { return true }
      return isNamedAsTime && said.first.map { $0.contains(where: \.isNumber) } ?? false
    }
    return true
  }

  /// Whether the column's name is one that times have.
  var isNamedAsTime: Bool {
    let names: Set = [
      "time", "timestamp", "date", "datetime", "ds", "year", "month", "week", "day", "epoch", "unix", "step", "t", "ts",
      "period", "datum", "zeit", "jahr", "fecha", "tiempo", "data", "heure", "timestep", "time_step", "unixtime",
    ]
    let lower = name.lowercased()
    return names.contains(lower)
      || ["timestamp", "date", "time", "epoch"].contains { lower.hasPrefix($0 + "_") || lower.hasSuffix("_" + $0) }
  }

  /// Whether the numbers may count time: named so, or whole numbers of the size of dates and epochs, most of them ascending
  /// or descending.
  var mayCountTime: Bool {
    let numbers = said.prefix(2000).map { Double($0) ?? .nan }
    guard !numbers.isEmpty, !numbers.contains(where: \.isNaN) else { return false }
    if isNamedAsTime { return true }
    guard said.allSatisfy({ !$0.contains(".") }) else { return false }
    let (first, last) = (numbers.min() ?? 0, numbers.max() ?? 0)
    let isDate = first >= 19_000_101 && last <= 22_001_231
    let isEpoch = [1.0, 1e3, 1e6, 1e9].contains { first >= 6e8 * $0 && last <= 2.3e9 * $0 }
    let isYear = first >= 1700 && last <= 2200 && position == 0
    guard isDate || isEpoch || isYear else { return false }
    // Days come again where there is a row a series, or a time of day beside them.
    let ascents = zip(numbers, numbers.dropFirst()).count { $0 < $1 || isDate && $0 == $1 }
    let descents = zip(numbers, numbers.dropFirst()).count { $0 > $1 || isDate && $0 == $1 }
    return max(ascents, descents) * 10 >= (numbers.count - 1) * 9
  }
}

extension TimeTextError {
  /// Whether the texts name years of accounts.
  fileprivate var isFiscalYear: Bool { if case .fiscalYear = self { true } else { false } }
}

extension TimeFormat {
  var isSteps: Bool { if case .steps = self { true } else { false } }

  /// Whether names of columns count steps.
  package var isNumbered: Bool { if case .numbered = self { true } else { false } }

  /// Whether the format says no time of day, so that another column may.
  fileprivate var isDate: Bool {
    switch self {
    case .iso: true
    case .pattern(let pattern): !pattern.text.contains("H") && !pattern.text.contains("h") && pattern.text.contains("d")
    default: false
    }
  }
}
