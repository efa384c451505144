import Files
import PipelineFile
import Pipelines
import Tabular

// The fields of the stage that reads the file.
extension PipelineSketch {
  func csvFields(path: String, in places: SketchPlaces) -> [String] {
    func list(_ texts: [String]) -> String {
      let scalars = texts.map(YAMLWriter.scalar)
      return scalars.count == 1 ? scalars[0] : "[\(scalars.joined(separator: ", "))]"
    }
    var fields = ["path: \(YAMLWriter.scalar(path))"]
    let format = sketch.format
    if case .byte(let byte) = format.delimiter, byte != UInt8(ascii: ",") {
      let text = byte == UInt8(ascii: "\t") ? "tab" : String(UnicodeScalar(byte))
      fields.append("delimiter: \(YAMLWriter.scalar(text))")
    }
    if format.delimiter == .whitespace { fields.append("delimiter: whitespace  # columns are aligned by blanks") }
    if format.encoding != .automatic {
      fields.append("encoding: \(format.encoding.rawValue)  # the file is no UTF-8 text")
    }
    if format.skip > 0 { fields.append("skip: \(format.skip)  # lines above the table") }
    if let comment = format.comment { fields.append("comment: \(YAMLWriter.scalar(comment))") }
    if !format.header { fields.append("header: false  # columns are called 1, 2, 3 and so on") }
    if format.skipBelow > 0 { fields.append("skip_below: \(format.skipBelow)  # a row of units") }
    switch layout.arrangement {
    case .wide: break
    case .long(let keys):
      fields += ["layout: long  # a row is one time of one series", "series: \(list(keys))"]
    case .rows(let key):
      fields += ["layout: rows  # a row is one series"] + (key.map { ["series: \(YAMLWriter.scalar($0))"] } ?? [])
    case .across(let keys):
      fields += ["layout: across  # the header says the times"] + (keys.isEmpty ? [] : ["series: \(list(keys))"])
    }
    if !layout.time.isEmpty { fields.append("time: \(list(layout.time))") }
    if let zone = layout.zone { fields.append("zone: \(YAMLWriter.scalar(zone.name))") }
    if let timeFormat = layout.timeFormat {
      if timeFormat != .iso { fields.append("time_format: \(YAMLWriter.scalar(timeFormat.description))") }
    }
    if layout.timeFormat?.isNumbered ?? true {
      fields.append("season: \(season)\(seasonNote)")
    }
    switch layout.arrangement {
    case .rows: break
    case .across: if !hasTotals { break } else { fields.append("target: \(list(layout.targets))") }
    case .wide, .long: fields.append("target: \(list(layout.targets))")
    }
    let others = sketch.columns.filter { $0.role == .past }.map(\.name)
    if !layout.future.isEmpty { fields.append("future: \(list(layout.future))  # known ahead") }
    if !others.isEmpty, !isAcross {
      fields.append("# past: [\(others.map(YAMLWriter.scalar).joined(separator: ", "))]")
    }
    if !layout.statics.isEmpty { fields.append("static: \(list(layout.statics))") }
    if let condition = layout.condition { fields.append("where: \(YAMLWriter.scalar(condition.description))") }
    if layout.repeated != .refuse {
      fields.append("repeated: \(layout.repeated.rawValue)  # rows of one time become one")
    }
    if !layout.missing.isEmpty {
      fields.append("missing: [\(layout.missing.map { YAMLWriter.scalar($0) }.joined(separator: ", "))]")
    }
    if layout.numbers.decimalComma { fields.append("decimal: \(YAMLWriter.scalar(","))") }
    if layout.numbers.grouping != .none {
      fields.append("thousands: \(YAMLWriter.scalar(layout.numbers.grouping.rawValue))")
    }
    if !layout.numbers.units.isEmpty {
      fields.append("units: [\(layout.numbers.units.map { YAMLWriter.scalar($0) }.joined(separator: ", "))]")
    }
    if layout.numbers.suffixes { fields.append("suffixes: true  # K, M and B behind numbers") }
    if layout.shortRows == .take { fields.append("short_rows: take  # the last cells of some rows are not there") }
    if endsOpen, quarantined.last?.line != lastLine {
      fields.append("last_row: take  # it has no line end; take this out where it may be cut while it is written")
    }
    return fields + (quarantined.isEmpty ? [] : quarantineFields(in: places))
  }

  private var isAcross: Bool { if case .across = layout.arrangement { true } else { false } }
  private var hasTotals: Bool { sketch.columns.contains { $0.role == .total } }

  private func quarantineFields(in places: SketchPlaces) -> [String] {
    let path = places.folder.map { FilePath($0).appending("bad-rows.csv").text } ?? "forecasts/\(name).bad-rows.csv"
    return [
      "bad_rows: quarantine  # some rows cannot be used; they are kept aside",
      "quarantine: \(YAMLWriter.scalar(path))",
    ]
  }
}
