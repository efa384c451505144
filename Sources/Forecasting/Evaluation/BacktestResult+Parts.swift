import TimeSeries

// The backtests of parts of a panel, which become that of all of it.
extension BacktestResult {
  /// Packs everything, for another process that puts it together with others, and hands it over in pieces; the last stays.
  ///
  /// - Throws: where the file that holds its folds cannot be read.
  package func pack(into writer: inout PackedWriter, pieces: (_ piece: [UInt8]) -> Void) throws {
    writer.put(season)
    writer.put(horizon)
    writer.put(names) { $0.put($1) }
    writer.put(origins) { $0.put($1) { $0.put($1) } }
    try folds.pack(into: &writer, pieces: pieces)
    writer.put(readings.map { [$0] } ?? []) { writer, readings in
      writer.put(readings.level ?? .nan)
      writer.put(readings.rows) { writer, rows in
        writer.put(rows.sorted { $0.key < $1.key }) { writer, row in
          writer.put(row.key)
          writer.put([row.value.forecast, row.value.lower, row.value.upper])
        }
      }
    }
    sums.pack(into: &writer)
  }

  /// Reads what ``pack(into:)`` has packed.
  ///
  /// - Parameters:
  ///   - panel: the series that it is of, in their order.
  ///   - backtest: what it was made by.
  ///   - scratch: a folder on whose disk there is room for what is too large to be held; nil where everything is held.
  package init(
    from reader: inout PackedReader, of panel: Panel, by backtest: Backtest, scratch: String? = nil
  ) throws {
    let (season, horizon) = (try reader.integer(), try reader.integer())
    let names = try reader.list { reader throws(SavingError) in try reader.text() }
    guard Stored.horizons.contains(horizon) else { throw SavingError.damaged("its backtest has no horizon") }
    let origins = try reader.list { reader throws(SavingError) in
      try reader.list { reader throws(SavingError) in try reader.integer() }
    }
    self.init(
      season: season, horizon: horizon, names: names, origins: origins,
      folds: try JudgedFolds(from: &reader, scratch: scratch),
      sums: ScoreSums(
        metrics: backtest.metrics, names: names, series: panel.series.count, folds: 0,
        horizon: horizon))
    readings = try reader.list { reader throws(SavingError) in
      try JudgedReadings(from: &reader, wanted: backtest.anomalies ?? .widest)
    }.first
    try sums.unpack(from: &reader)
    try checkStored(rows: panel.series.map(\.count))
  }

  /// The backtest of all series; those of no part were not judged.
  ///
  /// - Parameters:
  ///   - parts: that of each part, with the place of each of its series among all. All judged the same folds.
  ///   - panel: all series.
  ///   - scratch: a folder on whose disk there is room for what is too large to be held; nil where everything is held.
  package init(
    joining parts: [(result: BacktestResult, places: [Int])], of panel: Panel, scratch: String? = nil
  ) throws {
    let count = panel.series.count
    guard let first = parts.first?.result else { throw SavingError.damaged("there is no backtest") }
    for (part, _) in parts {
      guard part.season == first.season, part.horizon == first.horizon, part.names == first.names,
        part.origins.count == first.origins.count, part.folds.shape.folds == first.folds.shape.folds,
        (part.readings == nil) == (first.readings == nil)
      else { throw SavingError.damaged("they judged other folds than each other") }
    }
    func joined<Value>(_ blank: Value, _ values: (BacktestResult) -> [Value]) -> [Value] {
      var result = Array(repeating: blank, count: count)
      for (part, places) in parts { for (place, value) in zip(places, values(part)) { result[place] = value } }
      return result
    }
    var shape = first.folds.shape
    shape.series = count
    self.init(
      season: first.season, horizon: first.horizon, names: first.names,
      folds: try JudgedFolds(shape, scratch: scratch), sums: first.sums.blank(series: count))
    if first.units != nil { units = joined(Scale(center: 0, spread: 1)) { $0.units ?? [] } }
    origins = first.origins.indices.map { fold in joined(0) { $0.origins[fold] } }
    for (part, places) in parts {
      for fold in keptFolds {
        for range in places.indices.parts(of: 4096) {
          let found = zip(places[range], try part.judged(fold, range)).filter { $1 != nil }
          try folds.put(found.compactMap(\.1), fold: fold - keptFolds.lowerBound, at: found.map(\.0))
        }
      }
    }
    if let readings = first.readings {
      self.readings = JudgedReadings(
        wanted: readings.wanted, level: parts.lazy.compactMap { $0.result.readings?.level }.first,
        rows: joined([:]) { $0.readings?.rows ?? [] })
    }
    for (part, places) in parts { sums.add(part.sums, at: places) }
  }
}

