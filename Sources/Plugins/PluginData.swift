import Pipelines
import Tabular
import TimeSeries

/// The CSV files that go to plugins, and what comes back, held against what was asked for.
package enum PluginData {
  /// A step a row: `series,time,value`, a missing value being an empty cell; then the covariates, such as `past.rain`,
  /// `future.price` and `static.region`.
  static func csv(_ panel: Panel) -> [UInt8] {
    var writer = CSVWriter()
    let known = panel.series.first?.covariates ?? Covariates()
    writer.row(
      ["series", "time", "value"] + known.past.map { "past.\($0.name)" } + known.future.map { "future.\($0.name)" }
        + known.statics.map { "static.\($0.name)" })
    for series in panel.series {
      let style = TimeStyle(forPluginsOf: series.index)
      for step in series.values.indices {
        writer.cell(series.name)
        writer.cell(style.text(of: series.index[step]))
        writer.cell(series.values[step])
        for covariate in series.covariates.past + series.covariates.future { writer.cell(covariate.values[step]) }
        for fact in series.covariates.statics {
          switch fact.value {
          case .number(let number): writer.cell(number)
          case .text(let text): writer.cell(text)
          case .missing: writer.cell("")
          }
        }
        writer.endRow()
      }
    }
    return writer.bytes
  }

  /// The steps to forecast, a row each: `series,time,step`, and the covariates that are known ahead.
  static func csv(_ horizon: Int, stepsAfter history: Panel) -> [UInt8] {
    var writer = CSVWriter()
    let known = history.series.first?.covariates.future ?? []
    writer.row(["series", "time", "step"] + known.map { "future.\($0.name)" })
    for series in history.series {
      let style = TimeStyle(forPluginsOf: series.index)
      for step in 0..<horizon {
        let row = series.count + step
        writer.cell(series.name)
        writer.cell(style.text(of: series.index[row]))
        writer.cell(step + 1)
        for covariate in series.covariates.future {
          writer.cell(row < covariate.values.count ? covariate.values[row] : .nan)
        }
        writer.endRow()
      }
    }
    return writer.bytes
  }

  /// A step a row: `series,time,step,forecast` and the bounds.
  static func csv(_ forecast: Forecast) -> [UInt8] {
    ForecastFile.csv(forecast.series) { TimeStyle(forPluginsOf: $0) }
  }

  /// A panel that came back for another: the same series and times, other values.
  package static func panel(_ bytes: [UInt8], rows: Int?, like panel: Panel) throws(PluginError.Fault) -> Panel {
    let table = try PluginTable(bytes, rows: rows)
    try table.check(sameRowsAs: try PluginTable(csv(panel), rows: nil), columns: ["series", "time"])
    let values = try table.numbers("value", mayBeMissing: true)
    var start = 0
    return panel.mapValues { series in
      defer { start += series.count }
      return Array(values[start..<start + series.count])
    }
  }

  /// A forecast that came back: the rows of `blank`, and in it whatever bounds were given. In every row the point and the
  /// narrower intervals lie within the wider ones, unless they did not in `blank` either.
  package static func forecast(
    _ bytes: [UInt8], rows: Int?, like blank: Forecast
  ) throws(PluginError.Fault) -> Forecast {
    let table = try PluginTable(bytes, rows: rows)
    try table.check(sameRowsAs: try PluginTable(csv(blank), rows: nil), columns: ["series", "time", "step"])
    let point = try table.numbers("forecast", mayBeMissing: false)
    let bands = try table.bands()
    var start = 0
    let forecast = Forecast(
      blank.series.map { series in
        let range = start..<start + series.point.count
        start = range.upperBound
        return Forecast.Series(
          name: series.name, index: series.index, point: Array(point[range]),
          intervals: bands.map { .init(level: $0.level, lower: Array($0.lower[range]), upper: Array($0.upper[range])) })
      })
    var row = 0
    for (series, given) in zip(forecast.series, blank.series) {
      for step in series.point.indices {
        row += 1
        guard let fault = series.intervalFault(at: step, columns: bands.map(\.percent)) else { continue }
        // What was given in disorder is not the plugin's fault; bounds that cross are.
        if given.intervals.isEmpty || given.intervalFault(at: step) == nil || series.crosses(at: step) {
          throw .badResult(reason: "row \(row): \(fault)")
        }
      }
    }
    return forecast
  }
}

extension Forecast.Series {
  fileprivate func crosses(at step: Int) -> Bool { intervals.contains { $0.lower[step] > $0.upper[step] } }

  /// What is wrong with the intervals of a step: the point, and every narrower interval, must lie within each.
  ///
  /// - Parameter columns: what the columns of each interval end in, for the words.
  fileprivate func intervalFault(at step: Int, columns: [String] = []) -> String? {
    func name(_ position: Int) -> String {
      columns.indices.contains(position) ? columns[position] : "\(intervals[position].level * 100)"
    }
    for (position, interval) in intervals.enumerated() {
      let (lower, upper, end) = (interval.lower[step], interval.upper[step], name(position))
      if lower > upper { return "lower_\(end) is above upper_\(end)" }
      if !(lower <= point[step] && point[step] <= upper) {
        return
          "the forecast \(point[step]) lies outside of lower_\(end) and upper_\(end), which are \(lower) and \(upper)"
      }
      guard position > 0 else { continue }
      let inner = intervals[position - 1]
      if lower > inner.lower[step] || upper < inner.upper[step] {
        return "lower_\(end) and upper_\(end) do not hold lower_\(name(position - 1)) and upper_\(name(position - 1)) "
          + "between them"
      }
    }
    return nil
  }
}

