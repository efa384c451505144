import Recurrent
import TimeSeries

/// A forecaster that may have a part in the forecast.
struct AutoCandidate {
  var name: String
  var forecaster: any Forecaster
  /// How it is trained, in words; nil where it is not.
  var training: String?
  /// Whether its fit takes no time to speak of.
  var isInstant = false
  /// The logarithm of how much more than the best of all it is to be expected to miss by, where nothing is known yet: read off
  /// the panels of the M3 and tourism competitions.
  var expected = 0.0
  /// What a series of a hundred steps takes, fitted and forecast on one core, in seconds, about.
  var secondsPerSeries = 0.000_05

  /// What so many series take on two cores, about. Of long ones the newest rows are looked at.
  func seconds(forSeries count: Int, of steps: Int) -> Double {
    Double(count) * secondsPerSeries * Double(max(1, min(steps, ExponentialSmoothing.most))) / 100 / 2
  }
}

extension AutoCandidate {
  /// Half of an interval of this level is one standard deviation.
  static let widthLevel = 0.682_689_492_137_085_9
  /// Series that the pretrained network forecasts in a second or so.
  private static let mostInstant = 5000

  fileprivate init(_ baseline: Baseline, season: Int?, name: String? = nil) {
    self.init(
      name: name ?? baseline.rawValue,
      forecaster: baseline.forecaster(season: season, levels: [AutoCandidate.widthLevel]),
      isInstant: [.naive, .seasonalNaive, .mean].contains(baseline))
    switch baseline {
    case .naive: expected = 0.1
    case .seasonalNaive: expected = 0.2
    case .theta: (expected, secondsPerSeries) = (0.05, 0.000_3)
    case .ets: (expected, secondsPerSeries) = (0.05, 0.01)
    default: break
    }
  }

  /// Candidates for series whose values are seldom zero.
  static func regular(_ panel: Panel, seasons: [Int]) -> [AutoCandidate] {
    var candidates = [AutoCandidate(.naive, season: 1)]
    if !seasons.isEmpty { candidates[0].expected = 0.3 }
    for season in seasons {
      let name = Baseline.seasonalNaive.rawValue + (seasons.count > 1 ? "-\(season)" : "")
      candidates.append(AutoCandidate(.seasonalNaive, season: season, name: name))
    }
    let season = seasons.first ?? 1
    candidates.append(AutoCandidate(.theta, season: season))
    candidates.append(AutoCandidate(.ets, season: season))
    if let choice = PretrainedChoice(seasons: seasons) {
      candidates.append(
        AutoCandidate(
          name: "pretrained",
          forecaster: PretrainedForecaster(seasons: seasons.isEmpty ? [1] : seasons, levels: [widthLevel]),
          isInstant: panel.series.count * choice.every <= mostInstant, secondsPerSeries: 0.001))
    }
    // Smoothing of a season has a state for each of its steps, too many for long ones to be learned.
    if seasons.count > 1 || season > 24 {
      candidates.append(
        AutoCandidate(
          name: "mstl",
          forecaster: LocalForecaster(SeveralSeasons(periods: seasons), season: season, levels: [widthLevel]),
          expected: 0.05, secondsPerSeries: 0.002))
    }
    return candidates
  }

  /// The pretrained network that goes on learning from the panel; none where there is too little to learn from, or too
  /// little time.
  static func tuned(_ panel: Panel, seasons: [Int], shape: WindowShape, budget: Double) -> [AutoCandidate] {
    let windows = AutoNetwork.windows(of: panel, shape)
    guard let choice = PretrainedChoice(seasons: seasons), windows >= AutoNetwork.fewestWindows else { return [] }
    // Hours of many series teach more the longer it learns; those of a few, and readings of the calendar, are known by heart
    // before.
    let isLong = choice.kind == .hourly && panel.series.count >= manySeries
    let usual: PretrainedForecaster.FineTuning = isLong ? .full : .light
    let cost = AutoNetwork.secondsPerUpdate(choice.kind.network, batch: PretrainedForecaster.batch)
    let updates = min(usual.updates, Int(budget * tuningShare / AutoNetwork.fits / cost))
    guard updates >= fewestUpdates else { return [] }
    var forecaster = PretrainedForecaster(
      seasons: seasons.isEmpty ? [1] : seasons, levels: [widthLevel], fineTuning: usual)
    forecaster.mostUpdates = updates
    return [
      AutoCandidate(name: "tuned", forecaster: forecaster, training: "pretrained, \(updates) updates at the most")
    ]
  }

  /// The share of the budget that is for the tuning.
  private static let tuningShare = 0.35
  /// Fewer change nothing.
  private static let fewestUpdates = 40
  private static let manySeries = 100

  /// The network that suits a panel; none where there is too little to learn from.
  static func network(_ panel: Panel, seasons: [Int], shape: WindowShape, budget: Double) -> [AutoCandidate] {
    guard let network = AutoNetwork(panel, seasons: seasons, shape: shape, budget: budget) else { return [] }
    return [
      AutoCandidate(name: "gru", forecaster: network.forecaster, training: network.training, expected: 0.1)
    ]
  }

