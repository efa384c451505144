import Foundation
import TimeSeries

/// The best of several forecasters, found by folds at the end of the training rows.
public struct Selection: Forecaster {
  /// What one choice is made for.
  public enum Scope: String, Sendable, Hashable, CaseIterable {
    /// All series.
    case panel
    /// Each series on its own.
    case series
  }

  /// The forecasters to choose from; at least one.
  public var candidates: [Ensemble.Member]
  /// What one choice is made for.
  public var scope: Scope
  /// How many folds decide.
  public var folds: Int

  /// A choice among forecasters.
  public init(_ candidates: [Ensemble.Member], scope: Scope = .panel, folds: Int = 3) {
    self.candidates = candidates
    self.scope = scope
    self.folds = folds
  }

  public var readsCovariates: Bool { candidates.contains { $0.forecaster.readsCovariates } }
  public var drawsPaths: Bool { candidates.allSatisfy(\.forecaster.drawsPaths) }

  public func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> any FittedForecaster {
    let scores = try candidates.enumerated().map { position, candidate in
      try Contest(folds: folds).scores(of: candidate, panel, shape: shape, context: context.branch(position))
    }
    let errors = scores.map { $0.filter(\.isFinite).mean }
    let choices: [Int]
    switch scope {
    case .panel:
      choices = Array(repeating: best(of: errors), count: panel.series.count)
    case .series:
      choices = panel.series.indices.map { series in best(of: scores.map { $0[series] }) }
    }
    // Only what was chosen for some series is fitted; a network learns from all series, though it may forecast few.
    var fitted: [Int: any FittedForecaster] = [:]
    for choice in Set(choices).sorted() {
      fitted[choice] = try candidates[choice].forecaster.fit(panel, shape: shape, context: context.branch(choice))
    }
    return FittedSelection(
      choices: Dictionary(zip(panel.series.map(\.name), choices)) { first, _ in first }, fitted: fitted,
      names: candidates.map(\.name), errors: errors)
  }

  /// The candidate with the lowest score; of equals the first.
  private func best(of scores: [Double]) -> Int {
    let ranked = scores.map { $0.isNaN ? .infinity : $0 }
    return ranked.indices.min { ranked[$0] < ranked[$1] } ?? 0
  }
}

/// The forecasters that were chosen.
public struct FittedSelection: FittedForecaster, SavedPart {
  public static let kind = "selection"

  /// The position of the chosen one, by series.
  let choices: [String: Int]
  private let parts: [Int: Kinded<any FittedForecaster>]
  let names: [String]
  /// The mean error of each candidate over the series.
  let errors: [Double]

  init(choices: [String: Int], fitted: [Int: any FittedForecaster], names: [String], errors: [Double]) {
    self.choices = choices
    parts = fitted.mapValues { Kinded(wrappedValue: $0) }
    self.names = names
    self.errors = errors
  }

  public var memberReports: [MemberReport] {
    names.indices.map { position in
      MemberReport(
        names[position], error: errors[position],
        series: choices.filter { $0.value == position }.map(\.key).sorted(),
        members: fitted[position]?.memberReports ?? [])
    }
  }

  private var inOrder: [any FittedForecaster] { fitted.sorted { $0.key < $1.key }.map(\.value) }

  public func weightFiles() throws -> [Data] { try inOrder.flatMap { try $0.weightFiles() } }

  var fitted: [Int: any FittedForecaster] { parts.mapValues(\.wrappedValue) }

  /// What was chosen, by series.
  public var chosen: [String: String] { choices.mapValues { names[$0] } }

  public var training: TrainingSummary? { inOrder.lazy.compactMap(\.training).first }

  public func forecast(after history: Panel) throws -> Forecast {
    try forecasts(on: history, before: [history.series.map(\.count)])[0]
  }

  public func forecasts(on panel: Panel, before ends: [[Int]]) throws -> [Forecast] {
    var results = ends.map { _ in [Forecast.Series?](repeating: nil, count: panel.series.count) }
    for (choice, forecaster) in fitted.sorted(by: { $0.key < $1.key }) {
      let positions = panel.series.indices.filter { choices[panel.series[$0].name] == choice }
      if positions.isEmpty { continue }
      // All series are handed over, for a network may tell them by their place.
      for (origin, forecast) in try forecaster.forecasts(on: panel, before: ends).enumerated() {
        for position in positions { results[origin][position] = forecast.series[position] }
      }
    }
    return try results.map { series in
      Forecast(
        try zip(series, panel.series).map { found, series in
          guard let found else { throw ForecastingError.unknownSeries(series.name) }
          return found
        })
    }
  }

  public func paths(after history: Panel, count: Int, seed: UInt64) throws -> [Forecast]? {
    var drawn: [Int: [Forecast]] = [:]
    for (choice, forecaster) in fitted {
      guard let paths = try forecaster.paths(after: history, count: count, seed: seed) else { return nil }
      drawn[choice] = paths
    }
    return try (0..<count).map { path in
      Forecast(
        try history.series.enumerated().map { position, series in
          guard let choice = choices[series.name], let paths = drawn[choice] else {
            throw ForecastingError.unknownSeries(series.name)
          }
          return paths[path].series[position]
        })
    }
  }
}
