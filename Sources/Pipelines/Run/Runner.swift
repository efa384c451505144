import Files
import Forecasting
import Foundation
import PipelineFile
import TimeSeries

/// Carries a pipeline from its source to its publication.
public struct Runner: Sendable {
  /// The pipeline.
  public let declaration: PipelineDeclaration
  /// How many threads may train; the result does not depend on it.
  public let threads: Int
  /// The present moment, for checks of the readings.
  public var present = Clock.system
  /// When its time is over; nil for what `run.timeout` says, from the beginning of the run on.
  public var deadline: ContinuousClock.Instant?
  /// What was assumed of the readings, where nobody has said it.
  public var assumptions: [String] = []
  /// The memory that is left when the work begins; nil where nobody asks.
  public var memory: @Sendable () -> MemoryBudget? = { nil }
  /// What stages may use of the process.
  public let context: StageContext
  /// Is asked right before the files of the run appear: whether they may still, or the process is told to end.
  public var settle: @Sendable () -> Bool = { true }
  /// Is given what happens, as it happens.
  public let events: @Sendable (RunEvent) -> Void
  /// What is kept from run to run; nil for nothing.
  public internal(set) var state: RunState?
  /// The part of the series that it is about; nil for all.
  var shard: SeriesShard?
  /// The folder of an output, on whose disk there is room for what is too large to be held; nil where everything is held.
  var outputFolder: FilePath?
  /// The same, or the innermost folder around it that is there already.
  var scratch: String? {
    guard var folder = outputFolder else { return nil }
    while !folder.exists, folder.parent != folder { folder = folder.parent }
    return folder.text
  }

  /// A runner of one pipeline.
  public init(
    _ declaration: PipelineDeclaration, threads: Int, context: StageContext, state: RunState? = nil,
    events: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) {
    (self.declaration, self.threads, self.state, self.events) = (declaration, threads, state, events)
    var context = context
    (context.root, context.seed) = (declaration.rootFolder, UInt64(declaration.run.seed))
    context.warn = { events(.warning($0)) }
    self.context = context
    let root = declaration.publicationFolder ?? declaration.rootFolder
    outputFolder = outputs.first { $0.stage.role != .source }.map { FilePath(root.resolve($0.path)).parent }
  }

  /// Reads, judges, forecasts and publishes. The lock of the state folder must be held.
  ///
  /// - Throws: ``Failure``; nothing new is published then.
  public func run() throws(Failure) -> RunResult { try run(nil) }

  /// - Parameter shards: what has been forecast already; nil for nothing.
  func run(_ shards: ShardSet?) throws(Failure) -> RunResult {
    let clock = RunClock(declaration, limit: deadline)
    var context = context
    context.deadline = clock.limit
    try keptState?.folder.finishPublication { events(.warning($0)) }
    let publication = Publication(
      root: declaration.publicationFolder ?? declaration.rootFolder, state: keptState?.folder)
    // What a test publishes lands in a folder of its own.
    if declaration.publicationFolder == nil { publication.places = declaration.neededPlaces }
    let undoing = publication.undoing
    context.interruption.whenItComes { _ in undoing() }
    for (stage, path) in outputs {
      try Failure.naming(stage.label) {
        // The source's files are made where there is something to put into them.
        if stage.role == .source { try publication.check(path) } else { try publication.prepare(path) }
      }
    }
    for sink in sinks { try Failure.naming(sink.label) { try sink.stage.prepare(context) } }
    var failures: [SeriesFailure] = []
    let (source, opened, run, warnings, order) = try open(clock, context, publication, &failures, gathering: shards)
    var panel = opened
    if let shards {
      failures += shards.failures.filter { failed in !failures.contains { $0.series == failed.series } }
      let failed = Set(failures.map(\.series))
      panel.series.removeAll { failed.contains($0.name) }
      if panel.series.isEmpty, let first = failures.first { throw Failure(.badData, first.message) }
    }
    var trainings: TrainingLog?
    let work = try sparing(&panel, &failures) { panel throws(Failure) in
      try run.checkRows(of: panel, style: source.readings.style)
      if let shards { return try run.work(on: panel, gathering: shards) }
      return try run.work(on: panel, &trainings)
    }
    failures.sort(by: order)
    var result = RunResult(
      published: published(work, on: panel, of: source, run, warnings: warnings), failures: failures,
      modelUse: work.use)
    restoreKept(&result)
    result.published.failures = result.failures
    result.files = try publish(result, of: run, work, context, in: publication)
    if trainings != nil { _ = try? state?.folder.open().remove(Self.checkpoints) }
    return result
  }

  /// What the last run came to, made again from the model that it has kept and the readings that it saw: nothing is
  /// fitted, published or kept.
  ///
  /// - Throws: ``Failure``; of the kind `noInput` where no run has kept a model.
  public func redrawn() throws(Failure) -> PublishedForecast {
    guard let state else { throw Failure(.noInput, "nothing is kept from run to run, so there is nothing to draw") }
    let model: SavedModel
    do { model = try SavedModel(in: state.folder, coder: state.coder) } catch {
      throw Failure(
        .noInput,
        "no finished run to draw in \(state.folder.path): \(error); `almanac run` makes one, but keeps none of more than "
          + "\(Pipeline.mostKept) series that are forecast each by itself")
    }
    let clock = RunClock(declaration, limit: deadline)
    var (context, failures) = (context, [SeriesFailure]())
    context.deadline = clock.limit
    let publication = Publication(root: declaration.rootFolder, state: nil)
    let (source, opened, run, warnings, _) = try open(clock, context, publication, &failures)
    var panel = opened
    // Series that the run could not forecast are not in its model.
    let known = Set(model.rows.map(\.name))
    if declaration.run.onSeriesError != .stop, run.pipeline.chain.shape.sample == nil {
      panel.series.removeAll { !known.contains($0.name) }
    }
    if let reason = run.pipeline.misfit(of: model, to: panel) {
      throw Failure(
        .badData, "the model that is kept is not of this pipeline and its readings: \(reason); `almanac run` makes one")
    }
    let work = try sparing(&panel, &failures) { panel throws(Failure) in
      try run.checkRows(of: panel, style: source.readings.style)
      return try run.work(on: panel, with: model, reason: "to draw")
    }
    return published(work, on: panel, of: source, run, warnings: warnings)
  }