  /// Candidates for series of which many values are zero.
  static func intermittent(_ panel: Panel, seasons: [Int]) -> [AutoCandidate] {
    let season = seasons.first ?? 1
    let variants = [IntermittentMethod.Variant.tsb, .sba, .adida].map { variant in
      AutoCandidate(
        name: variant.rawValue,
        forecaster: LocalForecaster(IntermittentMethod(variant), season: season, levels: [widthLevel]))
    }
    return [AutoCandidate(.naive, season: 1), AutoCandidate(.mean, season: 1)]
      + seasons.prefix(1).map { AutoCandidate(.seasonalNaive, season: $0) } + variants
  }
}

/// The recurrent network that suits a panel.
struct AutoNetwork {
  let forecaster: RecurrentForecaster
  /// In words.
  let training: String

  /// Nil where there is too little to learn from.
  init?(_ panel: Panel, seasons: [Int], shape: WindowShape, budget: Double) {
    let windows = Self.windows(of: panel, shape)
    guard windows >= AutoNetwork.fewestWindows else { return nil }
    var network = NetworkOptions(lookback: shape.lookback, horizon: shape.horizon)
    network.cell = .gru
    var training = TrainingOptions()
    training.learningRate = 0.003
    let batch = 32 * RecurrentForecaster.growth(windows: windows, updates: AutoNetwork.updates, of: 32)
    training.batchSize = batch
    let season = seasons.first ?? 1
    if season >= 24 || shape.lookback > 96 {
      network.network = .segment
      network.segment = season > 1 && season <= shape.lookback / 2 ? season : max(1, shape.lookback / 8)
      network.hidden = 128
      network.dropout = 0.1
      network.scaling.level = .mean
      network.scaling.recent = min(
        shape.lookback, seasons.last.map { $0 <= shape.lookback ? $0 : season } ?? shape.lookback / 2)
      training.optimizer = .adamW(decay: 0.01)
      training.learningRate = 0.002
      training.warmUp = 100
      training.averaging = 0.99
    } else {
      network.hidden = 64
      training.positions = 1
    }
    training.epochs = 100
    training.loss = .mae
    training.clipping = .norm(1)
    training.patience = nil
    var updates = AutoNetwork.updates
    // What an update takes on two cores, about; measured on networks of both kinds.
    let channels = 1 + panel.series[0].covariates.past.count + panel.series[0].covariates.future.count
    let cost = AutoNetwork.secondsPerUpdate(network, channels: channels, batch: batch)
    updates = Int(max(100, min(Double(updates), budget * AutoNetwork.share / AutoNetwork.fits / cost)))
    training.stepsPerEpoch = max(1, updates / training.epochs)
    // What networks of several seeds have in common is what the panel has taught them.
    let members = min(
      AutoNetwork.members,
      max(1, Int(budget * AutoNetwork.share / AutoNetwork.fits / cost / Double(updates))))
    let words = network.network == .segment ? "segments of \(network.segment ?? 1) steps, " : ""
    let several = members > 1 ? ", the mean of \(members)" : ""
    self.training = words + "\(network.hidden) units, \(updates) updates of \(batch) windows" + several
    var forecaster = RecurrentForecaster(network: network, training: training)
    forecaster.members = members
    forecaster.validation = 0
    forecaster.season = season
    forecaster.anchors = season > 1 ? (seasons.count > 1 ? Array(seasons.prefix(2)) : [1, season]) : [1]
    forecaster.adapts = true
    forecaster.schedule = .cosine(final: 0)
    forecaster.refit = false
    self.forecaster = forecaster
  }

  /// Windows that a panel has for a network which may see less than its lookback.
  static func windows(of panel: Panel, _ shape: WindowShape) -> Int {
    panel.series.reduce(0) { $0 + max(0, $1.count - shape.horizon - 1) }
  }

  static let updates = 2000
  /// Networks whose mean is taken, at the most.
  private static let members = 5
  /// Fewer leave nothing that a network could learn.
  static let fewestWindows = 48
  /// A run trains up to four times: a trial and the forecast, in the backtest and after it.
  static let fits = 4.0
  /// The share of the budget that is for this network.
  private static let share = 0.45

  /// - Parameter channels: what each step says: the value, and covariates.
  static func secondsPerUpdate(_ network: NetworkOptions, channels: Int = 1, batch: Int) -> Double {
    let steps =
      network.network == .segment
      ? Double(network.lookback + network.horizon) / Double(network.segment ?? 1) : Double(network.lookback)
    let hidden = Double(network.hidden)
    let input = Double((network.segment ?? 1) * channels)
    // Multiplications and additions, three times for the way back; and what each step costs beside them.
    let work = 6 * Double(batch) * steps * 3 * hidden * (hidden + input) * 2
    return 0.000_5 + work / 250e9 + steps * 20e-6
  }
}
