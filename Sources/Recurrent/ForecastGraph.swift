/// A network without its weights: options, body, head, and where each weight lies.
struct ForecastGraph: Sendable {
  let options: NetworkOptions
  let layout: ParameterLayout
  let body: any NetworkBody
  let output: AnchoredOutput

  init(_ options: NetworkOptions, loss: PointLoss, units: LossUnits = .scaled) throws(RecurrentError) {
    try options.check()
    self.options = options
    output = AnchoredOutput(
      head: options.head.head(loss: ForecastLoss(loss, units: units), anchored: options.anchors.contains { $0 > 0 }),
      horizon: options.stepsAtOnce, anchors: options.anchors.count)
    var layout = ParameterLayout()
    body = options.network.body(options, outputs: output.outputs, layout: &layout)
    self.layout = layout
  }

  func initialWeights<S: Scalar>(seed: UInt64) -> [S] {
    var values = [S](repeating: 0, count: layout.count)
    var generator = RandomGenerator(seed: seed)
    body.initialise(&values, &generator)
    return values
  }
}

extension WindowSet {
  /// Refuses windows that the network cannot read, before any work starts.
  func check(_ options: NetworkOptions) throws(RecurrentError) {
    let wanted = [
      ("lookback", lookback, options.lookback), ("horizon", horizon, options.horizon),
    ]
    for (name, value, expected) in wanted where value != expected {
      throw .badOption(name: "\(name) of the windows", value: "\(value)", wanted: "the network's, \(expected)")
    }
    for (index, window) in windows.enumerated() {
      guard series.indices.contains(window.series) else {
        throw .badWindow(index: index, reason: "it names series \(window.series), of \(series.count)")
      }
      guard window.origin >= 0, window.origin < series[window.series].target.count else {
        throw .badWindow(
          index: index,
          reason: "its origin \(window.origin) lies outside its series of \(series[window.series].target.count) steps")
      }
    }
    for (index, numbers) in series.enumerated() {
      try numbers.lossScale.check(series: index)
      if options.head == .negativeBinomial, let value = numbers.target.first(where: { $0 < 0 }) {
        throw .badOption(
          name: "a value of series \(index)", value: "\(value)", wanted: "0 or more for a negative binomial forecast")
      }
      let identity = numbers.identity ?? index
      try RecurrentError.require(
        options.seriesEmbedding == 0 || (0..<options.seriesCount).contains(identity), "identity of series \(index)",
        identity, "below \(options.seriesCount), the number of series that the network has embeddings for")
      let counts = [
        ("past covariates", numbers.pastCovariates.count, options.pastCovariates),
        ("future covariates", numbers.futureCovariates.count, options.futureCovariates),
        ("static covariates", numbers.staticCovariates.count, options.staticCovariates),
      ]
      for (name, value, expected) in counts where value != expected {
        throw .badOption(name: "\(name) of series \(index)", value: "\(value)", wanted: "the network's, \(expected)")
      }
    }
  }
}
