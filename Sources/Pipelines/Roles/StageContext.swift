import PipelineFile
import Processes
import TimeSeries

/// What a stage may use of the process beside its fields.
public struct StageContext: Sendable {
  /// The folder that relative paths are taken from.
  public var root: RootFolder
  /// Where programs are looked for, as in PATH.
  public var searchPath: String
  /// All that programs see of the environment.
  public var environment: [String: String]
  /// What ends the programs that are started.
  public var interruption: Interruption
  /// When the time of the run is over; nil where it has no end.
  public var deadline: ContinuousClock.Instant?
  /// Is told what a person should know of a stage's work, though it stops nothing.
  public var warn: @Sendable (String) -> Void = { _ in }
  /// The part of the series that is wanted, so that a source need not keep the others; nil for all.
  public var shard: SeriesShard?
  /// Where randomness comes from.
  public var seed: UInt64 = 1
  /// Hands over standard input piece by piece, all of which comes before the moment that is given, if any.
  ///
  /// - Throws: ``Failure`` where it is not there to be read, or does not come in time; what the taker throws.
  public var standardInput: @Sendable (ContinuousClock.Instant?, (Span<UInt8>) throws -> Void) throws -> Void

  /// A context under a root folder.
  public init(
    root: RootFolder, searchPath: String = "", environment: [String: String] = [:],
    interruption: Interruption = Interruption(),
    standardInput: (@Sendable (ContinuousClock.Instant?, (Span<UInt8>) throws -> Void) throws -> Void)? = nil
  ) {
    (self.root, self.searchPath, self.environment) = (root, searchPath, environment)
    self.interruption = interruption
    self.standardInput =
      standardInput ?? { _, _ in throw Failure(.noInput, "standard input is read by `almanac run` alone; give a file") }
  }
}
