import Files
import Foundation
import Recurrent
import Synchronization

/// The trainings of one run in the order in which they begin, kept in a folder: a run that begins in the same folder
/// with the same rows, options and seed takes over the trainings that were done, goes on with the one that was not, and
/// ends in the same bytes.
///
/// A file that cannot be written or read costs time and nothing else: the training is then done again.
public final class TrainingLog: Sendable {
  private let folder: FilePath
  private let interval: Duration
  private let begun = Mutex(0)
  private let taken = Mutex(0)

  /// A log in a folder that exists.
  ///
  /// - Parameter interval: how far apart two checkpoints of a training are at the least.
  public init(folder: String, interval: Duration = .seconds(10)) {
    self.folder = FilePath(folder)
    self.interval = interval
  }

  /// Trainings that were taken over, done or in part.
  public var resumed: Int { taken.withLock { $0 } }

  // Notes hold no part behind a protocol.
  private static let coder = ModelCoder(kinds: SavedKinds())

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
    let (weights, notes) = (file("training-\(number).safetensors"), file("training-\(number).json"))
    let checkpoint = file("training-\(number).checkpoint")
    var noted = options
    noted.threads = 1
    if let found = done(weights, notes, network: network, windows: set.windows.count, options: noted) {
      taken.withLock { $0 += 1 }
      network = found.network
      return found.report
    }
    var last = ContinuousClock.now
    let keep = { (point: TrainingCheckpoint) in
      guard ContinuousClock.now - last >= self.interval else { return }
      last = ContinuousClock.now
      if let data = try? point.file() { try? DiskFile.replace(checkpoint.text, with: data, mode: 0o600) }
    }
    var resumed = network
    let report: TrainingReport
    if let data = checkpoint.contents(), let point = try? TrainingCheckpoint(file: data),
      let found = try? resumed.train(
        on: set, validation: validation, options: options, from: point, progress: progress, keep: keep)
    {
      taken.withLock { $0 += 1 }
      (network, report) = (resumed, found)
    } else {
      report = try network.train(on: set, validation: validation, options: options, progress: progress, keep: keep)
    }
    if report.ending != .stopped, let data = try? network.weightFile(),
      let saved = try? Self.coder.save(Done(options: noted, windows: set.windows.count, report: report))
    {
      // The notes come last: where they are there, so are the weights.
      try? DiskFile.replace(weights.text, with: data, mode: 0o600)
      try? DiskFile.replace(notes.text, with: saved.document, mode: 0o600)
      checkpoint.remove()
    }
    return report
  }

  private func done(
    _ weights: FilePath, _ notes: FilePath, network: ForecastNetwork, windows: Int, options: TrainingOptions
  ) -> (network: ForecastNetwork, report: TrainingReport)? {
    guard let document = notes.contents(), let data = weights.contents(),
      let done = try? Self.coder.load(Done.self, from: document, file: { throw SavingError.missingFile($0) }),
      done.options == options, done.windows == windows, done.report.isSound, done.report.epochs.count <= options.epochs,
      let found = try? ForecastNetwork(weightFile: data), found.options == network.options
    else { return nil }
    return (found, done.report)
  }

  private func file(_ name: String) -> FilePath { folder.appending(FilePath(name)) }
}
