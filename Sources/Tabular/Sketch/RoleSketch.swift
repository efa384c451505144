import TimeSeries

/// What each column of a table with a row a time is for: keys first, then what is no measure, then the measures.
struct RoleSketch {
  private let table: Table
  private let texts: [ColumnTexts]
  private let numbers: NumberSketch
  private let time: TimeSketch?
  private let wishes: SketchWishes
  private(set) var columns: [ColumnSketch]
  private(set) var notes: [String] = []
  private(set) var questions: [SketchQuestion] = []
  private var keys: [Int] = []
  private var repeated = RepeatedTimes.refuse
  private var isRowASeries = false
  /// Whether a column of numbers is not one that merely goes on.
  private var hasUnevenNumbers = false
  private let asked: [Int]
  private let askedKeys: [Int]

  // Of so many rows one may have the time of another before that is a rule.
  private static let exceptions = 0.05

  init(
    _ table: Table, _ texts: [ColumnTexts], _ numbers: NumberSketch, _ time: TimeSketch?, _ wishes: SketchWishes,
    _ columns: [ColumnSketch]
  ) throws(TabularError) {
    (self.table, self.texts, self.numbers) = (table, texts, numbers)
    (self.time, self.wishes, self.columns) = (time, wishes, columns)
    asked = try table.columns(wishes.targets)
    askedKeys = try table.columns(wishes.keys)
  }

  mutating func settle() {
    hasUnevenNumbers = texts.indices.contains { position in
      numbers.isNumeric[position] && !(time?.columns.contains(position) ?? false) && !texts[position].goesOnEvenly
        && !texts[position].isIndex(names: texts.count) && !texts[position].isNamedAsName && !texts[position].isPlace
        && Set(texts[position].said).count > 2
    }
    for (position, column) in texts.enumerated() { describe(position, column) }
    if let time {
      let way = time.format.map { " (\($0))" } ?? ""
      for position in time.columns { set(position, .time, .certain, time.reason + way) }
      if time.columns.count > 1 {
        let names = time.columns.map { "\"\(texts[$0].name)\"" }.joined(separator: ", ")
        notes.append("the time is put together of \(names)")
      }
      notes += [time.orderNote].compactMap { $0 }
      noteOtherTimes(time)
      askForSerialDays(time)
      noteOrder(time)
      findKeys(time)
      askForPartsOfDay(time)
      askForPartsOfYear(time)
    } else if !isTableOfRows() {
      askForTime()
      notes.append("no column of times; rows are numbered as steps")
    }
    findFuture()
    chooseTargets()
    askForYears()
  }

  private mutating func set(
    _ position: Int, _ role: ColumnSketch.Role, _ sureness: ColumnSketch.Sureness, _ reason: String
  ) {
    (columns[position].role, columns[position].sureness, columns[position].reason) = (role, sureness, reason)
  }

  private func positions(_ roles: Set<ColumnSketch.Role>) -> [Int] {
    columns.indices.filter { roles.contains(columns[$0].role) }
  }

  /// Asks where a column looks as if it said times, in a form that is not known.
  private mutating func askForTime() {
    guard !wishes.isStepped else { return }
    let suspect = texts.indices.first { position in
      let column = texts[position]
      let isSpoilt =
        Set(column.said).count == 1 && column.said.count > 1 && column.said[0].contains { "eE".contains($0) }
      if isSpoilt, column.isNamedAsTime, Double(column.said[0]) != nil { return true }
      if column.said.isEmpty, column.isNamedAsTime, !column.marks.isEmpty { return true }
      guard column.said.count * 10 >= column.texts.count * 6, columns[position].role != .constant else { return false }
      if column.isNamedAsTime { return numbers.isNumeric[position] ? columns[position].role != .index : true }
      let hasDigits = column.said.prefix(100).allSatisfy { $0.contains(where: \.isNumber) }
      return !numbers.isNumeric[position] && hasDigits && column.isFree && position < 2
    }
    guard let suspect else { return }
    questions.append(
      SketchQuestion(
        question:
          "column \"\(texts[suspect].name)\" seems to say times, such as \"\((texts[suspect].said + texts[suspect].marks)[0].brief)\", in a "
          + "form that is not known",
        choices: ["time_format, such as dd.MM.yyyy", "time: another column", "steps, where the rows are only counted"]))
  }

