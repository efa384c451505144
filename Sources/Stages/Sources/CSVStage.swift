import Files
import PipelineFile
import Pipelines
import Tabular
import TimeSeries

/// Reads a CSV file.
struct CSVStage: SourceStage {
  static let name = "csv"
  static let summary = "Reads series from a CSV file; rows may come in any order."
  static let example = "{path: sample-data/co2.csv, time: week, target: co2}"

  @Field(
    "The file (- for standard input), or a pattern such as data/*.csv or a folder, of which each file is a series named "
      + "after it.")
  var path: FilePath
  @Field(
    "The column of times, or several whose texts are joined by a blank, such as [date, time]; without it rows are counted "
      + "as steps.")
  var time: [String] = []
  @Field("How times are written, such as dd.MM.yyyy, iso, epoch or epoch-ms; found out by itself.")
  var timeFormat: TimeFormat?
  @Field(
    "The zone of times that name none, such as Europe/Berlin: the hour that comes twice in autumn is two, the one that is "
      + "skipped in spring no gap.")
  var zone: LocalZone?
  @Field("The column, or columns, to forecast; all that are left when none is named.") var target: [String] = []
  var covariates = CovariateFields()
  @Field(
    "How series lie in the table: a column each, key columns, a row each, or a row each with the times in the header; "
      + "with a column of years across may be a table of months.")
  var layout = Layout.wide
  @Field("The column, or columns, that name the series, for the layouts long, rows and across.") var series: [String] =
    []
  @Field("Which rows are read, such as store == 1 and item in [a, b]; all without it.") var `where`: RowCondition?
  @Field("What becomes of readings of one series that have the same time: refuse, or one value for all of them.")
  var repeated = RepeatedTimes.refuse
  @Field(
    "Steps of a season, such as 12 of months, for rows without times; what stages take where theirs is not set.",
    bounds: .steps(1))
  var season: Int?
  @Field("The character between cells: auto, a character, tab, or whitespace for any run of blanks and tabs.")
  var delimiter = CSVFormat.Delimiter.automatic
  @Field("The character around cells that hold delimiters.") var quote = QuoteCharacter()
  @Field("Whether the first row names the columns; without it they are called 1, 2, 3 and so on.") var header = true
  @Field("Lines above the header, or the first row, that are no part of the table.", bounds: .between(0, 1_000_000))
  var skip = 0
  @Field("Rows right below the header that hold no readings, such as a row of units.", bounds: .between(0, 1000))
  var skipBelow = 0
  @Field("The text that rows begin with that are remarks.") var comment: String?
  @Field("How the letters of the file are written as bytes; auto finds it out.") var encoding = TextEncoding.automatic
  @Field("Texts that mean \"no value\", beside the empty cell, NA, N/A, NaN, null, -, ? and the like.")
  var missing: [String] = []
  @Field("The character before decimals.") var decimal = DecimalMark.point
  @Field("The character between groups of three digits.") var thousands = NumberForm.Grouping.none
  @Field("Texts before or behind numbers that are left off, such as $, % or °C.") var units: [String] = []
  @Field("Whether K, M and B behind a number are thousands, millions and thousand millions.") var suffixes = false
  @Field("What becomes of rows with fewer cells than columns: set aside, or taken with empty cells at their end.")
  var shortRows = ShortRows.setAside
  @Field("What becomes of rows that cannot be used: stop, or set them aside and go on.") var badRows = BadRows.error
  @Field("The share of the rows that may be set aside before the run stops.", bounds: .between(0, 1))
  var mostBadRows = 0.05
  @Field("What becomes of a last row without a line end, which may be cut: set aside with a warning, or taken.")
  var lastRow = LastRow.setAside
  @Field("Where rows that were set aside are kept, with line and reason.") var quarantine: FilePath?

  init() {}

  func check() throws(FieldFault) {
    if layout == .long, series.isEmpty {
      throw FieldFault("layout", "long wants `series`, the column that names the series")
    }
    if layout == .wide, !series.isEmpty {
      throw FieldFault("series", "is for the layouts long, rows and across; set layout")
    }
    if layout == .rows, series.count > 1 { throw FieldFault("series", "is one column where layout is rows") }
    if layout == .rows, !time.isEmpty { throw FieldFault("layout", "rows has no column of times; remove `time`") }
    if layout != .wide, layout != .long, repeated != .refuse {
      throw FieldFault("repeated", "is for the layouts wide and long")
    }
    if time.isEmpty, repeated != .refuse { throw FieldFault("repeated", "wants `time`, the column of times") }
    if zone != nil, time.isEmpty || layout == .across {
      throw FieldFault("zone", "is for rows with times, of the layouts wide and long")
    }
    if layout == .across, !(covariates.past + covariates.future).isEmpty {
      throw FieldFault(covariates.past.isEmpty ? "future" : "past", "is for the layouts wide and long")
    }
    if decimal == .comma, thousands == .comma { throw FieldFault("thousands", "is the same as decimal") }
    if decimal == .point, thousands == .point {
      throw FieldFault("thousands", "is the same as decimal; set decimal: \",\"")
    }
    if !time.isEmpty || layout == .across && timeFormat?.isNumbered != true, season != nil {
      throw FieldFault("season", "is for rows without times; set it on the stages, or remove `time`")
    }
    for (field, columns) in [("past", covariates.past), ("future", covariates.future), ("static", covariates.static)]
    where layout == .rows && !columns.isEmpty {
      throw FieldFault(field, "is for the layouts wide and long; in rows every cell behind the name is a value")
    }
    if badRows == .quarantine, quarantine == nil {
      throw FieldFault("bad_rows", "quarantine wants `quarantine`, the file that keeps the rows")
    }
    if badRows == .error, quarantine != nil { throw FieldFault("quarantine", "wants bad_rows: quarantine") }
  }

