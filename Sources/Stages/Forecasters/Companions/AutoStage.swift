import Forecasting
import PipelineFile
import Pipelines
import Recurrent

/// Finds out by itself what forecasts best.
struct AutoStage: ForecasterStage {
  static let name = "auto"
  static let summary =
    "Tries naive forecasts, statistical methods and a network on the last rows, and combines those that did best."
  static let example = "{levels: [0.8, 0.95], network: false}"
  static let savedParts = AutoForecaster.savedParts
  static let savedCell: CellKind? = CellKind(GRUCell.self)

  @Field(
    "Seasons, such as [24, 168]; without it those that the readings show, among the usual ones of the frequency.",
    bounds: .steps(2))
  var seasons: [StepSpan] = []
  @Field(
    "Levels of the prediction intervals, made of the errors of the trial, such as [0.8, 0.95].",
    bounds: .between(0.01, 0.999))
  var levels: [Double] = []
  @Field(
    "The time that the fits of a run take at the most, those of the evaluation too. How long a network is trained is "
      + "reckoned from it, not from the clock; only where the clock reaches it all the same does the forecast depend on "
      + "the machine, and the run says so.", bounds: .above(0))
  var budget = TimeSpan(milliseconds: Int64(AutoForecaster.usualBudget * 1000))

  @Field("Whether a network is among the candidates; without one there is nothing to train.") var network = true

  init() {}

  func forecaster(in surroundings: ChainSurroundings) -> any Forecaster {
    AutoForecaster(
      seasons: seasons.isEmpty ? nil : seasons.map(\.steps), levels: levels, budget: budget.seconds,
      network: network)
  }

  var givenLevels: [Double]? { levels }
  var timeBudget: TimeSpan? { budget }
  var networks: Int { 4 }
}