  /// Says that another column could be the time.
  private mutating func noteOtherTimes(_ time: TimeSketch) {
    let others = columns.indices.filter { position in
      columns[position].role == .timeAgain && !numbers.isNumeric[position] && !texts[position].isClock
    }
    guard !others.isEmpty, wishes.time.isEmpty else { return }
    let names = others.map { "\"\(texts[$0].name)\"" }.joined(separator: ", ")
    notes.append(
      "\(names) \(others.count == 1 ? "says" : "say") times too; \"\(texts[time.columns[0]].name)\" is taken, for it comes first"
    )
  }

  /// Asks where days are numbered as spreadsheets do.
  private mutating func askForSerialDays(_ time: TimeSketch) {
    guard wishes.time.isEmpty, wishes.timeFormat == nil, time.format?.isSteps == true,
      case let column = texts[time.columns[0]], column.isNamedAsDate,
      column.said.allSatisfy({ Double($0).map { (20_000...60_000).contains($0) } ?? false })
    else { return }
    questions.append(
      SketchQuestion(
        question: "column \"\(column.name)\": \(column.said[0]) looks like the number of a day in a spreadsheet; write "
          + "dates where the file is made, or have the rows counted",
        choices: ["time_format: steps", "steps, where the rows are only counted"]))
  }

  /// Asks where the columns are years and the rows parts of them, which no layout says.
  private mutating func askForYears() {
    let targets = positions([.target])
    guard asked.isEmpty, targets.count > 1, time?.format?.isSteps ?? true,
      targets.allSatisfy({ Int(texts[$0].name).map { (1800...2200).contains($0) } ?? false })
    else { return }
    questions.append(
      SketchQuestion(
        question:
          "columns \"\(texts[targets[0]].name)\" to \"\(texts[targets[targets.count - 1]].name)\" seem to be years, "
          + "and the rows parts of them; write a row for each time where the file is made",
        choices: ["target: the columns to forecast, each by itself"]))
  }

  /// Asks where what seems to name series are the parts of a year.
  private mutating func askForPartsOfYear(_ time: TimeSketch) {
    guard askedKeys.isEmpty, keys.count == 1, let key = keys.first, texts[key].isPartOfYear,
      time.times.allSatisfy({ $0.map { CivilTime($0) }.map { $0.month == 1 && $0.day == 1 && $0.hour == 0 } ?? true })
    else { return }
    questions.append(
      SketchQuestion(
        question:
          "column \"\(texts[key].name)\" seems to name the parts of a year, which are no series; write the whole "
          + "time where the file is made",
        choices: ["series: \(texts[key].name), a series for each part of the year"]))
  }

  /// Asks where a row or a column is a part of a day, which no form of time says.
  private mutating func askForPartsOfDay(_ time: TimeSketch) {
    guard time.times.allSatisfy({ ($0?.milliseconds ?? 0) % 86_400_000 == 0 }) else { return }
    if askedKeys.isEmpty, keys.count == 1, texts[keys[0]].isPartOfDay {
      questions.append(
        SketchQuestion(
          question:
            "column \"\(texts[keys[0]].name)\" numbers the parts of a day, which are no series; write the time of "
            + "day where the file is made",
          choices: ["series: \(texts[keys[0]].name), a series for each part of the day"]))
    }
    let parts = positions([.past, .constant, .empty]).filter { texts[$0].isNamedAsPartOfDay }
    if asked.isEmpty, parts.count >= 12, parts.count * 2 > columns.count {
      questions.append(
        SketchQuestion(
          question:
            "columns \"\(texts[parts[0]].name)\" to \"\(texts[parts[parts.count - 1]].name)\" are the parts of a "
            + "day, which are no series; write a row for each where the file is made",
          choices: ["target: the columns to forecast, each by itself from day to day"]))
    }
  }

  // MARK: What a column is by itself.

