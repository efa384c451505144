import Forecasting
import Pipelines
import Recurrent

/// The fields of every stage that trains a recurrent network.
struct RecurrentFields: FieldGroup {
  let network = NetworkFields()
  let training = TrainingFields()

  init() {}
}

/// A stage that trains a network of one kind of cell.
protocol RecurrentStage: ForecasterStage {
  static var cell: CellKind { get }
  /// The one network that the stage stands for; nil leaves the choice to the file.
  static var network: NetworkKind? { get }
  var fields: RecurrentFields { get }
}

extension RecurrentStage {
  static var example: String { "{hidden: 32, epochs: 60, validation: 24}" }
  static var network: NetworkKind? { nil }

  var trainsNetwork: Bool { true }

  private func options(for shape: WindowShape) -> NetworkOptions {
    var options = fields.network.options(cell: Self.cell, shape: shape)
    if let network = Self.network { options.network = network }
    return options
  }

  func forecaster(for shape: WindowShape) -> any Forecaster {
    RecurrentForecaster(
      network: options(for: shape), training: fields.training.options,
      validation: fields.training.validation?.steps, season: fields.network.season?.steps,
      anchors: fields.network.anchors?.map(\.steps),
      levels: fields.network.ownLevels, refit: fields.training.refit, members: fields.training.members,
      mask: fields.network.mask, lookback: fields.network.lookback?.steps,
      adapts: fields.network.leavesScaling && fields.training.leavesLoss, budget: fields.training.budget,
      schedule: fields.training.schedule?.schedule)
  }

  var givenLevels: [Double]? { fields.network.levels }
  var calibration: Calibration? { fields.network.calibration }
  func check() throws(FieldFault) { try fields.network.calibrated.check(fields.network.levels) }

  func check(beside rest: StageSurroundings) throws(FieldFault) {
    try fields.training.check(beside: rest)
    if let own = fields.network.lookback?.steps, own > rest.shape.lookback {
      throw FieldFault(
        "lookback",
        "is \(own), more than the \(rest.shape.lookback) steps of the window stage; raise that one's lookback")
    }
    var options = options(for: rest.shape)
    // Which covariates there are is known only when the readings are there.
    if options.decoderInput == .covariates { options.futureCovariates = 1 }
    do {
      try options.check()
      try fields.training.options.check(options)
    } catch {
      // The engine names its options in words, the file in fields.
      guard case .badOption(let name, let value, let wanted) = error else { throw FieldFault("\(error)") }
      let field = name == "positions" ? "origins" : name.replacing(" ", with: "_")
      throw FieldFault(field, "is \(value), but must be \(wanted)")
    }
    if !fields.network.levels.isEmpty, !options.head.isProbabilistic, calibration == nil {
      throw FieldFault(
        "levels", "wants a head that gives a distribution, such as quantiles, or a `calibration` that is not 0")
    }
  }
}
