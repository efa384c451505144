import Forecasting
import PipelineFile
import Pipelines

/// Chooses one of several forecasters.
struct SelectStage: ForecasterStage {
  static let name = "select"
  static let summary = "Forecasts with the best of several forecasters, found by folds at the end of the training rows."
  static let example = "{members: [{use: ets}, {use: lstm, with: {hidden: 32}}], for: series, folds: 3}"
  static let savedParts = Selection.savedParts

  @Members("The forecasters to choose from.", fewest: 2) var members: [StageDeclaration]
  @Field("One choice for all series, or one for each.") var `for` = Selection.Scope.panel
  @Field("Folds whose mean error (MASE) decides.", bounds: .between(1, 1000)) var folds = 3

  @Field(
    "Intervals that are given with the forecast, made by calibration; without them those of the chosen member.",
    bounds: .between(0.01, 0.999))
  var levels: [Double] = []
  var calibrated = CalibrationFields()

  init() {}

  func forecaster(in surroundings: ChainSurroundings) -> any Forecaster {
    Selection(members.map { $0.member(in: surroundings) }, scope: `for`, folds: folds)
  }

  var givenLevels: [Double]? { levels.isEmpty ? members.commonLevels : levels }
  var calibration: Calibration? { calibrated.calibration(levels, season: nil, isNeeded: true) }
  var networks: Int { members.networks }
  func check() throws(FieldFault) { try calibrated.check(levels) }
}

extension Selection.Scope: FieldChoice {}
