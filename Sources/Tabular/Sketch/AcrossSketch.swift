import TimeSeries

/// A table whose header says the times: a row a series, or a row a year.
struct AcrossSketch {
  private let time: Int?
  private let keys: [Int]
  private let statics: [Int]
  private let values: [Int]
  private let totals: [Int]
  private let rest: [Int]
  private let format: TimeFormat
  private let names: [String]
  private let isRowASeries: Bool

  /// Nil where the header says no times.
  init?(
    _ table: Table, _ texts: [ColumnTexts], _ numbers: NumberSketch, _ wishes: SketchWishes
  ) throws(TabularError) {
    guard table.hasHeader, table.rowCount > 0 else { return nil }
    names = table.columns
    let numeric = texts.indices.filter { numbers.isNumeric[$0] || texts[$0].said.isEmpty }
    // A column of years, and months or quarters beside it.
    let year = texts.indices.first { column in
      numbers.isNumeric[column] && texts[column].isNamedAsTime && !texts[column].said.isEmpty
        && texts[column].said.allSatisfy { Int($0).map { (1000...2999).contains($0) } ?? false }
    }
    for pattern in ["yyyy MMM", "yyyy 'Q'Q", "yyyy M"] {
      guard let year, let format = try? TimeFormat(pattern) else { continue }
      let values = numeric.filter { $0 != year && format.reads("2000 " + texts[$0].name) }
      guard values.count >= (pattern.contains("Q") ? 4 : 12), values.count <= (pattern.contains("Q") ? 4 : 12) else {
        continue
      }
      let others = texts.indices.filter { $0 != year && !values.contains($0) }
      let words = others.filter { !numbers.isNumeric[$0] && !texts[$0].said.isEmpty && !texts[$0].isFree }
      (time, self.values, self.format, statics) = (year, values, format, [])
      let repeats = Set(texts[year].texts).count < texts[year].texts.filter { !$0.isEmpty }.count
      keys = repeats ? try wishes.keys.isEmpty ? words : table.columns(wishes.keys) : []
      let keys = keys
      totals = others.filter { numbers.isNumeric[$0] && !keys.contains($0) }
      let totals = totals
      rest = others.filter { !keys.contains($0) && !totals.contains($0) }
      isRowASeries = false
      return
    }
    // Dates in a run of names, or numbers of steps behind one word.
    let dated = try? TimeFormatDetector.format(of: numeric.map { texts[$0].name }.filter(\.looksLikeTime))
    guard let format = dated.flatMap({ $0.isSteps ? nil : $0 }) ?? AcrossSketch.steps(numeric.map { texts[$0].name }),
      case let values = numeric.filter({ format.reads(texts[$0].name) }), values.count >= 3,
      values.count * 2 > numeric.count
    else { return nil }
    let others = texts.indices.filter { !values.contains($0) }
    // A column of times means that the names are something else.
    if others.contains(where: { !numbers.isNumeric[$0] && !texts[$0].said.isEmpty && texts[$0].hasTimes }) {
      return nil
    }
    let words = others.filter { !numbers.isNumeric[$0] && !texts[$0].said.isEmpty }
    // A row a month under years is a part of one series, no series.
    let months = try? TimeFormat("yyyy MMM")
    if wishes.keys.isEmpty,
      words.contains(where: { texts[$0].said.allSatisfy { months?.reads("2000 " + $0) ?? false } })
    {
      return nil
    }
    keys = try wishes.keys.isEmpty ? AcrossSketch.keys(words, texts) : table.columns(wishes.keys)
    let keys = keys
    statics = others.filter { !keys.contains($0) && !texts[$0].said.isEmpty }
    let statics = statics
    rest = others.filter { !keys.contains($0) && !statics.contains($0) }
    (time, self.values, totals, self.format, isRowASeries) = (nil, values, [], format, true)
    if keys.isEmpty, table.rowCount > 1 { return nil }
    // Columns that only count are parts of a row of its own, such as the hours of its day.
    if format.isNumbered, !AcrossSketch.isUnique(keys, texts) { return nil }
  }

