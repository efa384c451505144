/// A loss with its units: what a head needs to judge its locations.
struct ForecastLoss: Sendable {
  var loss: PointLoss
  var units: LossUnits

  init(_ loss: PointLoss, units: LossUnits = .scaled) {
    self.loss = loss
    self.units = loss.needsOriginalUnits ? .original : units
  }

  /// The loss of location `value`, in scaled units, at `step`, with the series' weight; and its slope there.
  func value(_ value: Double, _ window: HeadWindow, step: Int) -> (loss: Double, slope: Double) {
    let weight = window.series.weight
    switch units {
    case .scaled:
      let (loss, slope) = loss.value(value, target: window.targets[step], SeriesLossScale())
      return (weight * loss, weight * slope)
    case .original:
      let (forecast, through) = window.scale.restored(value)
      let (loss, slope) = loss.value(forecast, target: window.originals[step], window.series)
      return (weight * loss, weight * slope * through)
    }
  }
}

/// What a head is told about one window of K steps besides the network's numbers.
struct HeadWindow {
  var steps: Int
  /// (K) In scaled units; NaN where unknown: those steps count nothing.
  var targets: UnsafePointer<Double>
  /// (K) In the series' own units.
  var originals: UnsafePointer<Double>
  var scale: WindowScale
  var series: SeriesLossScale
}
