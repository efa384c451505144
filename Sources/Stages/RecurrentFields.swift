import Forecasting
import Pipelines
import Recurrent

/// The fields of every stage that trains a recurrent network.
struct RecurrentFields: FieldGroup {
  @Field("Hidden units of each layer.", bounds: .between(1, 4096)) var hidden = 64
  @Field("Layers on top of each other.", bounds: .between(1, 32)) var layers = 1
  @Field("Share of the numbers between layers that is dropped in training.", bounds: .between(0, 0.95))
  var dropout = 0.0

  @Field("Passes over the training windows at the most.", bounds: .atLeast(0)) var epochs = 100
  @Field("Windows in a batch.", bounds: .atLeast(1)) var batch = 32
  @Field("How far an update of the weights goes.", bounds: .above(0, upTo: 1)) var learningRate = 0.001
  @Field("What the training makes small.") var loss = LossName.mae
  @Field("Where the huber loss goes from squared to absolute, in units of the window's spread.", bounds: .above(0))
  var huberDelta = 1.0
  @Field("A longer gradient is cut to this length; 0 cuts nothing.", bounds: .atLeast(0)) var clip = 1.0
  @Field(
    "Steps at the end of each series that decide when to stop; without it the horizon, 0 for none.",
    unit: "steps", bounds: .atLeast(0))
  var validation: Int?
  @Field("Epochs without a better validation loss before the training stops.", unit: "epochs", bounds: .atLeast(1))
  var patience = 10
  @Field("Train anew on all rows once the validation has told for how long.") var refit = true

  @Field("What is subtracted from each window, and added to its forecast again.")
  var level = WindowScaling.Level.last
  @Field("What each window is divided by, and its forecast multiplied with again.")
  var spread = WindowScaling.Spread.meanAbsoluteDeviation
  @Field(
    "Naive forecasts that the network corrects: 1 repeats the last value, 12 the season of 12 steps, 0 is the "
      + "window's level; several are mixed by learned weights. Without it 1 and the usual season of the frequency.",
    bounds: .atLeast(0))
  var anchors: [Int]?

  init() {}

  func forecaster(of cell: CellKind, shape: WindowShape) -> RecurrentForecaster {
    var network = NetworkOptions(lookback: shape.lookback, horizon: shape.horizon)
    network.cell = cell
    network.hidden = hidden
    network.layers = layers
    network.dropout = dropout
    network.scaling = WindowScaling(level: level, spread: spread)
    var training = TrainingOptions()
    training.epochs = epochs
    training.batchSize = batch
    training.learningRate = learningRate
    training.loss = loss.loss(huberDelta: huberDelta)
    training.clipping = clip > 0 ? .norm(clip) : .none
    training.patience = patience
    return RecurrentForecaster(
      network: network, training: training, validation: validation ?? shape.horizon, anchors: anchors, refit: refit)
  }

  func check(beside rest: StageSurroundings) throws(FieldFault) {
    if let validation, validation > 0, validation < rest.shape.horizon {
      throw FieldFault(
        "validation",
        "of \(validation) steps is shorter than the horizon of \(rest.shape.horizon); make it 0 or at "
          + "least \(rest.shape.horizon)")
    }
  }
}

/// A stage that trains a network of one kind of cell.
protocol RecurrentStage: ForecasterStage {
  static var cell: CellKind { get }
  var fields: RecurrentFields { get }
}

extension RecurrentStage {
  static var example: String { "{hidden: 32, epochs: 60, validation: 24}" }

  func forecaster(for shape: WindowShape) -> any Forecaster { fields.forecaster(of: Self.cell, shape: shape) }

  func check(beside rest: StageSurroundings) throws(FieldFault) { try fields.check(beside: rest) }
}

/// What a training makes small.
enum LossName: String, FieldChoice {
  case mae, mse, huber

  func loss(huberDelta: Double) -> PointLoss {
    switch self {
    case .mae: .mae
    case .mse: .mse
    case .huber: .huber(delta: huberDelta)
    }
  }
}

extension WindowScaling.Level: FieldChoice {}
extension WindowScaling.Spread: FieldChoice {}
