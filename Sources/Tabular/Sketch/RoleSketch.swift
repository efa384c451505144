import TimeSeries

/// What each column of a table with a row a time is for: keys first, then what is no measure, then the measures.
struct RoleSketch {
  let table: Table
  let texts: [ColumnTexts]
  let numbers: NumberSketch
  let time: TimeSketch?
  let wishes: SketchWishes
  /// The rows at the beginning of the table that everything is told by.
  let lookedAt: Int
  var columns: [ColumnSketch]
  var notes: [String] = []
  var questions: [SketchQuestion] = []
  var keys: [Int] = []
  var repeated = RepeatedTimes.refuse
  var isRowASeries = false
  /// Whether a column of numbers is not one that merely goes on.
  var hasUnevenNumbers = false
  let asked: [Int]
  let askedKeys: [Int]

  // Of so many rows one may have the time of another before that is a rule.
  static let exceptions = 0.05

  init(
    _ table: Table, _ texts: [ColumnTexts], _ numbers: NumberSketch, _ time: TimeSketch?, _ wishes: SketchWishes,
    _ columns: [ColumnSketch], lookedAt: Int
  ) throws(TabularError) {
    (self.table, self.texts, self.numbers, self.lookedAt) = (table, texts, numbers, lookedAt)
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

  mutating func set(
    _ position: Int, _ role: ColumnSketch.Role, _ sureness: ColumnSketch.Sureness, _ reason: String
  ) {
    (columns[position].role, columns[position].sureness, columns[position].reason) = (role, sureness, reason)
  }

  func positions(_ roles: Set<ColumnSketch.Role>) -> [Int] {
    columns.indices.filter { roles.contains(columns[$0].role) }
  }

  /// Asks where a column looks as if it said times, in a form that is not known.
  mutating func askForTime() {
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
  mutating func noteOtherTimes(_ time: TimeSketch) {
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
  mutating func askForSerialDays(_ time: TimeSketch) {
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
  mutating func askForYears() {
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
  mutating func askForPartsOfYear(_ time: TimeSketch) {
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
  mutating func askForPartsOfDay(_ time: TimeSketch) {
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
