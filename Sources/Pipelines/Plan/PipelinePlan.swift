import Forecasting
import Foundation
import PipelineFile
import TimeSeries

/// What a run of a pipeline would do, found by reading its input and fitting nothing but the transforms.
public struct PipelinePlan: Sendable {
  /// One fit of the chain.
  public struct Fit: Sendable {
    /// The folds that it forecasts, from 1; nil for the published forecast.
    public var folds: ClosedRange<Int>?
    /// Rows of the longest series that are fitted on.
    public var rows: Int
    /// The last of them, as the source writes times.
    public var end: String
    /// What the forecaster would train on; nil where that is not known.
    public var outline: FitOutline?
  }

  /// The pipeline, with durations turned into steps.
  public let pipeline: Pipeline
  /// Series that were read.
  public let seriesCount: Int
  /// Readings of all series.
  public let readings: Int
  /// Rows that the source leaves out.
  public let rejected: Int
  /// Steps of the shortest and of the longest series.
  public let steps: ClosedRange<Int>
  /// The first and the last time of all series.
  public let times: (first: String, last: String)
  /// The covariates by what they are known for; nil where there are none.
  public let covariates: String?
  /// What a person should know of the input.
  public let notes: [String]
  /// What each part of the input seems to be, whatever the fields say; empty where that cannot be told.
  public let columns: [String]
  /// The fits in their order, that of the published forecast last.
  public let fits: [Fit]
  /// What the forecaster would try on all rows, a line each; empty where it has no choice.
  public let candidates: [String]
  /// Where the model would come from.
  public let modelUse: ModelUse
  /// About how many bytes a run has in memory at once, those of the program itself among them.
  public let bytes: Int

  /// Reads the input of a pipeline.
  ///
  /// - Throws: ``Failure``, with the words and the stage that a run would fail with.
  public init(_ declaration: PipelineDeclaration, context: StageContext, coder: ModelCoder) throws(Failure) {
    let part = declaration.parts.source
    var context = context
    context.deadline = RunClock(declaration).limit
    var source = try declaration.readSource(context)
    source.readings = declaration.onClockOfSteps(source.readings)
    let panel = try declaration.regular(source.readings)
    let reading = max(source.bytes, source.readings.bytes + panel.bytes)
    let pipeline = try declaration.build(onFrequencyOf: panel)
    let style = source.readings.style.fitted(to: panel, further: pipeline.chain.shape.horizon)
    try pipeline.checkEnd(of: panel, style: style)
    try pipeline.checkCovariates(panel, style: style)
    covariates = panel.series.first?.covariates.summary
    notes =
      source.warnings + declaration.doubts(in: source.readings, panel) + pipeline.notes(onCovariatesOf: panel)
    columns = part.stage.outline(context)
    self.pipeline = pipeline
    seriesCount = panel.series.count
    readings = source.readings.series.reduce(0) { $0 + $1.times.count }
    rejected = source.rejected.count
    let lengths = panel.series.map(\.count)
    steps = (lengths.min() ?? 0)...(lengths.max() ?? 0)
    let first = panel.series.map(\.index.start).min() ?? panel.series[0].index.start
    let last = panel.series.map { $0.index[$0.count - 1] }.max() ?? first
    times = (style.text(of: first), style.text(of: last))
    let state = RunState(folder: declaration.stateFolder, identity: nil, coder: coder)
    switch try pipeline.modelChoice(for: panel, in: state, now: Date()) {
    case .train(let reason): modelUse = .trained(reason: reason)
    case .reuse(let model, let reason): modelUse = .reused(trained: model.trained, reason: reason)
    }
    // What a saved model spares is not looked at closely.
    let isTrained = if case .trained = modelUse { true } else { false }
    fits = try PipelinePlan.fits(of: pipeline, on: panel, style: style, outlined: isTrained)
    candidates = pipeline.chain.forecaster.candidates(
      on: try PipelinePlan.prepared(panel, for: pipeline), shape: pipeline.chain.shape)
    let fitting = pipeline.bytes(on: panel, fits.last?.outline)
    bytes = PipelinePlan.program + max(reading, fitting)
  }

  /// So many fits at the beginning and at the end are shown where there are more than twice as many and two.
  private static let shown = 6

  private static func fits(
    of pipeline: Pipeline, on panel: Panel, style: TimeStyle, outlined: Bool
  ) throws(Failure) -> [Fit] {
    var judging: [Backtest.Fit] = []
    if let evaluator = pipeline.parts.evaluator, let backtest = pipeline.backtest {
      judging = try Failure.naming(evaluator.label) { try backtest.fits(on: panel, shape: pipeline.chain.shape) }
    }
    var fits: [Fit] = []
    for (number, one) in judging.enumerated() {
      // What lies between fits that are alike is like them; each costs as much as the first steps of a training.
      let isBetween = judging.count > 2 * shown + 1 && number >= shown && number < judging.count - shown
      let outline =
        try !outlined ? nil : isBetween ? fits[number - 1].outline : outline(pipeline, on: one.training, one.validation)
      fits.append(fit(on: one.training, folds: one.folds, outline, style))
    }
    let outline = try outline(pipeline, on: panel, nil)
    return fits + [fit(on: panel, folds: nil, outline, style)]
  }

