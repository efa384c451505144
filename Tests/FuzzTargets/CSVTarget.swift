import Forecasting
import Tabular
import TimeSeries

extension FuzzTarget {
  /// CSV text: cells, the guess of its layout, readings, and the regular panel.
  static let csv = FuzzTarget(
    "csv", longest: 4096,
    words: [
      "\"", "\"\"", ",", ";", "\t", "|", "\n", "\r\n", "\r", "NA", "nan", "inf", "-", "1e308", "1e-400", "0x1p3",
      "1,5", "2024-02-29", "2024-02-30", "9999-12-31", "0000-01-01", "2024-01-01T00:00:00Z", "1700000000", "\u{FEFF}",
      "é", "\u{0}", "time", "value",
    ]
  ) { bytes in
    for format in [CSVFormat(), CSVFormat(delimiter: .byte(UInt8(ascii: ";")), header: false)] {
      guard let table = try unlessRefused({ try Table(csv: bytes.span, source: "fuzz.csv", format: format) }) else {
        continue
      }
      try checkPieces(bytes, of: table, format)
      var bare = table.format
      bare.header = false
      let cells = table.reading(as: bare)
      if let sketch = try unlessRefused({ try TableSketch(cells) }), let found = sketch.layout {
        try checkReadings(of: cells.reading(as: sketch.format), found)
      }
      let grouped = NumberForm(decimalComma: true, grouping: .point, units: ["%"], suffixes: true)
      var layouts = [ReadingLayout(.rows(key: nil)), ReadingLayout(numbers: grouped), ReadingLayout(.across(keys: []))]
      if let first = table.columns.first, let last = table.columns.last {
        layouts.append(ReadingLayout(.long(keys: [first])))
        layouts.append(ReadingLayout(time: [first, last], repeated: .sum, shortRows: .take))
      }
      for layout in layouts { try checkReadings(of: table, layout) }
    }
  }

  /// However the text is cut into pieces, the cells are the same.
  private static func checkPieces(_ bytes: [UInt8], of table: Table, _ format: CSVFormat) throws {
    var reader = CSVReader(source: "fuzz.csv", format: format)
    for start in stride(from: 0, to: bytes.count, by: 7) {
      try reader.append(bytes.span.extracting(start..<min(start + 7, bytes.count)))
    }
    try Finding.unless(try reader.finish() == table, "cells differ where the text comes in pieces")
  }

  private static func checkReadings(of table: Table, _ layout: ReadingLayout) throws(Finding) {
    var layout = layout
    (layout.badRows, layout.mostBadRows) = (.quarantine, 1)
    guard let found = try unlessRefused({ try table.readings(layout) }) else { return }
    let lines = found.quarantined.map(\.line)
    try Finding.unless(lines == lines.sorted(), "rows set aside are not in the order of their lines")
    try Finding.unless(found.rowCount == table.rowCount, "\(found.rowCount) of \(table.rowCount) rows are counted")
    for series in found.readings.series {
      try Finding.unless(series.times.count == series.values.count, "\(series.name): times and values differ in number")
      try Finding.unless(!series.values.contains { $0.isInfinite }, "\(series.name): an infinite value")
      try Finding.unless(
        zip(series.times, series.times.dropFirst()).allSatisfy { $0 < $1 }, "\(series.name): times do not ascend")
    }
    let names = found.readings.series.map(\.name)
    try Finding.unless(Set(names).count == names.count, "two series have one name")
    guard let panel = try unlessRefused({ try Regularization().apply(found.readings) }) else { return }
    for (series, read) in zip(panel.series, found.readings.series) {
      let known = series.values.count { !$0.isNaN }
      let given = read.values.count { !$0.isNaN }
      try Finding.unless(known == given, "\(series.name): \(given) values are read, the panel has \(known)")
      try Finding.unless(
        series.values.count <= 4096 + 1000 * bytesPerReading * max(read.times.count, 1),
        "\(series.name): \(read.times.count) readings make a panel of \(series.values.count) steps")
    }
  }

  // A panel's steps for each of its readings, beyond which a gap has been filled that nobody meant.
  private static let bytesPerReading = 100
}
