import CVectorMath
import Foundation

/// A training between two epochs, from which it goes on as if it had never been interrupted.
public struct TrainingCheckpoint: Sendable, Equatable {
  let state: State
  let order: [Int]
  /// Numbers of each weight, by the names that they have in the file.
  let numbers: [String: [Float]]

  /// All but the large arrays, as the file holds it.
  struct State: Sendable, Codable, Equatable {
    let network: NetworkOptions
    let training: TrainingOptions
    let place: TrainingPlace
    let best: BestEpoch
    /// Updates.
    let optimizerStep: Int
    let windows: Int
    let averaged: Bool
    let moments: Int

    /// Whether the counts are those of a training between two epochs.
    var isSound: Bool {
      let report = place.report
      return windows >= 0 && (0...windows).contains(place.position) && (1...2).contains(moments)
        && optimizerStep == report.updates && report.isSound && best.epoch == report.bestEpoch && place.plateau.isSound
    }

    /// What the file holds for each weight.
    var names: [String] {
      ["weights", "best", "first"] + (moments == 2 ? ["second"] : []) + (averaged ? ["average"] : [])
    }
  }

  /// The network being trained.
  public var network: NetworkOptions { state.network }
  /// How it is trained. Only `threads` and `epochs` may differ when training goes on.
  public var training: TrainingOptions { state.training }
  /// The epochs that are done.
  public var epoch: Int { state.place.report.epochs.count }

  /// The network as it is at this point: with the moving average of its weights where one is kept.
  public func trained() throws(RecurrentError) -> ForecastNetwork {
    try ForecastNetwork(state.network, weights: numbers["average"] ?? numbers["weights"] ?? [])
  }
}

extension TrainingCheckpoint {
  init(_ trainer: Trainer<WindowShard<Float>>, of network: NetworkOptions) {
    let learner = trainer.learner
    state = State(
      network: network, training: trainer.options, place: trainer.place, best: trainer.stopping.best,
      optimizerStep: learner.optimizer.updates, windows: trainer.order.count, averaged: learner.average != nil,
      moments: learner.optimizer.second.count == 0 ? 1 : 2)
    order = trainer.order
    var numbers = Self.buffers(of: learner).mapValues(\.array)
    numbers["best"] = trainer.stopping.weights
    self.numbers = numbers.filter { !$0.value.isEmpty }
  }

  private static func buffers(of learner: Learner<WindowShard<Float>>) -> [String: Buffer<Float>] {
    var buffers = [
      "weights": learner.store.values, "first": learner.optimizer.first, "second": learner.optimizer.second,
    ]
    buffers["average"] = learner.average?.store.values
    return buffers
  }

  /// Puts `trainer`, made for the same network and data, where this checkpoint was taken.
  func restore(_ trainer: inout Trainer<WindowShard<Float>>, of network: NetworkOptions) throws(RecurrentError) {
    guard network == self.network else {
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
    trainer.place = state.place
    trainer.order = order
    trainer.stopping.best = state.best
    trainer.stopping.weights = numbers["best"] ?? []
    trainer.learner.optimizer.updates = state.optimizerStep
    for (name, buffer) in Self.buffers(of: trainer.learner) { buffer.fill(with: numbers[name] ?? []) }
    trainer.learner.store.refreshCopies()
    trainer.learner.average?.store.refreshCopies()
  }
}

// As a file.
extension TrainingCheckpoint {
  private static let version = "1"

  /// The checkpoint as a safetensors file.
  public func file() throws -> Data {
    var file = Safetensors()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    file.metadata = [
      "almanac.checkpoint": Self.version, "almanac.state": String(decoding: try encoder.encode(state), as: UTF8.self),
    ]
    file.set("order", integers: order, shape: [order.count])
    for (name, values) in numbers { file.set(name, values, shape: [values.count]) }
    return try file.encoded()
  }

  /// Reads a file that `file()` wrote.
  /// - Parameter cells: those that the file may name.
  public init(file data: Data, cells: CellRegistry = .builtIn) throws(RecurrentError) {
    let file = try Safetensors(decoding: data)
    guard file.metadata["almanac.checkpoint"] == Self.version else {
      throw .badCheckpoint("the file is no checkpoint of version \(Self.version)")
    }
    let decoder = JSONDecoder()
    decoder.userInfo = cells.userInfo
    guard let text = file.metadata["almanac.state"],
      let state = try? decoder.decode(State.self, from: Data(text.utf8))
    else { throw .badCheckpoint("its description cannot be read") }
    guard state.isSound else { throw .badCheckpoint("its counts are not those of a training") }
    self.state = state
    let count = try ForecastGraph(state.network, loss: state.training.loss).layout.count
    order = try file.integers("order", shape: [state.windows])
    var numbers: [String: [Float]] = [:]
    for name in state.names { numbers[name] = try file.floats(name, shape: [count]) }
    self.numbers = numbers
    guard order.sorted() == Array(0..<state.windows), state.windows == order.count else {
      throw .badCheckpoint("its order of the windows is damaged")
    }
  }
}
