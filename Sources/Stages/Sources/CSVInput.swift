import Files
import Pipelines
import Tabular
import TimeSeries

/// The text, or the texts of several files, that a path stands for.
struct CSVInput {
  /// One of them.
  private enum Text {
    case table(Table)
    case file(CSVFile)

    var source: String {
      switch self {
      case .table(let table): table.source
      case .file(let file): file.path
      }
    }

    func readings(_ layout: ReadingLayout) throws -> TabularReadings {
      switch self {
      case .table(let table): try table.readings(layout)
      case .file(let file): try file.readings(layout)
      }
    }
  }

  private var texts: [(name: String?, text: Text)]

  /// What comes through standard input, which is handed over piece by piece.
  init(standardInput: ((Span<UInt8>) throws -> Void) throws -> Void, _ format: CSVFormat) throws {
    var reader = CSVReader(source: "standard input", format: format)
    try standardInput { try reader.append($0) }
    texts = [(nil, .table(try reader.finish()))]
  }

  /// The files that a path stands for, which are read when their readings are asked for.
  init(_ path: FilePath, _ format: CSVFormat, until deadline: ContinuousClock.Instant? = nil) throws {
    let found = try CSVInput.files(path)
    texts = found.files.map { file in
      (found.isSeveral ? file.name : nil, .file(CSVFile(file.path.text, format: format, until: deadline)))
    }
  }

  // A larger text is not held whole by those who look at it more than once.
  private static let mostHeld = 1 << 26

  /// The same with the cells of files in memory, but for large ones, for whoever looks at them more than once.
  func loaded() throws -> CSVInput {
    var result = self
    for position in texts.indices {
      guard case .file(let file) = texts[position].text else { continue }
      let (table, isWhole) = try file.beginning(of: CSVInput.mostHeld)
      if isWhole { result.texts[position].text = .table(table) }
    }
    return result
  }

  private static func files(_ path: FilePath) throws(Failure) -> SeriesFiles {
    do { return try SeriesFiles(path) } catch { throw Failure(.noInput, "\(error)") }
  }

  /// The first table; of a very large file its first rows.
  func first() throws -> Table {
    switch texts[0].text {
    case .table(let table): table
    case .file(let file): try file.beginning(of: CSVInput.mostHeld).table
    }
  }

  /// The same texts, looked at in another way.
  func reading(as format: CSVFormat) -> CSVInput {
    var result = self
    for position in texts.indices {
      result.texts[position].text =
        switch texts[position].text {
        case .table(let table): .table(table.reading(as: format))
        case .file(let file): .file(file.reading(as: format))
        }
    }
    return result
  }

  /// The readings of all texts. Of several files, each series has the file's name, with that of its column or key behind
  /// it where a file has more than one.
  func readings(_ layout: ReadingLayout) throws -> TabularReadings {
    let shard = layout.shard
    var layout = layout
    // What a series of a file is called is known when the file is read.
    if texts.contains(where: { $0.name != nil }) { layout.shard = nil }
    func read(_ name: String?, _ text: Text) throws -> TabularReadings {
      var found = try text.readings(layout).named(after: name)
      if let shard { found.readings.series.removeAll { !shard.holds($0.name) } }
      return found
    }
    var result = try read(texts[0].name, texts[0].text)
    for (name, text) in texts.dropFirst() {
      let next = try read(name, text)
      guard next.timeFormat == result.timeFormat, next.readings.style == result.readings.style else {
        throw Failure(
          .badData,
          "\(text.source): its times are written otherwise (\(next.timeFormat.map { "\($0)" } ?? "steps")) than those "
            + "of \(texts[0].text.source) (\(result.timeFormat.map { "\($0)" } ?? "steps")); set time_format, or read them by themselves"
        )
      }
      // One file after another is read, beside the readings of those before it.
      result.bytes = max(result.bytes, result.readings.bytes + next.bytes)
      result.readings.series += next.readings.series
      result.quarantined += next.quarantined
      result.rowCount += next.rowCount
      result.warnings += next.warnings
      result.leftOut += next.leftOut
    }
    var names: Set<String> = []
    for series in result.readings.series where !names.insert(series.name).inserted {
      throw TabularError.seriesNamedTwice(source: texts[0].text.source, name: series.name)
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
