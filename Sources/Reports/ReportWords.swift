import Charts
import Forecasting
import Pipelines
import TimeSeries

/// What a report says in sentences.
struct ReportWords {
  let forecast: PublishedForecast
  /// What the values are counted in; nil where nobody said.
  let unit: String?

  private var series: [Forecast.Series] { forecast.series }
  private func time(_ index: TimeIndex, _ step: Int) -> String { forecast.style.text(of: index[step]) }

  // MARK: The verdict

  /// Whether it is better than what costs nothing: how to show that, the answer, and what it rests on.
  var verdict: (tone: String, head: String, lines: [String]) {
    let verdict = Verdict(forecast)
    var lines = comparisons
    if let fallback = forecast.fallback {
      lines.append(
        "So the \(plainName(fallback.baseline)) is what is published here, not the model's: its \(fallback.metric.name.uppercased()) is \(significant(fallback.score, digits: 4)) against the model's \(significant(fallback.modelScore, digits: 4))."
      )
    }
    switch verdict.isWorthIt {
    case true?: return ("good", "Better than what costs nothing.", lines)
    case false? where forecast.fallback != nil: return ("even", "The plain forecast is the better one.", lines)
    case false?: return ("bad", "Not better than what costs nothing.", lines)
    case nil: return ("even", "Nobody knows yet how good it is.", [verdict.text])
    }
  }

  private func plainName(_ baseline: Baseline) -> String {
    switch baseline {
    case .naive: "naive forecast (the last value, repeated)"
    case .seasonalNaive: "seasonal naive forecast (the last season, repeated)"
    default: "\(baseline.rawValue) forecast"
    }
  }

  /// A sentence for each forecast that costs nothing.
  private var comparisons: [String] {
    guard let card = forecast.scores, card.isDecided else { return [] }
    let metric = card.decisiveMetric
    guard let model = card.value(metric), model.isFinite else { return [] }
    let folds = counted(forecast.backtest?.origins.count ?? 0, "origin")
    let rivals = [Baseline.naive, .seasonalNaive].compactMap { baseline in
      card.value(metric, of: baseline.rawValue).flatMap { $0.isFinite && $0 > 0 ? (baseline, $0) : nil }
    }
    // Without a season the two are one.
    return rivals.enumerated().compactMap { place, rival in
      let (baseline, score) = rival
      if place > 0, score == rivals[0].1, card.season <= 1 { return nil }
      let gain = 1 - model / score
      let share = "\(Int((abs(gain) * 100).rounded())) %"
      let figures =
        "\(metric.name.uppercased()) \(significant(model, digits: 3)) against \(significant(score, digits: 3))"
      let how = baseline == .naive ? "repeating the last value" : "repeating the last season"
      if metric.orientation != .lower { return "Beside \(how), over \(folds): \(figures)." }
      if gain <= -1 {
        return
          "Its errors were \(significant(1 - gain, digits: 2)) times as large as those of \(how) (\(figures)), over \(folds)."
      }
      if abs(gain) < 0.005 { return "Its errors were as large as those of \(how) (\(figures)), over \(folds)." }
      return
        "Its errors were \(share) \(gain > 0 ? "smaller" : "larger") than those of \(how) (\(figures)), over \(folds)."
    }
  }

  // MARK: What is forecast

  /// The first sentence of all.
  var lead: String {
    guard let first = series.first, !first.point.isEmpty else { return "Nothing was forecast." }
    let span = "from \(time(first.index, 0)) to \(time(first.index, first.point.count - 1))"
    let steps = first.index.frequency.counted(first.point.count)
    if series.count == 1 { return "The next \(steps) of \(name(first.name)), \(span)." }
    let ends = Set(series.map { $0.index.start })
    return "The next \(steps) of \(series.count) series\(ends.count == 1 ? ", \(span)" : ", each from its own end on")."
  }

  private func name(_ text: String) -> String { "“\(text)”" }

  private func amount(_ value: Double) -> String {
    brief(value) + (unit.map { " \($0)" } ?? "")
  }

  /// What it says, how sure it is, and where it was off.
  var answer: [String] {
    var lines: [String] = []
    if series.count == 1, let one = series.first, let last = one.point.indices.last {
      let bounds = one.intervals.map { interval in
        "with a probability of \(percent(interval.level)) % between \(brief(interval.lower[last])) and \(brief(interval.upper[last]))"
      }
      lines.append(
        "For \(time(one.index, last)), the last step, it says \(amount(one.point[last]))"
          + (bounds.isEmpty ? "." : "; \(bounds.joined(separator: ", ")).")
      )
    }
    lines += sureness + errors
    if !forecast.failures.isEmpty {
      let kept = forecast.failures.count { $0.isKept }
      lines.append(
        "\(counted(forecast.failures.count, "series").replacing("seriess", with: "series")) could not be forecast"
          + (kept > 0 ? "; of \(kept) the last good forecast stays." : ".")
      )
    }
    return lines
  }

  private var sureness: [String] {
    let levels = series.first?.intervals.map(\.level) ?? []
    guard !levels.isEmpty else {
      return ["It comes without intervals, so it does not say how sure it is: add `levels` to the forecaster."]
    }
    let held = forecast.scores?.rows.first?.intervals.filter { $0.coverage.isFinite } ?? []
    guard !held.isEmpty, forecast.fallback == nil else {
      return ["How often its intervals hold what they promise has not been tested."]
    }
    return held.map { interval in
      let promised = percent(interval.level)
      let share = "\(Int((interval.coverage * 100).rounded()))"
      let words =
        abs(interval.coverage - interval.level) <= 0.05
        ? "about as promised"
        : interval.coverage < interval.level
          ? "fewer than promised: be less sure than it is" : "more than promised: they could be narrower"
      return "Of the values that came in the backtest, \(share) % lay within its \(promised) % interval, \(words)."
    }
  }

