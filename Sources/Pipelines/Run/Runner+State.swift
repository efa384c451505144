import Files
import Forecasting
import Foundation
import PipelineFile
import TimeSeries

// What a run takes over from the one before, and leaves for the next.
extension Runner {
  static let checkpoints = "checkpoint"

  /// What is left for the next run; a filter between two streams uses a saved model and leaves nothing.
  var keptState: RunState? { declaration.isStreaming ? nil : state }
  private static let forecastFile = "forecast.json"

  /// The weights that a training begins with; nil for random ones.
  func start(of pipeline: Pipeline) throws(Failure) -> NetworkStart? {
    if let path = declaration.run.fineTune {
      return try SavedModel.start(at: path, in: declaration.rootFolder, coder: state?.coder ?? declaration.coder)
    }
    guard declaration.run.warmStart, let state else { return nil }
    // Without a model, or with one of another shape, the training begins as any first one does.
    guard let model = try? SavedModel(in: state.folder, coder: state.coder),
      let start = model.start
    else { return nil }
    if model.document.parts.contains(where: {
      $0.label == pipeline.parts.forecaster.label || $0.label == pipeline.parts.window.label
    }),
      let changed = declaration.fittedParts.first(where: { !model.document.parts.contains($0) }),
      changed.label == pipeline.parts.forecaster.label || changed.label == pipeline.parts.window.label
    {
      events(.note("the training begins with random weights: \(changed.label) changed since the model was trained"))
      return nil
    }
    return start
  }

  /// Where the trainings of this run are kept, emptied unless an interrupted run is to go on; nil where nothing is.
  func trainingLog() throws(Failure) -> TrainingLog? {
    guard let state = keptState else { return nil }
    guard let identity = state.identity, let mark = try? JSONEncoder().encode(identity) else {
      if state.resumes {
        events(.note("nothing is resumed: what the run reads cannot be compared with what it read before"))
      }
      return nil
    }
    let folder = state.folder.path(of: Self.checkpoints)
    let notes = "run.json"
    let kept = try? state.folder.open()
    let found = (try? FolderHandle(folder, trust: .state).read(notes, trust: .state)).flatMap {
      try? JSONDecoder().decode(RunIdentity.self, from: $0)
    }
    if state.resumes, found == identity {
      events(.note("resuming the run that was interrupted"))
    } else {
      if state.resumes {
        let reason = found == nil ? "no run was interrupted" : "input, pipeline or program changed since"
        events(.note("nothing is resumed: \(reason)"))
      }
      if kept?.remove(Self.checkpoints) == false { try state.folder.putAside(Self.checkpoints) }
      do throws(DiskFile.Fault) {
        try DiskFile.write(
          mark, to: notes, in: state.folder.open().makeFolder(Self.checkpoints, mode: 0o700), mode: 0o600)
      } catch {
        throw Failure(.cannotWrite, "\(folder) cannot be written: \(error.reason)")
      }
    }
    return TrainingLog(folder: folder, interval: state.checkpointInterval)
  }

  /// Puts what the next run needs among the files that are published.
  func keep(
    _ result: RunResult, of work: PipelineRun.Work, _ pipeline: Pipeline, in publication: Publication
  ) throws(Failure) {
    guard let state = keptState else { return }
    let forgets = pipeline.forgets(result.published.panel)
    // One of an earlier run would be taken for what this one has learned.
    if case .trained = work.use, forgets {
      _ = try? state.folder.open().remove(SavedModel.folder)
    } else if case .trained = work.use {
      try keepModel(of: work, on: result.published.panel, pipeline, in: publication)
    }
    if declaration.run.onSeriesError == .keep, let data = try? JSONEncoder().encode(Forecast(result.published.series)) {
      try publication.keep(data, as: Self.forecastFile)
    }
    let outputs = publication.outputs.map { output in
      PublishedRecord.Output(path: output.final, digest: SHA256.hex(contentsOf: FilePath(output.made)) ?? "")
    }
    let record = PublishedRecord(
      identity: state.identity, outputs: outputs, trained: work.trained, incomplete: result.failures.count)
    do { try publication.keep(JSONEncoder().encode(record), as: PublishedRecord.name) } catch let failure as Failure {
      throw failure
    } catch { throw Failure(.failed, "the record of the publication cannot be written: \(error)") }
  }

