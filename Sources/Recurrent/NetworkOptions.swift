/// Everything that decides a network's shape. Two networks with equal options have the same weights, by name and size.
public struct NetworkOptions: Sendable, Codable, Equatable {
  /// Steps that the network sees.
  public var lookback: Int
  /// Steps to forecast.
  public var horizon: Int
  /// How the layers are put together.
  public var network: NetworkKind = .stacked
  /// What the layers are made of.
  public var cell: CellKind = .lstm
  /// For `lstm1997`: the paper's own gradient, which flows back through the cells alone.
  public var truncated = false
  /// For `slstm`: the heads within which memory is mixed; must divide `hidden`.
  public var memoryHeads = 1
  /// Hidden units of each layer.
  public var hidden = 64
  /// Layers on top of each other.
  public var layers = 1
  /// Each layer reads the lookback in both directions.
  public var bidirectional = false
  /// For `dilated`: groups of layers, one dilation for each layer, such as [[1, 4], [24, 168]].
  public var dilations: [[Int]] = []
  /// For `encoderDecoder`: how each step of the horizon looks back over the encoder's states.
  public var attention: AttentionKind?
  /// For `encoderDecoder`: what the decoder reads beside the known future.
  public var decoderInput = DecoderInput.correction
  /// For `segment`: steps in one patch.
  public var segment: Int?
  /// Learned numbers that describe each series; 0 is none.
  public var seriesEmbedding = 0
  /// How many series have an embedding.
  public var seriesCount = 0
  /// Share of the numbers between two layers, and before the output, that is dropped in training.
  public var dropout = 0.0
  /// Which kind of forecast is given.
  public var head: HeadKind = .point
  /// How each window is brought near zero.
  public var scaling = WindowScaling()
  /// Seasonal lags whose naive forecasts are corrected: 0 is the level alone, 1 the last value, m the season m.
  public var anchors = [1]
  /// What the network reads of the target at each step.
  public var reading = TargetReading.values
  /// A second channel says which steps of the lookback are known.
  public var maskChannel = false
  /// Earlier values of the target that stand beside each step, or what it has changed since.
  public var lags: [Int] = []
  /// Covariates known up to the present.
  public var pastCovariates = 0
  /// Covariates known for the horizon too.
  public var futureCovariates = 0
  /// Numbers that describe a whole series.
  public var staticCovariates = 0

  /// Part of every file, for there was a choice once; a file with another one is refused.
  private var staticEntry = StaticEntry.output

  /// A one-layer LSTM that corrects the last value.
  public init(lookback: Int, horizon: Int) {
    self.lookback = lookback
    self.horizon = horizon
  }

  /// C, the numbers that the network reads at each step.
  public var channels: Int {
    reading.channels + (maskChannel ? 1 : 0) + lags.count + pastCovariates + futureCovariates
  }

  /// D, how many states stand side by side above each layer.
  var directions: Int { bidirectional ? 2 : 1 }

  /// The cell that the layers are made of.
  var recurrentCell: any RecurrentCell { cell.type.init(self) }

  /// Logits of the anchors' mix; one anchor needs none.
  var mixOutputs: Int { anchors.count > 1 ? anchors.count : 0 }

  /// The most steps of a lookback and of a horizon.
  public static let mostSteps = 1_000_000
  // Beyond what any machine trains, and so small that no product of sizes leaves 64 bits: steps · channels · hidden has
  // 20 + 18 + 16 of them.
  private static let mostUnits = 65_536
  private static let mostLayers = 1024
  private static let mostColumns = 65_536
  private static let mostChoices = 1024
  private static let mostSeries = 1_000_000_000

  /// Refuses options that no network can be built from.
  public func check() throws(RecurrentError) {
    let whole: [(String, Int, Int, Int)] = [
      ("lookback", lookback, 1, Self.mostSteps), ("horizon", horizon, 1, Self.mostSteps),
      ("hidden", hidden, 1, Self.mostUnits), ("layers", layers, 1, Self.mostLayers),
      ("layers", dilations.joined().count, 0, Self.mostLayers),
      ("seriesEmbedding", seriesEmbedding, 0, Self.mostColumns), ("seriesCount", seriesCount, 0, Self.mostSeries),
      ("pastCovariates", pastCovariates, 0, Self.mostColumns),
      ("futureCovariates", futureCovariates, 0, Self.mostColumns),
      ("staticCovariates", staticCovariates, 0, Self.mostColumns), ("number of lags", lags.count, 0, Self.mostColumns),
      ("number of anchors", anchors.count, 0, Self.mostChoices),
      ("number of quantiles", head.quantileCount, 0, Self.mostChoices),
    ]
    for (name, value, least, most) in whole where !(least...most).contains(value) {
      throw .badOption(name: name, value: "\(value)", wanted: value < least ? "\(least) or more" : "at most \(most)")
    }
    try cell.type.check(self)
    try head.check()
    try scaling.check()
    try RecurrentError.require(dropout >= 0 && dropout < 1, "dropout", dropout, "at least 0 and less than 1")
    if let lag = anchors.first(where: { !(0...Self.mostSteps).contains($0) }) {
      throw .badOption(name: "anchors", value: "\(lag)", wanted: "0 (level), 1 (last value) or a season in steps")
    }
    if let lag = lags.first(where: { !(1...Self.mostSteps).contains($0) }) {
      throw .badOption(name: "lags", value: "\(lag)", wanted: "1 step or more, and at most \(Self.mostSteps)")
    }
    try checkNetwork()
  }
}