/// A table that a plugin wrote.
struct PluginTable {
  private let table: Table

  /// Reads a table; `rows` is how many the plugin says that it wrote.
  init(_ bytes: [UInt8], rows: Int?) throws(PluginError.Fault) {
    do {
      table = try Table(
        csv: bytes.span, source: "its file", format: CSVFormat(delimiter: .byte(UInt8(ascii: ",")), encoding: .utf8))
      try table.checkDistinctNames()
    } catch { throw .badResult(reason: "\(error)") }
    if let rows, rows != table.rowCount {
      throw .badResult(reason: "`rows` says \(rows), the file has \(table.rowCount)")
    }
  }

  var columns: [String] { table.columns }

  /// Refuses rows that are not those of another table, in its order.
  func check(sameRowsAs other: PluginTable, columns: [String]) throws(PluginError.Fault) {
    guard table.rowCount == other.table.rowCount else {
      throw .badResult(
        reason: "\(counted(table.rowCount, "row")) where \(counted(other.table.rowCount, "row")) "
          + "\(other.table.rowCount == 1 ? "is" : "are") wanted, one for each that was asked for")
    }
    for name in columns {
      let (mine, its) = (try column(name), try other.column(name))
      for row in 0..<table.rowCount {
        let (found, wanted) = (try text(row, mine), try other.text(row, its))
        if found != wanted {
          throw .badResult(
            reason: "row \(row + 1): \(name) is \(found.quotedExcerpt), not \(wanted.quotedExcerpt); keep the rows and "
              + "their order")
        }
      }
    }
  }

  /// The numbers of a column; NaN for an empty cell where one may be.
  func numbers(_ name: String, mayBeMissing: Bool) throws(PluginError.Fault) -> [Double] {
    let column = try column(name)
    var numbers: [Double] = []
    numbers.reserveCapacity(table.rowCount)
    for row in 0..<table.rowCount {
      let text = try text(row, column)
      if text.isEmpty, mayBeMissing {
        numbers.append(.nan)
      } else if let number = Double(text), number.isFinite {
        numbers.append(number)
      } else {
        let hint = mayBeMissing ? "; a missing value is an empty cell" : ""
        throw .badResult(reason: "row \(row + 1): \(name) wants a finite number, not \(text.quotedExcerpt)\(hint)")
      }
    }
    return numbers
  }

  /// The bounds of each level, narrowest first; `percent` is what their columns end in.
  func bands() throws(PluginError.Fault) -> [(level: Double, percent: String, lower: [Double], upper: [Double])] {
    var bands: [(level: Double, percent: String, lower: [Double], upper: [Double])] = []
    for column in columns where column.hasPrefix("lower_") || column.hasPrefix("upper_") {
      let percent = String(column.dropFirst(6))
      let isPlain = percent.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
      guard isPlain, let level = Double(percent).map({ $0 / 100 }), level > 0, level < 1 else {
        throw .badResult(
          reason: "the column \(column.quotedExcerpt) names no level; lower_80 and upper_80 are those of 80 %")
      }
      // The column of each lower bound brings the upper one with it.
      guard column.hasPrefix("lower_") else {
        _ = try self.column("lower_\(percent)")
        continue
      }
      if let other = bands.first(where: { $0.level == level }) {
        throw .badResult(reason: "the columns lower_\(other.percent) and \(column) are of one level")
      }
      guard bands.count < PluginProtocol.mostLevels else {
        throw .badResult(reason: "it gives more than \(PluginProtocol.mostLevels) levels")
      }
      bands.append(
        (
          level, percent, try numbers(column, mayBeMissing: false),
          try numbers("upper_\(percent)", mayBeMissing: false)
        ))
    }
    return bands.sorted { $0.level < $1.level }
  }

  private func column(_ name: String) throws(PluginError.Fault) -> Int {
    do { return try table.column(name) } catch { throw .badResult(reason: "\(error)") }
  }

  private func text(_ row: Int, _ column: Int) throws(PluginError.Fault) -> String {
    guard column < table.cellCount(ofRow: row) else {
      throw .badResult(reason: "row \(row + 1) has too few cells")
    }
    return table.text(row: row, column: column)
  }
}

extension TimeStyle {
  /// How times are written for plugins: ISO 8601, with a time of day where steps are shorter than a day; numbers for
  /// readings without times.
  init(forPluginsOf index: TimeIndex) {
    switch index.frequency {
    case .counted: self.init(form: .steps)
    case .milliseconds(let length) where length % 86_400_000 != 0: self.init(form: .dateTime)
    default: self.init(form: .date)
    }
  }
}