  private static func outline(_ pipeline: Pipeline, on panel: Panel, _ validation: Int?) throws(Failure) -> FitOutline?
  {
    let prepared = try prepared(panel, for: pipeline)
    return try Failure.naming(pipeline.parts.forecaster.label) {
      try pipeline.chain.outline(of: prepared, validation: validation)
    }
  }

  /// A panel as the forecaster would see it.
  private static func prepared(_ panel: Panel, for pipeline: Pipeline) throws(Failure) -> Panel {
    var prepared = panel
    for (position, transform) in pipeline.chain.transforms.enumerated() {
      prepared = try Failure.naming(pipeline.parts.transforms[position].label) {
        try transform.fit(prepared).apply(prepared)
      }
    }
    return prepared
  }

  private static func fit(
    on panel: Panel, folds: ClosedRange<Int>?, _ outline: FitOutline?, _ style: TimeStyle
  ) -> Fit {
    let longest = panel.series.max { $0.count < $1.count } ?? panel.series[0]
    return Fit(
      folds: folds, rows: longest.count, end: style.text(of: longest.index[longest.count - 1]), outline: outline)
  }
}

extension PipelinePlan {
  /// The plan as lines for people.
  public var text: String {
    let file = pipeline.declaration.file
    var lines = ["\(file.shownName)\(file.shownDescription.map { ": \($0)" } ?? "")", ""]
    lines += ["input", "  \(inputText)"] + (covariates.map { ["  covariates: \($0)"] } ?? []) + notes.map { "  \($0)" }
    if !columns.isEmpty { lines += ["", "columns, as they look"] + columns.map { "  \($0)" } }
    lines += ["", "stages"] + pipeline.stages.flatMap(stageLines)
    if !candidates.isEmpty { lines += ["", "candidates"] + candidates.map { "  \($0)" } }
    lines += ["", "fits"] + fitLines + ["  \(totalText)"]
    switch modelUse {
    case .trained(let reason): lines += ["", "reused", "  nothing: \(reason)"]
    case .reused: lines += ["", "reused", "  \(modelUse); none of the fits above is done"]
    }
    return lines.map { file.hidden($0).onOneLine }.joined(separator: "\n")
  }

  private var inputText: String {
    let length =
      steps.lowerBound == steps.upperBound ? "\(steps.upperBound)" : "\(steps.lowerBound) to \(steps.upperBound)"
    let left = rejected > 0 ? "; \(rejected) \(rejected == 1 ? "row is" : "rows are") left out" : ""
    return "\(readings) readings of \(seriesCount) series, \(length) steps of \(pipeline.frequency), \(times.first) to "
      + "\(times.last)\(left)"
  }

  private func stageLines(_ stage: StageDeclaration) -> [String] {
    let fields = stage.values.definitions.compactMap { definition -> String? in
      guard let text = definition.defaultText else { return nil }
      return "      \(definition.name): \(definition.isSecret ? EffectiveFile.hidden : text.isEmpty ? "\"\"" : text)"
    }
    return ["  \(stage.label)" + (stage.use == stage.name ? "" : ", \(stage.use)")] + fields
  }

  // Of hundreds of folds the first and the last are shown.
  private var fitLines: [String] {
    let lines = fits.map { "  \(text(of: $0))" }
    let most = 2 * PipelinePlan.shown
    return lines.count <= most + 2
      ? lines
      : lines.prefix(PipelinePlan.shown) + ["  and \(lines.count - most) more"] + lines.suffix(PipelinePlan.shown)
  }

  private func text(of fit: Fit) -> String {
    let what =
      fit.folds.map { $0.count == 1 ? "fold \($0.lowerBound)" : "folds \($0.lowerBound) to \($0.upperBound)" }
      ?? "forecast"
    var parts = ["\(what): \(fit.rows) rows, up to \(fit.end)"]
    if let outline = fit.outline {
      parts.append("\(outline.trainingWindows) training windows, \(outline.validationWindows) for validation")
      if let windows = outline.refitWindows { parts.append("then anew on all \(windows)") }
    }
    return parts.joined(separator: "; ")
  }

  private var totalText: String {
    let trainings = fits.reduce(0) { $0 + ($1.outline?.trainings ?? 0) }
    var parts = [counted(fits.count, "fit")]
    if trainings > 0 { parts.append(counted(trainings, "training")) }
    if let outline = fits.last?.outline {
      parts.append(
        "at most \(outline.epochs) epochs each, \(outline.members > 1 ? "networks" : "a network") of \(outline.parameters) parameters"
      )
    }
    parts.append("about \(memorySize(bytes)) of memory")
    return parts.joined(separator: ", ")
  }

  /// Why a run would be refused for want of memory; nil where it would not.
  public func refusal(within budget: MemoryBudget) -> String? {
    guard case .trained = modelUse, let outline = fits.last?.outline else { return nil }
    do { try budget.check(outline) } catch { return "\(error)" }
    return nil
  }

  // What almanac itself takes, on Linux.
  private static let program = 34 << 20
}
