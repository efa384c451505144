import Foundation
import Recurrent
import TimeSeries

/// Several forecasters whose forecasts become one.
///
/// Bounds are combined as points are, level by level, for the levels that all members give; so they enclose the point
/// forecast where each member's do.
public struct Ensemble: Forecaster {
  /// How forecasts become one.
  public enum Combination: Sendable, Hashable {
    case mean
    case median
    /// The mean with weights that fall with the mean absolute scaled error of each member over so many folds at the
    /// end of the training rows.
    case weighted(folds: Int)
  }

  /// A forecaster under a name.
  public struct Member: Sendable {
    /// What messages and scores call it.
    public var name: String
    /// The forecaster.
    public var forecaster: any Forecaster

    /// A forecaster under a name.
    public init(_ name: String, _ forecaster: any Forecaster) {
      self.name = name
      self.forecaster = forecaster
    }
  }

  /// The forecasters; at least one.
  public var members: [Member]
  /// How their forecasts become one.
  public var combination: Combination

  /// Several forecasters as one.
  public init(_ members: [Member], combination: Combination = .median) {
    self.members = members
    self.combination = combination
  }

  public var readsCovariates: Bool { members.contains { $0.forecaster.readsCovariates } }
  public var forecastsUnseen: Bool { members.allSatisfy(\.forecaster.forecastsUnseen) }

  public var isLocal: Bool {
    if case .weighted = combination { return false }
    return members.allSatisfy(\.forecaster.isLocal)
  }

  public func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> some FittedForecaster {
    let (weights, errors) = try weights(panel, shape: shape, context: context)
    return FittedEnsemble(
      parts: try members.enumerated().map { position, member in
        Kinded(wrappedValue: try member.forecaster.fit(panel, shape: shape, context: context.branch(position)))
      }, names: members.map(\.name), weights: weights, isGeometric: false, errors: errors, bands: nil)
  }

  /// One weight a member, summing to 1, nil for the median; and the errors that they were made of, if any.
  private func weights(
    _ panel: Panel, shape: WindowShape, context: FitContext
  ) throws -> (weights: [Double]?, errors: [Double]?) {
    switch combination {
    case .median: return (nil, nil)
    case .mean: return (members.map { _ in 1 / Double(members.count) }, nil)
    case .weighted(let folds):
      var shape = shape
      // What is judged is fitted here, once.
      shape.sample = nil
      let errors = try members.enumerated().map { position, member in
        try Contest(folds: folds).scores(of: member, panel, shape: shape, context: context.branch(position)).mean
      }
      // A member without an error to speak of would take all; one that cannot be judged gets nothing.
      let strengths = errors.map { $0.isFinite ? 1 / max($0, 1e-6) : 0 }
      let sum = strengths.reduce(0, +)
      return (strengths.map { sum > 0 ? $0 / sum : 1 / Double(members.count) }, errors)
    }
  }
}

/// Fitted forecasters whose forecasts become one.
struct FittedEnsemble: NetworkForecaster {
  static let kind = "ensemble"

  let parts: [Kinded<any FittedForecaster>]
  let names: [String]
  /// One a member, summing to 1; nil for the median.
  let weights: [Double]?
  /// Whether it is the mean of logarithms, where all members are above zero; nil in models that were saved before there was
  /// one.
  let isGeometric: Bool?
  /// What the weights were made of, one a member; nil where they do not depend on errors.
  let errors: [Double]?
  /// Intervals of its own; nil for those of the members, combined.
  let bands: EnsembleBands?

  func checkStored() throws(SavingError) {
    if let bands {
      try require(
        parts.indices.contains(bands.member) && Stored.areLevels(bands.levels)
          && bands.reaches.count == bands.levels.count && Set(bands.reaches.map(\.count)).count < 2
          && bands.reaches.joined().allSatisfy { $0 >= 0 && $0.isFinite },
        "intervals without a reach for each level")
    }
    try require(
      !parts.isEmpty && [names.count, weights?.count, errors?.count].allSatisfy { $0 ?? parts.count == parts.count },
      "other numbers of names, weights or errors than of members")
  }

  var memberReports: [MemberReport] {
    members.enumerated().map { position, member in
      MemberReport(
        names[position], error: errors?[position], weight: weights?[position], members: member.memberReports)
    }
  }

  var unseenSteps: Int { errors == nil ? members.map(\.unseenSteps).min() ?? 0 : 0 }

  var parameters: [ForecasterParameter] {
    let rule =
      weights == nil ? "median" : isGeometric == true ? "geometric mean" : errors == nil ? "mean" : "weighted mean"
    let all = [ForecasterParameter("members", names.joined(separator: ", ")), .init("combination", rule)]
    return all + memberParameters
  }

