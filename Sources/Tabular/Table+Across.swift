import TimeSeries

extension Table {
  /// Readings of a table whose header says the times: each row holds the values of one series, or of one part of it.
  ///
  /// The time of a value is what the row says in the columns of time, if there are any, a blank, and the name of its
  /// column: `2004 Jan`. Where no targets are named they are the columns whose names are times; other columns that are
  /// neither keys nor statics are left out with a warning.
  func readAcross(keys: [String], layout: ReadingLayout) throws(TabularError) -> TabularReadings {
    try checkHeader()
    let (keys, time, statics) = (try columns(keys), try columns(layout.time), try columns(layout.statics))
    let named = try columns(layout.targets)
    var used: Set<Int> = []
    for column in keys + time + statics + named where !used.insert(column).inserted {
      throw .columnUsedTwice(source: source, name: columns[column])
    }
    let candidates = named.isEmpty ? columns.indices.filter { !used.contains($0) } : named
    let format = if let given = layout.timeFormat { given } else { try format(across: candidates, after: time) }
    var times = TimeReader(format: format)
    let first = rowCount > 0 ? prefix(ofRow: 0, time) : ""
    let targets = named.isEmpty ? candidates.filter { format.reads(first + columns[$0]) } : named
    guard !targets.isEmpty else { throw .noTargets(source: source) }
    let ignored = Set(candidates).subtracting(targets).sorted()

    let reader = CellReader(layout)
    let bytes = cells.bytes.span
    var ledger = BadRowLedger(layout)
    var groups: [AcrossGroup] = []
    var groupOfName: [String: Int] = [:]
    rows: for row in 0..<rowCount where !isBlank(row: row) {
      let surplus = surplus(ofRow: row)
      guard surplus == 0 || (surplus < 0 && layout.shortRows == .take) else {
        ledger.note(row: row, of: self, column: nil, fault: .cells(cellCount(ofRow: row), columns: columns.count))
        continue
      }
      var parts: [String] = []
      for key in keys where key < cellCount(ofRow: row) {
        let cell = bytes.extracting(range(row: row, column: key))
        guard let part = cell.validText else {
          ledger.note(row: row, of: self, column: key, fault: .notUTF8(cell.invalidByte ?? 0))
          continue rows
        }
        if !part.isEmpty { parts.append(part) }
      }
      if !keys.isEmpty, parts.isEmpty {
        ledger.note(row: row, of: self, column: keys[0], fault: .noSeriesName)
        continue
      }
      let name = keys.isEmpty ? layout.seriesName : parts.joined(separator: "/")
      if time.isEmpty, let known = groupOfName[name] {
        ledger.note(
          row: row, of: self, column: keys.first, fault: .seriesTwice(name, line: line(ofRow: groups[known].row)))
        continue
      }
      var (moments, values): ([Timestamp], [Double]) = ([], [])
      let prefix = prefix(ofRow: row, time)
      for column in targets where column < cellCount(ofRow: row) {
        do { moments.append(try times.read(prefix + columns[column])) } catch {
          ledger.note(row: row, of: self, column: time.first ?? column, fault: .time(error))
          continue rows
        }
        do { values.append(try reader.value(bytes.extracting(range(row: row, column: column)))) } catch {
          ledger.note(row: row, of: self, column: column, fault: error)
          continue rows
        }
      }
      let group = groupOfName[name] ?? groups.count
      if group == groups.count {
        groups.append(AcrossGroup(name: name, row: row, facts: statics.map { text(row: row, column: $0) }))
        groupOfName[name] = group
      }
      groups[group].readings += zip(moments, values).map { (time: $0, value: $1) }
    }
    let quarantined = try ledger.settle(source: source, rows: rowCount)
    guard groups.contains(where: { $0.readings.contains { !$0.value.isNaN } }) else {
      throw .noValues(source: source, columns: targets.map { columns[$0] }, rows: rowCount)
    }
    let style = times.style
    let series = try groups.map { group throws(TabularError) in
      try group.series(style, statics: statics.map { columns[$0] }, reader, of: self)
    }
    let readings = Readings(series, style: style)
    var result = TabularReadings(
      readings: readings, quarantined: quarantined, timeFormat: format, rowCount: rowCount)
    if !ignored.isEmpty {
      let names = ignored.map { "\"\(columns[$0])\"" }.joined(separator: ", ")
      result.warnings.append(
        "\(source):\(headerLine): \(names): no time, so left out; name it under series or static if it is of use")
    }
    return result
  }

  /// What the columns of time of a row say, with a blank behind it.
  private func prefix(ofRow row: Int, _ time: [Int]) -> String {
    time.map { ($0 < cellCount(ofRow: row) ? text(row: row, column: $0) : "") + " " }.joined()
  }

  /// The format that most names of columns have, after what the first row says.
  private func format(across candidates: [Int], after time: [Int]) throws(TabularError) -> TimeFormat {
    let prefix = rowCount > 0 ? prefix(ofRow: 0, time) : ""
    do { return try TimeFormatDetector.format(of: candidates.map { prefix + columns[$0] }) } catch {
      throw .noTimesAcross(source: source, line: headerLine, error: error)
    }
  }
}

/// A series whose values stand beside one another.
private struct AcrossGroup {
  var name: String
  var row: Int
  var facts: [String]
  var readings: [(time: Timestamp, value: Double)] = []

  func series(
    _ style: TimeStyle, statics: [String], _ reader: CellReader, of table: Table
  ) throws(TabularError) -> Readings.Series {
    let sorted = readings.sorted { $0.time < $1.time }
    for (earlier, later) in zip(sorted, sorted.dropFirst()) where earlier.time == later.time {
      let fault = BadRow.Fault.timeTwice(style.text(of: later.time), series: name, line: table.line(ofRow: row))
      throw .badCell(source: table.source, row: BadRow(line: table.line(ofRow: row), fault: fault))
    }
    // Cells behind the last value are times to come, and those before the first are no gap.
    let known = sorted.indices.filter { !sorted[$0].value.isNaN }
    let kept = known.isEmpty ? [] : sorted[known[0]...known[known.count - 1]]
    let facts = zip(statics, facts).map { name, text in
      StaticCovariate(name: name, value: reader.number(text).map { .number($0) } ?? .text(text))
    }
    return Readings.Series(
      name: name, times: kept.map { style.zone == .none ? $0.time : style.time(of: $0.time) },
      values: kept.map(\.value), covariates: Covariates(statics: facts))
  }
}

extension ReadingLayout {
  /// What the only series is called.
  fileprivate var seriesName: String { "value" }
}

extension TimeFormat {
  /// Whether a text is a time of this format.
  func reads(_ text: String) -> Bool {
    var reader = TimeReader(format: self)
    return (try? reader.read(text)) != nil
  }
}
