import TimeSeries

// Which measures are forecast, and which go on where they end.
extension RoleSketch {
  /// Columns that go on in rows at the end of a series in which others have stopped.
  mutating func findFuture() {
    guard let time else { return }
    let measures = positions([.past, .flag, .target]).filter { numbers.isNumeric[$0] }
    guard measures.count > 1 else { return }
    let ends = SeriesEnds(table, texts, time, keys: keys, lookedAt: lookedAt)
    // A single row that lacks a value is a late one, not the future; one column that has hardly a value does not end.
    let stopped = measures.filter { column in
      let ahead = ends.series.count { $0.rowsAhead(of: column) >= 2 }
      return ahead > 0 && ahead * 2 >= ends.series.count && ends.series.contains { $0.isMostlySaid(column) }
    }
    guard
      let target = asked.first(where: stopped.contains)
        ?? stopped.min(by: { ends.rowsAhead(of: $0) < ends.rowsAhead(of: $1) })
    else { return }
    let open = ends.series.filter { $0.rowsAhead(of: target) >= 2 }
    let going = measures.filter { column in
      !asked.contains(column) && !stopped.contains(column) && open.allSatisfy { $0.isSaid(column, after: target) }
    }
    guard !going.isEmpty else { return }
    let rows = ends.rowsAhead(of: target)
    for column in going {
      set(column, .future, .likely, "goes on for \(rows) rows after \"\(texts[target].name)\" ends")
    }
    notes.append(
      "\"\(texts[target].name)\" ends \(rows) rows before \(keys.isEmpty ? "the file" : "the rows of each series") "
        + "\(keys.isEmpty ? "does" : "do"): the columns that go on are known ahead")
  }

  mutating func chooseTargets() {
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
  func preferred(_ measures: [Int]) -> Int? {
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
      // The state of the device that measures.
      "battery", "rssi", "snr", "uptime",
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
  func areAlike(_ measures: [Int]) -> Bool {
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
}