  var outputs: [FilePath] { [quarantine].compactMap { $0 } }

  func read(_ context: StageContext) throws -> SourceReadings {
    let format = CSVFormat(
      delimiter: delimiter, quote: quote.byte, header: header, skip: skip, skipBelow: skipBelow, comment: comment,
      encoding: encoding)
    var layout = ReadingLayout(
      arrangement, time: time, timeFormat: timeFormat, zone: zone, targets: target, past: covariates.past,
      future: covariates.future,
      statics: covariates.static, missing: missing,
      numbers: NumberForm(decimalComma: decimal == .comma, grouping: thousands, units: units, suffixes: suffixes),
      condition: `where`, repeated: repeated, shortRows: shortRows, badRows: badRows, mostBadRows: mostBadRows,
      lastRow: lastRow)
    layout.shard = context.shard
    var found = try input(context, format).readings(layout)
    found.readings.season = season
    return SourceReadings(
      found.readings, rejected: found.quarantined, rejectedPath: quarantine, warnings: found.warnings,
      target: target.count == 1 ? target[0] : nil, bytes: found.bytes)
  }

  func outline(_ context: StageContext) -> [String] {
    // Standard input has been read, and is gone.
    guard !path.isStandardStream else { return [] }
    let bare = CSVFormat(delimiter: delimiter, quote: quote.byte, header: false, encoding: encoding)
    let wishes = SketchWishes(
      targets: target, time: time, isStepped: time.isEmpty && layout != .across, keys: layout == .rows ? [] : series,
      timeFormat: layout == .across ? nil : timeFormat, zone: zone, condition: `where`,
      repeated: repeated == .refuse ? nil : repeated)
    guard let table = try? input(context, bare).first(), let sketch = try? TableSketch(table, wishes) else { return [] }
    return sketch.columns.lines
  }

  private func input(_ context: StageContext, _ format: CSVFormat) throws -> CSVInput {
    if path.isStandardStream {
      return try CSVInput(standardInput: { try context.standardInput(context.deadline, $0) }, format)
    }
    return try CSVInput(FilePath(context.root.resolve(path)), format, until: context.deadline)
  }

  func inputs(below root: RootFolder) -> [String]? {
    if path.isStandardStream { return nil }
    let place = FilePath(root.resolve(path))
    // What cannot be found now is said when it is read.
    return (try? SeriesFiles(place))?.files.map(\.path.text) ?? [place.text]
  }

  private var arrangement: ReadingLayout.Arrangement {
    switch layout {
    case .wide: .wide
    case .long: .long(keys: series)
    case .rows: .rows(key: series.first)
    case .across: .across(keys: series)
    }
  }
}

/// How series lie in a table.
enum Layout: String, FieldChoice {
  case wide, long, rows, across
}

/// The character before decimals.
enum DecimalMark: String, FieldChoice {
  case point = "."
  case comma = ","
}

extension BadRows: FieldChoice {}
extension ShortRows: FieldChoice {}
extension RepeatedTimes: FieldChoice {}
extension NumberForm.Grouping: FieldChoice {}
extension LastRow: FieldChoice {}
extension TextEncoding: FieldChoice {}

/// One ASCII character.
struct QuoteCharacter: FieldValue {
  static let fieldKind = FieldKind.text
  var byte = UInt8(ascii: "\"")

  init() {}

  init(node: ConfigNode) throws(FieldFault) {
    let text = try String(node: node)
    guard let byte = text.utf8.first, text.utf8.count == 1, byte < 128 else {
      throw FieldFault("wants one ASCII character, not \(node.kind)", at: node.location)
    }
    self.byte = byte
  }

  var fieldText: String? { String(UnicodeScalar(byte)) }
}

extension LocalZone: FieldValue {
  public static var fieldKind: FieldKind { .text }

  public init(node: ConfigNode) throws(FieldFault) {
    let text = try String(node: node)
    do { try self.init(text) } catch { throw FieldFault("\(error)", at: node.location) }
  }

  public var fieldText: String? { name }
}

extension RowCondition: FieldValue {
  public static var fieldKind: FieldKind { .text }

  public init(node: ConfigNode) throws(FieldFault) {
    let text = try String(node: node)
    do { try self.init(text) } catch { throw FieldFault("\(error)", at: node.location) }
  }

  public var fieldText: String? { description }
}

extension CSVFormat.Delimiter: FieldValue {
  public static var fieldKind: FieldKind { .text }

  public init(node: ConfigNode) throws(FieldFault) {
    let text = try String(node: node)
    guard let delimiter = CSVFormat.Delimiter(text) else {
      throw FieldFault("wants auto, tab or one ASCII character, not \(node.kind)", at: node.location)
    }
    self = delimiter
  }

  public var fieldText: String? {
    switch self {
    case .automatic: "auto"
    case .whitespace: "whitespace"
    case .byte(let byte): byte == UInt8(ascii: "\t") ? "tab" : String(UnicodeScalar(byte))
    }
  }
}

extension TimeFormat: FieldValue {
  public static var fieldKind: FieldKind { .text }

  public init(node: ConfigNode) throws(FieldFault) {
    do { self = try TimeFormat(try String(node: node)) } catch let fault as FieldFault {
      throw fault
    } catch {
      throw FieldFault("\(error)", at: node.location)
    }
  }

  public var fieldText: String? { description }
}
