import Files
import Forecasting
import Foundation
import PipelineFile
import TimeSeries

/// What one part of the series came to.
public struct ShardResult: Sendable {
  /// Series that were forecast.
  public var series: Int
  /// Those that could not be.
  public var failures: [SeriesFailure]
  /// The files that were written.
  public var files: [FilePath]
}

// One of several parts of the series, which another process puts together with the others.
extension Runner {
  /// Reads, judges and forecasts a part of the series, and leaves what it came to in a folder; nothing is published or kept
  /// for the next run. No lock is needed.
  ///
  /// - Parameters:
  ///   - folder: as the process sees it; it is made where it is not there.
  ///   - origin: what the pipeline was read from.
  /// - Throws: ``Failure``, also where something is learned across series, of which a part would come to something else than
  ///   all; nothing new stands in the folder then.
  public func run(
    _ shard: SeriesShard, into folder: FilePath, of origin: ShardFile.Origin
  ) throws(Failure) -> ShardResult {
    var runner = self
    (runner.shard, runner.outputFolder) = (shard, folder.absolute)
    return try runner.runShard(shard, into: folder, of: origin)
  }

  private func runShard(
    _ shard: SeriesShard, into folder: FilePath, of origin: ShardFile.Origin
  ) throws(Failure) -> ShardResult {
    let clock = RunClock(declaration, limit: deadline)
    var context = context
    (context.deadline, context.shard) = (clock.limit, shard)
    let publication = Publication(
      root: RootFolder(folder.absolute.text), owner: "shard \(shard) of \(declaration.name)")
    publication.places = declaration.neededPlaces
    let undoing = publication.undoing
    context.interruption.whenItComes { _ in undoing() }
    let names = ShardFile.names(of: shard)
    for name in [names.part, names.manifest] { try publication.prepare(FilePath(name)) }
    let source = try read(context, publication)
    var failures: [SeriesFailure] = []
    var panel = try regular(source.readings, &failures)
    let fingerprints = (
      readings: source.readings.fingerprints(of: shard.count)[shard.part - 1],
      panel: panel.fingerprints(of: shard.count)[shard.part - 1]
    )
    var model: SavedModel?
    var found = ShardForecast()
    if !panel.series.isEmpty {
      var pipeline = try declaration.build(onFrequencyOf: panel)
      // The whole is judged by whoever gathers its parts.
      pipeline.backtest?.isOfPart = true
      pipeline.backtest?.requirements = []
      model = try pipeline.modelOfShard(in: state)
      var runner = self
      runner.state = nil
      let run = PipelineRun(runner: runner, pipeline: pipeline, clock: clock)
      found = try sparing(&panel, &failures) { panel throws(Failure) in
        if panel.series.isEmpty { return ShardForecast() }
        try run.checkRows(of: panel, style: source.readings.style)
        if let model {
          if let reason = pipeline.misfit(of: model, to: panel) { throw pipeline.cannotTrain(reason) }
          return ShardForecast(forecast: try run.work(on: panel, with: model, reason: "of a shard").forecast)
        }
        var trainings: TrainingLog?
        let work = try run.work(on: panel, &trainings)
        return ShardForecast(forecast: work.forecast, backtest: work.backtest)
      }
    }
    var digest = SHA256()
    var failure: Failure?
    try publication.write(to: FilePath(names.part)) { write in
      do throws(Failure) {
        try found.pack { piece in
          piece.withUnsafeBytes { digest.add($0) }
          write(piece)
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    let manifest = ShardFile.Manifest(
      form: ShardFile.form, almanac: almanacVersion, pipeline: declaration.name, shard: shard, origin: origin,
      digest: declaration.shardDigest, readings: fingerprints.readings, panel: fingerprints.panel,
      series: found.forecast.series.count, model: model == nil ? nil : state?.modelDigest,
      failed: failures.map { ShardFile.Failed(series: $0.series, message: $0.message) },
      exitCode: failures.isEmpty ? 0 : 3, part: digest.hex())
    do { try publication.write(prettyJSON(manifest), to: FilePath(names.manifest)) } catch let failure as Failure {
      throw failure
    } catch { throw Failure(.failed, "the manifest of the shard cannot be written: \(error)") }
    let files = try publication.commit(settle: settle)
    return ShardResult(
      series: found.forecast.series.count, failures: failures, files: files.map { folder.appending($0) })
  }
}

extension Pipeline {
  /// The saved model that forecasts the series of a shard; nil where each is forecast by what is fitted to it alone, which
  /// comes to the same in every shard.
  ///
  /// - Throws: ``Failure`` of the kind `badPipeline` where something is learned of all series.
  fileprivate func modelOfShard(in state: RunState?) throws(Failure) -> SavedModel? {
    let run = declaration.run
    if run.retrain == .never {
      guard let state else { throw cannotTrain("nothing is kept from run to run") }
      let model: SavedModel
      do { model = try SavedModel(in: state.folder, coder: state.coder) } catch {
        throw cannotTrain(
          error == .missing ? "there is no saved model yet" : "the saved model cannot be used: \(error)")
      }
      // Errors that came since the training are counted over all series.
      if model.chain.calibration != nil, chain.shape.sample == nil {
        throw refusal(
          of: parts.forecaster.label,
          "its intervals follow the errors of all series; set `sample` of the window stage, and train once more")
      }
      return model
    }
    let remedy =
      "; train once with `almanac run \(declaration.file.file) --train`, with `run: {retrain: never}` in the file"
    if run.retrain != .always {
      throw refusal(
        of: "run.retrain", "shards want never, for a saved model, or always, where each series is fitted alone")
    }
    if let part = zip(parts.transforms, chain.transforms).first(where: { !$1.isLocal })?.0 {
      throw refusal(of: part.label, "nobody knows whether it learns of each series alone" + remedy)
    }
    if !chain.forecaster.isLocal {
      throw refusal(
        of: parts.forecaster.label, "it learns of all series together, and a shard has only its own" + remedy)
    }
    if chain.calibration != nil {
      throw refusal(of: parts.forecaster.label, "`calibration` counts the errors of all series together" + remedy)
    }
    if chain.shape.sample != nil, backtest != nil {
      throw refusal(
        of: parts.window.label, "`sample` is drawn from all series, and a shard knows only its own" + remedy)
    }
    if let evaluator = parts.evaluator, let backtest {
      if backtest.split != nil {
        throw refusal(
          of: evaluator.label, "`train` cuts as many folds as the shortest of all series has room for; give `folds`")
      }
      if backtest.fallback != nil {
        throw refusal(
          of: evaluator.label,
          "`on_worse_than` is decided by the scores of all series, which a shard does not know; "
            + "leave it out, or set `require`")
      }
    }
    return nil
  }

  private func refusal(of subject: String, _ words: String) -> Failure {
    Failure(.badPipeline, "\(declaration.file.file): \(subject): no shard can be run: \(words)")
  }

  fileprivate func cannotTrain(_ reason: String) -> Failure {
    Failure(
      .noInput, "a shard trains nothing, and \(reason); train once with `almanac run \(declaration.file.file) --train`")
  }
}

extension RunState {
  /// A digest of the saved model; nil where there is none.
  var modelDigest: String? {
    SHA256.hex(contentsOf: FilePath(SavedModel.notes(at: folder.path)))
  }
}
