import Forecasting
import Tabular

/// Why a run ended without a new forecast, sorted by who has to act.
public struct Failure: Error, Sendable {
  /// The sort of a failure; the command turns it into an exit code.
  public enum Kind: Sendable, Hashable, CaseIterable {
    /// The input is not there.
    case noInput
    /// The input is there, though not usable.
    case badData
    /// The newest reading is older than the pipeline allows.
    case tooOld
    /// The forecast is worse than the pipeline allows.
    case quality
    /// An output cannot be written.
    case cannotWrite
    /// The pipeline file does not fit the input; the message has the form of a fault of the file.
    case badPipeline
    /// Another run of the same state is at work.
    case locked
    /// The time was spent before there was anything to publish.
    case outOfTime
    /// The training or something else went wrong.
    case failed
  }

  /// The sort.
  public var kind: Kind
  /// The stage where it happened, such as `stages[0] (csv)`; nil outside of any.
  public var stage: String?
  /// What happened and what to do.
  public var message: String
  /// The series that it is about, where the others could do without it.
  public var series: String?

  /// A failure of a sort.
  public init(_ kind: Kind, stage: String? = nil, _ message: String) {
    self.kind = kind
    self.stage = stage
    self.message = message
  }

  /// The failure that an error of a floor below stands for.
  init(_ error: any Error, stage: String) {
    switch error {
    case let failure as Failure:
      self = failure
      self.stage = failure.stage ?? stage
    case let error as ForecastingError:
      switch error {
      case .training(let message): self.init(.failed, stage: stage, message)
      case .outOfTime: self.init(.outOfTime, stage: stage, "\(error)")
      default: self.init(.badData, stage: stage, "\(error)")
      }
      series = error.series
    case let error as CovariateError:
      self.init(.badData, stage: stage, "\(error)")
      series = error.series
    case let error as PluginError:
      self.init(error.kind, stage: stage, "\(error)")
    case let error as TabularError:
      self.init(error.isMissingInput ? .noInput : .badData, stage: stage, "\(error)")
    default:
      self.init(.failed, stage: stage, "\(error)")
    }
  }

  /// Runs a part of a stage, so that its errors say where they come from.
  static func placing<Result>(_ stage: String, _ work: () throws -> Result) throws(Failure) -> Result {
    do { return try work() } catch { throw Failure(error, stage: stage) }
  }
}

extension Failure: CustomStringConvertible {
  /// `STAGE: MESSAGE`
  public var description: String { stage.map { "\($0): \(message)" } ?? message }
}
