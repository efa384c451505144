import Files
import Forecasting
import Tabular
import TimeSeries

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
    self.message = message.withoutControls(keepingLines: true)
  }

  /// The failure that an error of another floor stands for.
  package init(_ error: any Error, stage: String? = nil) {
    if var failure = error as? Failure {
      failure.stage = failure.stage ?? stage
      self = failure
    } else {
      let cause = error as? any FailureCause
      self.init(cause?.failureKind ?? .failed, stage: stage, cause?.failureMessage ?? "\(error)")
      series = cause?.failedSeries
    }
  }

  /// Runs a part of a stage, so that its errors name the stage.
  package static func naming<Result>(_ stage: String, _ work: () throws -> Result) throws(Failure) -> Result {
    do { return try work() } catch { throw Failure(error, stage: stage) }
  }
}

/// An error that knows what sort of failure it is.
package protocol FailureCause: Error {
  var failureKind: Failure.Kind { get }
  /// The series that it is about, where the others could do without it.
  var failedSeries: String? { get }
  var failureMessage: String { get }
}

extension FailureCause {
  package var failedSeries: String? { nil }
  package var failureMessage: String { "\(self)".onOneLine }
}

extension ForecastingError: FailureCause {
  package var failureKind: Failure.Kind {
    switch self {
    case .training, .tooLarge: .failed
    case .outOfTime: .outOfTime
    default: .badData
    }
  }
  package var failedSeries: String? { series }
  package var failureMessage: String { if case .training(let message) = self { message } else { "\(self)".onOneLine } }
}

extension ScratchFile.Fault: FailureCause {
  package var failureKind: Failure.Kind { .cannotWrite }
  package var failureMessage: String {
    ("what is too large for the memory cannot be put on the disk of \(folder): \(reason); make room there, or have the outputs "
      + "on another disk").onOneLine
  }
}

extension CovariateError: FailureCause {
  package var failureKind: Failure.Kind { .badData }
  package var failedSeries: String? { series }
}

extension TabularError: FailureCause {
  package var failureKind: Failure.Kind {
    if case .outOfTime = self { return .outOfTime }
    return isMissingInput ? .noInput : .badData
  }
  // Bad rows have a line each, in which every cell's own ends of lines are escaped.
  package var failureMessage: String {
    switch self {
    case .badRows, .tooManyBadRows: "\(self)"
    default: "\(self)".onOneLine
    }
  }
}

extension Failure: CustomStringConvertible {
  /// `STAGE: MESSAGE`
  public var description: String { stage.map { "\($0): \(message)" } ?? message }
}
