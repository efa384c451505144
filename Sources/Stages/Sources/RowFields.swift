import Databases
import PipelineFile
import Pipelines
import Tabular
import TimeSeries

/// The fields of sources that read tables of databases, whose rows are times.
struct RowFields: FieldGroup {
  @Field("The column of times, or several whose texts are joined by a blank, such as [date, time].") var time: [String]
  @Field("How times that are kept as text or numbers are written, such as dd.MM.yyyy or epoch-ms; found out by itself.")
  var timeFormat: TimeFormat?
  @Field("The zone of times that name none, such as Europe/Berlin.") var zone: LocalZone?
  @Field("The column, or columns, that name the series; one series for each target without it.")
  var series: [String] = []
  @Field("The column, or columns, to forecast; all columns of numbers that are left when none is named.")
  var target: [String] = []
  var covariates = CovariateFields()
  @Field("What becomes of readings of one series that have the same time: refuse, or one value for all of them.")
  var repeated = RepeatedTimes.refuse

  init() {}

  /// The rows that the fields ask for, of the shard that is read.
  func query(_ context: StageContext) -> RowQuery {
    var layout = ReadingLayout(
      series.isEmpty ? .wide : .long(keys: series), time: time, timeFormat: timeFormat, zone: zone, targets: target,
      past: covariates.past, future: covariates.future, statics: covariates.static, repeated: repeated, lastRow: .take)
    layout.shard = context.shard
    return RowQuery(layout)
  }

  func check() throws(FieldFault) {
    if time.isEmpty { throw FieldFault("time", "wants a column: rows of a database have no order of their own") }
  }
}
