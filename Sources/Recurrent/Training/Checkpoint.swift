import CVectorMath
import Foundation

/// A training between two epochs, from which it goes on as if it had never been interrupted.
public struct TrainingCheckpoint: Sendable, Equatable {
  /// The network being trained.
  public let network: NetworkOptions
  /// How it is trained. Only `threads` and `epochs` may differ when training goes on.
  public let training: TrainingOptions
  let place: TrainingPlace
  let best: Best
  let optimizerStep: Int
  let order: [Int]
  let weights: [Float]
  let bestWeights: [Float]
  let first: [Float]
  let second: [Float]
  let average: [Float]

  struct Best: Sendable, Codable, Equatable {
    var loss: Double?
    var epoch: Int
  }

  /// The epochs that are done.
  public var epoch: Int { place.report.epochs.count }
}

extension TrainingCheckpoint {
  init(_ trainer: Trainer<Float>) {
    network = trainer.graph.options
    training = trainer.options
    place = trainer.place
    best = Best(loss: trainer.stopping.bestLoss, epoch: trainer.stopping.bestEpoch)
    optimizerStep = trainer.step.optimizer.step
    order = trainer.order
    weights = trainer.step.store.values.array
    bestWeights = trainer.stopping.best
    first = trainer.step.optimizer.first.array
    second = trainer.step.optimizer.second.array
    average = trainer.step.average?.store.values.array ?? []
  }

  /// Puts `trainer`, made for the same network and data, where this checkpoint was taken.
  func restore(_ trainer: inout Trainer<Float>) throws(RecurrentError) {
    guard network == trainer.graph.options else {
      throw .badCheckpoint("it was taken while training another network")
    }
    var expected = training
    expected.threads = trainer.options.threads
    expected.epochs = trainer.options.epochs
    guard expected == trainer.options else {
      throw .badCheckpoint("it was taken with other training options")
    }
    guard order.count == trainer.order.count else {
      throw .badCheckpoint("it was taken with \(order.count) windows, but there are \(trainer.order.count) now")
    }
    trainer.place = place
    trainer.order = order
    trainer.stopping.bestLoss = best.loss
    trainer.stopping.bestEpoch = best.epoch
    trainer.stopping.best = bestWeights
    trainer.step.optimizer.step = optimizerStep
    trainer.step.optimizer.first.fill(with: first)
    trainer.step.optimizer.second.fill(with: second)
    trainer.step.store.values.fill(with: weights)
    trainer.step.store.refreshCopies()
    trainer.step.average?.store.values.fill(with: average)
    trainer.step.average?.store.refreshCopies()
  }
}

// As a file.
extension TrainingCheckpoint {
  private static let version = "1"

  private struct Header: Codable {
    var network: NetworkOptions
    var training: TrainingOptions
    var place: TrainingPlace
    var best: Best
    var optimizerStep: Int
    var windows: Int
    var averaged: Bool
    var moments: Int
  }

  /// The checkpoint as a safetensors file.
  public func file() throws -> Data {
    var file = Safetensors()
    let header = Header(
      network: network, training: training, place: place, best: best, optimizerStep: optimizerStep,
      windows: order.count, averaged: !average.isEmpty, moments: second.isEmpty ? 1 : 2)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    file.metadata = [
      "almanac.checkpoint": Self.version, "almanac.state": String(decoding: try encoder.encode(header), as: UTF8.self),
    ]
    file.set("order", integers: order, shape: [order.count])
    file.set("weights", weights, shape: [weights.count])
    file.set("best", bestWeights, shape: [bestWeights.count])
    file.set("first", first, shape: [first.count])
    if !second.isEmpty { file.set("second", second, shape: [second.count]) }
    if !average.isEmpty { file.set("average", average, shape: [average.count]) }
    return try file.encoded()
  }

  /// Reads a file that `file()` wrote.
  public init(file data: Data) throws(RecurrentError) {
    let file = try Safetensors(decoding: data)
    guard file.metadata["almanac.checkpoint"] == Self.version else {
      throw .badCheckpoint("the file is no checkpoint of version \(Self.version)")
    }
    guard let text = file.metadata["almanac.state"],
      let header = try? JSONDecoder().decode(Header.self, from: Data(text.utf8))
    else { throw .badCheckpoint("its description cannot be read") }
    network = header.network
    training = header.training
    place = header.place
    best = header.best
    optimizerStep = header.optimizerStep
    let count = try ForecastGraph(header.network, loss: header.training.loss).layout.count
    order = try file.integers("order", shape: [header.windows])
    weights = try file.floats("weights", shape: [count])
    bestWeights = try file.floats("best", shape: [count])
    first = try file.floats("first", shape: [count])
    second = header.moments == 2 ? try file.floats("second", shape: [count]) : []
    average = header.averaged ? try file.floats("average", shape: [count]) : []
    guard order.sorted() == Array(0..<header.windows), place.position <= order.count else {
      throw .badCheckpoint("its order of the windows is damaged")
    }
  }
}