  private var errors: [String] {
    guard let card = forecast.scores, let model = card.rows.first else { return [] }
    var lines: [String] = []
    if let mae = card.metrics.firstIndex(of: .mae), model.overall[mae].isFinite, forecast.backtest?.units == nil {
      lines.append("In the backtest the model was off by \(amount(model.overall[mae])) on average.")
    }
    let metric = card.decisiveMetric
    guard let column = card.metrics.firstIndex(of: metric) else { return lines }
    if card.horizon > 1, let near = model.perStep.first?[column], let far = model.perStep.last?[column], near.isFinite,
      far.isFinite, near > 0
    {
      let name = metric.name.uppercased()
      lines.append(
        "At the first step its \(name) was \(significant(near, digits: 3)), at the last, \(card.horizon) steps ahead, \(significant(far, digits: 3))."
      )
    }
    if model.perSeries.count > 1,
      let rival = card.rows.first(where: { $0.name == "seasonal-naive" }) ?? card.rows.dropFirst().first
    {
      let judged = model.perSeries.indices.filter {
        model.perSeries[$0][column].isFinite && rival.perSeries[$0][column].isFinite
      }
      let better = judged.count { metric.isBetter(model.perSeries[$0][column], than: rival.perSeries[$0][column]) }
      lines.append(
        "By series it was better than the \(rival.name.replacing("-", with: " ")) forecast in \(better) of \(judged.count)."
      )
    }
    return lines
  }

  // MARK: What it rests on

  /// What was assumed.
  var assumed: [String] {
    var lines = forecast.assumptions.map { $0.trimmingSpaces }.filter { !$0.isEmpty }
    if let frequency = forecast.panel.series.first?.index.frequency {
      lines.append(
        frequency.isCounted
          ? "The rows follow each other at one distance." : "The steps are \(frequency.counted(1)) apart.")
    }
    if let season = forecast.scores?.season {
      lines.append(
        season > 1
          ? "The season is \(season) steps: for the seasonal naive forecast and for MASE." : "There is no season.")
    }
    lines.append("What comes goes on as what was read: events that have no example in the readings are in no forecast.")
    return lines
  }

  /// What was found to be wrong with the data.
  var found: [String] {
    var lines: [String] = []
    if forecast.rejectedRows > 0 {
      lines.append(
        "\(counted(forecast.rejectedRows, "row")) of the input could not be used and \(forecast.rejectedRows == 1 ? "was" : "were") left out."
      )
    }
    let steps = forecast.panel.series.reduce(0) { $0 + $1.count }
    let empty = forecast.panel.series.reduce(0) { $0 + $1.values.count { $0.isNaN } }
    if empty > 0 {
      lines.append("\(empty) of \(steps) steps have no value; what stands in for them is said by the pipeline.")
    }
    lines += forecast.warnings.map { $0.prefix(1).uppercased() + $0.dropFirst() + ($0.hasSuffix(".") ? "" : ".") }
    let most = 20
    lines += forecast.failures.prefix(most).map { "Series \(name($0.series)): \($0.message)." }
    if forecast.failures.count > most {
      lines.append("And \(forecast.failures.count - most) more series could not be forecast.")
    }
    return lines.isEmpty ? ["Nothing that would need a word."] : lines
  }

  // MARK: The model

  /// What the page says of the run in figures.
  var card: [(name: String, value: String)] {
    let panel = forecast.panel
    var facts = [("Pipeline", forecast.name)]
    let starts = panel.series.filter { $0.count > 0 }.map { $0.index.start }
    let ends = panel.series.filter { $0.count > 0 }.map { $0.index[$0.count - 1] }
    if let first = starts.min(), let last = ends.max() {
      let steps = panel.series.reduce(0) { $0 + $1.count }
      facts.append(
        (
          "Readings",
          "\(steps) steps of \(panel.series.count) series, \(forecast.style.text(of: first)) to \(forecast.style.text(of: last))"
        ))
    }
    if let one = series.first {
      facts.append(("Horizon", one.index.frequency.counted(one.point.count)))
      facts.append(
        (
          "Intervals",
          one.intervals.isEmpty ? "none" : one.intervals.map { "\(percent($0.level)) %" }.joined(separator: ", ")
        ))
    }
    // What all methods that look at one series at a time have in common says nothing.
    let kind = forecast.forecasterKind == "local" ? nil : forecast.forecasterKind
    if let maker = forecast.fallback.map({ "\($0.baseline.rawValue), in place of the model" }) ?? kind {
      facts.append(("Forecaster", maker))
    }
    if let backtest = forecast.backtest, let card = forecast.scores {
      facts.append(("Judged on", "\(counted(backtest.origins.count, "origin")), \(counted(card.horizon, "step")) each"))
    } else {
      facts.append(("Judged on", "nothing"))
    }
    if let training = forecast.training {
      facts.append(
        (
          "Network",
          "\(training.parameters) weights, learned from \(training.windows) windows in \(counted(training.trainingLoss.count, "epoch")); the weights of epoch \(training.bestEpoch) were kept"
        ))
    }
    facts.append(("Seed", "\(forecast.seed)"))
    facts.append(("Program", "almanac \(almanacVersion)"))
    facts.append(
      (
        "Meant for",
        "the series that are named here, and the horizon above; not for other series, and not for what would come of an intervention"
      ))
    return facts
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
