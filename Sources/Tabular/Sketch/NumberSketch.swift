import TimeSeries

/// How the numbers of a table are written: one form for all columns, and the texts that mean "no value".
struct NumberSketch {
  /// How numbers are written.
  private(set) var form = NumberForm()
  /// Texts that mean "no value" beside the usual ones.
  private(set) var missing: [String] = []
  /// Whether each column holds numbers.
  private(set) var isNumeric: [Bool] = []
  /// The unit that stands in the cells of each column; empty where there is none.
  private(set) var units: [String] = []
  /// Why a column is none of numbers, though most of its texts hold one; nil where that is not so.
  private(set) var doubts: [String?] = []
  /// What is assumed, a line each.
  private(set) var notes: [String] = []

  /// The forms that are tried, the likeliest first.
  static let forms: [NumberForm] = [
    NumberForm(), NumberForm(grouping: .comma), NumberForm(decimalComma: true),
    NumberForm(decimalComma: true, grouping: .point), NumberForm(grouping: .space),
    NumberForm(decimalComma: true, grouping: .space), NumberForm(grouping: .apostrophe),
    NumberForm(decimalComma: true, grouping: .apostrophe),
  ]
  // So many texts of a column are looked at, and such a share of them must be numbers.
  private static let sample = 2000
  private static let share = 0.9

  init(_ columns: [ColumnTexts], delimiter: UInt8) {
    let texts = columns.map { column in
      column.said.prefix(NumberSketch.sample).filter { !NumberSketch.words.contains($0.lowercased()) }
    }
    let parts = texts.map { $0.map(NumberText.init) }
    let decorated = parts.map(NumberSketch.decoration)
    form = NumberSketch.form(parts, decorated, delimiter: delimiter)
    let found = decorated.compactMap { $0 }
    form.units = found.flatMap(\.units).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    form.suffixes = found.contains { $0.suffixes }
    units = decorated.map { $0?.units.first ?? "" }
    isNumeric = zip(texts, decorated).map { [form] texts, decoration in
      guard decoration != nil, !texts.isEmpty else { return false }
      let numbers = texts.count { form.number($0.utf8.span) != nil }
      return Double(numbers) >= NumberSketch.share * Double(texts.count)
    }
    doubts = parts.indices.map { isNumeric[$0] ? nil : doubt(texts[$0], parts[$0]) }
    noteForm(columns, parts)
    notePoints(parts, delimiter: delimiter)
    findMarkers(columns)
    findSentinels(columns)
  }

  private struct Decoration {
    var units: [String]
    var suffixes: Bool
  }

  /// What stands around the numbers of a column; nil where most of its texts are no numbers, or their units differ.
  private static func decoration(_ parts: [NumberText?]) -> Decoration? {
    let numbers = parts.compactMap { $0 }.filter(\.isDecoratedAsNumber)
    guard !numbers.isEmpty, Double(numbers.count) >= share * Double(parts.count) else { return nil }
    let suffixed = numbers.filter { !$0.suffix.isEmpty && !$0.isSuffix }
    let prefixed = Dictionary(grouping: numbers.filter { !$0.prefix.isEmpty }) { $0.prefix }.mapValues(\.count)
    let prefixes = prefixed.filter { Double($0.value) > (1 - share) * Double(numbers.count) || prefixed.count == 1 }
      .keys.sorted()
    guard prefixes.count <= 1, !isPartlyPercent(numbers), partialMultiple(numbers) == nil else { return nil }
    let tally = Dictionary(grouping: suffixed) { $0.suffix }.mapValues(\.count)
    let units = tally.filter { Double($0.value) > (1 - share) * Double(numbers.count) || tally.count == 1 }.map(\.key)
    guard units.count <= 1 else { return nil }
    let marks = numbers.filter(\.isSuffix)
    // Metres and the like: one letter behind all whole numbers is no million.
    let areSuffixes =
      !marks.isEmpty
      && (Set(marks.map(\.suffix)).count > 1 || marks.contains { "KkB".contains($0.suffix) }
        || marks.count < numbers.count)
    if !marks.isEmpty, !areSuffixes { return Decoration(units: units + ["M"], suffixes: false) }
    return Decoration(units: prefixes + units, suffixes: areSuffixes)
  }

