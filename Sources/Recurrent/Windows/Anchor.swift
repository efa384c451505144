/// The naive forecasts that a network corrects.
enum Anchor {
  /// The newest known value at `position` or before it, in steps of `lag`; NaN when there is none.
  static func value(_ target: [Double], atOrBefore position: Int, lag: Int) -> Double {
    var index = min(position, target.count - 1)
    while index >= 0 {
      if target[index].isFinite { return target[index] }
      index -= max(lag, 1)
    }
    return .nan
  }

  /// The seasonal naive forecast with period `lag` of step `step` (from 1) after `origin`; lag 1 repeats the last value.
  ///
  /// Missing values are looked for one season earlier, then replaced by the last known value, and last by `fallback`.
  static func forecast(_ target: [Double], origin: Int, step: Int, lag: Int, fallback: Double) -> Double {
    let seasons = (step + lag - 1) / lag
    let seasonal = value(target, atOrBefore: origin + step - lag * seasons, lag: lag)
    if seasonal.isFinite { return seasonal }
    let last = value(target, atOrBefore: origin, lag: 1)
    return last.isFinite ? last : fallback
  }
}
