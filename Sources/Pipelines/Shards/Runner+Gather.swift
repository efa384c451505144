import Forecasting
import Foundation
import PipelineFile
import TimeSeries

extension Runner {
  /// Publishes what shards have come to as the one run would that they are parts of: reads the source again, looks whether
  /// it is what they have read, and puts their forecasts into its order. The lock of the state folder must be held.
  ///
  /// - Throws: ``Failure``; nothing new is published then.
  public func run(gathering shards: ShardSet) throws(Failure) -> RunResult {
    try shards.check(declaration)
    return try run(shards)
  }
}

extension PipelineRun {
  /// What shards came to, as if it had been done here.
  func work(on panel: Panel, gathering shards: ShardSet) throws(Failure) -> Work {
    let found = try shards.forecast(of: panel, pipeline, scratch: runner.scratch)
    if shards.model != nil {
      guard let state = runner.state, shards.model == state.modelDigest,
        case .reuse(let model, let reason) = try pipeline.modelChoice(
          for: panel, in: state, now: now, warn: { runner.events(.warning($0)) })
      else {
        throw Failure(
          .badData,
          "the shards were forecast by another saved model than the one in \(runner.state?.folder.path ?? "the state"), "
            + "which was trained anew since; run them again")
      }
      runner.events(.model(.reused(trained: model.trained, reason: reason)))
      return try work(on: panel, with: model, reason: reason, forecast: found.forecast)
    }
    // What is fitted to each series alone stays in the shards.
    let fitted = try namingParts(parts.forecaster.label) { try pipeline.chain.fit(Panel([]), context: FitContext()) }
    guard let evaluator = parts.evaluator, let backtest = pipeline.backtest, let result = found.backtest else {
      return Work(fitted: fitted, forecast: found.forecast, trained: now)
    }
    // As the one run would refuse it.
    _ = try namingParts(evaluator.label) { try backtest.fits(on: panel, shape: pipeline.chain.shape) }
    let scores = result.scorecard(metrics: backtest.metrics)
    runner.events(.scored(scores))
    if let words = backtest.requirements.lazy.compactMap({ scores.shortfall(of: $0) }).first {
      throw Failure(.quality, stage: evaluator.label, "\(words); the last published forecast stays")
    }
    return Work(fitted: fitted, forecast: found.forecast, backtest: result, scores: scores, trained: now)
  }
}