  /// What the members have learned, each with its weight.
  var memberParameters: [ForecasterParameter] {
    members.enumerated().flatMap { position, member in
      let weight = weights.map { [ForecasterParameter("weight", $0[position].text())] } ?? []
      return (weight + member.parameters).map { $0.of(names[position]) }
    }
  }

  func fits(_ shape: WindowShape) -> Bool {
    members.allSatisfy { $0.fits(shape) } && bands?.reaches.allSatisfy { $0.count == shape.horizon } ?? true
  }
  var remedy: String { members.remedy }

  var training: TrainingSummary? { members.networks.lazy.compactMap(\.training).first }

  func weightFiles() throws -> [Data] { try members.networks.flatMap { try $0.weightFiles() } }

  func activations(after history: Panel) throws -> [NetworkActivations] {
    for member in members.networks {
      let activations = try member.activations(after: history)
      if !activations.isEmpty { return activations }
    }
    return []
  }

  func diagnostics(on panel: Panel) throws -> NetworkDiagnostics? {
    for member in members.networks { if let found = try member.diagnostics(on: panel) { return found } }
    return nil
  }

  /// None: a combination of paths is no path.
  func paths(after history: Panel, count: Int, seed: UInt64) -> [Forecast]? { nil }

  var members: [any FittedForecaster] { parts.map(\.wrappedValue) }

  func forecasts(on panel: Panel, before ends: [[Int]]) throws -> [Forecast] {
    let all = try members.map { try $0.forecasts(on: panel, before: ends) }
    return ends.indices.map { origin in
      let combined = combined(all.map { $0[origin] })
      return bands?.around(combined, as: all[bands?.member ?? 0][origin]) ?? combined
    }
  }

  private func combined(_ forecasts: [Forecast]) -> Forecast {
    Forecast(
      forecasts[0].series.enumerated().map { position, first in
        let series = forecasts.map { $0.series[position] }
        let levels = first.intervals.map(\.level).filter { level in
          series.allSatisfy { $0.intervals.contains { $0.level == level } }
        }
        return Forecast.Series(
          name: first.name, index: first.index, point: combined(series.map(\.point)),
          intervals: levels.map { level in
            let bands = series.compactMap { $0.intervals.first { $0.level == level } }
            return .init(level: level, lower: combined(bands.map(\.lower)), upper: combined(bands.map(\.upper)))
          })
      })
  }

  private func combined(_ values: [[Double]]) -> [Double] {
    values.combined(weights: weights, geometric: isGeometric ?? false)
  }
}

extension [[Double]] {
  /// One forecast of several, [member][step].
  ///
  /// - Parameters:
  ///   - weights: one a member, summing to 1; nil for the median.
  ///   - geometric: whether it is the mean of logarithms, where all members are above zero.
  func combined(weights: [Double]?, geometric: Bool) -> [Double] {
    (first ?? []).indices.map { step in
      guard let weights else { return map { $0[step] }.median }
      // Taken from the first, so that members which agree give their number to the last bit.
      let first = self[0][step]
      if geometric, allSatisfy({ $0[step] > 0 }) {
        return first * exp(zip(self, weights).reduce(0) { $0 + log($1.0[step] / first) * $1.1 })
      }
      return first + zip(self, weights).reduce(0) { $0 + ($1.0[step] - first) * $1.1 }
    }
  }
}

/// Intervals around a combined forecast, with the shape of those of one member.
struct EnsembleBands: Sendable, Codable {
  /// The member that gives an interval of one level; half of it is taken for a standard deviation.
  var member: Int
  /// Narrowest first.
  var levels: [Double]
  /// How many of those deviations the intervals reach, [level][step].
  var reaches: [[Double]]

  /// The forecast with these intervals.
  func around(_ forecast: Forecast, as shape: Forecast) -> Forecast {
    var result = forecast
    for (position, series) in shape.series.enumerated() {
      guard let width = series.intervals.first else { continue }
      let deviations = zip(width.lower, width.upper).map { ($1 - $0) / 2 }
      let point = forecast.series[position].point
      // A saved model may have been damaged: its members then forecast another number of steps than its bands reach.
      guard deviations.count == point.count, reaches.allSatisfy({ $0.count == point.count }) else { continue }
      var reach = [Double](repeating: 0, count: point.count)
      result.series[position].intervals = zip(levels, reaches).map { level, reaches in
        // A wider level holds a narrower one.
        for step in point.indices { reach[step] = max(reach[step], reaches[step] * deviations[step]) }
        return .init(level: level, lower: zip(point, reach).map { $0 - $1 }, upper: zip(point, reach).map { $0 + $1 })
      }
    }
    return result
  }
}