  private mutating func describe(_ position: Int, _ column: ColumnTexts) {
    let distinct = Set(column.said)
    guard !column.said.isEmpty else {
      return set(position, .empty, .certain, column.usual.isEmpty ? "not one text" : "not one value")
    }
    if asked.contains(position) { return set(position, .target, .certain, "as asked for") }
    if numbers.isNumeric[position] {
      if column.isIndex(names: texts.count) { return set(position, .index, .likely, "numbers the rows") }
      if numbers.isNumeric.count(where: { $0 }) > 1, !(time?.columns.contains(position) ?? false) {
        if column.isNamedAsName, column.said.allSatisfy({ Int($0) != nil }) {
          return set(position, .index, .likely, "numbers that name something")
        }
        if column.goesOnEvenly, time != nil || !column.isDecimalYear, !column.isNamedAsMeasure, !column.isAmount,
          hasUnevenNumbers
        {
          return set(position, .index, .likely, "goes on by the same step in each row")
        }
      }
      if distinct.count == 1, column.said.count > 1, numbers.isNumeric.count(where: { $0 }) > 1 {
        return set(position, .constant, .certain, "\(column.said[0]) in every row")
      }
      if column.isPlace { return set(position, .static, .likely, "a place on the map") }
      if distinct.isSubset(of: ["0", "1", "0.0", "1.0"]), distinct.count == 2, column.said.count > 10,
        numbers.isNumeric.count(where: { $0 }) > 1
      {
        return set(position, .flag, .likely, "0 or 1")
      }
      if time.map({ !$0.columns.contains(position) }) ?? false, column.isTimeAgain {
        return set(position, .timeAgain, .likely, "ascends as the time does")
      }
      return set(position, .past, .likely, "numbers")
    }
    if distinct.count == 1, column.said.count > 1 {
      return set(position, .constant, .certain, "\"\(column.said[0].brief)\" in every row")
    }
    let words = Set(distinct.map { $0.lowercased() })
    if words.count == 2, RoleSketch.flags.contains(words) {
      return set(position, .flag, .certain, "\(distinct.sorted().joined(separator: " or "))")
    }
    if column.hasTimes, time != nil, column.said.prefix(20).allSatisfy({ !$0.looksLikeNumber && $0.looksLikeTime }) {
      return set(position, .timeAgain, .likely, "times; another column is used")
    }
    if let doubt = numbers.doubts[position], !(time?.columns.contains(position) ?? false) {
      notes.append("\"\(column.name)\" is not used: \(doubt)")
      return set(position, .text, .likely, doubt)
    }
    if column.hasTimes { return set(position, .timeAgain, .likely, "times; another column is used") }
    set(position, .text, .certain, "\(counted(distinct.count, "different text"))")
  }

  private static let flags: Set<Set<String>> = [
    ["true", "false"], ["yes", "no"], ["y", "n"], ["t", "f"], ["on", "off"], ["oui", "non"], ["ja", "nein"],
  ]

  // MARK: Keys and repeated times.

  private mutating func noteOrder(_ time: TimeSketch) {
    let known = time.times.compactMap { $0 }
    guard askedKeys.isEmpty, known.count > 1 else { return }
    let pairs = zip(known, known.dropFirst())
    if pairs.allSatisfy({ $0 >= $1 }), pairs.contains(where: { $0 > $1 }) {
      notes.append("the newest rows come first; they are put in the order of time")
    }
  }

  /// The share of rows whose time and name another row before has.
  private func repeats(_ keys: [Int], _ time: TimeSketch) -> Double {
    var seen: Set<[String]> = []
    var (again, rows) = (0, 0)
    for (row, moment) in time.times.enumerated() {
      if moment == nil, time.format != nil { continue }
      let stamp = moment.map { String($0.milliseconds) } ?? time.columns.map { texts[$0].texts[row] }.joined()
      if stamp.isEmpty { continue }
      rows += 1
      if !seen.insert([stamp] + keys.map { texts[$0].texts[row] }).inserted { again += 1 }
    }
    return rows == 0 ? 0 : Double(again) / Double(rows)
  }

  private mutating func findKeys(_ time: TimeSketch) {
    if !askedKeys.isEmpty {
      keys = askedKeys
      for key in keys { set(key, .key, .certain, "as asked for") }
      return settleRepeats(repeats(keys, time), time)
    }
    let alone = repeats([], time)
    if alone == 0 { return findNamesThatNeverMeet(time) }
    let candidates = keyCandidates(time)
    if alone > RoleSketch.exceptions {
      let one = smallest(candidates.map { [$0] }, time, most: min(RoleSketch.exceptions, alone / 10))
      if let found = one ?? smallest(pairs(candidates), time)
        ?? smallest(triples(candidates), time)
      {
        keys = found
        let reason =
          found.count == 1
          ? "with the time it names each row but once" : "together with the time they name each row but once"
        for key in keys { set(key, .key, found.count == 1 ? .likely : .guess, reason) }
        let names = keys.map { "\"\(texts[$0].name)\"" }.joined(separator: " and ")
        let count = Set(texts[keys[0]].texts.indices.map { row in keys.map { texts[$0].texts[row] } }).count
        notes.append("\(names) \(keys.count == 1 ? "names" : "name") the series, \(count) of them")
        findStatics()
        return settleRepeats(repeats(keys, time), time)
      }
    }
    settleRepeats(alone, time)
  }

