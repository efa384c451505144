import Files
import Pipelines
import Tabular
import TimeSeries

/// The table, or the tables of several files, that a path stands for.
struct CSVInput {
  private let tables: [(name: String?, table: Table)]

  /// What comes through standard input, which is handed over piece by piece.
  init(standardInput: ((Span<UInt8>) throws -> Void) throws -> Void, _ format: CSVFormat) throws {
    var reader = CSVReader(source: "standard input", format: format)
    try standardInput { try reader.append($0) }
    tables = [(nil, try reader.finish())]
  }

  private init(tables: [(name: String?, table: Table)]) { self.tables = tables }

  /// The files that a path stands for.
  init(_ path: FilePath, _ format: CSVFormat, until deadline: ContinuousClock.Instant? = nil) throws {
    let found = try CSVInput.files(path)
    tables = try found.files.map { file in
      (found.isSeveral ? file.name : nil, try Table(contentsOf: file.path.text, format: format, until: deadline))
    }
  }

  private static func files(_ path: FilePath) throws(Failure) -> SeriesFiles {
    do { return try SeriesFiles(path) } catch { throw Failure(.noInput, "\(error)") }
  }

  /// The first table.
  var first: Table { tables[0].table }

  /// The same tables, looked at in another way.
  func reading(as format: CSVFormat) -> CSVInput {
    CSVInput(tables: tables.map { ($0.name, $0.table.reading(as: format)) })
  }

  /// The readings of all tables. Of several files, each series has the file's name, with that of its column or key behind
  /// it where a file has more than one.
  func readings(_ layout: ReadingLayout) throws -> TabularReadings {
    var result = try tables[0].table.readings(layout).named(after: tables[0].name)
    for (name, table) in tables.dropFirst() {
      let next = try table.readings(layout).named(after: name)
      guard next.timeFormat == result.timeFormat, next.readings.style == result.readings.style else {
        throw Failure(
          .badData,
          "\(table.source): its times are written otherwise (\(next.timeFormat.map { "\($0)" } ?? "steps")) than those "
            + "of \(first.source) (\(result.timeFormat.map { "\($0)" } ?? "steps")); set time_format, or read them by themselves"
        )
      }
      result.readings.series += next.readings.series
      result.quarantined += next.quarantined
      result.rowCount += next.rowCount
      result.warnings += next.warnings
      result.leftOut += next.leftOut
    }
    var names: Set<String> = []
    for series in result.readings.series where !names.insert(series.name).inserted {
      throw TabularError.seriesNamedTwice(source: first.source, name: series.name)
    }
    return result
  }
}

extension TabularReadings {
  fileprivate func named(after file: String?) -> TabularReadings {
    guard let file else { return self }
    var result = self
    let isOne = readings.series.count == 1
    for position in result.readings.series.indices {
      let name = readings.series[position].name
      result.readings.series[position].name = isOne ? file : "\(file)/\(name)"
    }
    for position in result.quarantined.indices {
      result.quarantined[position].reason = "\(file): " + quarantined[position].reason
    }
    return result
  }
}
