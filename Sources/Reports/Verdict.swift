import Forecasting
import Pipelines
import TimeSeries

/// Whether a forecast is worth anything beside what costs nothing, in words.
package struct Verdict {
  /// Nil where nothing was judged.
  package let isWorthIt: Bool?
  /// What the command says.
  package let text: String

  // Less than that is within what other folds would have said.
  private static let clear = 0.03

  package init(_ forecast: PublishedForecast) {
    guard let scores = forecast.scores, scores.isDecided else {
      isWorthIt = nil
      text =
        forecast.scores == nil
        ? "Not judged: there are too few rows to hold some back, so nobody knows how good this is."
        : "Not judged: no score is defined on the rows that were held back."
      return
    }
    let metric = scores.decisiveMetric
    // The better of the two that cost nothing.
    let rivals = [Baseline.seasonalNaive, .naive].filter { scores.value(metric, of: $0.rawValue)?.isFinite == true }
    let name =
      rivals.min { (scores.value(metric, of: $0.rawValue) ?? 0) < (scores.value(metric, of: $1.rawValue) ?? 0) }
      ?? .naive
    let plain = name == .seasonalNaive ? "repeating the last season" : "repeating the last value"
    guard let model = scores.value(metric), let other = scores.value(metric, of: name.rawValue), other > 0 else {
      isWorthIt = nil
      text = "Not judged: \(plain) makes no error on the rows that were held back."
      return
    }
    let figures =
      "\(metric.name.uppercased()) \(significant(model, digits: 4)) against \(significant(other, digits: 4)), over "
      + counted(forecast.backtest?.origins.count ?? 0, "fold")
    let gain = 1 - model / other
    let percent = "\(Int((abs(gain) * 100).rounded())) %"
    if gain > Verdict.clear {
      isWorthIt = true
      text = "Worth it: its errors are \(percent) smaller than those of \(plain) (\(figures))."
    } else if gain >= -Verdict.clear {
      isWorthIt = false
      text =
        "No better than \(plain), which costs nothing (\(figures))."
        + (forecast.fallback == nil ? "" : " That one is given below.")
    } else {
      isWorthIt = false
      text =
        "Not worth it: its errors are \(percent) larger than those of \(plain) (\(figures))."
        + (forecast.fallback.map { " The \($0.baseline.rawValue) forecast is given below instead." } ?? "")
    }
  }
}