  private func published(
    _ work: PipelineRun.Work, on panel: Panel, of source: SourceReadings, _ run: PipelineRun, warnings: [String]
  ) -> PublishedForecast {
    PublishedForecast(
      name: declaration.name, description: declaration.file.description, target: source.target, panel: panel,
      style: source.readings.style.fitted(to: panel, further: run.pipeline.chain.shape.horizon),
      forecast: work.forecast, backtest: work.backtest, scores: work.scores, fallback: work.fallback,
      rejectedRows: source.rejected.count, warnings: warnings, assumptions: assumptions,
      pipeline: EffectiveFile(declaration.file).yaml, seed: UInt64(declaration.run.seed), fitted: work.fitted)
  }

  /// Reads and judges, and does nothing else: no fit for a forecast, nothing published, nothing kept.
  ///
  /// - Throws: ``Failure``; of the kind `badPipeline` where there is no evaluator.
  public func evaluate() throws(Failure) -> Judgement {
    var runner = self
    // No folder of an output need be there.
    runner.outputFolder = nil
    return try runner.judgement()
  }

  private func judgement() throws(Failure) -> Judgement {
    guard let evaluator = declaration.parts.evaluator else {
      throw Failure(
        .badPipeline, "\(declaration.file.file): no evaluator among the stages; add one, such as evaluate")
    }
    let clock = RunClock(declaration, limit: deadline)
    var (context, failures) = (context, [SeriesFailure]())
    context.deadline = clock.limit
    let publication = Publication(root: declaration.rootFolder, state: nil)
    let (source, opened, run, _, _) = try open(clock, context, publication, &failures)
    var panel = opened
    var judgement = try sparing(&panel, &failures) { panel throws(Failure) in
      try run.checkRows(of: panel, style: source.readings.style)
      return try timed(evaluator.label) { () throws(Failure) in try run.judgement(on: panel) }
    }
    judgement.failures = failures
    return judgement
  }

  /// Reads the source, and builds the pipeline on the frequency of the readings.
  ///
  /// - Parameter shards: which must have read the same.
  func open(
    _ clock: RunClock, _ context: StageContext, _ publication: Publication, _ failures: inout [SeriesFailure],
    gathering shards: ShardSet? = nil
  ) throws(Failure) -> (
    source: SourceReadings, panel: Panel, run: PipelineRun, warnings: [String], order: [String]
  ) {
    var source = try read(context, publication)
    try shards?.check(source.readings)
    // No series may fail where one that does ends the run.
    let order = declaration.run.onSeriesError == .stop ? [] : source.readings.series.map(\.name)
    let panel = try regular(source.readings, &failures)
    try shards?.check(panel)
    let run = PipelineRun(runner: self, pipeline: try declaration.build(onFrequencyOf: panel), clock: clock)
    var warnings = source.warnings
    warnings += try check(source.readings, panel, in: run.pipeline)
    let notes = declaration.doubts(in: source.readings, panel) + run.pipeline.notes(onCovariatesOf: panel)
    for note in notes { events(.warning(note)) }
    // From here on the panel stands for them.
    source.readings.series = []
    return (source, panel, run, warnings + notes, order)
  }

  private var sinks: [PipelinePart<any SinkStage>] { declaration.isStreaming ? [] : declaration.parts.sinks }

  /// The files that a run publishes.
  private var outputs: [(stage: StageDeclaration, path: FilePath)] {
    declaration.isStreaming ? [] : declaration.outputs
  }

  private func publish(
    _ result: RunResult, of run: PipelineRun, _ work: PipelineRun.Work, _ context: StageContext,
    in publication: Publication
  ) throws(Failure) -> [FilePath] {
    if let evaluator = declaration.parts.evaluator, !declaration.isStreaming {
      try Failure.naming(evaluator.label) { try evaluator.stage.publish(result.published, to: publication) }
    }
    for sink in run.pipeline.parts.sinks where !declaration.isStreaming {
      try timed(sink.label) { () throws(Failure) in
        try Failure.naming(sink.label) { try sink.stage.publish(result.published, to: publication, context) }
      }
    }
    try keep(result, of: work, run.pipeline, in: publication)
    return try publication.commit(settle: settle)
  }

  func read(_ context: StageContext, _ publication: Publication) throws(Failure) -> SourceReadings {
    let part = declaration.parts.source
    var source = try timed(part.label) { () throws(Failure) in
      try declaration.readSource(context)
    }
    source.readings = declaration.onClockOfSteps(source.readings)
    if let now = declaration.now { source.readings = source.readings.until(now) }
    if let shard { source.readings.series.removeAll { !shard.holds($0.name) } }
    events(
      .read(
        series: source.readings.series.count, rows: source.readings.series.reduce(0) { $0 + $1.times.count },
        rejected: source.rejected.count))
    events(.came(source.readings))
    // What is to be said of all series is said once, by whoever gathers them.
    if shard != nil { return source }
    for warning in source.warnings { events(.warning(warning)) }
    if let path = source.rejectedPath, !declaration.isStreaming {
      try Failure.naming(part.label) { try publication.write(QuarantineFile(source.rejected).csv, to: path) }
    }
    return source
  }
}
