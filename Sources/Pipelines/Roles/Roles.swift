import Files
import Forecasting
import PipelineFile
import Recurrent
import Tabular
import TimeSeries

/// A stage as a pipeline asks for it; each role adds the one thing that it does.
public protocol PipelineStage: Stage {
  /// Looks at the fields beside what the rest of the pipeline asks for.
  ///
  /// - Throws: `FieldFault`
  func check(beside rest: StageSurroundings) throws(FieldFault)
  /// The files that it reads, as the process sees them; nil where others decide too what it gives.
  func inputs(below root: RootFolder) -> [String]?
  /// Whether it talks to other machines.
  var usesNetwork: Bool { get }
  /// The files that it writes, so that they can be checked before any work is done.
  var outputs: [FilePath] { get }
  /// The files that it changes where they are, and puts none in place of.
  var changed: [FilePath] { get }
  /// The same where a forecaster trains so many networks; without a file for each of them just `outputs`.
  func outputs(networks: Int) -> [FilePath]
}

extension PipelineStage {
  public func check(beside rest: StageSurroundings) throws(FieldFault) {}
  public func inputs(below root: RootFolder) -> [String]? { [] }
  public var usesNetwork: Bool { false }
  public var outputs: [FilePath] { [] }
  public var changed: [FilePath] { [] }
  public func outputs(networks: Int) -> [FilePath] { outputs }
}

/// What a stage may know of the pipeline around it.
public struct StageSurroundings: Sendable {
  /// What is seen and what is forecast.
  public var shape: WindowShape
  /// The backtest, where there is an evaluator.
  public var backtest: Backtest?
  /// The levels of the forecaster's intervals; nil where that is not known yet.
  public var levels: [Double]?
  /// Whether the forecaster draws sample paths; nil where that is not known yet.
  public var drawsPaths: Bool?
  /// The metrics that fields may name.
  public var metrics: MetricRegistry
}

/// Reads the readings.
public protocol SourceStage: PipelineStage {
  /// Reads everything there is.
  func read(_ context: StageContext) throws -> SourceReadings
  /// What each part of the input seems to be, a line each, for a person to compare with the fields; none where that cannot
  /// be told.
  func outline(_ context: StageContext) -> [String]
}

extension SourceStage {
  public static var role: StageRole { .source }
  public func inputs(below root: RootFolder) -> [String]? { nil }
  public func outline(_ context: StageContext) -> [String] { [] }
}

/// What a source has read.
public struct SourceReadings: Sendable {
  /// The readings.
  public var readings: Readings
  /// The rows that were left out, with the reason.
  public var rejected: [QuarantinedRow]
  /// Where the rows that were left out are to be kept.
  public var rejectedPath: FilePath?
  /// What a person should know of the input, though it could be read.
  public var warnings: [String]
  /// What all series are readings of, as the input calls it; nil where there are several such things, or nobody says.
  public var target: String?
  /// About how many bytes were in memory at once while it was read; 0 where that is not known.
  public var bytes: Int

  /// Readings, and the rows that were left out.
  public init(
    _ readings: Readings, rejected: [QuarantinedRow] = [], rejectedPath: FilePath? = nil, warnings: [String] = [],
    target: String? = nil, bytes: Int = 0
  ) {
    (self.target, self.bytes) = (target, bytes)
    self.readings = readings
    self.rejected = rejected
    self.rejectedPath = rejectedPath
    self.warnings = warnings
  }
}

/// Looks at the readings before anything is fitted, and changes nothing.
public protocol CheckStage: PipelineStage {
  /// What is not plausible in readings.
  ///
  /// - Parameters:
  ///   - readings: as they were read.
  ///   - panel: the same on their regular index, gaps open.
  ///   - now: the present moment on the readings' own clock; nil where they have no times.
  /// - Throws: `FieldFault` where a field has no meaning for such readings.
  func findings(in readings: Readings, _ panel: Panel, now: Timestamp?) throws(FieldFault) -> [CheckFinding]
}

extension CheckStage {
  public static var role: StageRole { .check }
}

/// Something that a check has found.
public struct CheckFinding: Sendable, Equatable {
  /// Whether it ends the run.
  public var isError: Bool
  /// The sort of failure that it is, where it ends the run.
  public var kind: Failure.Kind
  /// What was found, in words.
  public var message: String

  /// A finding.
  public init(isError: Bool, kind: Failure.Kind, message: String) {
    (self.isError, self.kind, self.message) = (isError, kind, message)
  }
}

/// A stage whose work is fitted, and saved for the runs to come.
public protocol FittingStage: PipelineStage {
  /// Every kind of part that a saved model may hold of it, such as `Difference.savedParts`.
  static var savedParts: [any SavedPart.Type] { get }
  /// The cell of its networks; nil for none.
  static var savedCell: CellKind? { get }
}

extension FittingStage {
  public static var savedCell: CellKind? { nil }
}

extension StageRegistry {
  /// Writes and reads models of these stages.
  ///
  /// - Parameter parts: what models may hold beside that.
  public func modelCoder(metrics: MetricRegistry, adding parts: [any SavedPart.Type] = []) -> ModelCoder {
    let types = stages.compactMap { $0.type as? any FittingStage.Type }
    return ModelCoder(
      kinds: SavedKinds(types.flatMap { $0.savedParts } + parts), metrics: metrics,
      cells: types.compactMap { $0.savedCell }.reduce(.builtIn) { $0.adding($1) })
  }
}