  /// A K, M and the like that stands apart from some numbers, and behind others nothing.
  private static func partialMultiple(_ numbers: [NumberText]) -> String? {
    guard numbers.contains(where: { $0.suffix.isEmpty }) else { return nil }
    return numbers.first {
      $0.isApart && ["K", "k", "M", "B", "G", "T", "Mil", "Bil", "Mio", "Mrd"].contains($0.suffix)
    }?
    .suffix
  }

  /// Whether 11 % stands beside 0.11.
  private static func isPartlyPercent(_ numbers: [NumberText]) -> Bool {
    func sizes(_ numbers: [NumberText]) -> [Double] {
      numbers.compactMap { Double($0.core.replacing(",", with: ".")) }.filter { $0 != 0 }.sorted()
    }
    let percents = sizes(numbers.filter { $0.suffix == "%" })
    let plain = sizes(numbers.filter { $0.suffix.isEmpty })
    guard let most = plain.last, !percents.isEmpty else { return false }
    return most <= 1 && percents[percents.count / 2] > 1
  }

  /// Why texts are no column of numbers, though at least half of them hold one.
  private func doubt(_ texts: [String], _ parts: [NumberText?]) -> String? {
    let numbers = parts.compactMap { $0 }.filter(\.isDecoratedAsNumber)
    guard !texts.isEmpty, numbers.count * 2 >= texts.count else { return nil }
    if Double(numbers.count) < NumberSketch.share * Double(texts.count) {
      let other = zip(texts, parts).first { $1?.isDecoratedAsNumber != true }?.0 ?? ""
      return "\(texts.count - numbers.count) of \(texts.count) cells are no numbers, such as \"\(other.brief)\""
    }
    if NumberSketch.isPartlyPercent(numbers) { return "some cells are per cent, others fractions of 1" }
    if let letter = NumberSketch.partialMultiple(numbers) {
      return "some cells have \"\(letter)\" behind the number, others nothing"
    }
    let marks = Set(numbers.map { $0.prefix.isEmpty ? $0.suffix : $0.prefix }).subtracting([""]).sorted()
    if marks.count > 1 { return "its cells have different units: \(marks.prefix(6).joined(separator: ", "))" }
    let other = numbers.first { form.number($0.core.utf8.span) == nil }?.core ?? texts[0]
    return
      "numbers such as \"\(other.brief)\" are written in another way than others of the file, or in none that is known"
  }

  /// The form under which the most columns hold numbers; of several the likeliest.
  private static func form(_ parts: [[NumberText?]], _ decorated: [Decoration?], delimiter: UInt8) -> NumberForm {
    let columns = zip(parts, decorated).compactMap { parts, found in
      found == nil ? nil : parts.compactMap { $0?.core }
    }
    var best = (form: NumberForm(), columns: -1, cells: -1)
    var order = forms
    // Between semicolons a comma is a decimal mark sooner than a group.
    if delimiter != CSVFormat.comma { order.swapAt(1, 2) }
    for form in order {
      let counts = columns.map { texts in texts.count { form.number($0.utf8.span) != nil } }
      let numeric = zip(counts, columns).count { Double($0) >= share * Double($1.count) }
      let cells = counts.reduce(0, +)
      if (numeric, cells) > (best.columns, best.cells) { best = (form, numeric, cells) }
    }
    // 987 beside 1.024 and 12.300: points before just three digits, and none where the number is below a thousand.
    if !best.form.decimalComma, best.form.grouping == .none, columns.contains(where: hasGroupingPoints),
      !columns.contains(where: { hasDecimalPoints($0) })
    {
      return NumberForm(decimalComma: true, grouping: .point)
    }
    return best.form
  }

