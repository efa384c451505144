import Forecasting
import Foundation
import PipelineFile
import TimeSeries

/// What a training came to that nothing was forecast with.
public struct TrainingResult: Sendable {
  /// Series that it has learned from.
  public var learned: Int
  /// Series that there are.
  public var series: Int
  /// The series that could not be learned from.
  public var failures: [SeriesFailure]
  /// How it was judged; nil without an evaluator.
  public var scores: Scorecard?
  /// Folds that it was judged on.
  public var folds: Int
  /// The baseline that stands in for the model where that lost to it; nil for the model.
  public var fallback: Fallback?
  /// What the model is made of, where it is made of several forecasters.
  public var members: [MemberReport]
  /// The folder of the model.
  public var folder: String
}

extension Runner {
  /// Reads, judges, trains, and keeps the model for runs and shards that use it; nothing is forecast or published. The lock of
  /// the state folder must be held.
  ///
  /// - Throws: ``Failure``; the model of before stays then. Of the kind `badPipeline` where no run would use the model.
  public func train() throws(Failure) -> TrainingResult {
    guard let state else { throw Failure(.badPipeline, "\(declaration.file.file): nothing is kept from run to run") }
    if declaration.run.retrain == .always {
      throw Failure(
        .badPipeline,
        "\(declaration.file.file): run.retrain is always, so no run would use the model; set `run: {retrain: never}`, or "
          + "another time of training")
    }
    let clock = RunClock(declaration, limit: deadline)
    var context = context
    context.deadline = clock.limit
    try state.folder.finishPublication { events(.warning($0)) }
    let publication = Publication(root: declaration.rootFolder, state: state.folder)
    publication.places = declaration.neededPlaces
    let undoing = publication.undoing
    context.interruption.whenItComes { _ in undoing() }
    for (stage, path) in declaration.outputs where stage.role == .source {
      try Failure.naming(stage.label) { try publication.check(path) }
    }
    var failures: [SeriesFailure] = []
    let (source, opened, run, _, order) = try open(clock, context, publication, &failures)
    var panel = opened
    var trainings: TrainingLog?
    let work = try sparing(&panel, &failures) { panel throws(Failure) in
      try run.checkRows(of: panel, style: source.readings.style)
      return try run.training(on: panel, &trainings)
    }
    failures.sort(by: order)
    try keepModel(of: work, on: panel, run.pipeline, in: publication)
    _ = try publication.commit(settle: settle)
    // What was published came of another model.
    if let folder = try? state.folder.open() {
      for name in [PublishedRecord.name, Self.checkpoints] { _ = folder.remove(name) }
    }
    return TrainingResult(
      learned: min(panel.series.count, run.pipeline.chain.shape.sample ?? .max), series: panel.series.count,
      failures: failures, scores: work.scores, folds: work.backtest?.origins.count ?? 0, fallback: work.fallback,
      members: work.fitted.forecaster.memberReports, folder: state.folder.path(of: SavedModel.folder))
  }
}
