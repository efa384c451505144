import Forecasting
import PipelineFile
import Pipelines
import Recurrent

/// What a recurrent network looks like.
struct NetworkFields: FieldGroup {
  @Field(
    "Newest steps of each window that this network sees, so that the members of an ensemble may see more and less; "
      + "without it the whole lookback of the window stage.", bounds: .windowSteps)
  var lookback: StepSpan?
  @Field("How the layers are put together.") var network = NetworkKind.stacked
  @Field("Hidden units of each layer.", bounds: .between(1, 4096)) var hidden = 64
  @Field("Layers on top of each other.", bounds: .between(1, 32)) var layers = 1
  @Field("Let each layer read the lookback in both directions.") var bidirectional = false
  @Field(
    "Share of the numbers between layers, and before the output, that is dropped in training.",
    bounds: .between(0, 0.95))
  var dropout = 0.0
  @Field(
    "For network dilated: groups of layers, a dilation each, such as [[1, 4], [24, 168]].",
    bounds: .windowSteps)
  var dilations: [[Int]] = []
  @Field("For network encoder-decoder: how each step of the horizon looks back over the lookback.")
  var attention: AttentionKind?
  @Field("For network encoder-decoder: what the decoder reads at each step.")
  var decoderInput = DecoderInput.correction
  @Field("For network segment: steps in one patch, best a season.", bounds: .windowSteps)
  var segment: StepSpan?
  @Field("Learned numbers that describe each series of a panel; 0 for none.", bounds: .between(0, 1024))
  var seriesEmbedding = 0
  @Field("For slstm: heads within which memory is mixed; a divisor of hidden.", bounds: .between(1, 4096))
  var memoryHeads = 1
  @Field("For lstm-1997: cut the gradient at the gates, as its paper does.") var truncated = false

  @Field(
    "What is forecast of each step: one number, or a distribution. Without it quantiles where levels are asked "
      + "for, a point otherwise.")
  var head: HeadName?
  @Field("Intervals that are given with the forecast, such as [0.8, 0.95].", bounds: .between(0.01, 0.999))
  var levels: [Double] = []
  var calibrated = CalibrationFields()

  @Field("What is subtracted from each window, and added to its forecast again.")
  var level = WindowScaling.Level.last
  @Field(
    "What each window is divided by, and its forecast multiplied with again; without it meanAbsoluteDeviation, or what "
      + "suits the readings (see `logarithm`).")
  var spread: WindowScaling.Spread?
  @Field(
    "Newest steps that decide level and spread; without it the whole lookback.",
    bounds: .windowSteps)
  var recent: StepSpan?
  @Field(
    "Multiplies the scaled window; without it 1, or what suits the readings (see `logarithm`).",
    bounds: .above(0, upTo: 1000))
  var factor: Double?
  @Field(
    "Work on the logarithms of each window. Where logarithm, spread, factor and loss all go unsaid, readings above "
      + "zero (one in a hundred may be zero) that come in their own units are learned as logarithms, with spread none, factor 5 and loss "
      + "mase+smape.")
  var logarithm: Bool?
  @Field(
    "Season of the default anchors and of the losses mase and smape; without it the usual one of the frequency.",
    bounds: .steps(1))
  var season: StepSpan?
  @Field(
    "Naive forecasts that the network corrects: 1 repeats the last value, 12 the season of 12 steps, 0 is the "
      + "window's level; several are mixed by learned weights. Without it 1 and the season.",
    bounds: .between(0, Double(NetworkOptions.mostSteps)))
  var anchors: [StepSpan]?
  @Field(
    "Whether a second channel says which steps of the lookback are known; without it where windows begin before their "
      + "series.")
  var mask: Bool?
  @Field("Earlier values that stand beside each step, as steps back.", bounds: .windowSteps)
  var lags: [StepSpan] = []

  init() {}

  private var headName: HeadName { head ?? (levels.isEmpty ? .point : .quantiles) }

  /// Whether nobody has said how windows are scaled, and the head can do with any scale.
  var leavesScaling: Bool {
    spread == nil && factor == nil && logarithm == nil && (headName == .point || headName == .quantiles)
  }

  /// Whether the network gives a distribution.
  var isProbabilistic: Bool { headName != .point }

  /// Levels that the network itself is asked for.
  var ownLevels: [Double] { headName == .point ? [] : levels }

  var calibration: Calibration? {
    calibrated.calibration(levels, season: season?.steps, isNeeded: headName == .point)
  }

  /// The network of these fields; what depends on the panel is filled in by the forecaster.
  func options(cell: CellKind, shape: WindowShape) -> NetworkOptions {
    var options = NetworkOptions(lookback: lookback?.steps ?? shape.lookback, horizon: shape.horizon)
    options.cell = cell
    options.network = network
    options.hidden = hidden
    options.layers = layers
    options.bidirectional = bidirectional
    options.dropout = dropout
    options.dilations = dilations
    options.attention = attention
    options.decoderInput = decoderInput
    options.segment = segment?.steps
    options.seriesEmbedding = seriesEmbedding
    options.seriesCount = seriesEmbedding > 0 ? 1 : 0
    options.memoryHeads = memoryHeads
    options.truncated = truncated
    options.head = headName.kind(levels: levels)
    options.scaling = WindowScaling(
      level: level, spread: spread ?? .meanAbsoluteDeviation, logarithm: logarithm ?? false, recent: recent?.steps,
      factor: factor ?? 1)
    options.maskChannel = mask ?? false
    options.lags = lags.map(\.steps)
    if let anchors { options.anchors = anchors.map(\.steps) }
    return options
  }
}

/// What is forecast of each step.
enum HeadName: String, FieldChoice {
  case point, quantiles, gaussian
  case studentT = "student-t"
  case negativeBinomial = "negative-binomial"

  func kind(levels: [Double]) -> HeadKind {
    switch self {
    case .point: .point
    case .quantiles: .quantiles(levels: levels.isEmpty ? [0.2, 0.4, 0.6, 0.8] : levels)
    case .gaussian: .gaussian
    case .studentT: .studentT
    case .negativeBinomial: .negativeBinomial
    }
  }
}

extension NetworkKind: FieldChoice {}
extension AttentionKind: FieldChoice {}
extension DecoderInput: FieldChoice {}
extension WindowScaling.Level: FieldChoice {}
extension WindowScaling.Spread: FieldChoice {}
