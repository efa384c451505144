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

  public func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> FittedSelection {
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
    var fitted: [Int: Kinded<any FittedForecaster>] = [:]
    for choice in Set(choices).sorted() {
      let found = try candidates[choice].forecaster.fit(panel, shape: shape, context: context.branch(choice))
      fitted[choice] = Kinded(wrappedValue: found)
    }
    return FittedSelection(
      choices: Dictionary(zip(panel.series.map(\.name), choices)) { first, _ in first }, parts: fitted,
      names: candidates.map(\.name), errors: errors)
  }

  /// The candidate with the lowest score; of equals the first.
  private func best(of scores: [Double]) -> Int {
    let ranked = scores.map { $0.isNaN ? .infinity : $0 }
    return ranked.indices.min { ranked[$0] < ranked[$1] } ?? 0
  }
}

/// The forecasters that were chosen.
public struct FittedSelection: NetworkForecaster {
  public static let kind = "selection"

  /// The position of the chosen one, by series.
  let choices: [String: Int]
  let parts: [Int: Kinded<any FittedForecaster>]
  let names: [String]
  /// The mean error of each candidate over the series.
  let errors: [Double]

  public func checkStored() throws(SavingError) {
    try require(
      errors.count == names.count && parts.keys.allSatisfy(names.indices.contains)
        && choices.values.allSatisfy { parts[$0] != nil }, "choices among members that it does not have")
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

  /// The choice, series by series where they differ, and what the chosen ones have for the series of theirs.
  public var parameters: [ForecasterParameter] {
    let bySeries = choices.sorted { $0.key < $1.key }
    let chosen =
      fitted.count == 1
      ? fitted.keys.map { ForecasterParameter("choice", names[$0]) }
      : bySeries.map { ForecasterParameter("choice", names[$1], series: $0) }
    return chosen
      + fitted.sorted { $0.key < $1.key }.flatMap { position, member in
        member.parameters.filter { $0.series.map { choices[$0] == position } ?? true }.map { $0.of(names[position]) }
      }
  }

  public func fits(_ shape: WindowShape) -> Bool { inOrder.allSatisfy { $0.fits(shape) } }
  public var remedy: String { inOrder.remedy }

  public var training: TrainingSummary? { inOrder.networks.lazy.compactMap(\.training).first }

  public func weightFiles() throws -> [Data] { try inOrder.networks.flatMap { try $0.weightFiles() } }

  /// None: the series may have been forecast by different networks.
  public func activations(after history: Panel) -> [NetworkActivations] { [] }

  var fitted: [Int: any FittedForecaster] { parts.mapValues(\.wrappedValue) }

  /// What was chosen, by series.
  public var chosen: [String: String] { choices.mapValues { names[$0] } }

  public func forecasts(on panel: Panel, before ends: [[Int]]) throws -> [Forecast] {
    var found: [Int: [Forecast]] = [:]
    for (choice, forecaster) in fitted.sorted(by: { $0.key < $1.key })
    where panel.series.contains(where: { choices[$0.name] == choice }) {
      // All series are handed over, for a network may tell them apart by their position.
      found[choice] = try forecaster.forecasts(on: panel, before: ends)
    }
    return try ends.indices.map { origin in try chosen(of: panel, among: found.mapValues { $0[origin] }) }
  }

  public func paths(after history: Panel, count: Int, seed: UInt64) throws -> [Forecast]? {
    var drawn: [Int: [Forecast]] = [:]
    for (choice, forecaster) in fitted {
      guard let member = forecaster as? any NetworkForecaster,
        let paths = try member.paths(after: history, count: count, seed: seed)
      else { return nil }
      drawn[choice] = paths
    }
    return try (0..<count).map { path in try chosen(of: history, among: drawn.mapValues { $0[path] }) }
  }

  /// Each series as its own choice forecast it.
  private func chosen(of panel: Panel, among forecasts: [Int: Forecast]) throws(ForecastingError) -> Forecast {
    Forecast(
      try panel.series.enumerated().map { position, series throws(ForecastingError) in
        guard let choice = choices[series.name], let forecast = forecasts[choice] else {
          throw .unknownSeries(series.name)
        }
        return forecast.series[position]
      })
  }
}