  /// Looks for names of series that take turns, so that no two rows have one time: the first column of names each of which
  /// has regular times of its own is taken; of others it is said that their rows are read as one series.
  private mutating func findNamesThatNeverMeet(_ time: TimeSketch) {
    let names = columns.indices.filter { position in
      let count = Set(texts[position].said).count
      return columns[position].role == .text && texts[position].isNamedAsKey && count > 1
        && count * 2 <= texts[position].said.count && texts[position].said.count * 10 >= texts[position].texts.count * 9
    }
    if let found = names.first(where: { isRegular(each: $0, time) }) {
      keys = [found]
      set(found, .key, .likely, "each of its names has regular times of its own")
      notes.append("\"\(texts[found].name)\" names the series, \(count(keys)) of them, no two of which have one time")
      return findStatics()
    }
    for name in names {
      notes.append(
        "\"\(texts[name].name)\" may name series, \(Set(texts[name].said).count) of them; no two rows have one time, and all are "
          + "read as one series")
    }
  }

  /// Whether the rows of each name of a column have one step, but for one in ten.
  private func isRegular(each position: Int, _ time: TimeSketch) -> Bool {
    var times: [String: [Int]] = [:]
    for (row, moment) in time.times.enumerated() {
      guard let moment else { continue }
      times[texts[position].texts[row], default: []].append(Int(moment.milliseconds))
    }
    return times.values.allSatisfy { times in
      let sorted = times.sorted()
      let gaps = zip(sorted, sorted.dropFirst()).map { $1 - $0 }
      guard gaps.count >= 6, let usual = gaps.mostFrequent else { return false }
      return gaps.count { $0 == usual } * 10 >= gaps.count * 9
    }
  }

  /// Columns that may name series: words or whole numbers, each of which comes again and again.
  private func keyCandidates(_ time: TimeSketch) -> [Int] {
    let rows = time.times.count
    func isRepeated(_ position: Int) -> Bool {
      let distinct = Set(texts[position].said).count
      return distinct > 1 && distinct * 2 <= rows && texts[position].said.count * 10 >= rows * 5
    }
    let words = texts.indices.filter {
      [.text, .flag].contains(columns[$0].role) && !numbers.isNumeric[$0] && isRepeated($0)
    }
    let whole = texts.indices.filter { position in
      guard numbers.isNumeric[position], !time.columns.contains(position), !asked.contains(position),
        [.past, .index].contains(columns[position].role), isRepeated(position)
      else { return false }
      return texts[position].said.allSatisfy { !$0.contains(".") && !$0.contains(",") && !$0.hasPrefix("-") }
    }
    let named = whole.filter { texts[$0].isNamedAsKey }
    return (words + (words.isEmpty || !named.isEmpty ? (named.isEmpty ? whole : named) : [])).sorted()
  }

  private func pairs(_ candidates: [Int]) -> [[Int]] {
    candidates.enumerated().flatMap { at, first in candidates.dropFirst(at + 1).map { [first, $0].sorted() } }
  }

  private func triples(_ candidates: [Int]) -> [[Int]] {
    pairs(Array(candidates.prefix(6))).flatMap { pair in
      candidates.prefix(6).filter { $0 > pair[1] }.map { pair + [$0] }
    }
  }

  /// The candidate with the fewest series under which times hardly ever repeat.
  private func smallest(
    _ candidates: [[Int]], _ time: TimeSketch, most: Double = RoleSketch.exceptions / 5
  ) -> [Int]? {
    candidates.prefix(60).filter { repeats($0, time) <= most }.min { a, b in
      (count(a), a.count { texts[$0].isNamedAsCode }) < (count(b), b.count { texts[$0].isNamedAsCode })
    }
  }

  private func count(_ keys: [Int]) -> Int {
    Set(texts[keys[0]].texts.indices.map { row in keys.map { texts[$0].texts[row] } }).count
  }

