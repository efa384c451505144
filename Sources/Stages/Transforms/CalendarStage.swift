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
  @Field("The country whose public holidays are told, two letters (ISO 3166), such as DE; longer steps count theirs.")
  var country: String?
  @Field("A CSV file with a header whose first column holds the dates of holidays; longer steps count theirs.")
  var holidays: FilePath?
  @Field("The column that names the holidays, each of which then is a feature of its own.") var holidayNames: String?
  @Field("Days before a holiday that are marked too.", unit: "days", bounds: .between(0, 14)) var before = 0
  @Field("Days after a holiday that are marked too.", unit: "days", bounds: .between(0, 14)) var after = 0

  init() {}

  func check() throws(FieldFault) {
    if features.isEmpty, holidays == nil, country == nil {
      throw FieldFault("features", "or country or holidays must be given, for there is nothing to tell without them")
    }
    if let country, PublicHolidays(of: country) == nil {
      throw FieldFault("country", PublicHolidays.refusal(of: country))
    }
    if let twice = features.enumerated().first(where: { features[..<$0.offset].contains($0.element) })?.element {
      throw FieldFault("features", "names \(twice.rawValue) twice")
    }
    if holidayNames != nil, holidays == nil {
      throw FieldFault("holiday_names", "wants `holidays`, the file with their dates")
    }
    guard holidays == nil, country == nil else { return }
    for (field, isSet) in [("before", before > 0), ("after", after > 0)] where isSet {
      throw FieldFault(field, "wants `country`, or `holidays`, a file with their dates")
    }
  }

  func inputs(below root: RootFolder) -> [String]? { holidays.map { [root.resolve($0)] } ?? [] }

  func transform(in surroundings: ChainSurroundings) -> any Transform {
    CalendarTransform(
      features: CalendarFeatures(
        features, encoding: encoding, before: before, after: after, ahead: surroundings.shape.horizon),
      country: country.flatMap(PublicHolidays.init(of:)), holidays: holidays.map { surroundings.root.resolve($0) },
      names: holidayNames)
  }
}

extension CalendarFeature: FieldChoice {}
extension CalendarFeatures.Encoding: FieldChoice {}

extension PublicHolidays {
  /// What is said of a country whose holidays are not known.
  public static func refusal(of country: String) -> String {
    let near = countries.contains(country.uppercased()) ? country.uppercased() : nil
    return "knows no holidays of \"\(country)\"; "
      + (near.map { "did you mean \($0)?" } ?? "two letters of ISO 3166 name a country, such as DE, GB or US")
  }
}

/// A calendar whose holidays stand in a file until it is fitted.
struct CalendarTransform: Transform {
  let features: CalendarFeatures
  let country: PublicHolidays?
  let holidays: String?
  let names: String?

  var keepsUnits: Bool { true }

  func fit(_ panel: Panel) throws -> CalendarFeatures {
    var fitted = features
    if let holidays { fitted.holidays = try HolidayFile(contentsOf: holidays, names: names).holidays }
    if let country { fitted.holidays.add(Holiday(name: HolidayFile.usualName, days: country.days)) }
    guard let frequency = panel.series.first?.index.frequency else { return fitted }
    try fitted.check(frequency)
    if let country, !frequency.isCounted { try check(country, on: panel) }
    return fitted
  }

  // Years that are not known would say that there were no holidays.
  private func check(_ country: PublicHolidays, on panel: Panel) throws(CovariateError) {
    for series in panel.series {
      let (first, last) = (series.index[0], series.index[series.index.count + features.ahead - 1])
      for time in [first, last] where !country.years.contains(CivilTime(time).year) {
        throw .holidaysUnknown(
          country: country.country, years: country.years, time: TimeStyle(form: .date).text(of: time))
      }
    }
  }
}

/// A file of holidays: dates in the first column.
struct HolidayFile {
  let holidays: [Holiday]

  /// More would be more inputs than a network of the usual size can make use of.
  static let mostNames = 50

  /// What holidays are called that nobody names.
  static let usualName = "holiday"

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
      days[name ?? Self.usualName, default: []].insert(time.day)
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

extension [Holiday] {
  /// Adds days to those of the same name.
  fileprivate mutating func add(_ holiday: Holiday) {
    if let same = firstIndex(where: { $0.name == holiday.name }) {
      self[same].days.formUnion(holiday.days)
    } else {
      append(holiday)
    }
  }
}
