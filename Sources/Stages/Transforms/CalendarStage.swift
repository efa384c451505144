import Files
import Forecasting
import Foundation
import PipelineFile
import Pipelines
import Tabular
import TimeSeries

/// Puts features of the calendar beside each step.
struct CalendarStage: TransformStage {
  static let name = "calendar"
  static let summary = "Tells the network hour, weekday, holidays and the like of each step, those of the horizon too."
  static let example = "{features: [day-of-week, day-of-year]}"
  static let savedParts = CalendarTransform.savedParts

  @Field("What each step is described by; steps must be shorter than its cycle.") var features: [CalendarFeature] = []
  @Field("How a position in a cycle is encoded: by sine and cosine, or by one number from -0.5 to 0.5.")
  var encoding = CalendarFeatures.Encoding.cycle
  @Field("A CSV file with a header whose first column holds the dates of holidays; longer steps count theirs.")
  var holidays: FilePath?
  @Field("The column that names the holidays, each of which then is a feature of its own.") var holidayNames: String?
  @Field("Days before a holiday that are marked too.", unit: "days", bounds: .between(0, 14)) var before = 0
  @Field("Days after a holiday that are marked too.", unit: "days", bounds: .between(0, 14)) var after = 0

  init() {}

  func check() throws(FieldFault) {
    if features.isEmpty, holidays == nil {
      throw FieldFault("features", "or holidays must be given, for there is nothing to tell without them")
    }
    if let twice = features.enumerated().first(where: { features[..<$0.offset].contains($0.element) })?.element {
      throw FieldFault("features", "names \(twice.rawValue) twice")
    }
    guard holidays == nil else { return }
    for (field, isSet) in [("holiday_names", holidayNames != nil), ("before", before > 0), ("after", after > 0)]
    where isSet {
      throw FieldFault(field, "wants `holidays`, the file with their dates")
    }
  }

  func inputs(below root: RootFolder) -> [String]? { holidays.map { [root.resolve($0)] } ?? [] }

  func transform(in surroundings: ChainSurroundings) -> any Transform {
    CalendarTransform(
      features: CalendarFeatures(
        features, encoding: encoding, before: before, after: after, ahead: surroundings.shape.horizon),
      holidays: holidays.map { surroundings.root.resolve($0) }, names: holidayNames)
  }
}

extension CalendarFeature: FieldChoice {}
extension CalendarFeatures.Encoding: FieldChoice {}

/// A calendar whose holidays stand in a file until it is fitted.
struct CalendarTransform: Transform {
  let features: CalendarFeatures
  let holidays: String?
  let names: String?

  var keepsUnits: Bool { true }

  func fit(_ panel: Panel) throws -> CalendarFeatures {
    var fitted = features
    if let holidays { fitted.holidays = try HolidayFile(contentsOf: holidays, names: names).holidays }
    if let frequency = panel.series.first?.index.frequency { try fitted.check(frequency) }
    return fitted
  }
}

/// A file of holidays: dates in the first column.
struct HolidayFile {
  let holidays: [Holiday]

  /// More would be more inputs than a network of the usual size can make use of.
  static let mostNames = 50

  /// - Parameter names: the column that names them; nil takes all as one.
  init(contentsOf path: String, names: String?) throws {
    // It is read for each fit.
    guard [.file, nil].contains(FilePath(path).kind) else {
      throw Failure(.noInput, "\(path): is no plain file")
    }
    let table = try Table(contentsOf: path, format: CSVFormat(encoding: .utf8))
    try table.checkDistinctNames()
    let column = try names.map { name throws(TabularError) in try table.column(name) }
    var days: [String: Set<Int64>] = [:]
    for (row, time) in try table.times(column: 0).enumerated() {
      let name = try column.map { column throws(TabularError) in try table.checkedText(row: row, column: column) }
      days[name ?? "holiday", default: []].insert(time.day)
    }
    guard days.count <= Self.mostNames else {
      throw Failure(
        .badData,
        "\(path): \(days.count) names of holidays, and \(Self.mostNames) are the most that are told by themselves; leave "
          + "`holiday_names` out, or group them")
    }
    holidays = days.sorted { $0.key < $1.key }.map { Holiday(name: $0.key, days: $0.value) }
  }
}