  /// Columns that say one thing of each series.
  private mutating func findStatics() {
    for position in columns.indices
    where [.text, .constant, .past].contains(columns[position].role) && !keys.contains(position)
      && !asked.contains(position)
    {
      guard Set(texts[position].said).count > 1 else { continue }
      var facts: [[String]: String] = [:]
      let isStatic = texts[position].texts.indices.allSatisfy { row in
        let text = texts[position].texts[row]
        if text.saysNothing { return true }
        let name = keys.map { texts[$0].texts[row] }
        defer { facts[name] = text }
        return facts[name].map { $0 == text } ?? true
      }
      let isFull = texts[position].said.count * 2 > texts[position].texts.count
      if isStatic, isFull, count(keys) * 3 <= texts[position].said.count {
        set(position, .static, .likely, "one for each series")
      }
    }
  }

  private mutating func settleRepeats(_ share: Double, _ time: TimeSketch) {
    if share == 0 { return }
    let percent = Int((share * 100).rounded(.up))
    if let wished = wishes.repeated {
      repeated = wished
      return notes.append("rows of one time (\(percent) % of them) become one: \(wished)")
    }
    if share <= RoleSketch.exceptions {
      let count = Int((share * Double(time.times.count)).rounded())
      repeated = .mean
      return notes.append(
        "\(counted(count, "row")) \(count == 1 ? "has" : "have") the time of another; rows of one time become their mean"
          + (wishes.zone == nil ? "; if a clock was put back there, set zone (Europe/Berlin, say)" : ""))
    }
    let measures = positions([.past, .target])
    let amounts = measures.filter { texts[$0].isAmount }
    if let first = (asked.isEmpty ? preferred(amounts) : asked.first { amounts.contains($0) }) {
      repeated = .sum
      for position in measures where position != first && asked.isEmpty {
        set(position, .past, .likely, "numbers of single rows")
      }
      if asked.isEmpty { set(first, .target, .likely, "an amount, which is summed") }
      return notes.append(
        "several rows have one time (\(percent) % of them): \"\(texts[first].name)\" is summed over them (repeated: sum)"
      )
    }
    questions.append(
      SketchQuestion(
        question:
          "\(percent) % of the rows have the time of another, and no column names series: are they events, to be "
          + "counted, summed or averaged for each time?",
        choices: [
          "repeated: count", "repeated: mean", "repeated: sum", "repeated: max", "series: the column that names them",
        ]))
  }

  /// A table without times in which each row is a series: a name, then numbers.
  private mutating func isTableOfRows() -> Bool {
    guard let first = texts.first, columns[0].role == .text, Set(first.said).count == first.texts.count,
      positions([.past, .constant, .flag, .empty]).count >= 8,
      positions([.past, .constant, .flag, .empty]).count == columns.count - 1
    else { return false }
    isRowASeries = true
    set(0, .key, .likely, "names the row")
    for position in columns.indices.dropFirst() { set(position, .value, .likely, "a step of its row") }
    notes.append("no times; a row is a series, its cells are steps")
    return true
  }

  // MARK: Measures.

  /// Columns that go on in rows at the end in which others have stopped.
  private mutating func findFuture() {
    guard let time, keys.isEmpty else { return }
    let measures = positions([.past, .flag, .target]).filter { numbers.isNumeric[$0] }
    let order = time.times.indices.filter { time.times[$0] != nil }.sorted {
      (time.times[$0] ?? .init(milliseconds: 0), $0) < (time.times[$1] ?? .init(milliseconds: 0), $1)
    }
    func lastValue(_ column: Int) -> Int { order.lastIndex { !texts[column].texts[$0].saysNothing } ?? -1 }
    let ends = Dictionary(uniqueKeysWithValues: measures.map { ($0, lastValue($0)) })
    guard let latest = ends.values.max() else { return }
    let going = measures.filter { ends[$0] == latest && !asked.contains($0) }
    let stopped = measures.filter { column in
      guard let end = ends[column], end < latest else { return false }
      // One that has hardly a value does not end.
      return order[...max(end, 0)].count { !texts[column].texts[$0].saysNothing } * 2 > end
    }
    guard latest == order.count - 1, !going.isEmpty, let end = stopped.compactMap({ ends[$0] }).max(),
      going.allSatisfy({ column in order[(end + 1)...].allSatisfy { !texts[column].texts[$0].saysNothing } })
    else { return }
    // A single row that lacks a value is a late one, not the future.
    let target = asked.first ?? stopped.first { (ends[$0] ?? 0) == end } ?? stopped[0]
    guard latest - end >= 2 else { return }
    for column in going {
      set(column, .future, .likely, "goes on for \(latest - end) rows after \"\(texts[target].name)\" ends")
    }
    notes.append(
      "\"\(texts[target].name)\" ends \(latest - end) rows before the file does: the columns that go on are known ahead"
    )
  }

