import TimeSeries

extension Backtest {
  /// One fit of a backtest, before it is done.
  public struct Fit: Sendable {
    /// The folds that it forecasts, from 1.
    public var folds: ClosedRange<Int>
    /// The rows that it uses.
    public var training: Panel
    /// Steps at their end that decide when a training stops; nil where the forecaster's own setting holds.
    public var validation: Int?
  }

  /// The fits that ``run(_:on:context:events:)`` would do, oldest first.
  ///
  /// - Throws: ``ForecastingError`` as the run would, before its first fit.
  public func fits(on panel: Panel, shape: WindowShape) throws -> [Fit] {
    let plan = try FoldPlan(self, panel: panel, shape: shape)
    return plan.origins.indices.parts(of: refitEvery == 0 ? plan.origins.count : refitEvery).map { folds in
      let fold = folds.lowerBound
      return Fit(
        folds: fold + 1...folds.upperBound,
        training: panel.rows(
          from: plan.starts[fold], to: plan.origins[fold].map { $0 - gap }, of: plan.series(in: fold)),
        validation: plan.validation)
    }
  }
}
