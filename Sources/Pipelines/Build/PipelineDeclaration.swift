import Files
import Forecasting
import PipelineFile
import TimeSeries

/// A pipeline as its file declares it, with every stage read and checked as far as that goes before the readings are
/// there. ``build(on:)`` makes the pipeline of it, once their frequency is known.
public struct PipelineDeclaration: Sendable {
  /// What the file says.
  public let file: FileDeclaration
  /// The settings of a run.
  public let run: RunSettings
  /// The stages by what they are for; durations are as they were written.
  public let parts: PipelineParts
  /// What the file says should come out, for `almanac test`.
  public internal(set) var tests: [PipelineTest] = []
  /// What is probably not as meant, though the pipeline runs.
  public internal(set) var warnings: [Diagnostic] = []

  /// Where outputs go in place of the root; nil for the root itself.
  public var publicationFolder: RootFolder?
  /// Whether nothing is published and the forecast itself is what the run is for: a filter between two streams.
  public var isStreaming = false
  /// The moment at which it runs, for tests: later readings are not there yet; nil for all of them.
  public var now: Timestamp?

  let reader: PipelineReader

  init(_ file: FileDeclaration, parts: PipelineParts, reader: PipelineReader) {
    (self.file, self.parts, self.reader) = (file, parts, reader)
    run = file.settings(RunSettings.self)
  }

  /// What the pipeline is called.
  public var name: String { file.name }

  /// The folder that the pipeline's paths are relative to: `root`, seen from the file's own folder.
  public var rootFolder: RootFolder { RootFolder(file.root, seenFrom: file.file) }

  /// The files that its stages write, with the stage that does.
  public var outputs: [(stage: StageDeclaration, path: FilePath)] { file.stages.outputs }

  /// Writes and reads models of its stages.
  public var coder: ModelCoder { file.grammar.stages.modelCoder(metrics: reader.metrics) }

  /// Does work with the pipeline; the words of what goes wrong show no value of the environment.
  public func hiding<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch var failure as Failure {
      failure.message = file.hidden(failure.message)
      failure.stage = failure.stage.map { file.hidden($0) }
      throw failure
    } catch let error as PipelineFileError { throw file.hidden(error) }
  }

  /// Reads the input as a run would.
  ///
  /// - Throws: ``Failure`` with the words of the run.
  public func checkInput(_ context: StageContext) throws(Failure) {
    var context = context
    context.deadline = RunClock(self).limit
    _ = try readSource(context)
  }

  /// What the source reads; where the readings show that a field is wrong, the failure says where it stands.
  func readSource(_ context: StageContext) throws(Failure) -> SourceReadings {
    let (stage, part) = (parts.source.stage, parts.source.declaration)
    return try Failure.naming(part.label) {
      do { return try stage.read(context) } catch let fault as FieldFault {
        var check = FileCheck(file: file.file)
        check.fault(fault.placed(among: part.values.locations, otherwise: part.location), in: part.label)
        throw Failure(.badPipeline, PipelineFileError(check.diagnostics).description)
      }
    }
  }

  /// The pipeline on a frequency: durations become steps, and the chain is built.
  ///
  /// - Throws: `PipelineFileError` where a duration is no whole number of steps, or stages do not fit together with the
  ///   numbers that came out.
  public func build(on frequency: Frequency) throws(PipelineFileError) -> Pipeline {
    var check = FileCheck(file: file.file)
    let stages = file.stages.map { $0.settled(on: frequency) }
    for stage in stages { for fault in stage.faults { check.fault(fault, in: stage.label) } }
    StageFit(stages: stages, metrics: reader.metrics).check(&check)
    guard !check.hasErrors, let parts = PipelineParts(stages) else { throw PipelineFileError(check.diagnostics) }
    let pipeline = Pipeline(self, stages: stages, parts: parts, frequency: frequency)
    if pipeline.chain.shape.sample != nil, !pipeline.chain.forecaster.forecastsUnseen {
      check.fault(
        FieldFault(
          "sample is for what forecasts series that it has not learned from; \(parts.forecaster.name) must have learned from "
            + "each: leave `sample` out, or take a network without `series_embedding`",
          at: parts.window.declaration.values.locations["sample"]), in: parts.window.label)
      throw PipelineFileError(check.diagnostics)
    }
    return pipeline
  }
}

extension [StageDeclaration] {
  /// The files that stages write: asked here and nowhere else.
  var outputs: [(stage: StageDeclaration, path: FilePath)] {
    let networks = reduce(0) { $0 + (($1.stage as? any ForecasterStage)?.networks ?? 0) }
    return flatMap { stage in
      ((stage.stage as? any PipelineStage)?.outputs(networks: networks) ?? []).map { (stage, $0) }
    }
  }
}
