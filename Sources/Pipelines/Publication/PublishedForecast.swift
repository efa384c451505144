import Forecasting
import Foundation
import Recurrent
import TimeSeries

/// What a run publishes: all that evaluators and sinks make their files of.
public struct PublishedForecast: Sendable {
  /// What the pipeline is called.
  public var name: String
  /// A sentence on it.
  public var description: String?
  /// What all series are readings of, as the source calls it; nil where there are several such things.
  public var target: String?
  /// The readings on their regular index, gaps open.
  public var panel: Panel
  /// How times were written in the source.
  public var style: TimeStyle
  /// The forecast, from the last reading of each series on.
  public var forecast: Forecast
  /// The last good forecasts of series that could not be forecast, where the pipeline keeps them.
  public var kept: [Forecast.Series] = []
  /// The backtest, where the pipeline has an evaluator.
  public var backtest: BacktestResult?
  /// Its scores.
  public var scores: Scorecard?
  /// The baseline whose forecast it is, where the model was worse; nil where the forecast is the model's.
  public var fallback: Fallback?
  /// How many rows the source left out.
  public var rejectedRows: Int
  /// What is not plausible in the readings, though it stopped nothing.
  public var warnings: [String] = []
  /// What was assumed of the readings, where nobody has said it.
  public var assumptions: [String] = []
  /// The series that could not be forecast.
  public var failures: [SeriesFailure] = []
  /// The effective pipeline file, secrets hidden.
  public var pipeline: String
  /// The seed that all randomness came from.
  public var seed: UInt64
  /// The chain that made it, fitted on all rows.
  let fitted: FittedChain

  /// The series of the forecast, then those whose last good forecast stays.
  public var series: [Forecast.Series] { forecast.series + kept }

  private var network: (any NetworkForecaster)? { fitted.forecaster as? any NetworkForecaster }

  /// How the training for the published forecast went; nil for forecasters that train nothing.
  public var training: TrainingSummary? { network?.training }

  /// What the model is made of, where it is made of several forecasters.
  public var members: [MemberReport] { fitted.forecaster.memberReports }

  /// What the model has learned or chosen, for people.
  public var parameters: [ForecasterParameter] { fitted.forecaster.parameters }

  /// The sort of forecaster that made it, such as `theta`.
  public var forecasterKind: String { type(of: fitted.forecaster).kind }

  /// The trained networks as safetensors files; none for forecasters without any.
  public func weightFiles() throws -> [[UInt8]] { try network?.weightFiles().map(Array.init) ?? [] }

  /// What the network does with the newest window of each series; none for forecasters without one.
  public func activations() throws -> [NetworkActivations] { try fitted.activations(after: panel) }

  /// What the network does with the newest window of one series; nil for forecasters without one.
  public func activations(of series: Int) throws -> NetworkActivations? {
    try fitted.activations(after: Panel([panel.series[series]])).first
  }

  /// How far the network's gradient reaches back, and which of its gates are stuck; nil for forecasters without one.
  public func diagnostics() throws -> NetworkDiagnostics? { try fitted.diagnostics(on: panel) }

  /// What each covariate is worth to the model on the newest rows; empty where it reads none.
  public func covariateImportance() throws -> [CovariateImportance] {
    guard let horizon = forecast.series.first?.point.count, network != nil else { return [] }
    return try fitted.covariateImportance(on: panel, horizon: horizon, seed: seed)
  }

  /// Possible futures of each series; nil for forecasters that draw none.
  ///
  /// - Parameter count: of each series.
  public func paths(_ count: Int) throws -> [Forecast]? { try fitted.paths(after: panel, count: count, seed: seed) }
}
