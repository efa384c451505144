import TimeSeries

/// Everything of a pipeline that is fitted: transforms, and a forecaster behind them.
public struct Chain: Sendable {
  /// Prepare the panel, in this order.
  public var transforms: [any Transform]
  /// What the forecaster sees and what it forecasts.
  public var shape: WindowShape
  /// Forecasts the prepared panel.
  public var forecaster: any Forecaster

  /// A chain that has not seen any rows.
  public init(transforms: [any Transform], shape: WindowShape, forecaster: any Forecaster) {
    self.transforms = transforms
    self.shape = shape
    self.forecaster = forecaster
  }

  /// Fits every part on these rows, and on nothing else.
  public func fit(_ panel: Panel, context: FitContext) throws -> FittedChain {
    var fitted: [any FittedTransform] = []
    var prepared = panel
    for (position, transform) in transforms.enumerated() {
      try ChainError.placing(.transform(position)) {
        let next = try transform.fit(prepared)
        prepared = try next.apply(prepared)
        fitted.append(next)
      }
    }
    return try ChainError.placing(.forecaster) {
      FittedChain(transforms: fitted, forecaster: try forecaster.fit(prepared, shape: shape, context: context))
    }
  }
}

/// A chain with all that it learned: one value that forecasts from any origin, without fitting anything again.
public struct FittedChain: Sendable {
  /// The fitted transforms, in order.
  public let transforms: [any FittedTransform]
  /// The fitted forecaster.
  public let forecaster: any FittedForecaster

  /// A chain of parts that were fitted before.
  public init(transforms: [any FittedTransform], forecaster: any FittedForecaster) {
    self.transforms = transforms
    self.forecaster = forecaster
  }

  /// The steps after the last row of each series, in the panel's own units.
  public func forecast(after history: Panel) throws -> Forecast {
    let (prepared, inputs) = try prepare(history)
    let forecast = try ChainError.placing(.forecaster) { try forecaster.forecast(after: prepared) }
    return try restore(forecast, inputs: inputs)
  }

  /// The steps after the last row of each of several histories; forecasters may do them at once.
  public func forecasts(after histories: [Panel]) throws -> [Forecast] {
    let prepared = try histories.map(prepare)
    let forecasts = try ChainError.placing(.forecaster) { try forecaster.forecasts(after: prepared.map(\.panel)) }
    return try zip(forecasts, prepared).map { try restore($0, inputs: $1.inputs) }
  }

  /// The panel as the forecaster sees it, and what each transform was given.
  private func prepare(_ history: Panel) throws -> (panel: Panel, inputs: [Panel]) {
    var inputs: [Panel] = []
    var prepared = history
    for (position, transform) in transforms.enumerated() {
      inputs.append(prepared)
      prepared = try ChainError.placing(.transform(position)) { try transform.apply(prepared) }
    }
    return (prepared, inputs)
  }

  private func restore(_ forecast: Forecast, inputs: [Panel]) throws -> Forecast {
    var forecast = forecast
    for (position, input) in inputs.enumerated().reversed() {
      forecast = try ChainError.placing(.transform(position)) {
        try transforms[position].invert(forecast, history: input)
      }
    }
    return forecast
  }
}

extension FittedChain {
  /// What went on inside the network over the last window of each series.
  public func insides(after history: Panel) throws -> [NetworkInsides] {
    try forecaster.insides(after: try transforms.reduce(history) { try $1.apply($0) })
  }
}

/// An error in one part of a chain.
public struct ChainError: Error {
  /// Which part.
  public enum Part: Sendable, Hashable {
    /// A transform, by its position.
    case transform(Int)
    /// The forecaster.
    case forecaster
  }

  /// The part where it happened.
  public let part: Part
  /// What happened there.
  public let error: any Error

  static func placing<Result>(_ part: Part, _ work: () throws -> Result) throws -> Result {
    do { return try work() } catch { throw ChainError(part: part, error: error) }
  }
}
