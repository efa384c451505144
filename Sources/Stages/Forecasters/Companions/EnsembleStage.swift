import Forecasting
import PipelineFile
import Pipelines

/// Makes one forecast of several.
struct EnsembleStage: ForecasterStage {
  static let name = "ensemble"
  static let summary = "Makes one forecast of those of several forecasters."
  static let example = "{members: [{use: theta}, {use: lstm, with: {hidden: 32}}], combine: median}"
  static let savedParts = Ensemble.savedParts

  @Members("The forecasters; equal ones learn from different seeds.") var members: [StageDeclaration]
  @Field("How forecasts, and bounds of the levels that all members give, become one.") var combine = Combine.median
  @Field(
    "For weighted: folds at the end of the training rows whose errors (MASE) make the weights; without it 3.",
    bounds: .between(1, 1000))
  var folds: Int?

  @Field(
    "Intervals that are given with the forecast, made by calibration; without them those of all members, combined.",
    bounds: .between(0.01, 0.999))
  var levels: [Double] = []
  var calibrated = CalibrationFields()

  init() {}

  enum Combine: String, FieldChoice { case mean, median, weighted }

  func forecaster(in surroundings: ChainSurroundings) -> any Forecaster {
    let combination: Ensemble.Combination =
      switch combine {
      case .mean: .mean
      case .median: .median
      case .weighted: .weighted(folds: folds ?? 3)
      }
    return Ensemble(members.map { $0.member(in: surroundings) }, combination: combination)
  }

  var givenLevels: [Double]? { levels.isEmpty ? members.commonLevels : levels }
  var calibration: Calibration? { calibrated.calibration(levels, season: nil, isNeeded: true) }
  var networks: Int { members.networks }

  func check() throws(FieldFault) {
    try calibrated.check(levels)
    if folds != nil, combine != .weighted { throw FieldFault("folds", "is for `combine: weighted`") }
  }
}

extension StageDeclaration {
  /// The stage of a member, which the reader takes for nothing but a forecaster.
  private var forecasterStage: any ForecasterStage {
    guard let stage = stage as? any ForecasterStage else { preconditionFailure("\(label) is no forecaster") }
    return stage
  }

  /// The forecaster under its name.
  func member(in surroundings: ChainSurroundings) -> Ensemble.Member {
    .init(name, forecasterStage.forecaster(in: surroundings))
  }

  /// 0 for a member with a fault, whose stage there is not: outputs are asked before a file is known to be sound.
  fileprivate var networks: Int { (stage as? any ForecasterStage)?.networks ?? 0 }

  fileprivate var givenLevels: [Double]? { forecasterStage.givenLevels }
}

extension [StageDeclaration] {
  /// The most networks that all of them train.
  var networks: Int { reduce(0) { $0 + $1.networks } }

  /// The levels that all members give; nil where those of one are not known.
  var commonLevels: [Double]? {
    var common: [Double]?
    for member in self {
      guard let levels = member.givenLevels else { return nil }
      common = common.map { $0.filter(levels.contains) } ?? levels
    }
    return common
  }
}