  /// The form of names that count steps: a word for one, such as `d_`, and numbers one after another, ten of them at least.
  private static func steps(_ names: [String]) -> TimeFormat? {
    let words = names.map { String($0.reversed().drop { $0.isASCII && $0.isNumber }.reversed()) }
    let tallies = Dictionary(grouping: words) { $0 }.mapValues(\.count)
    guard let (word, count) = tallies.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }), count >= 10,
      stepWords.contains(word.lowercased().filter(\.isLetter)), word.allSatisfy({ $0.isLetter || "_- .".contains($0) })
    else { return nil }
    let numbers = zip(names, words).filter { $1 == word }.map { Int($0.0.dropFirst(word.count)) ?? -1 }
    let goesOn = numbers.enumerated().allSatisfy { $1 == numbers[0] + $0 }
    return numbers[0] >= 0 && goesOn ? .numbered(word) : nil
  }

  private static let stepWords: Set = [
    "d", "day", "w", "wk", "week", "m", "month", "q", "quarter", "y", "year", "h", "hour", "t", "time", "step",
    "period", "tag",
    "woche", "monat", "jour", "semaine", "mois",
  ]

  /// The fewest columns of words that name each row but once: one, else two, else all.
  private static func keys(_ words: [Int], _ texts: [ColumnTexts]) -> [Int] {
    if let one = words.first(where: { isUnique([$0], texts) }) { return [one] }
    for (position, first) in words.enumerated() {
      if let second = words.dropFirst(position + 1).first(where: { isUnique([first, $0], texts) }) {
        return [first, second]
      }
    }
    return words
  }

  /// Whether some columns name each row but once.
  private static func isUnique(_ columns: [Int], _ texts: [ColumnTexts]) -> Bool {
    guard let first = columns.first else { return false }
    let names = texts[first].texts.indices.map { row in columns.map { texts[$0].texts[row] } }
    return Set(names).count == names.count && !names.contains { $0.allSatisfy(\.isEmpty) }
  }

  func layout(_ base: ReadingLayout) -> ReadingLayout {
    var layout = base
    layout.arrangement = .across(keys: keys.map { names[$0] })
    layout.time = time.map { [names[$0]] } ?? []
    layout.timeFormat = format
    layout.targets = values.map { names[$0] }
    layout.statics = statics.map { names[$0] }
    return layout
  }

  func describe(_ columns: inout [ColumnSketch], _ notes: inout [String]) {
    func set(_ positions: [Int], _ role: ColumnSketch.Role, _ sureness: ColumnSketch.Sureness, _ reason: String) {
      for position in positions {
        (columns[position].role, columns[position].sureness, columns[position].reason) = (role, sureness, reason)
      }
    }
    set(time.map { [$0] } ?? [], .time, .certain, "the year of its row")
    set(values, .value, .certain, "its name is a time (\(format))")
    set(keys, .key, .likely, "names the row")
    set(statics, .static, .likely, "one for each row")
    set(totals, .total, .likely, "not a time beside columns that are; left out")
    set(rest, .text, .likely, "not used")
    for position in rest where columns[position].sample == nil {
      (columns[position].role, columns[position].reason) = (.empty, "not one text")
    }
    notes.append(
      isRowASeries
        ? "the \(format.isNumbered ? "steps" : "times") stand in the header, from \"\(names[values[0]])\" to \"\(names[values[values.count - 1]])\"; a row is a series"
        : "a row is a year, and its columns are parts of it: they become one series in the order of time")
    if !totals.isEmpty { notes.append("left out: " + totals.map { "\"\(names[$0])\"" }.joined(separator: ", ")) }
  }
}

extension ColumnTexts {
  /// Whether nearly every text is another one, so that it is no name of a group.
  var isFree: Bool { Set(said).count * 2 > said.count }
}
