import CVectorMath

/// An exponential moving average of the weights, which forecasts more steadily than the newest weights.
///
///     average = d·average + (1 − d)·weights,  d = min(decay, (1 + n) / (10 + n)) at update n
///
/// The smaller d of the first updates lets the average leave the random start behind.
struct WeightAverage<S: Scalar>: Sendable {
  let decay: Double
  let store: WeightStore<S>
  private let mode: vm_mode

  init(decay: Double, layout: ParameterLayout, values: [S], mode: vm_mode) {
    self.decay = decay
    self.mode = mode
    store = WeightStore(layout, values: values, mode: mode)
  }

  /// Takes in the weights after so many updates.
  func update(_ weights: Buffer<S>, updates: Int) {
    let keep = min(decay, Double(1 + updates) / Double(10 + updates))
    vm_scale(mode, weights.count, keep, store.values.base, store.values.base)
    vm_axpy(mode, weights.count, 1 - keep, weights.base, store.values.base)
  }
}
