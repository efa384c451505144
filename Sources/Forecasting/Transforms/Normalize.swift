import TimeSeries

/// Shifts and scales each series by what its training rows show.
public struct Normalize: Transform, Hashable {
  /// What is subtracted and what it is divided by.
  public enum Method: String, Sendable, CaseIterable {
    /// Mean and population standard deviation.
    case standard
    /// Median and interquartile range.
    case robust
    /// Minimum and range, so that training rows lie between 0 and 1.
    case minmax
  }

  /// What is subtracted and what it is divided by.
  public var method: Method

  /// A scaling by a method.
  public init(_ method: Method) { self.method = method }

  public func fit(_ panel: Panel) -> some FittedTransform {
    FittedNormalize(scales: panel.bySeries { scale(of: $0.values.filter { !$0.isNaN }) })
  }

  private func scale(of values: [Double]) -> Scale {
    guard let lowest = values.min(), let highest = values.max() else { return Scale(center: 0, spread: 1) }
    switch method {
    case .standard: return Scale(standardizing: values)
    case .robust: return Scale(center: values.median, spread: values.quantile(0.75) - values.quantile(0.25))
    case .minmax: return Scale(center: lowest, spread: highest - lowest)
    }
  }
}

/// The scales of the series that a ``Normalize`` was fitted on.
struct FittedNormalize: FittedSeriesTransform {
  static let kind = "normalize"

  let scales: [String: Scale]

  var learned: [String: Scale] { scales }

  func prepared(_ series: Series, by scale: Scale) -> [Double] { series.values.map(scale.scaled) }

  func restored(_ values: [Double], over index: TimeIndex, by scale: Scale) -> [Double] {
    values.map { $0 * scale.spread + scale.center }
  }
}
