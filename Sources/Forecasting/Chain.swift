import Recurrent
import TimeSeries

/// Everything of a pipeline that is fitted: transforms, a forecaster behind them, and the calibration of its intervals.
public struct Chain: Sendable {
  /// Prepare the panel, in this order.
  public var transforms: [any Transform]
  /// What the forecaster sees and what it forecasts.
  public var shape: WindowShape
  /// Forecasts the prepared panel.
  public var forecaster: any Forecaster
  /// How the intervals are calibrated; nil for those that the forecaster gives.
  public var calibration: Calibration?

  /// A chain that has not seen any rows.
  public init(
    transforms: [any Transform], shape: WindowShape, forecaster: any Forecaster, calibration: Calibration? = nil
  ) {
    self.transforms = transforms
    self.shape = shape
    self.forecaster = forecaster
    self.calibration = calibration
  }

  /// Whether all that it learns it learns of each series alone.
  package var isLocal: Bool { calibration == nil && forecaster.isLocal && transforms.allSatisfy(\.isLocal) }

  /// Whether any part looks at covariates.
  package var readsCovariates: Bool { forecaster.readsCovariates || transforms.contains(where: \.readsCovariates) }

  /// Fits every part on these rows, and on nothing else.
  ///
  /// Calibration fits a second time, without the rows that it measures errors on, unless the forecaster itself keeps
  /// enough rows unseen. With a sample of the series nothing is learned from the others; they can be forecast all the same.
  public func fit(_ panel: Panel, context: FitContext) throws -> FittedChain {
    guard let sample = shape.sample else { return try fitAll(panel, context: context) }
    var context = context
    context.forecastSeries = panel.series.count
    var fitted = try fitAll(panel.sample(sample, seed: context.seed), context: context)
    fitted.fittedAnew = transforms
    return fitted
  }

  private func fitAll(_ panel: Panel, context: FitContext) throws -> FittedChain {
    guard let calibration else { return try fitParts(panel, context: context) }
    let plan = try ChainError.placing(.forecaster) { try calibration.plan(for: panel, shape: shape) }
    var fitted = try fitParts(panel, context: context)
    var measured: FittedChain? = fitted
    if fitted.forecaster.unseenSteps < plan.heldOut || plan.measured.isEmpty {
      do { measured = try held(out: plan, of: panel, context: context) } catch let error as ChainError {
        // What the rows allow is for the calibration to find out, unless it was told.
        guard calibration.origins == nil, let reason = error.error as? ForecastingError, reason.isOfRows else {
          throw error
        }
        measured = nil
      }
    }
    fitted.calibration = try ChainError.placing(.forecaster) {
      try FittedCalibration(plan, of: measured, for: fitted, on: panel, shape: shape)
    }
    return fitted
  }

  /// The chain fitted without the rows that errors are measured on; nil where there are none.
  private func held(out plan: Calibration.Plan, of panel: Panel, context: FitContext) throws -> FittedChain? {
    guard !plan.measured.isEmpty else { return nil }
    let part = Panel(plan.measured.map { panel.series[$0] })
    let seen = part.series.map { $0.count - plan.heldOut }
    var context = context
    if let validation = context.validation, validation > 0 {
      // The rows that decide when to stop move back with the others, but never take all that there is to learn from.
      let room = (seen.min() ?? 0) - shape.length
      context.validation = min(validation, room >= shape.horizon ? room : 0)
    }
    return try fitParts(part.rows(before: seen), context: context)
  }

