import Recurrent
import TimeSeries

/// How much a covariate is worth to a fitted chain.
public struct CovariateImportance: Sendable, Equatable {
  /// What the covariate is called.
  public var name: String
  /// How much larger the error is without it, as a share of the error: 0.1 for a tenth more, below zero where the
  /// forecasts are better without.
  public var growth: Double
}

extension FittedChain {
  /// How much larger the error of the newest rows becomes when the values of one covariate are shuffled, so that they say
  /// nothing any more (permutation importance: Breiman 2001; Fisher, Rudin & Dominici 2019).
  ///
  /// The error is the mean absolute one, each series by the mean of its steps from one reading to the next, so that none
  /// outweighs the others. A covariate that is known ahead is shuffled along with its future; facts about series are dealt
  /// out among them anew. The rows may be among those that the chain was fitted on: the shares say what the model rests on,
  /// not how good it is.
  ///
  /// - Parameters:
  ///   - horizon: steps of a forecast.
  ///   - seed: of the shuffles.
  ///   - origins: how many horizons at the end of each series, no more than a third of the shortest.
  ///   - draws: shuffles of each covariate, of which the mean is taken.
  ///   - most: series that are looked at, evenly spread.
  /// - Returns: the covariates that the forecaster was handed, also those of transforms; empty where there are none.
  /// - Throws: what a forecast throws.
  public func covariateImportance(
    on panel: Panel, horizon: Int, seed: UInt64, origins: Int = 4, draws: Int = 3, most: Int = 48
  ) throws -> [CovariateImportance] {
    let count = min(most, panel.series.count)
    let panel = Panel((0..<count).map { panel.series[$0 * panel.series.count / count] })
    guard let shortest = panel.series.map(\.count).min(), horizon > 0, shortest > horizon else { return [] }
    let folds = max(1, min(origins, shortest / 3 / horizon))
    var (plain, names) = (0.0, [String]())
    var growth: [String: Double] = [:]
    for fold in 1...folds {
      let ends = panel.series.map { $0.count - fold * horizon }
      let (prepared, inputs) = try prepare(panel.rows(before: ends))
      func error(_ prepared: Panel) throws -> Double {
        let forecast = try forecaster.forecast(after: prepared)
        return panel.scaledError(of: try restore(forecast) { inputs[$0] }, before: ends)
      }
      if fold == 1 { names = prepared.covariateNames }
      if names.isEmpty { return [] }
      let known = try error(prepared)
      plain += known
      for (position, name) in names.enumerated() {
        for draw in 0..<draws {
          var random = RandomGenerator(seed: seed, stream: position, index: fold * draws + draw)
          growth[name, default: 0] += (try error(prepared.shuffling(name, &random)) - known) / Double(draws)
        }
      }
    }
    guard plain > 0 else { return [] }
    return names.map { CovariateImportance(name: $0, growth: (growth[$0] ?? 0) / plain) }
  }
}

extension Panel {
  /// The names of all covariates, each once.
  fileprivate var covariateNames: [String] {
    var names: [String] = []
    for series in series {
      let covariates = series.covariates
      for name in covariates.past.map(\.name) + covariates.future.map(\.name) + covariates.statics.map(\.name)
      where !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The same panel with the values of one covariate in another order.
  fileprivate func shuffling(_ name: String, _ random: inout RandomGenerator) -> Panel {
    var panel = self
    // Facts change hands between series.
    var facts = series.flatMap { $0.covariates.statics.filter { $0.name == name } }
    facts.shuffle(using: &random)
    for position in panel.series.indices {
      var covariates = panel.series[position].covariates
      for place in covariates.past.indices where covariates.past[place].name == name {
        covariates.past[place].values.shuffle(using: &random)
      }
      for place in covariates.future.indices where covariates.future[place].name == name {
        covariates.future[place].values.shuffle(using: &random)
      }
      for place in covariates.statics.indices where covariates.statics[place].name == name {
        covariates.statics[place] = facts.removeLast()
      }
      panel.series[position].covariates = covariates
    }
    return panel
  }

  /// The mean absolute error over all series with a scale, each in units of its mean change from step to step.
  fileprivate func scaledError(of forecast: Forecast, before ends: [Int]) -> Double {
    var errors: [Double] = []
    for ((series, end), found) in zip(zip(series, ends), forecast.series) {
      let changes = zip(series.values[..<end], series.values[..<end].dropFirst()).map { abs($1 - $0) }
      let scale = changes.filter(\.isFinite).mean
      let misses = zip(series.values[end...], found.point).map { abs($0 - $1) }.filter(\.isFinite)
      if scale > 0, !misses.isEmpty { errors.append(misses.mean / scale) }
    }
    return errors.isEmpty ? 0 : errors.mean
  }
}
