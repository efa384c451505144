import TimeSeries

extension FittedChain {
  /// Judges the chain as it is on the newest rows, a horizon apart, with the naive and the seasonal naive forecast
  /// beside it. The rows must not be among those that it was fitted on.
  ///
  /// - Parameters:
  ///   - folds: how many horizons at the end of each series.
  ///   - season: of the seasonal naive forecast and of MASE, in steps.
  /// - Throws: what a forecast throws.
  public func judged(on panel: Panel, shape: WindowShape, folds: Int, season: Int) throws -> BacktestResult {
    var shape = shape
    // However few the rows before it, a chain that is fitted already needs no more of them to learn from.
    shape.padding = .always
    return try Backtest(metrics: [.mase], season: season, folds: folds)
      .run(on: panel, shape: shape, context: FitContext()) { _, _ in self }
  }
}
