import TimeSeries

// Which columns name the series, and what becomes of rows with one time.
extension RoleSketch {
  mutating func noteOrder(_ time: TimeSketch) {
    let known = time.times.compactMap { $0 }
    guard askedKeys.isEmpty, known.count > 1 else { return }
    let pairs = zip(known, known.dropFirst())
    if pairs.allSatisfy({ $0 >= $1 }), pairs.contains(where: { $0 > $1 }) {
      notes.append("the newest rows come first; they are put in the order of time")
    }
  }

  /// The share of rows whose time and name another row before has.
  func repeats(_ keys: [Int], _ time: TimeSketch) -> Double {
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

  mutating func findKeys(_ time: TimeSketch) {
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
        let howMany = table.rowCount > lookedAt ? "" : ", \(count) of them"
        notes.append("\(names) \(keys.count == 1 ? "names" : "name") the series\(howMany)")
        findStatics()
        return settleRepeats(repeats(keys, time), time)
      }
    }
    settleRepeats(alone, time)
  }

  /// Looks for names of series that take turns, so that no two rows have one time: the first column of names each of which
  /// has regular times of its own is taken; of others it is said that their rows are read as one series.
  mutating func findNamesThatNeverMeet(_ time: TimeSketch) {
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
  func isRegular(each position: Int, _ time: TimeSketch) -> Bool {
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
  func keyCandidates(_ time: TimeSketch) -> [Int] {
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

  func pairs(_ candidates: [Int]) -> [[Int]] {
    candidates.enumerated().flatMap { at, first in candidates.dropFirst(at + 1).map { [first, $0].sorted() } }
  }

  func triples(_ candidates: [Int]) -> [[Int]] {
    pairs(Array(candidates.prefix(6))).flatMap { pair in
      candidates.prefix(6).filter { $0 > pair[1] }.map { pair + [$0] }
    }
  }

  /// The candidate with the fewest series under which times hardly ever repeat.
  func smallest(
    _ candidates: [[Int]], _ time: TimeSketch, most: Double = RoleSketch.exceptions / 5
  ) -> [Int]? {
    // Of columns that name the same series, one of words that is no code.
    func rank(_ keys: [Int]) -> (Int, Int, Int) {
      (count(keys), keys.count { numbers.doubts[$0] != nil }, keys.count { texts[$0].isNamedAsCode })
    }
    return candidates.prefix(60).filter { repeats($0, time) <= most }.min { rank($0) < rank($1) }
  }

  func count(_ keys: [Int]) -> Int {
    Set(texts[keys[0]].texts.indices.map { row in keys.map { texts[$0].texts[row] } }).count
  }

  /// Columns that say one thing of each series.
  mutating func findStatics() {
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

  mutating func settleRepeats(_ share: Double, _ time: TimeSketch) {
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
          + (wishes.zone == nil && hasTimesOfDay(time)
            ? "; if a clock was put back there, set zone (Europe/Berlin, say)" : ""))
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
  mutating func isTableOfRows() -> Bool {
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

  /// Whether some of the times are no midnight.
  func hasTimesOfDay(_ time: TimeSketch) -> Bool {
    time.times.contains { $0.map { $0.milliseconds != $0.day * 86_400_000 } ?? false }
  }
}
