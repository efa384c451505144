import Files
import PipelineFile
import Tabular
import TimeSeries

// What a pipeline says at its head of the file that it was written for.
extension PipelineSketch {
  /// What was found, and what each column is taken for.
  var remarks: [String] {
    let facts = sketch.notes + panelNotes
    return facts.map { "- \($0)" } + ["Columns:"] + sketch.columns.lines.map { "  " + $0 }
  }

  /// What a person should know of the series.
  var panelNotes: [String] {
    var notes: [String] = []
    let known = readings.series.reduce(0) { $0 + $1.times.count }
    let empty = readings.series.reduce(0) { $0 + $1.values.count(where: \.isNaN) }
    if every == nil {
      let absent = panel.series.reduce(0) { $0 + $1.count } - known
      if absent > 0 { notes.append("\(counted(absent, "step")) of the calendar without a row" + gapsInWords) }
    } else if let every {
      notes.append("the readings come at no regular distance; the mean of each \(every) is taken")
    }
    if empty > 0 { notes.append("\(counted(empty, "cell")) without a value" + gapsInWords) }
    if !quarantined.isEmpty {
      let shown = quarantined.prefix(3).map { "line \($0.line): \($0.reason)" }.joined(separator: "; ")
      notes.append(
        "\(counted(quarantined.count, "row")) cannot be used and \(quarantined.count == 1 ? "is" : "are") set aside (\(shown))"
      )
    }
    notes += endNotes + holidayNotes
    for series in readings.series {
      let values = series.values.filter { !$0.isNaN }
      if values.count > 1, Set(values).count == 1 {
        notes.append("\"\(series.name)\" is constant: its forecast is \(values[0])")
      }
    }
    let values = readings.series.flatMap { $0.values.filter { !$0.isNaN } }
    let zeros = values.count { $0 == 0 }
    if zeros * 10 > values.count * 3 {
      notes.append("intermittent: \(zeros * 100 / values.count) % of the values are 0")
    }
    return notes
  }

  /// How many holidays there are, so that a wrong country is seen.
  private var holidayNotes: [String] {
    guard let country, let first = panel.series.map({ $0.index[0] }).min(), !panel.series[0].index.frequency.isCounted,
      let index = panel.series.map(\.index).max(by: { $0[$0.count] < $1[$1.count] })
    else { return [] }
    func count(from start: Timestamp, to end: Timestamp) -> Int {
      country.days.count { $0 >= start.day && $0 < end.day }
    }
    let (past, ahead) = (
      count(from: first, to: index[index.count]),
      count(from: index[index.count], to: index[index.count + shape.horizon])
    )
    return ["public holidays of \(country.country): \(past) in the rows, \(ahead) in the steps to forecast"]
  }

  /// What becomes of gaps.
  var gapsInWords: String {
    longestGap == 0 ? "" : "; resample closes the gaps, the longest of \(counted(longestGap, "step"))"
  }

  /// Series that end before the others do.
  var endNotes: [String] {
    let ends = readings.series.map { ($0.name, $0.newest ?? Timestamp(milliseconds: .min)) }
    guard let latest = ends.map(\.1).max(), !panel.series[0].index.frequency.isCounted else { return [] }
    let early = ends.filter { $0.1 < latest }
    guard !early.isEmpty else { return [] }
    let shown = early.prefix(6).map { "\"\($0.0)\" \(readings.style.text(of: $0.1))" }.joined(separator: ", ")
    let rest = early.count > 6 ? " and \(early.count - 6) more" : ""
    return ["\(early.count) of \(ends.count) series end before \(readings.style.text(of: latest)): \(shown)\(rest)"]
  }

  /// What the pipeline is about: `temperature, 24 hours ahead`.
  var subject: String {
    let targets = sketch.columns.filter { layout.targets.contains($0.name) }
    let words = targets.count == 1 ? MeasureName(targets[0].name).title : name.replacing("-", with: " ")
    return
      "\(words.prefix(1).uppercased() + words.dropFirst()), \(panel.series[0].index.frequency.counted(shape.horizon)) ahead"
  }

  /// The unit of the charts, where the names of columns say it; in front of it what the values are.
  var chartLabels: String {
    let targets = sketch.columns.filter { layout.targets.contains($0.name) }
    guard targets.count == 1, let target = targets.first else { return "" }
    let named = MeasureName(target.name)
    let unit = target.unit ?? named.unit
    return unit.map { ", unit: \(YAMLWriter.scalar("\(named.title), \($0)"))" } ?? ""
  }
}

extension PipelineSketch {
  /// What was found and assumed, in a few lines for a person.
  public var summary: [String] {
    let used = sketch.columns.filter(\.role.isUsed)
    let others = sketch.columns.filter { !$0.role.isUsed }
    var lines = [description] + used.lines.map { "  " + $0 }
    if !others.isEmpty {
      let shown = others.prefix(6).map { "\($0.name) (\($0.role.rawValue))" }.joined(separator: ", ")
      lines.append("  not used: " + shown + (others.count > 6 ? " and \(others.count - 6) more" : ""))
    }
    lines += (sketch.notes + panelNotes).map { "  " + $0 }
    let season = season > 1 ? "season \(season)\(seasonNote.replacing("  #", with: ","))" : "no season"
    let judged = shape.folds > 0 ? "judged on \(counted(shape.folds, "fold"))" : "too few rows to judge by"
    return lines + ["  \(counted(shape.horizon, "step")) ahead, \(season); \(judged)"]
  }

  /// What the columns that are read hold, for programs: name, role, reason and how sure that is.
  public var columns: [(name: String, role: String, reason: String, sureness: String)] {
    sketch.columns.map { ($0.name, $0.role.rawValue, $0.reason, $0.sureness.rawValue) }
  }
}
