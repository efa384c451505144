import TimeSeries

// What a column is by itself.
extension RoleSketch {
  mutating func describe(_ position: Int, _ column: ColumnTexts) {
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

  static let flags: Set<Set<String>> = [
    ["true", "false"], ["yes", "no"], ["y", "n"], ["t", "f"], ["on", "off"], ["oui", "non"], ["ja", "nein"],
  ]
}
