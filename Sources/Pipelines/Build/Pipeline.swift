import Forecasting
import PipelineFile
import TimeSeries

/// A pipeline on the frequency of its readings: every duration is a number of steps, and the chain is built.
public struct Pipeline: Sendable {
  /// What the file declares.
  public let declaration: PipelineDeclaration
  /// The stages in the order of the file.
  public let stages: [StageDeclaration]
  /// The same by what they are for.
  public let parts: PipelineParts
  /// The distance of the steps.
  public let frequency: Frequency
  /// What the chain may depend on beside its stages' fields.
  let surroundings: ChainSurroundings
  /// Everything that is fitted: the transforms and the forecaster, with the window between them.
  public let chain: Chain
  /// How the chain is judged, if the file asks for it.
  public internal(set) var backtest: Backtest?

  init(_ declaration: PipelineDeclaration, stages: [StageDeclaration], parts: PipelineParts, frequency: Frequency) {
    (self.declaration, self.stages, self.parts, self.frequency) = (declaration, stages, parts, frequency)
    surroundings = ChainSurroundings(
      root: declaration.rootFolder, shape: parts.window.stage.shape(), seed: UInt64(declaration.run.seed))
    chain = Chain(
      transforms: parts.transforms.map { [surroundings] in $0.stage.transform(in: surroundings) },
      shape: surroundings.shape,
      forecaster: parts.forecaster.stage.forecaster(in: surroundings), calibration: parts.forecaster.stage.calibration)
    var backtest = parts.evaluator?.stage.backtest(declaration.reader.metrics)
    if parts.sinks.contains(where: \.stage.readsFolds) { backtest?.keepsForecasts = true }
    self.backtest = backtest
  }

  /// The chain of a saved model with what its stages do not save with it.
  func adopted(_ model: SavedModel) -> FittedChain {
    let saved = model.chain
    var adopted = FittedChain(
      transforms: saved.transforms.enumerated().map { position, transform in
        parts.transforms.indices.contains(position)
          ? parts.transforms[position].stage.adopt(transform, in: surroundings) : transform
      },
      forecaster: parts.forecaster.stage.adopt(saved.forecaster, in: surroundings), calibration: saved.calibration)
    if chain.shape.sample != nil {
      adopted.fittedAnew = model.fallback == nil ? chain.transforms : chain.transformsOfBaselines
    }
    return adopted
  }
}
