import TimeSeries

/// Compares forecasters on folds at the end of training rows.
struct Contest: Sendable, Hashable {
  /// How many folds, a horizon apart.
  var folds: Int

  /// The mean absolute scaled error of a member, one value a series; infinite where it is not defined.
  func scores(
    of member: Ensemble.Member, _ panel: Panel, shape: WindowShape, context: FitContext
  ) throws -> [Double] {
    let chain = Chain(transforms: [], shape: shape, forecaster: member.forecaster)
    let backtest = Backtest(metrics: [.mase, .mae], folds: folds, baselines: [], keepsForecasts: false)
    do {
      let card = try backtest.run(chain, on: panel, context: context).scorecard(metrics: [.mase, .mae])
      // A series without any seasonal difference has no scale; its plain errors can still be compared.
      return card.rows[0].perSeries.map { scores in
        scores[0].isFinite ? scores[0] : scores[1].isFinite ? scores[1] : .infinity
      }
    } catch let error as ChainError {
      throw error.error
    }
  }
}
