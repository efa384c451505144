import TimeSeries

/// Where in a text the table stands: what is above the header, whether there is one, and a row of units below it.
struct FrameSketch {
  /// The format with which the text is read.
  let format: CSVFormat
  /// What is assumed, a line each.
  private(set) var notes: [String] = []
  /// The unit that a row below the header names, a column each; empty where there is none.
  private(set) var units: [String] = []

  // So many rows are looked at, and so many of them may be no part of the table.
  private static let sample = 200
  private static let mostAbove = 50

  /// - Parameter table: read without a header.
  init(_ table: Table) {
    let rows = (0..<min(table.rowCount, FrameSketch.sample)).map(table.texts(ofRow:))
    let widths = rows.map { row in row.filter { !$0.isEmpty }.count }
    let usual = widths.mostFrequent ?? 1
    var found = table.format
    var first = FrameSketch.top(rows, widths, usual: usual)
    if table.format.delimiter == .whitespace {
      // A remark has as many cells as it has words.
      let remarks = rows.prefix { $0.first?.hasPrefix("#") ?? false }.count
      if remarks < rows.count { first = max(first, remarks) }
    }
    var above = rows[..<first].filter { !$0.allSatisfy(\.isEmpty) }
    let remark = ["#", "//", "%", "!", ";"].first { mark in
      // Names that begin with the mark would be taken for a remark.
      !above.isEmpty && above.allSatisfy { $0[0].hasPrefix(mark) } && !rows[first][0].hasPrefix(mark)
    }
    var notes: [String] = []
    found.encoding = table.encoding == .utf8 ? .automatic : table.encoding
    if table.encoding != .utf8 { notes.append("the letters are read as \(table.encoding.rawValue)") }
    if let names = FrameSketch.markedNames(rows) {
      first = names
      found.skip = table.line(ofRow: names) - 1
      notes.append("the names of the columns are those of line \(found.skip + 1), a remark")
    } else if let marked = FrameSketch.marked(rows), first <= marked {
      found.comment = "#"
      notes.append("\(counted(marked, "line")) of remarks above the table, beginning with #, left out")
      (above, first) = ([], marked)
    } else if let remark, !above.isEmpty {
      found.comment = remark
      notes.append("\(counted(above.count, "line")) of remarks above the table, beginning with \(remark), left out")
    } else if first > 0 {
      found.skip = table.line(ofRow: first) - 1
      let shown = above.first.map { row in row.first { !$0.isEmpty } ?? "" } ?? ""
      notes.append("\(counted(found.skip, "line")) above the table left out (\"\(shown.brief)\")")
    }
    let body = Array(rows.dropFirst(first))
    found.header = FrameSketch.isHeader(body)
    if !found.header { notes.append("no header; the columns are called 1, 2, 3 and so on") }
    if found.header, let units = FrameSketch.units(body) {
      found.skipBelow = 1
      self.units = units
      let line = table.line(ofRow: first + 1)
      let names = body[0].filter { !$0.isEmpty }
      notes.append(
        Set(names).count < names.count
          ? "line \(line) holds more names, of which none is used: \(units.filter { !$0.isEmpty }.joined(separator: ", ").brief)"
          : "line \(line) holds units, no readings")
    }
    format = found
    self.notes = notes
  }

  /// The row of the header, or the first of the table: wide enough, and not of the lines above it.
  private static func top(_ rows: [[String]], _ widths: [Int], usual: Int) -> Int {
    let near = rows.indices.prefix(mostAbove)
    let first =
      near.first { row in
        let isIndexed = widths[row] == usual - 1 && usual > 1 && rows[row].count == usual && rows[row][0].isEmpty
        return widths[row] * 2 > usual || widths[row] == usual || isIndexed
      } ?? 0
    // When and by whom the file was made stands above the names, in as many cells.
    if first + 2 < rows.count, rows[first].contains(where: { $0.looksLikeTime && !$0.looksLikeNumber }),
      widths[first + 1] >= widths[first], !rows[first + 1].contains(where: \.looksLikeValue), widths[first + 1] > 1,
      isHeader(Array(rows[(first + 1)...]))
    {
      return first + 1
    }
    // Lines of settings above the names of a wider table.
    guard let full = near.dropFirst(first).first(where: { widths[$0] == usual }), full > first,
      !rows[full].contains(where: { $0.looksLikeValue }), full + 1 < rows.count, widths[full + 1] * 2 > usual,
      rows[first..<full].contains(where: { row in row.contains { $0.looksLikeValue } || row.allSatisfy(\.isEmpty) })
    else { return first }
    return full
  }

  /// How many rows at the top begin with #, where names stand below them.
  private static func marked(_ rows: [[String]]) -> Int? {
    let count = rows.prefix { $0.first?.hasPrefix("#") ?? false }.count
    guard count > 0, count < rows.count, !rows[count].contains(where: { $0.looksLikeValue }),
      isHeader(Array(rows[count...]))
    else { return nil }
    return count
  }