  /// Puts the model that was trained on a panel among the files that are published.
  func keepModel(
    of work: PipelineRun.Work, on panel: Panel, _ pipeline: Pipeline, in publication: Publication
  ) throws(Failure) {
    guard let state = keptState else { return }
    var panel = panel
    // The others are as unknown to the model as series that come later.
    if let sample = pipeline.chain.shape.sample {
      panel = panel.sample(sample, seed: UInt64(declaration.run.seed))
    }
    let model = SavedModel(
      declaration, trained: work.trained, panel: panel, chain: work.fitted, fallback: work.fallback,
      backtest: work.sampled ?? work.backtest)
    let files: [String: Data]
    do { files = try model.files(of: declaration, coder: state.coder) } catch {
      throw Failure(.failed, "the model cannot be saved: \(error)")
    }
    try publication.keep(files, in: SavedModel.folder)
  }

  /// Adds the last good forecasts of the series that could not be forecast.
  func restoreKept(_ result: inout RunResult) {
    guard declaration.run.onSeriesError == .keep, let state, !result.failures.isEmpty else { return }
    let last: Forecast
    do { last = try JSONDecoder().decode(Forecast.self, from: state.folder.read(Self.forecastFile)) } catch {
      let fault = error as? DiskFile.Fault
      // The first run of a pipeline has none.
      if fault?.code != ENOENT {
        let path = state.folder.path(of: Self.forecastFile)
        let text =
          "the last good forecasts cannot be kept: \(path) \(fault.map { "cannot be read: \($0.reason)" } ?? "is damaged")"
        events(.warning(text))
        result.published.warnings.append(text)
      }
      return
    }
    for position in result.failures.indices {
      guard let series = last.series.first(where: { $0.name == result.failures[position].series }) else { continue }
      result.failures[position].isKept = true
      result.published.kept.append(series)
    }
  }
}

// Series that cannot be forecast.
extension Runner {
  /// The panel of readings, without the series that cannot stand on a regular index, where the pipeline allows that.
  func regular(_ readings: Readings, _ failures: inout [SeriesFailure]) throws(Failure) -> Panel {
    var readings = readings
    while true {
      if shard != nil, readings.series.isEmpty { return Panel([]) }
      do throws(Failure) { return try declaration.regular(readings, isPart: shard != nil) } catch {
        let name = try spared(error, of: readings.series.count, &failures)
        readings.series.removeAll { $0.name == name }
      }
    }
  }

  /// Does work on a panel, and again without each series that it fails for, where the pipeline allows that.
  func sparing<Result>(
    _ panel: inout Panel, _ failures: inout [SeriesFailure], _ work: (Panel) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    while true {
      do throws(Failure) { return try work(panel) } catch {
        let name = try spared(error, of: panel.series.count, &failures)
        panel.series.removeAll { $0.name == name }
      }
    }
  }

  /// The series that is left out for a failure; throws it where that is not possible.
  private func spared(
    _ failure: Failure, of count: Int, _ failures: inout [SeriesFailure]
  ) throws(Failure) -> String {
    guard declaration.run.onSeriesError != .stop, let name = failure.series, count > 1 || shard != nil,
      !failures.contains(where: { $0.series == name })
    else { throw failure }
    failures.append(SeriesFailure(series: name, message: failure.message))
    return name
  }
}

extension [SeriesFailure] {
  /// Puts them in the order of their series, whatever they failed of.
  mutating func sort(by order: [String]) {
    guard count > 1 else { return }
    let places = Dictionary(order.enumerated().map { ($1, $0) }) { first, _ in first }
    sort { places[$0.series] ?? 0 < places[$1.series] ?? 0 }
  }
}
