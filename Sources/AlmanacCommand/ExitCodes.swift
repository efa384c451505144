import ArgumentParser
import Pipelines

extension ExitCode {
  /// What was asked for was not done.
  static let failed = ExitCode(1)
  /// Published, though not for every series.
  static let incomplete = ExitCode(3)
  /// The forecast is worse than the pipeline allows.
  static let quality = ExitCode(4)
  /// Another run of the same state is at work.
  static let locked = ExitCode(11)
  /// The input cannot be used.
  static let badData = ExitCode(65)
  /// The input is not there.
  static let noInput = ExitCode(66)
  /// An output cannot be written.
  static let cannotWrite = ExitCode(73)
  /// The pipeline file cannot run.
  static let badPipeline = ExitCode(78)
  /// The time was spent before there was anything to publish.
  static let outOfTime = ExitCode(124)

  /// The code of a failed run.
  init(_ kind: Failure.Kind) {
    self =
      switch kind {
      case .noInput: .noInput
      case .badData: .badData
      case .quality: .quality
      case .cannotWrite: .cannotWrite
      case .badPipeline: .badPipeline
      case .locked: .locked
      case .outOfTime: .outOfTime
      case .failed: .failed
      }
  }
}