  private static func hasGroupingPoints(_ cores: [String]) -> Bool {
    let plain = cores.filter { !$0.contains(".") }
    return cores.count - plain.count >= 3 && plain.contains { $0.count == 3 } && plain.allSatisfy { $0.count <= 3 }
      && cores.allSatisfy { !$0.contains(".") || $0.isOneGroup(of: ".") }
  }

  private static func hasDecimalPoints(_ cores: [String]) -> Bool {
    // A date has two of them.
    cores.contains { text in text.count { $0 == "." } == 1 && !text.isOneGroup(of: ".") }
  }

  private mutating func noteForm(_ columns: [ColumnTexts], _ parts: [[NumberText?]]) {
    if form.decimalComma { notes.append("decimals stand behind a comma") }
    if form.grouping != .none { notes.append("\(form.grouping.words) group the digits of thousands") }
    if !form.units.isEmpty {
      notes.append("left off the numbers: " + form.units.map { "\"\($0)\"" }.joined(separator: ", "))
    }
    if form.suffixes { notes.append("K, M and B stand for thousands, millions and thousand millions") }
    for (column, parts) in zip(columns.indices, parts) where isNumeric[column] {
      if let text = parts.compactMap({ $0 }).first(where: \.isMarkedNegative) {
        notes.append(
          "\"\(columns[column].name)\": parentheses or a minus behind the digits make a number negative (\(text.core))")
      }
    }
    // A comma before exactly three digits in every number is one or the other.
    let cores = parts.indices.filter { isNumeric[$0] }.flatMap { parts[$0].compactMap { $0?.core } }
    let commas = cores.filter { $0.contains(",") }
    let isOpen = !commas.isEmpty && commas.allSatisfy { $0.isOneGroup(of: ",") }
    if isOpen, form.decimalComma || form.grouping == .comma, !hasPlainBelowThousand(parts) {
      let other =
        form.decimalComma ? "groups digits (decimal: \".\", thousands: \",\")" : "is a decimal mark (decimal: \",\")"
      notes.append(
        "a comma before three digits, as in \(commas[0]), is read as \(form.decimalComma ? "a decimal mark" : "a group"); it may be that it \(other)"
      )
    }
  }

  /// A point before exactly three digits in every number, in a file that is likely to come from where commas are decimal
  /// marks.
  private mutating func notePoints(_ parts: [[NumberText?]], delimiter: UInt8) {
    let cores = parts.indices.filter { isNumeric[$0] }.flatMap { parts[$0].compactMap { $0?.core } }
    let points = cores.filter { $0.contains(".") }
    guard !form.decimalComma, delimiter == UInt8(ascii: ";"), let first = points.first,
      points.allSatisfy({ $0.isOneGroup(of: ".") })
    else { return }
    notes.append(
      "a point before three digits, as in \(first), is read as a decimal mark; it may be that it groups digits (decimal: \",\", thousands: \".\")"
    )
  }

  /// Whether numbers below a thousand stand without a comma among larger ones, so that it groups digits.
  private func hasPlainBelowThousand(_ parts: [[NumberText?]]) -> Bool {
    parts.contains { column in
      let cores = column.compactMap { $0?.core }
      return cores.contains { $0.contains(",") }
        && cores.contains { !$0.contains(",") && !$0.contains(".") && $0.count <= 3 }
        && !cores.contains { !$0.contains(",") && $0.count > 3 }
    }
  }