extension JudgedReadings {
  fileprivate init(from reader: inout PackedReader, wanted: Backtest.AnomalyLevel) throws(SavingError) {
    let level = try reader.number()
    let rows = try reader.list { reader throws(SavingError) in
      let found = try reader.list { reader throws(SavingError) in
        let row = try reader.integer()
        let numbers = try reader.numbers()
        guard numbers.count == 3 else { throw .damaged("its anomalies have other numbers than theirs") }
        return (row, Reading(forecast: numbers[0], lower: numbers[1], upper: numbers[2]))
      }
      return Dictionary(found) { first, _ in first }
    }
    self.init(wanted: wanted, level: level.isNaN ? nil : level, rows: rows)
  }
}

extension ScoreSums {
  /// The same without anything summed, of another number of series.
  fileprivate func blank(series count: Int) -> ScoreSums {
    var blank = self
    blank.rows = rows.map { row in
      func none(_ lists: [[ExactTally]]) -> [[ExactTally]] { lists.map { $0.map { _ in ExactTally() } } }
      return Row(
        overall: row.overall.map { _ in ExactTally() }, folds: none(row.folds),
        series: Array(repeating: statistics.map { _ in Tally() }, count: count), steps: none(row.steps))
    }
    return blank
  }

  /// Adds the sums of a part.
  ///
  /// - Parameter places: where each of its series stands among all.
  fileprivate mutating func add(_ part: ScoreSums, at places: [Int]) {
    func add(_ sums: [ExactTally], to all: inout [ExactTally]) {
      for position in sums.indices { all[position].add(sums[position]) }
    }
    for (forecaster, row) in part.rows.enumerated() {
      add(row.overall, to: &rows[forecaster].overall)
      for fold in row.folds.indices { add(row.folds[fold], to: &rows[forecaster].folds[fold]) }
      for step in row.steps.indices { add(row.steps[step], to: &rows[forecaster].steps[step]) }
      for (place, sums) in zip(places, row.series) { rows[forecaster].series[place] = sums }
      for interval in row.intervals {
        let position = place(ofLevel: interval.level, for: forecaster)
        rows[forecaster].intervals[position].width.add(interval.width)
        add(interval.thirds, to: &rows[forecaster].intervals[position].thirds)
      }
    }
  }

  fileprivate func pack(into writer: inout PackedWriter) {
    func put(_ tally: ExactTally, _ writer: inout PackedWriter) {
      let sum = tally.sum.settled
      writer.put(tally.count)
      writer.put(sum.lowest)
      writer.put(sum.infinite)
      writer.put(sum.digits) { $0.put(Int($1)) }
    }
    for row in rows {
      writer.put(row.overall) { put($1, &$0) }
      writer.put(row.folds) { $0.put($1) { put($1, &$0) } }
      writer.put(row.steps) { $0.put($1) { put($1, &$0) } }
      writer.put(row.series) { writer, sums in
        writer.put(sums) { writer, tally in
          writer.put(tally.count)
          writer.put(tally.sum)
        }
      }
      writer.put(row.intervals) { writer, interval in
        writer.put(interval.level)
        put(interval.width, &writer)
        writer.put(interval.thirds) { put($1, &$0) }
      }
    }
  }

  /// Reads what ``pack(into:)`` has packed in place of its own.
  fileprivate mutating func unpack(from reader: inout PackedReader) throws(SavingError) {
    func exact(_ reader: inout PackedReader) throws(SavingError) -> ExactTally {
      let (count, lowest, infinite) = (try reader.integer(), try reader.integer(), try reader.number())
      let digits = try reader.list { reader throws(SavingError) in Int64(try reader.integer()) }
      guard let sum = ExactSum(digits: digits, lowest: lowest, infinite: infinite), count >= 0 else {
        throw .damaged("a sum of its scores has digits that no sum has")
      }
      return ExactTally(sum: sum, count: count)
    }
    func exacts(_ reader: inout PackedReader) throws(SavingError) -> [ExactTally] {
      try reader.list { reader throws(SavingError) in try exact(&reader) }
    }
    for position in rows.indices {
      rows[position] = Row(
        overall: try exacts(&reader),
        folds: try reader.list { reader throws(SavingError) in try exacts(&reader) }, series: [],
        steps: try reader.list { reader throws(SavingError) in try exacts(&reader) })
      rows[position].series = try reader.list { reader throws(SavingError) in
        try reader.list { reader throws(SavingError) in
          let count = try reader.integer()
          return Tally(sum: try reader.number(), count: count)
        }
      }
      rows[position].intervals = try reader.list { reader throws(SavingError) in
        IntervalTally(level: try reader.number(), width: try exact(&reader), thirds: try exacts(&reader))
      }
    }
  }
}