  private mutating func chooseTargets() {
    guard asked.isEmpty, !isRowASeries else { return }
    if !positions([.target]).isEmpty { return }
    let measures = positions([.past])
    guard !measures.isEmpty else {
      // What else holds numbers is better than nothing.
      let rest = columns.indices.filter {
        numbers.isNumeric[$0] && [.constant, .flag, .index, .timeAgain].contains(columns[$0].role)
      }
      if rest.count == 1 {
        set(rest[0], .target, .guess, columns[rest[0]].reason + "; the only numbers there are")
      } else if let position = texts.indices.first(where: { columns[$0].role == .text && numbers.doubts[$0] != nil }) {
        questions.append(
          SketchQuestion(
            question: "column \"\(texts[position].name)\" cannot be read as numbers: \(numbers.doubts[position] ?? "")",
            choices: []))
      }
      return
    }
    if measures.count == 1 || areAlike(measures) {
      let reason = measures.count == 1 ? "the only measure" : "measures of one kind, a series each"
      for position in measures { set(position, .target, .likely, reason) }
      return
    }
    guard let first = preferred(measures) else { return }
    set(first, .target, .guess, "the first of \(measures.count) measures, or the one named as such")
    for position in measures where position != first {
      set(position, .past, .likely, "another measure; not used unless named")
    }
    let others = measures.filter { $0 != first }.prefix(12).map { "\"\(texts[$0].name)\"" }.joined(separator: ", ")
    notes.append(
      "\"\(texts[first].name)\" is taken for the target; others could be: \(others)\(measures.count > 13 ? " and \(measures.count - 13) more" : "")"
    )
  }

  /// The measure that a file is most often about.
  private func preferred(_ measures: [Int]) -> Int? {
    let names = [
      "y", "ot", "target", "value", "adj close", "adjclose", "close", "cnt", "total", "sales", "demand", "load", "mean",
      "average", "avg",
    ]
    for name in names {
      if let found = measures.first(where: { texts[$0].words.contains(name) || texts[$0].name.lowercased() == name }) {
        return found
      }
    }
    // What tells of the spread of another, or of how sure it is, comes last.
    let spread: Set = [
      "std", "stdev", "stddev", "dev", "sd", "error", "err", "min", "max", "lower", "upper", "low", "high", "variance",
      "flag", "count", "n", "forecast", "predicted", "prediction", "expected", "yhat", "planned", "budget", "season",
      "weathersit",
      "weekday", "workingday", "yr", "mnth", "hr", "code", "type", "class", "category", "cluster", "group", "status",
      "quality", "qn", "elevation", "altitude", "population",
    ]
    // The weather is what explains another measure, sooner than the other way round.
    let weather: Set = [
      "temp", "temperature", "atemp", "rain", "rainfall", "snow", "clouds", "cloud", "humidity", "hum", "wind",
      "windspeed",
      "pressure", "dew", "dewpoint", "precipitation", "precip", "prcp", "sunshine", "visibility",
    ]
    let measured = measures.filter { texts[$0].words.isDisjoint(with: spread) }
    return measured.first { texts[$0].words.isDisjoint(with: weather) } ?? measured.first ?? measures.first
  }

  /// Whether columns are series of one kind: of one unit, of the same size, and none named as a measure of its own.
  private func areAlike(_ measures: [Int]) -> Bool {
    if Set(measures.map { columns[$0].unit ?? "" }).count > 1 { return false }
    let stems = Set(
      measures.map { String(texts[$0].name.lowercased().filter { !$0.isNumber && $0 != " " && $0 != "_" }) })
    if stems.count == 1, stems.first != "" { return true }
    if measures.contains(where: { texts[$0].isNamedAsMeasure }) { return false }
    let brackets = Set(measures.map { String(texts[$0].name.drop { !"([".contains($0) }) })
    if brackets.count > 1 { return false }
    let sizes = measures.map { column -> Double in
      let values = texts[column].said.prefix(2000).compactMap { numbers.form.number($0.utf8.span) }.map(\.magnitude)
        .sorted()
      return values.isEmpty ? 0 : values[values.count / 2]
    }
    guard let least = sizes.min(), let most = sizes.max(), least > 0 else { return false }
    return most / least <= 10
  }