/// Prepares the panel; what it fits is fitted on training rows, by the runner.
public protocol TransformStage: FittingStage {
  /// The transform that these fields describe.
  func transform(in surroundings: ChainSurroundings) -> any Transform
  /// A fitted transform of a saved model, with what is not saved with it.
  func adopt(_ fitted: any FittedTransform, in surroundings: ChainSurroundings) -> any FittedTransform
}

extension TransformStage {
  public static var role: StageRole { .transform }
  public func adopt(_ fitted: any FittedTransform, in surroundings: ChainSurroundings) -> any FittedTransform { fitted }
}

/// What a transform or forecaster may depend on beside its fields.
public struct ChainSurroundings: Sendable {
  /// The folder that relative paths are taken from.
  public var root: RootFolder
  /// What is seen and what is forecast.
  public var shape: WindowShape
  /// Where randomness comes from.
  public var seed: UInt64
}

/// A transform that first puts the readings on a regular index. Only the stage next to the source can be one.
public protocol RegularizingStage: TransformStage, FrequencyStage {
  /// How the readings come to stand on a regular index.
  func regularization() -> Regularization
}

extension RegularizingStage {
  public static var mustFollowSource: Bool { true }
  public var statedFrequency: Frequency? { regularization().every }
}

/// Says what the forecaster sees and what it forecasts.
public protocol WindowStage: PipelineStage {
  /// The shape that these fields describe.
  func shape() -> WindowShape
}

extension WindowStage {
  public static var role: StageRole { .window }
}

/// Forecasts.
public protocol ForecasterStage: FittingStage {
  /// The forecaster that these fields describe.
  func forecaster(in surroundings: ChainSurroundings) -> any Forecaster
  /// A fitted forecaster of a saved model, with what is not saved with it.
  func adopt(_ fitted: any FittedForecaster, in surroundings: ChainSurroundings) -> any FittedForecaster
  /// How the intervals of the chain are calibrated; nil for those that the forecaster gives.
  var calibration: Calibration? { get }
  /// The levels of the intervals that come with its forecast; nil where that is known only when it forecasts.
  var givenLevels: [Double]? { get }
  /// Whether it draws sample paths.
  var drawsPaths: Bool { get }
  /// Whether it trains a recurrent network, which may begin with the weights of another.
  var trainsNetwork: Bool { get }
  /// The most networks that its weight files hold.
  var networks: Int { get }
  /// The time that all fits of a run take at the most, where the stage has a setting of its own for it.
  var timeBudget: TimeSpan? { get }
}

extension ForecasterStage {
  public static var role: StageRole { .forecaster }
  public func adopt(_ fitted: any FittedForecaster, in surroundings: ChainSurroundings) -> any FittedForecaster {
    fitted
  }
  public var calibration: Calibration? { nil }
  public var givenLevels: [Double]? { nil }
  public var drawsPaths: Bool { false }
  public var trainsNetwork: Bool { false }
  public var networks: Int { trainsNetwork ? 1 : 0 }
  public var timeBudget: TimeSpan? { nil }
}

/// Judges the chain before it.
public protocol EvaluatorStage: PipelineStage {
  /// The backtest that these fields describe.
  ///
  /// - Parameter metrics: those that fields may name.
  func backtest(_ metrics: MetricRegistry) -> Backtest
  /// Makes its files.
  func publish(_ forecast: PublishedForecast, to files: any OutputFiles) throws
}

extension EvaluatorStage {
  public static var role: StageRole { .evaluator }
  public func publish(_ forecast: PublishedForecast, to files: any OutputFiles) throws {}
}

/// Publishes what came out.
public protocol SinkStage: PipelineStage {
  /// About how many bytes it holds beside the forecast itself, which has so many rows.
  func bytes(forRows rows: Double) -> Double
  /// Whether it looks at the forecasts of all folds of the backtest.
  var readsFolds: Bool { get }
  /// Makes sure, before any work is done, that what it needs is there.
  func prepare(_ context: StageContext) throws
  /// Makes its files.
  func publish(_ forecast: PublishedForecast, to files: any OutputFiles, _ context: StageContext) throws
}

extension SinkStage {
  public static var role: StageRole { .sink }
  public var readsFolds: Bool { false }
  public func bytes(forRows rows: Double) -> Double { 0 }
  public func prepare(_ context: StageContext) throws {}
}

/// The files of a run, which appear together once all of them are whole.
public protocol OutputFiles: AnyObject {
  /// Puts bytes at a path.
  func write(_ bytes: [UInt8], to path: FilePath) throws(Failure)
  /// Puts bytes at a path that are made piece by piece, so that they are never held at once.
  func write(to path: FilePath, pieces: ((_ piece: [UInt8]) -> Void) -> Void) throws(Failure)
  /// A path for the file, where something else (gnuplot, say) makes it: under its own name, in a folder of its own.
  func stage(_ path: FilePath) throws(Failure) -> String
  /// Leaves a file out that was to be made, and was not.
  func withdraw(_ path: FilePath)
  /// The place of a file that is changed where it is, such as a database; its folder is there then.
  func place(of path: FilePath) throws(Failure) -> FilePath
  /// Has something appear together with the files that is none.
  func join(_ transaction: any OutputTransaction)
}

/// What appears with the files of a run and is no file, such as rows of a database. All that may well fail is done before
/// it joins the files, and what is not committed is taken back when it is let go.
public protocol OutputTransaction: AnyObject {
  /// Makes it appear; right before the files do.
  func commit() throws
  /// Takes back what was committed, because the files could not appear.
  func undo() throws
}