  /// Marks in columns of numbers that are none, such as `***`.
  private mutating func findMarkers(_ columns: [ColumnTexts]) {
    var counts: [String: Int] = [:]
    for (column, texts) in columns.enumerated() where isNumeric[column] {
      for text in texts.marks { counts[text, default: 0] += 1 }
      for text in texts.said where NumberSketch.words.contains(text.lowercased()) { counts[text, default: 0] += 1 }
    }
    let usual = Set(ReadingLayout.usualMissing.map { $0.lowercased() })
    for (text, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) })
    where !usual.contains(text.lowercased()) {
      missing.append(text)
      notes.append("\"\(text)\" means no value, in \(counted(count, "cell"))")
    }
    var known: [String: Int] = [:]
    for (column, texts) in columns.enumerated() where isNumeric[column] {
      for (text, count) in texts.usual { known[text, default: 0] += count }
    }
    if !known.isEmpty {
      let list = known.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) × \"\($0.key)\"" }
      notes.append("cells that mean no value: " + list.joined(separator: ", "))
    }
  }

  /// Numbers that stand for no value: those that instruments write, far from all others.
  private mutating func findSentinels(_ columns: [ColumnTexts]) {
    var found: [Double: (text: String, count: Int)] = [:]
    let candidates = Set(NumberSketch.sentinels)
    var counts: [Double: (text: String, count: Int)] = [:]
    for (column, texts) in columns.enumerated() where isNumeric[column] {
      var (here, others): ([Double: Int], [Double]) = ([:], [])
      for text in texts.said {
        guard let number = form.number(text.utf8.span), number.isFinite else { continue }
        if candidates.contains(number) {
          here[number, default: 0] += 1
          counts[number] = (text, (counts[number]?.count ?? 0) + 1)
        } else {
          others.append(number)
        }
      }
      guard let least = others.min(), let most = others.max(), others.count >= 10 else { continue }
      for (number, count) in here where count >= (number < 0 ? 1 : 3) {
        let gap = number < 0 ? least - number : number - most
        if gap > 2 * max(most - least, most.magnitude / 10, least.magnitude / 10) {
          found[number] = (String(number), count)
        }
      }
    }
    for number in found.keys.sorted() {
      guard let (text, count) = counts[number] else { continue }
      missing.append(text)
      notes.append(
        "\(text) looks like no value, in \(counted(count, "cell")): it is far from all others; take it out of `missing` if it is a reading"
      )
    }
  }

  private static let sentinels: [Double] = [
    -9.99, -9.999, -99, -99.9, -99.99, -200, -888, -888.8, -999, -999.9, -999.99, -9999, -9999.9, -9999.99, -99_999,
    -999_999, -32_768, 999, 999.9, 999.99, 9999, 9999.9, 9999.99, 99_999, 999_999,
  ]
  private static let words: Set<String> = [
    "n.a.", "n/d", "nd", "n.d.", "nil", "missing", "unknown", "(null)", "-nan", "#value!", "#div/0!", "#ref!", "nodata",
    "no data", "not available", "k.a.", "#n/a n/a", "bad", "error", "err", "\\n", "#num!", "#name?", "#wert!", "n.v.",
  ]
}

extension String {
  /// Whether the text is one to three digits, a mark and just three digits, and does not begin with 0.
  fileprivate func isOneGroup(of mark: Character) -> Bool {
    let halves = split(separator: mark, omittingEmptySubsequences: false)
    return halves.count == 2 && halves[1].count == 3 && (1...3).contains(halves[0].count) && halves[0].first != "0"
      && halves.allSatisfy { $0.allSatisfy(\.isASCIIDigit) }
  }
}

/// The texts of a column.
struct ColumnTexts {
  /// The column's name.
  let name: String
  /// Where it stands, from 0.
  let position: Int
  /// One text a row; empty where the row is too short.
  let texts: [String]
  /// Those that say something: not empty, none of the usual ones for no value, and not only marks.
  let said: [String]
  /// Those that hold neither a letter nor a digit, and are none of the usual ones for no value.
  let marks: [String]
  /// How often each of the usual texts for no value is there.
  let usual: [String: Int]

  init(name: String, position: Int, texts: [String]) {
    (self.name, self.position, self.texts) = (name, position, texts)
    var (said, marks, usual): ([String], [String], [String: Int]) = ([], [], [:])
    for text in texts where !text.isEmpty {
      if text.saysNothing {
        usual[text, default: 0] += 1
      } else if text.allSatisfy({ !$0.isLetter && !$0.isNumber }) {
        marks.append(text)
      } else {
        said.append(text)
      }
    }
    (self.said, self.marks, self.usual) = (said, marks, usual)
  }
}
