import Forecasting
import PipelineFile
import Pipelines
import Recurrent

/// The fields of every stage that trains a recurrent network.
struct RecurrentFields: FieldGroup {
  var network = NetworkFields()
  var training = TrainingFields()

  init() {}
}

/// Forecasts with a recurrent network of one kind of cell, which says itself what it is called and what it does.
public struct RecurrentStage<Cell: RecurrentCell>: ForecasterStage, NetworkStage {
  public static var name: String { Cell.name }
  public static var summary: String { Cell.summary }

  var fields = RecurrentFields()
  var cell: CellKind { CellKind(Cell.self) }

  public static var savedCell: CellKind? { CellKind(Cell.self) }

  public init() {}
}

/// Forecasts with a feed-forward network, for contrast with recurrent ones.
struct MLPStage: ForecasterStage, NetworkStage {
  static let name = "mlp"
  static let summary =
    "Forecasts with a feed-forward network over the whole window, for contrast with recurrent ones."

  var fields = RecurrentFields()
  var cell: CellKind { .rnn }
  var network: NetworkKind? { .mlp }

  init() {}
}

/// A stage that trains a network.
protocol NetworkStage: ForecasterStage {
  var cell: CellKind { get }
  /// The one network that the stage stands for; nil leaves the choice to the file.
  var network: NetworkKind? { get }
  var fields: RecurrentFields { get }
}

extension NetworkStage {
  public static var example: String { "{hidden: 32, epochs: 60, validation: 24}" }
  public static var savedParts: [any SavedPart.Type] { RecurrentForecaster.savedParts }
  var network: NetworkKind? { nil }

  public var trainsNetwork: Bool { true }
  public var networks: Int { fields.training.members }
  public var drawsPaths: Bool { fields.network.isProbabilistic }

  private func options(for shape: WindowShape) -> NetworkOptions {
    var options = fields.network.options(cell: cell, shape: shape)
    if let network { options.network = network }
    return options
  }

  public func forecaster(in surroundings: ChainSurroundings) -> any Forecaster {
    var forecaster = RecurrentForecaster(
      network: options(for: surroundings.shape), training: fields.training.options)
    forecaster.validation = fields.training.validation?.steps
    forecaster.season = fields.network.season?.steps
    forecaster.anchors = fields.network.anchors?.map(\.steps)
    forecaster.levels = fields.network.ownLevels
    forecaster.refit = fields.training.refit
    forecaster.members = fields.training.members
    forecaster.mask = fields.network.mask
    forecaster.lookback = fields.network.lookback?.steps
    forecaster.adapts = fields.network.leavesScaling && fields.training.leavesLoss
    forecaster.budget = fields.training.budget
    forecaster.growsBatches = fields.training.growsBatches
    forecaster.schedule = fields.training.schedule?.schedule
    return forecaster
  }

  public var givenLevels: [Double]? { fields.network.levels }
  public var calibration: Calibration? { fields.network.calibration }
  public func check() throws(FieldFault) { try fields.network.calibrated.check(fields.network.levels) }

  public func check(beside rest: StageSurroundings) throws(FieldFault) {
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
      guard case .badOption(let name, let value, let wanted) = error else { throw FieldFault("\(error)") }
      let field = name == "positions" ? "origins" : snakeCase(name)
      throw FieldFault(field, "is \(value), but must be \(wanted)")
    }
    if !fields.network.levels.isEmpty, !options.head.isProbabilistic, calibration == nil {
      throw FieldFault(
        "levels", "wants a head that gives a distribution, such as quantiles, or a `calibration` that is not 0")
    }
  }
}