  // MARK: The layout.

  func layout(_ base: ReadingLayout) -> ReadingLayout? {
    var layout = base
    func names(_ roles: Set<ColumnSketch.Role>) -> [String] { positions(roles).map { columns[$0].name } }
    if isRowASeries {
      layout.arrangement = .rows(key: columns[0].name)
      return layout
    }
    layout.targets = asked.isEmpty ? names([.target]) : asked.map { columns[$0].name }
    guard !layout.targets.isEmpty else { return nil }
    layout.future = names([.future])
    layout.repeated = repeated
    if let time {
      layout.time = time.columns.map { columns[$0].name }
      (layout.timeFormat, layout.zone) = (time.format, wishes.zone)
    }
    if !keys.isEmpty { layout.arrangement = .long(keys: keys.map { columns[$0].name }) }
    return layout
  }
}

extension ColumnTexts {
  /// The words of the name, in lower case.
  var words: Set<String> {
    Set(name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init))
  }

  /// Whether each number is one more than the one above it, but where it begins again, and the name is one of a row number.
  func isIndex(names count: Int) -> Bool {
    guard said.count > 2 else { return false }
    let names: Set = [
      "no", "nr", "index", "id", "row", "#", "idx", "unnamed: 0", "rownum", "row_id", "record", "rowid", "x", "unnamed",
      "n", "num", "obs",
    ]
    guard name == String(position + 1) || names.contains(name.lowercased()), count > 1 else { return false }
    let numbers = said.compactMap { Int($0) }
    guard numbers.count == said.count else { return false }
    let steps = zip(numbers, numbers.dropFirst()).count { $1 == $0 + 1 || $1 == $0 - 1 }
    return steps * 10 >= (numbers.count - 1) * 9
  }

  /// Whether the name is one of a short name beside a longer one.
  var isNamedAsCode: Bool { !words.isDisjoint(with: ["code", "id", "nr", "no", "abbr", "iso"]) }

  /// Whether the name is one of numbers that name something: `order_id`, `userId`, `zip`.
  var isNamedAsName: Bool {
    let names: Set = ["id", "ids", "zip", "zipcode", "plz", "postcode", "uuid", "guid", "ean", "isbn", "phone", "fips"]
    return !words.isDisjoint(with: names) || name.hasSuffix("Id") || name.hasSuffix("ID")
  }

  /// Whether each number is the same step further than the one above it.
  var goesOnEvenly: Bool {
    let numbers = said.compactMap(Double.init)
    guard numbers.count == texts.count, numbers.count > 5, let first = numbers.first, let last = numbers.last,
      first != last
    else { return false }
    let step = (last - first) / Double(numbers.count - 1)
    return numbers.enumerated().allSatisfy { row, number in
      (number - first - Double(row) * step).magnitude <= step.magnitude * 1e-3
    }
  }

  /// Whether the numbers count the hours, half hours or quarter hours of a day.
  var isPartOfDay: Bool {
    let names: Set = [
      "period", "interval", "hour", "position", "slot", "quarter", "stunde", "pte", "hr", "halfhour", "heure", "hora",
      "he",
    ]
    let numbers = Set(said.compactMap { Int($0) })
    guard !words.isDisjoint(with: names), numbers.count >= 12, let least = numbers.min(), let most = numbers.max()
    else {
      return false
    }
    return (0...1).contains(least) && most <= 100
  }

  /// Whether the texts are names of months, seasons, quarters or halves of a year, or the name is one of them.
  var isPartOfYear: Bool {
    let names: Set = ["season", "half", "halfyear", "semester", "period", "quarter", "month", "trimester", "term"]
    let seasons: Set = ["winter", "spring", "summer", "autumn", "fall"]
    guard Set(said).count <= 13 else { return false }
    if !words.isDisjoint(with: names) { return true }
    let months = try? TimeFormat("yyyy MMM")
    return said.allSatisfy { seasons.contains($0.lowercased()) || (months?.reads("2000 " + $0) ?? false) }
  }

  /// Whether the name is an hour of the day: `H1`, `13:00`, `hour 4`.
  var isNamedAsPartOfDay: Bool {
    if name.isClock { return true }
    let digits = String(name.filter(\.isNumber))
    let letters = name.lowercased().filter(\.isLetter)
    return ["h", "hr", "he", "hour", "stunde", "heure", "hora"].contains(letters)
      && (Int(digits).map { (0...25).contains($0) } ?? false)
  }

  /// Whether the name is one of a date.
  var isNamedAsDate: Bool {
    let lower = name.lowercased()
    return ["date", "datum", "day", "fecha", "tag", "jour"].contains { lower.contains($0) }
  }

  /// Whether the column holds degrees of a place.
  var isPlace: Bool {
    ["lat", "latitude", "lon", "lng", "long", "longitude"].contains(name.lowercased())
  }

  /// Whether the column says the time once more: parts of dates by name, or years with decimals that ascend.
  var isTimeAgain: Bool {
    let parts: Set = [
      "year", "month", "day", "hour", "minute", "weekday", "dayofweek", "day_of_week", "quarter", "week", "dayofyear",
      "doy",
    ]
    let fillers: Set = ["number", "num", "nr", "no", "of", "the", "iso"]
    if !words.isEmpty, words.subtracting(fillers).isSubset(of: parts), !words.isSubset(of: fillers) { return true }
    if parts.contains(name.lowercased()) { return true }
    if words.contains("year"), said.allSatisfy({ Int($0).map { (1500...2200).contains($0) } ?? false }) { return true }
    let numbers = said.compactMap(Double.init)
    guard numbers.count == said.count, numbers.count > 5, let first = numbers.min(), let last = numbers.max() else {
      return false
    }
    let isEpoch = [1.0, 1e3, 1e6, 1e9].contains { first >= 9e8 * $0 && last <= 2.3e9 * $0 }
    return (isDecimalYear || isEpoch) && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// Whether the numbers are years with decimals.
  var isDecimalYear: Bool {
    let numbers = said.compactMap(Double.init)
    guard numbers.count == said.count, let first = numbers.min(), let last = numbers.max() else { return false }
    return first >= 1500 && last <= 2200 && said.contains { $0.contains(".") }
  }

  /// Whether the name is one of a key.
  var isNamedAsKey: Bool {
    let names: Set = [
      "id", "key", "store", "shop", "item", "sku", "product", "dept", "department", "sensor", "device", "station",
      "site",
      "region", "country", "symbol", "ticker", "series", "unit", "meter", "customer", "location", "city", "category",
      "code",
      "family", "brand", "channel", "branch", "zone", "node", "host", "machine", "plant", "room", "line", "stock",
      "group",
      "uid", "nr", "name", "type",
    ]
    return !words.isDisjoint(with: names) || name.lowercased().hasSuffix("id")
  }

  /// Whether the name is one of an amount, which is summed over time.
  var isAmount: Bool {
    let names: Set = [
      "total", "sales", "revenue", "amount", "quantity", "qty", "count", "units", "sold", "volume", "cost", "income",
      "orders", "visits", "visitors", "demand", "turnover", "spend", "spent", "profit", "paid", "payment", "calls",
      "trips",
      "passengers", "rides", "clicks", "views", "downloads", "energy", "kwh", "rain", "rainfall", "precipitation",
      "umsatz", "menge", "betrag",
    ]
    return !words.isDisjoint(with: names)
  }

  /// Whether the name is one of a measure of its own, such as a temperature beside a pressure.
  var isNamedAsMeasure: Bool {
    let names: Set = [
      "temp", "temperature", "humidity", "pressure", "wind", "speed", "price", "cost", "rate", "open", "high", "low",
      "close",
      "volume", "quantity", "qty", "sales", "revenue", "cases", "deaths", "dewpoint", "rain", "radiation", "power",
      "voltage", "current", "std", "dev", "stddev", "error", "min", "max", "mean", "avg", "level", "flow", "occupancy",
      "adjusted",
      "change", "growth", "percent", "pct", "ratio", "index", "average", "trend", "interpolated", "cpi", "fuel",
      "discount", "promo", "profit", "score", "forecast", "predicted", "prediction", "expected", "yhat", "planned",
      "budget", "depth", "mag", "magnitude", "balance", "amount", "age", "height", "weight",
    ]
    return !words.isDisjoint(with: names)
  }
}
