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

  public func fit(_ panel: Panel) -> any FittedTransform {
    FittedNormalize(
      scales: Dictionary(panel.series.map { ($0.name, scale(of: $0.values.filter { !$0.isNaN })) }) { first, _ in first
      })
  }

  private func scale(of values: [Double]) -> FittedNormalize.Scale {
    guard !values.isEmpty else { return .init(center: 0, spread: 1) }
    let center: Double
    let spread: Double
    switch method {
    case .standard:
      center = values.reduce(0, +) / Double(values.count)
      spread = (values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count)).squareRoot()
    case .robust:
      center = values.median
      spread = values.quantile(0.75) - values.quantile(0.25)
    case .minmax:
      center = values.min() ?? 0
      spread = (values.max() ?? 1) - center
    }
    // Equal values have no spread to divide by; they then only lose their level.
    return .init(center: center, spread: spread > 0 ? spread : 1)
  }
}

/// The scales of the series that a ``Normalize`` was fitted on.
public struct FittedNormalize: FittedTransform, SavedPart, Hashable {
  public static let kind = "normalize"

  struct Scale: Hashable, Sendable, Codable {
    var center: Double
    var spread: Double
  }

  let scales: [String: Scale]

  public func isCausal(over panel: Panel) -> Bool { true }
  public var reach: Int? { 0 }

  public func apply(_ panel: Panel) throws -> Panel {
    try panel.mapValues { series in
      let scale = try scale(of: series.name)
      return series.values.map { ($0 - scale.center) / scale.spread }
    }
  }

  public func invert(_ forecast: Forecast, history: Panel) throws -> Forecast {
    try forecast.mapValues { position, values in
      let scale = try scale(of: forecast.series[position].name)
      return values.map { $0 * scale.spread + scale.center }
    }
  }

  private func scale(of name: String) throws -> Scale {
    guard let scale = scales[name] else { throw ForecastingError.unknownSeries(name) }
    return scale
  }
}
