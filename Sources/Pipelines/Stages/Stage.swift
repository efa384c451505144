import Forecasting
import Tabular
import TimeSeries

/// A part of a pipeline: its name, its fields and, by its role, the one thing that it does.
public protocol Stage: Sendable {
  /// How pipeline files call it.
  static var name: String { get }
  /// One sentence on what it does.
  static var summary: String { get }
  /// Its `with` as it might stand in a file, in YAML; empty where it needs no field.
  static var example: String { get }
  /// A stage whose fields hold their defaults.
  init()
  /// Looks at the fields together; what each accepts on its own has been checked by then.
  ///
  /// - Throws: ``FieldFault``
  func check() throws(FieldFault)
  /// Looks at the fields beside what the rest of the pipeline asks for.
  ///
  /// - Throws: ``FieldFault``
  func check(beside rest: StageSurroundings) throws(FieldFault)
}

extension Stage {
  public func check() throws(FieldFault) {}
  public func check(beside rest: StageSurroundings) throws(FieldFault) {}
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
}

/// What a stage is for; the order of a pipeline follows from it.
public enum StageRole: String, Sendable, CaseIterable {
  /// Reads the readings.
  case source
  /// Looks whether they are fresh and plausible.
  case check
  /// Prepares them.
  case transform
  /// Says what the network sees and what it forecasts.
  case window
  /// Forecasts.
  case forecaster
  /// Judges.
  case evaluator
  /// Publishes.
  case sink
}

/// Reads the readings.
public protocol SourceStage: Stage {
  /// Reads everything there is.
  func read(_ context: StageContext) throws -> SourceReadings
  /// The files that it will write, such as that of rows that it leaves out.
  func outputs() -> [FilePath]
  /// The files that it reads, which alone decide what it gives; nil where that cannot be said.
  func inputs(_ context: StageContext) -> [String]?
}

extension SourceStage {
  public func outputs() -> [FilePath] { [] }
  public func inputs(_ context: StageContext) -> [String]? { nil }
}

/// What a source has read.
public struct SourceReadings: Sendable {
  /// The readings.
  public var readings: Readings
  /// The rows that were left out, with the reason.
  public var rejected: [QuarantinedRow]
  /// Where the rows that were left out are to be kept.
  public var rejectedPath: FilePath?

  /// Readings, and the rows that were left out.
  public init(_ readings: Readings, rejected: [QuarantinedRow] = [], rejectedPath: FilePath? = nil) {
    self.readings = readings
    self.rejected = rejected
    self.rejectedPath = rejectedPath
  }
}

/// Looks at the readings before anything is fitted, and changes nothing.
public protocol CheckStage: Stage {
  /// The check that these fields describe.
  func inputCheck() -> InputCheck
}

/// Prepares the panel; what it fits is fitted on training rows, by the runner.
public protocol TransformStage: Stage {
  /// The transform that these fields describe.
  func transform() -> any Transform
  /// The same, for a stage whose transform depends on the pipeline around it.
  func transform(in surroundings: TransformSurroundings) -> any Transform
  /// The files that it reads.
  func inputs(_ context: StageContext) -> [String]
}

extension TransformStage {
  public func transform(in surroundings: TransformSurroundings) -> any Transform { transform() }
  public func inputs(_ context: StageContext) -> [String] { [] }
}

/// What a transform may depend on beside its fields.
public struct TransformSurroundings: Sendable {
  /// The folder that relative paths are taken from.
  public var root: RootFolder
  /// What is seen and what is forecast.
  public var shape: WindowShape
}

/// A transform that first puts the readings on a regular index. Only the stage next to the source can be one.
public protocol RegularizingStage: TransformStage {
  /// How the readings come to stand on a regular index.
  func regularization() -> Regularization
}

/// Says what the forecaster sees and what it forecasts.
public protocol WindowStage: Stage {
  /// The shape that these fields describe.
  func shape() -> WindowShape
}

/// Forecasts.
public protocol ForecasterStage: Stage {
  /// The forecaster that these fields describe.
  func forecaster(for shape: WindowShape) -> any Forecaster
  /// How the intervals of the chain are calibrated; nil for those that the forecaster gives.
  var calibration: Calibration? { get }
  /// The levels of the intervals that come with its forecast; nil where that is known only when it forecasts.
  var givenLevels: [Double]? { get }
  /// Whether it trains a recurrent network, which may begin with the weights of another.
  var trainsNetwork: Bool { get }
}

extension ForecasterStage {
  public var calibration: Calibration? { nil }
  public var givenLevels: [Double]? { nil }
  public var trainsNetwork: Bool { false }
}

/// Judges the chain before it.
public protocol EvaluatorStage: Stage {
  /// The backtest that these fields describe.
  func backtest() -> Backtest
  /// The files that it will write, so that they can be checked before any work is done.
  func outputs() -> [FilePath]
  /// Puts its files into the publication.
  func publish(_ result: RunResult, to publication: Publication) throws
}

extension EvaluatorStage {
  public func outputs() -> [FilePath] { [] }
  public func publish(_ result: RunResult, to publication: Publication) throws {}
}

/// Publishes what came out.
public protocol SinkStage: Stage {
  /// The files that it will write, so that they can be checked before any work is done.
  func outputs() -> [FilePath]
  /// Makes sure, before any work is done, that what it needs is there.
  func prepare(_ context: StageContext) throws
  /// Puts its files into the publication.
  func publish(_ result: RunResult, to publication: Publication, _ context: StageContext) throws
}

extension SinkStage {
  public func prepare(_ context: StageContext) throws {}
}

extension Stage {
  /// What the stage is for.
  public static var role: StageRole {
    switch self {
    case is any SourceStage.Type: .source
    case is any CheckStage.Type: .check
    case is any TransformStage.Type: .transform
    case is any WindowStage.Type: .window
    case is any ForecasterStage.Type: .forecaster
    case is any EvaluatorStage.Type: .evaluator
    default: .sink
    }
  }
}