  private func fitParts(_ panel: Panel, context: FitContext) throws -> FittedChain {
    var fitted: [any FittedTransform] = []
    var prepared = panel
    var context = context
    if !transforms.allSatisfy(\.keepsUnits) { context.seesOwnUnits = false }
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
public struct FittedChain: Codable, Sendable {
  private let parts: [Kinded<any FittedTransform>]
  /// The fitted forecaster.
  @Kinded public private(set) var forecaster: any FittedForecaster
  /// What calibrates its intervals; nil for those that the forecaster gives.
  public internal(set) var calibration: FittedCalibration?
  /// The transforms, to be fitted to the rows of each series wherever it is forecast: there are series that nothing was learned
  /// of. Nil where those that were fitted know all. Not saved with it.
  package var fittedAnew: [any Transform]?

  /// A chain of fitted parts.
  public init(
    transforms: [any FittedTransform], forecaster: any FittedForecaster, calibration: FittedCalibration? = nil
  ) {
    parts = transforms.map { Kinded(wrappedValue: $0) }
    self.forecaster = forecaster
    self.calibration = calibration
  }

  private enum CodingKeys: String, CodingKey {
    case parts = "transforms"
    case forecaster, calibration
  }

  /// Reads a saved chain.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parts = try container.decode([Kinded<any FittedTransform>].self, forKey: .parts)
    _forecaster = try container.decode(Kinded<any FittedForecaster>.self, forKey: .forecaster)
    calibration = try container.decodeIfPresent(FittedCalibration.self, forKey: .calibration)
    try calibration?.checkStored()
  }

  /// Whether it is one for windows of a shape.
  public func fits(_ shape: WindowShape) -> Bool {
    forecaster.fits(shape) && (calibration.map { $0.horizon == shape.horizon && $0.lookback == shape.lookback } ?? true)
  }

  /// The fitted transforms, in order.
  public var transforms: [any FittedTransform] { parts.map(\.wrappedValue) }

  /// The steps after the last row of each series, in the panel's own units.
  public func forecast(after history: Panel) throws -> Forecast {
    try forecasts(on: history, before: [history.series.map(\.count)])[0]
  }

  /// The steps after each of several origins: what ``forecast(after:)`` gives for the rows before each of them.
  ///
  /// - Parameter ends: the rows of each series before the origin, [origin][series].
  public func forecasts(on panel: Panel, before ends: [[Int]]) throws -> [Forecast] {
    try forecasts(on: panel, before: ends, bands: bands(on: panel, before: ends))
  }

  /// The same, with calibrations that were found before.
  func forecasts(on panel: Panel, before ends: [[Int]], bands: [CalibrationBand?]) throws -> [Forecast] {
    if fittedAnew?.isEmpty == false {
      return try zip(ends, bands).map { ends, band in
        try fitted(to: panel.rows(before: ends)).forecasts(on: panel, before: [ends], bands: [band])[0]
      }
    }
    let forecasts = try uncalibrated(on: panel, before: ends)
    guard let calibration else { return forecasts }
    let scales = calibration.scales(of: panel)
    return try zip(zip(forecasts, bands), ends).map { pair, ends in
      try pair.1.map { try confined(calibration.calibrated(pair.0, by: $0, scales: scales, before: ends)) } ?? pair.0
    }
  }

  /// The chain with its transforms fitted to a history, where it has series that they do not know.
  private func fitted(to history: Panel) throws -> FittedChain {
    guard let fittedAnew else { return self }
    var prepared = history
    var transforms: [any FittedTransform] = []
    for (position, transform) in fittedAnew.enumerated() {
      try ChainError.placing(.transform(position)) {
        let next = try transform.fit(prepared)
        prepared = try next.apply(prepared)
        transforms.append(next)
      }
    }
    return FittedChain(transforms: transforms, forecaster: forecaster, calibration: calibration)
  }

  /// A forecast in the panel's own units within the bounds that the chain keeps in those units.
  private func confined(_ forecast: Forecast) throws -> Forecast {
    try transforms.prefix { $0.staysInUnits }.reduce(forecast) { forecast, transform in
      try (transform as? FittedBounds)?.confined(forecast) ?? forecast
    }
  }

  /// What widens the intervals at each origin; nil without a calibration.
  func bands(on panel: Panel, before ends: [[Int]]) throws -> [CalibrationBand?] {
    guard let calibration else { return ends.map { _ in nil } }
    return try calibration.bands(of: self, on: panel, before: ends)
  }

  /// Forecasts with the forecaster's own intervals.
  func uncalibrated(on panel: Panel, before ends: [[Int]]) throws -> [Forecast] {
    guard ends.count > 1 else { return try ends.map { try forecastOne(after: panel.rows(before: $0)) } }
    let last = panel.series.indices.map { series in ends.reduce(0) { max($0, $1[series]) } }
    var inputs: [Panel] = []
    var prepared = panel.rows(before: last)
    for (position, transform) in transforms.enumerated() {
      // A transform that looks ahead would see rows behind an origin: it is applied to the rows before each.
      guard transform.isCausal(over: prepared) else {
        return try ends.map { try forecastOne(after: panel.rows(before: $0)) }
      }
      inputs.append(prepared)
      prepared = try ChainError.placing(.transform(position)) { try transform.apply(prepared) }
    }
    let forecasts = try ChainError.placing(.forecaster) { try forecaster.forecasts(on: prepared, before: ends) }
    return try zip(forecasts, ends).map { forecast, ends in
      try restore(forecast) { inputs[$0].rows(before: ends, newest: transforms[$0].reach) }
    }
  }

  /// The panel as the forecaster sees it, and what each transform was given.
  func prepare(_ history: Panel) throws -> (panel: Panel, inputs: [Panel]) {
    var inputs: [Panel] = []
    var prepared = history
    for (position, transform) in transforms.enumerated() {
      inputs.append(prepared)
      prepared = try ChainError.placing(.transform(position)) { try transform.apply(prepared) }
    }
    return (prepared, inputs)
  }

  private func forecastOne(after history: Panel) throws -> Forecast {
    let (prepared, inputs) = try prepare(history)
    let forecast = try ChainError.placing(.forecaster) { try forecaster.forecast(after: prepared) }
    return try restore(forecast) { inputs[$0] }
  }

  /// A forecast in the panel's own units.
  ///
  /// - Parameter input: what the transform of a position was given, up to the origin.
  func restore(_ forecast: Forecast, input: (Int) -> Panel) throws -> Forecast {
    var forecast = forecast
    for position in transforms.indices.reversed() {
      forecast = try ChainError.placing(.transform(position)) {
        try transforms[position].invert(forecast, history: input(position))
      }
    }
    return forecast
  }
}

extension FittedChain {
  /// The forecaster, where it may hold networks.
  public var network: (any NetworkForecaster)? { forecaster as? any NetworkForecaster }

