import Foundation
import Recurrent
import Synchronization

/// The trainings of one run in the order in which they begin, kept in a folder: a run that begins in the same folder
/// with the same rows, options and seed takes over the trainings that were done, goes on with the one that was not, and
/// ends in the same bytes.
///
/// A file that cannot be written or read costs time and nothing else: the training is then done again.
public final class TrainingLog: Sendable {
  private let folder: URL
  private let interval: Duration
  private let begun = Mutex(0)
  private let taken = Mutex(0)

  /// A log in a folder that exists.
  ///
  /// - Parameter interval: how far apart two checkpoints of a training are at the least.
  public init(folder: String, interval: Duration = .seconds(10)) {
    self.folder = URL(fileURLWithPath: folder)
    self.interval = interval
  }

  /// Trainings that were taken over, done or in part.
  public var resumed: Int { taken.withLock { $0 } }

  private struct Done: Codable {
    var options: TrainingOptions
    var windows: Int
    var report: TrainingReport
  }

  /// Trains a network, or takes over what was trained before.
  func train(
    _ network: inout ForecastNetwork, on set: WindowSet, validation: WindowSet?, options: TrainingOptions,
    progress: (TrainingProgress) -> TrainingDecision
  ) throws(RecurrentError) -> TrainingReport {
    let number = begun.withLock { count in
      count += 1
      return count
    }
    let (weights, notes) = (place("training-\(number).safetensors"), place("training-\(number).json"))
    let checkpoint = place("training-\(number).checkpoint")
    if let found = done(weights, notes, network: network, windows: set.windows.count, options: options) {
      taken.withLock { $0 += 1 }
      network = found.network
      return found.report
    }
    var last = ContinuousClock.now
    let keep = { (point: TrainingCheckpoint) in
      guard ContinuousClock.now - last >= self.interval else { return }
      last = ContinuousClock.now
      if let data = try? point.file() { try? data.write(to: checkpoint, options: .atomic) }
    }
    let report: TrainingReport
    if let data = try? Data(contentsOf: checkpoint), let point = try? TrainingCheckpoint(file: data),
      let resumed = try? network.training(
        on: set, validation: validation, options: options, from: point, progress: progress, keep: keep)
    {
      taken.withLock { $0 += 1 }
      (network, report) = resumed
    } else {
      report = try network.train(on: set, validation: validation, options: options, progress: progress, keep: keep)
    }
    let coder = ModelCoder()
    var noted = options
    noted.threads = 1
    if report.ending != .stopped, let data = try? network.weightFile(),
      let saved = try? coder.save(Done(options: noted, windows: set.windows.count, report: report))
    {
      // The notes come last: where they are there, so are the weights.
      try? data.write(to: weights, options: .atomic)
      try? saved.document.write(to: notes, options: .atomic)
      try? FileManager.default.removeItem(at: checkpoint)
    }
    return report
  }

  private func done(
    _ weights: URL, _ notes: URL, network: ForecastNetwork, windows: Int, options: TrainingOptions
  ) -> (network: ForecastNetwork, report: TrainingReport)? {
    var wanted = options
    wanted.threads = 1
    guard let document = try? Data(contentsOf: notes), let data = try? Data(contentsOf: weights),
      let done = try? ModelCoder().load(Done.self, from: document, file: { throw SavingError.missingFile($0) }),
      done.options == wanted, done.windows == windows,
      let found = try? ForecastNetwork(weightFile: data), found.options == network.options
    else { return nil }
    return (found, done.report)
  }

  private func place(_ name: String) -> URL { folder.appendingPathComponent(name) }
}

extension ForecastNetwork {
  /// The network trained on from a checkpoint.
  fileprivate func training(
    on set: WindowSet, validation: WindowSet?, options: TrainingOptions, from checkpoint: TrainingCheckpoint,
    progress: (TrainingProgress) -> TrainingDecision, keep: @escaping (TrainingCheckpoint) -> Void
  ) throws(RecurrentError) -> (ForecastNetwork, TrainingReport) {
    var network = self
    let report = try network.train(
      on: set, validation: validation, options: options, from: checkpoint, progress: progress, keep: keep)
    return (network, report)
  }
}
