import Forecasting
import TimeSeries

extension Pipeline {
  /// Refuses early what a training would end in: covariates that are not known for every step of the horizon.
  func checkCovariates(_ panel: Panel, style: TimeStyle) throws(Failure) {
    guard chain.readsCovariates else { return }
    try Failure.naming(parts.source.label) {
      try panel.checkFutureCovariates(horizon: chain.shape.horizon, style: style)
    }
  }

  /// What a person should know of the covariates of a panel.
  func notes(onCovariatesOf panel: Panel) -> [String] {
    guard let first = panel.series.first?.covariates, !first.isEmpty else { return [] }
    guard chain.readsCovariates else {
      return ["\(parts.forecaster.label) does not look at covariates; they change nothing"]
    }
    func notes(_ covariates: (Covariates) -> [Covariate]) -> [String] {
      covariates(first).indices.compactMap { position in
        let all = panel.series.compactMap { series in
          covariates(series.covariates).indices.contains(position) ? covariates(series.covariates)[position] : nil
        }
        let filled = all.reduce(0) { $0 + $1.filled }
        guard filled > 0 else { return nil }
        let steps = panel.series.reduce(0) { $0 + $1.count }
        return
          "covariate \"\(covariates(first)[position].name)\": \(filled) of \(steps) values were missing and took the "
          + "value before them"
      }
    }
    let missing = first.statics.indices.compactMap { position -> String? in
      let count = panel.series.count { $0.covariates.statics[position].value == .missing }
      guard count > 0 else { return nil }
      return "static covariate \"\(first.statics[position].name)\": \(count) of \(panel.series.count) series have none"
    }
    return notes { $0.past } + notes { $0.future } + missing
  }
}

extension Covariates {
  /// The names by what they are known for, such as `past temperature; future price, promotion`; nil where there are none.
  var summary: String? {
    let parts = [
      ("past", past.map(\.name)), ("future", future.map(\.name)), ("static", statics.map(\.name)),
    ]
    let words = parts.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: ", "))" }
    return words.isEmpty ? nil : words.joined(separator: "; ")
  }
}
