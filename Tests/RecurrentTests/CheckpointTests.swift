import Foundation
import Testing

@testable import Recurrent

@Suite struct CheckpointTests {
  static func options() -> NetworkOptions {
    var options = TrainingTests.small()
    options.dropout = 0.2
    options.layers = 2
    return options
  }

  static func training() -> TrainingOptions {
    var training = TrainingTests.brief()
    training.epochs = 6
    training.stepsPerEpoch = 2
    training.schedule = .plateau(factor: 0.5, patience: 1)
    training.averaging = 0.9
    return training
  }

  @Test(arguments: [OptimizerKind.adam, .adamW(decay: 0.01), .sgd(momentum: 0.9)])
  func `a resumed training ends in the same bytes`(optimizer: OptimizerKind) throws {
    let set = waveSet(Self.options(), steps: 120)
    var training = Self.training()
    training.optimizer = optimizer
    var checkpoints: [TrainingCheckpoint] = []
    var whole = try ForecastNetwork(Self.options(), seed: 1)
    let report = try whole.train(on: set, validation: set, options: training, keep: { checkpoints.append($0) })
    #expect(report.epochs.count == 6)
    #expect(checkpoints.map(\.epoch) == [1, 2, 3, 4, 5, 6])

    let stored = try TrainingCheckpoint(file: checkpoints[2].file())
    #expect(stored == checkpoints[2])
    var resumed = try ForecastNetwork(Self.options(), seed: 99)
    training.threads = 2
    let second = try resumed.train(on: set, validation: set, options: training, from: stored)
    #expect(second == report)
    #expect(resumed.weights.map(\.bitPattern) == whole.weights.map(\.bitPattern))
  }

  @Test func `a checkpoint of something else is refused`() throws {
    let set = waveSet(Self.options())
    var network = try ForecastNetwork(Self.options(), seed: 1)
    var kept: TrainingCheckpoint?
    try network.train(on: set, options: Self.training(), keep: { kept = $0 })
    let checkpoint = try #require(kept)

    func refusal(_ options: NetworkOptions, _ training: TrainingOptions, _ set: WindowSet) -> String {
      do {
        var other = try ForecastNetwork(options, seed: 1)
        try other.train(on: set, options: training, from: checkpoint)
        return "none"
      } catch { return "\(error)" }
    }
    var wider = Self.options()
    wider.hidden += 1
    #expect(
      refusal(wider, Self.training(), set)
        == "the checkpoint cannot be continued: it was taken while training another network")
    var faster = Self.training()
    faster.learningRate *= 2
    #expect(
      refusal(Self.options(), faster, set)
        == "the checkpoint cannot be continued: it was taken with other training options")
    #expect(
      refusal(Self.options(), Self.training(), waveSet(Self.options(), steps: 61))
        == "the checkpoint cannot be continued: it was taken with 62 windows, but there are 64 now")
  }
}
