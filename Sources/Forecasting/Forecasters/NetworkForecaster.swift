import Foundation
import Recurrent
import TimeSeries

/// A fitted forecaster that holds trained networks, or whose members may.
public protocol NetworkForecaster: FittedForecaster {
  /// How the (first) training went; nil where nothing was trained.
  var training: TrainingSummary? { get }

  /// The trained networks as safetensors files; none where nothing was trained.
  func weightFiles() throws -> [Data]

  /// The activations of the (first) network over the last window of each series; none where there is nothing to see.
  func activations(after history: Panel) throws -> [NetworkActivations]

  /// How far the gradient of the (first) network reaches back over the newest windows whose outcome is known, and which of
  /// its gates are stuck; nil where there is nothing to see.
  func diagnostics(on panel: Panel) throws -> NetworkDiagnostics?

  /// Possible futures of each series, a forecast each, in which the steps belong together; nil where it draws none.
  ///
  /// Equal seeds draw equal paths.
  func paths(after history: Panel, count: Int, seed: UInt64) throws -> [Forecast]?
}

extension NetworkForecaster {
  public var isCutShort: Bool { training?.ranOutOfTime == true }

  public func diagnostics(on panel: Panel) throws -> NetworkDiagnostics? { training?.diagnostics }

  /// One origin of many, for networks do all of them at once.
  public func forecast(after history: Panel) throws -> Forecast {
    try forecasts(on: history, before: [history.series.map(\.count)])[0]
  }
}

extension RecurrentError {
  /// Runs some work on networks, whose errors become those of a forecaster.
  static func asForecasting<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch let error as RecurrentError { throw ForecastingError.training("\(error)") }
  }
}

extension [any FittedForecaster] {
  /// What a person can do about any of them, each thing once.
  var remedy: String {
    var words: [String] = []
    for word in map(\.remedy) where !words.contains(word) { words.append(word) }
    return words.joined(separator: "; ")
  }

  /// Those that hold networks.
  var networks: [any NetworkForecaster] { compactMap { $0 as? any NetworkForecaster } }
}

/// What the units of a network gave over one window, step by step.
public struct NetworkActivations: Sendable {
  /// The series whose window it was.
  public var series: String
  /// The steps of the window.
  public var index: TimeIndex
  /// Gates, outputs and memory of each recurrent layer.
  public var layers: [LayerActivations]
  /// How much each step of the lookback counted in each step of the horizon; nil without attention.
  public var attention: [[Double]]?
}

/// How a training went.
public struct TrainingSummary: Sendable, Equatable, Codable {
  /// Windows that were trained on.
  public var windows: Int
  /// Windows that decided when to stop.
  public var validationWindows: Int
  /// Trainable numbers of the network.
  public var parameters: Int
  /// The loss over the training windows, one value an epoch.
  public var trainingLoss: [Double]
  /// The loss over the validation windows, one value an epoch; empty where there are none.
  public var validationLoss: [Double]
  /// The epoch whose weights were kept, from 1; 0 for the weights before any training.
  public var bestEpoch: Int
  /// The mean learning rate of each epoch; nil for one that was saved before it was kept.
  public var learningRate: [Double]?
  /// The share of updates whose gradient was cut.
  public var clippedShare: Double
  /// Whether the time ended the training, which would otherwise have gone on; nil where it did not.
  public var ranOutOfTime: Bool?
  /// How far the gradient reaches back and which gates are stuck; nil where it was not asked for.
  public var diagnostics: NetworkDiagnostics?
}
