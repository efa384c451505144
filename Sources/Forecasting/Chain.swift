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
    for transform in transforms {
      let next = try transform.fit(prepared)
      prepared = try next.apply(prepared)
      fitted.append(next)
    }
    return FittedChain(
      transforms: fitted, forecaster: try forecaster.fit(prepared, shape: shape, context: context))
  }
}

/// A chain with all that it learned: one value that forecasts from any origin, without fitting anything again.
public struct FittedChain: Sendable {
  /// The fitted transforms, in order.
  public let transforms: [any FittedTransform]
  /// The fitted forecaster.
  public let forecaster: any FittedForecaster

  /// The steps after the last row of each series, in the panel's own units.
  public func forecast(after history: Panel) throws -> Forecast {
    var inputs: [Panel] = []
    var prepared = history
    for transform in transforms {
      inputs.append(prepared)
      prepared = try transform.apply(prepared)
    }
    var forecast = try forecaster.forecast(after: prepared)
    for (transform, input) in zip(transforms, inputs).reversed() {
      forecast = try transform.invert(forecast, history: input)
    }
    return forecast
  }
}
