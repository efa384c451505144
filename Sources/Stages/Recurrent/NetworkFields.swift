import Forecasting
import Pipelines
import Recurrent

/// What a recurrent network looks like.
struct NetworkFields: FieldGroup {
  @Field("Hidden units of each layer.", bounds: .between(1, 4096)) var hidden = 64
  @Field("Layers on top of each other.", bounds: .between(1, 32)) var layers = 1
  @Field("Let each layer read the lookback in both directions.") var bidirectional = false
  @Field(
    "Share of the numbers between layers, and before the output, that is dropped in training.",
    bounds: .between(0, 0.95))
  var dropout = 0.0

  @Field("What is subtracted from each window, and added to its forecast again.")
  var level = WindowScaling.Level.last
  @Field("What each window is divided by, and its forecast multiplied with again.")
  var spread = WindowScaling.Spread.meanAbsoluteDeviation
  @Field("Work on the logarithms of each window.") var logarithm = false
  @Field(
    "Naive forecasts that the network corrects: 1 repeats the last value, 12 the season of 12 steps, 0 is the "
      + "window's level; several are mixed by learned weights. Without it 1 and the usual season of the frequency.",
    bounds: .atLeast(0))
  var anchors: [Int]?
  @Field("Earlier values that stand beside each step, as steps back.", unit: "steps", bounds: .atLeast(1))
  var lags: [Int] = []

  init() {}

  /// The network of these fields; lookback, horizon and anchors are the forecaster's affair.
  func options(cell: CellKind, shape: WindowShape) -> NetworkOptions {
    var options = NetworkOptions(lookback: shape.lookback, horizon: shape.horizon)
    options.cell = cell
    options.hidden = hidden
    options.layers = layers
    options.bidirectional = bidirectional
    options.dropout = dropout
    options.scaling = WindowScaling(level: level, spread: spread, logarithm: logarithm)
    options.lags = lags
    return options
  }
}

extension WindowScaling.Level: FieldChoice {}
extension WindowScaling.Spread: FieldChoice {}