  /// The activations of the network over the last window of each series; none where there is nothing to see.
  public func activations(after history: Panel) throws -> [NetworkActivations] {
    guard let network else { return [] }
    return try network.activations(after: fitted(to: history).transforms.reduce(history) { try $1.apply($0) })
  }

  /// How far the network's gradient reaches back on the newest rows; nil where there is nothing to see.
  public func diagnostics(on panel: Panel) throws -> NetworkDiagnostics? {
    guard let network else { return nil }
    return try network.diagnostics(on: transforms.reduce(panel) { try $1.apply($0) })
  }

  /// Possible futures of each series in the panel's own units, a forecast each; nil where the forecaster draws none.
  ///
  /// Calibration does not move them: it knows of one step at a time.
  public func paths(after history: Panel, count: Int, seed: UInt64) throws -> [Forecast]? {
    guard let network else { return nil }
    let chain = try fitted(to: history)
    let (prepared, inputs) = try chain.prepare(history)
    let paths = try ChainError.placing(.forecaster) { try network.paths(after: prepared, count: count, seed: seed) }
    return try paths?.map { path in try chain.restore(path) { inputs[$0] } }
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
    do { return try work() } catch let error as ChainError { throw error } catch {
      throw ChainError(part: part, error: error)
    }
  }
}