  /// The row of names in front of which stands #, where no row below the remarks has names: the last of them, or the last
  /// but one, where the last holds units.
  private static func markedNames(_ rows: [[String]]) -> Int? {
    let count = rows.prefix { $0.first?.hasPrefix("#") ?? false }.count
    guard count > 0, count + 2 < rows.count, !isHeader(Array(rows[count...])) else { return nil }
    let width = rows[count].count
    func isNames(_ row: Int) -> Bool {
      row >= 0 && rows[row].count == width && width > 1 && rows[row][0].count > 1
        && !rows[row].contains { $0.looksLikeValue || $0.isEmpty } && Set(rows[row]).count == width
        && isHeader([rows[row]] + rows[count...])
    }
    return [count - 2, count - 1].first(where: isNames)
  }

  /// Whether the first row names columns: words above numbers or times, or times in a row above numbers.
  private static func isHeader(_ rows: [[String]]) -> Bool {
    guard let top = rows.first, rows.count > 1 else { return !(rows.first ?? []).contains { $0.looksLikeValue } }
    let below = rows.dropFirst().prefix(100)
    let times = top.filter { !$0.looksLikeNumber && $0.looksLikeTime }.count
    for (column, name) in top.enumerated() {
      let texts = below.compactMap { column < $0.count && !$0[column].saysNothing ? $0[column] : nil }
      guard !texts.isEmpty else { continue }
      let (numbers, values) = (texts.count(where: \.looksLikeNumber), texts.count(where: \.looksLikeValue))
      if numbers * 10 >= texts.count * 8, !name.looksLikeNumber, !name.saysNothing { return true }
      if values * 10 >= texts.count * 8, !name.looksLikeValue, !name.isEmpty { return true }
    }
    // Words above words of which none is the same; years above numbers.
    let years = top.compactMap { Int($0) }.filter { (1800...2200).contains($0) }
    if years.count >= 3, zip(years, years.dropFirst()).allSatisfy({ $1 == $0 + 1 }) {
      let isNextAYear = rows[1].contains { Int($0).map { (1800...2200).contains($0) } ?? false }
      if !top[0].looksLikeNumber || years.count == top.count && !isNextAYear { return true }
    }
    return times >= 3
  }

  /// The texts of the row below the header where they are units: words above numbers, and no time.
  private static func units(_ rows: [[String]]) -> [String]? {
    guard rows.count > 3 else { return nil }
    let (row, below) = (rows[1], rows[2...].prefix(50))
    // Widths and kinds of the columns, such as 15s, 20d, 14n.
    if row.allSatisfy({ $0.count <= 4 && Int($0.dropLast()) != nil && ["s", "d", "n"].contains($0.last) }) {
      return row.map { _ in "" }
    }
    var found = false
    for (column, text) in row.enumerated() {
      let texts = below.compactMap { column < $0.count && !$0[column].saysNothing ? $0[column] : nil }
      guard !texts.isEmpty else { continue }
      if texts.allSatisfy(\.looksLikeValue) {
        if text.looksLikeValue { return nil }
        if !text.saysNothing, text.count <= 16 { found = true }
      }
    }
    return found ? row : nil
  }
}

extension String {
  /// Whether the text is empty or one of those that mean "no value" everywhere.
  var saysNothing: Bool {
    let text = lowercased()
    return text.allSatisfy { $0 == " " } || ReadingLayout.usualMissing.contains { $0.lowercased() == text }
  }

  /// Whether the text is a number in one form or another, units and all.
  var looksLikeNumber: Bool { NumberText(self).map { $0.isPlausible } ?? false }

  /// Whether the text is a time by itself.
  var looksLikeTime: Bool { (try? TimeFormatDetector.format(of: [self])) != nil || looksLikeAmbiguousTime || isClock }

  /// Whether the text is a number or a time.
  var looksLikeValue: Bool { looksLikeNumber || looksLikeTime }

  private var looksLikeAmbiguousTime: Bool {
    do { _ = try TimeFormatDetector.format(of: [self]) } catch {
      if case .ambiguousOrder = error { return true }
    }
    return false
  }

  /// Whether the text is a time of day and nothing else, such as 13:00, 13:00:05, 1:00 PM or 13.00.05, or two of them with a
  /// dash between.
  var isClock: Bool {
    let ends = split(whereSeparator: { $0 == "-" || $0 == "\u{2013}" }).map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    return ends.count == 2 ? ends.allSatisfy(\.isTimeOfDay) : isTimeOfDay
  }

  private var isTimeOfDay: Bool {
    let parts = split(whereSeparator: { $0 == ":" || $0 == "." })
    guard (2...3).contains(parts.count), contains(":") || parts.count == 3 else { return false }
    guard let hour = Int(parts[0]), (0...24).contains(hour), parts[0].count <= 2 else { return false }
    return parts.dropFirst().enumerated().allSatisfy { position, part in
      var digits = part[...]
      if position == parts.count - 2 {
        digits = digits.prefix { $0.isNumber }
        guard ["", "am", "pm"].contains(part.dropFirst(digits.count).lowercased().filter { $0 != " " }) else {
          return false
        }
      }
      return digits.count == 2 && (Int(digits).map { $0 < 60 } ?? false)
    }
  }

  /// The text for a note, cut where it is long.
  var brief: String { count > 40 ? prefix(40) + "…" : self }
}

extension Collection<Int> {
  /// The number that is there most often, the largest of several.
  var mostFrequent: Int? {
    Dictionary(grouping: self) { $0 }.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) }?.key
  }
}
