import Foundation
import Recurrent
import TimeSeries

/// The combinations that were found best, one for each group of series.
public struct FittedAuto: NetworkForecaster {
  public static let kind = "auto"

  /// A group of series with its forecaster.
  struct Part: Sendable, Codable {
    var kind: SeriesGroup.Kind
    /// The names of its series.
    var series: [String]
    var ensemble: FittedEnsemble
    /// Every candidate, those that have no share too.
    var candidates: [MemberReport]
    var rule: AutoChoice.Rule
    /// Whether the time ended the trial or a training, which would otherwise have gone on.
    var isCutShort: Bool
  }

  let parts: [Part]
  /// Whether it was fitted to a sample of the series, so that what a series is like decides which part is its own.
  let isOfSample: Bool
  private let owners: [String: Int]

  init(parts: [Part], isOfSample: Bool) {
    (self.parts, self.isOfSample) = (parts, isOfSample)
    owners = Dictionary(parts.enumerated().flatMap { part in part.element.series.map { ($0, part.offset) } }) {
      first, _ in first
    }
  }

  private enum CodingKeys: String, CodingKey { case parts, isOfSample = "of_sample" }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      parts: try container.decode([Part].self, forKey: .parts),
      isOfSample: try container.decodeIfPresent(Bool.self, forKey: .isOfSample) ?? false)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parts, forKey: .parts)
    if isOfSample { try container.encode(true, forKey: .isOfSample) }
  }

  public func checkStored() throws(SavingError) {
    try require(!parts.isEmpty, "no group of series")
    for part in parts { try part.ensemble.checkStored() }
  }

  public func forecasts(on panel: Panel, before ends: [[Int]]) throws -> [Forecast] {
    var found = ends.map { _ in [Forecast.Series?](repeating: nil, count: panel.series.count) }
    for (number, part) in parts.enumerated() {
      let positions = panel.series.indices.filter { owner(of: panel.series[$0]) == number }
      if positions.isEmpty { continue }
      let group = Panel(positions.map { panel.series[$0] })
      let forecasts = try part.ensemble.forecasts(on: group, before: ends.map { ends in positions.map { ends[$0] } })
      for (origin, forecast) in forecasts.enumerated() {
        for (position, series) in zip(positions, forecast.series) { found[origin][position] = series }
      }
    }
    return try found.map { series in
      Forecast(
        try zip(series, panel.series).map { forecast, series in
          guard let forecast else { throw ForecastingError.unknownSeries(series.name) }
          return forecast
        })
    }
  }

  public var memberReports: [MemberReport] {
    guard parts.count > 1 else { return parts.flatMap(\.candidates) }
    return parts.map { MemberReport($0.kind.rawValue, series: $0.series, members: $0.candidates) }
  }

  public var parameters: [ForecasterParameter] {
    parts.flatMap { part in
      [ForecasterParameter("combination", part.rule.rawValue)] + part.ensemble.memberParameters
    }
  }

  public var isCutShort: Bool { parts.contains(where: \.isCutShort) }
  public func fits(_ shape: WindowShape) -> Bool { parts.allSatisfy { $0.ensemble.fits(shape) } }
  public var remedy: String { parts.map { $0.ensemble as any FittedForecaster }.remedy }
  public var training: TrainingSummary? { parts.lazy.compactMap(\.ensemble.training).first }
  public func weightFiles() throws -> [Data] { try parts.flatMap { try $0.ensemble.weightFiles() } }

  public func activations(after history: Panel) throws -> [NetworkActivations] {
    try parts.indices.flatMap { try parts[$0].ensemble.activations(after: group($0, of: history)) }
  }

  public func diagnostics(on panel: Panel) throws -> NetworkDiagnostics? {
    for number in parts.indices {
      if let found = try parts[number].ensemble.diagnostics(on: group(number, of: panel)) { return found }
    }
    return nil
  }

  /// The series of a group.
  private func group(_ number: Int, of panel: Panel) -> Panel {
    Panel(panel.series.filter { owner(of: $0) == number })
  }

  /// The part that forecasts a series; nil where nothing was learned of it.
  private func owner(of series: Series) -> Int? {
    if let owner = owners[series.name] { return owner }
    guard isOfSample else { return nil }
    let kind: SeriesGroup.Kind = IntermittentMethod.suits(series.values) ? .intermittent : .regular
    return parts.firstIndex { $0.kind == kind } ?? 0
  }

  /// None: a combination of paths is no path.
  public func paths(after history: Panel, count: Int, seed: UInt64) -> [Forecast]? { nil }
}
