import Forecasting

extension Metric {
  /// A metric as somebody outside the library writes it: the errors of steps that miss by more than one unit.
  static let misses = Metric("misses", "Steps that miss by more than one unit.") { comparison, step in
    abs(comparison.truth[step] - comparison.forecast[step]) > 1 ? 1 : 0
  }
}
