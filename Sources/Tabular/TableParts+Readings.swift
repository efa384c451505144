import TimeSeries

extension TableParts {
  /// The readings of rows that are times; nil where the parts could not be gone through, with the reason in `end`.
  func readings(
    ofTimes layout: ReadingLayout, end: inout TablePartsEnd
  ) throws(TabularError) -> TabularReadings? {
    var survey = ReadingSurvey(layout)
    end = try forEachPart { survey.take($0) }
    if end.isBroken { return nil }
    survey.finish()
    var collector = ReadingCollector(survey, layout)
    end = try forEachPart { part in
      collector.take(part)
      return true
    }
    if end.isBroken { return nil }
    if let sought = try collector.sort() {
      var seeker = ReadingCollector(survey, layout, seeking: sought)
      end = try forEachPart { part in
        seeker.take(part)
        return true
      }
      if end.isBroken { return nil }
      collector.take(from: seeker)
    }
    return try collector.finish()
  }
}

extension TablePartsEnd {
  /// Whether not all was handed over that was wanted.
  var isBroken: Bool {
    switch self {
    case .ended, .stopped: false
    case .foreign, .changed: true
    }
  }
}

/// A CSV file of which the readings are wanted.
public struct CSVFile: Sendable {
  /// Where it is.
  public let path: String
  /// What messages call it.
  private let source: String
  private let format: CSVFormat
  private let deadline: ContinuousClock.Instant?
  /// The bytes of text that are looked at together, at the least.
  var partSize = 1 << 20

  /// The file at a path.
  ///
  /// - Parameters:
  ///   - deadline: when to wait no longer for a pipe; nil for never.
  ///   - source: what messages call it; nil for its path.
  public init(
    _ path: String, format: CSVFormat = CSVFormat(), until deadline: ContinuousClock.Instant? = nil,
    named source: String? = nil
  ) {
    (self.path, self.format, self.deadline, self.source) = (path, format, deadline, source ?? path)
  }

  /// The table of all rows.
  public func table() throws(TabularError) -> Table {
    try Table(contentsOf: path, format: format, until: deadline, named: source)
  }

  /// The same file, written in another way.
  public func reading(as format: CSVFormat) -> CSVFile {
    var file = CSVFile(path, format: format, until: deadline, named: source)
    file.partSize = partSize
    return file
  }

  /// The table of all rows; of those that begin in about the first `size` bytes where it is larger, which is not the whole.
  public func beginning(of size: Int) throws(TabularError) -> (table: Table, isWhole: Bool) {
    guard InputFile.isPlain(path) else { return (try table(), true) }
    var file = try InputFile(path)
    var reader = CSVReader(source: source, format: format)
    var isForeign = false
    while let bytes = try file.next() {
      try reader.append(bytes.span)
      if isForeign { continue }
      switch reader.takePart(of: size) {
      case .none: break
      case .part(let table): return (table, false)
      case .foreign: isForeign = true
      }
    }
    return (try reader.finish(), true)
  }

  /// The readings that stand in the file; see ``Table/readings(_:)``.
  ///
  /// Where its rows are times, only some of them are in memory beside the readings, so that a file may be larger than it.
  /// What comes through a pipe, or is written neither in UTF-8 nor as the format says, is read whole. A file that changes
  /// meanwhile is read once more.
  public func readings(_ layout: ReadingLayout) throws(TabularError) -> TabularReadings {
    guard layout.rowsAreTimes, InputFile.isPlain(path) else {
      return try table().readings(layout)
    }
    var end = TablePartsEnd.ended
    for allowsGrowth in [false, true] {
      let parts = try FileParts(
        path, format, named: source, partSize: partSize, allowsGrowth: allowsGrowth)
      if var found = try parts.readings(ofTimes: layout, end: &end) {
        found.bytes += parts.bytes
        return found
      }
      if case .foreign = end { break }
    }
    return try table().readings(layout)
  }
}

extension ReadingLayout {
  fileprivate var rowsAreTimes: Bool {
    switch arrangement {
    case .wide, .long: true
    case .rows, .across: false
    }
  }
}
