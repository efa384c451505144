import Recurrent

/// A kind of readings that there is a pretrained network for.
public enum PretrainedKind: String, Sendable, Codable, CaseIterable {
  /// Without a season: years, and trading days.
  case plain
  case quarterly
  case monthly
  /// Days, with a season of a week.
  case daily
  /// Weeks, with a season of a year.
  case weekly
  /// Hours, with a day and a week.
  case hourly

  /// The seasons that its network knows, in steps.
  public var seasons: [Int] {
    switch self {
    case .plain: []
    case .quarterly: [4]
    case .monthly: [12]
    case .daily: [7]
    case .weekly: [52]
    case .hourly: [24, 168]
    }
  }

  /// The kind for readings with these seasons, shortest first; nil where none knows the shortest of them.
  public init?(seasons: [Int]) {
    guard let kind = Self.allCases.first(where: { $0.seasons.first == seasons.first }) else { return nil }
    self = kind
  }

  /// What its network may repeat, and forecast a mean of: each of the last days of hours, of the last years of months and weeks of
  /// days, or the last season.
  private var repeated: [Int] {
    switch self {
    case .hourly: [24, 48, 72, 96, 120, 144, 168, 336]
    case .monthly: [12, 24, 36, 48, 60]
    case .daily: [7, 14, 21, 28]
    case .plain, .quarterly, .weekly: seasons
    }
  }

  /// Steps that its network sees.
  var lookback: Int {
    switch self {
    case .plain: 36
    case .quarterly: 40
    case .monthly: 84
    case .daily: 84
    case .weekly: 130
    case .hourly: 336
    }
  }

  /// Steps that its network forecasts at once.
  public var horizon: Int {
    switch self {
    case .plain: 12
    case .quarterly: 12
    case .monthly: 24
    case .daily: 28
    case .weekly: 26
    case .hourly: 48
    }
  }

  /// Units of its network.
  private var hidden: Int {
    switch self {
    case .monthly: 256
    case .quarterly, .daily: 192
    case .plain, .weekly, .hourly: 128
    }
  }

  /// Its network: changes in logarithms go in, corrections of naive forecasts come out, with nine quantiles.
  public var network: NetworkOptions {
    var options = NetworkOptions(lookback: lookback, horizon: horizon)
    options.cell = .gru
    options.hidden = hidden
    options.reading = .changes
    options.maskChannel = true
    options.lags = seasons
    options.anchors = [1] + repeated
    options.head = .quantiles([0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975])
    options.scaling = WindowScaling(level: .last, spread: .none, logarithm: true, factor: 5)
    return options
  }

  /// What the errors of a series are scaled by in training: as its forecast is judged, but such that a series which hardly
  /// moves does not outweigh the others.
  ///
  /// - Parameter history: known or NaN.
  public func lossScale(of history: [Double]) -> SeriesLossScale {
    let season = seasons.first ?? 1
    let lag = history.count > 2 * season ? season : 1
    let known = history.filter(\.isFinite)
    let scales = [lag, 1].map { seasonalScale(of: history, season: $0) }
    let error = max(scales.first { $0 > 0 } ?? 0, 0.002 * (known.isEmpty ? 1 : known.mean))
    return SeriesLossScale(error: error, referenceMASE: 1, referenceSMAPE: 0.12)
  }

  /// Origins in each window that its network learns from: the last ones.
  public var positions: Int {
    switch self {
    case .plain, .quarterly: 12
    case .monthly: 24
    case .daily: 28
    case .weekly: 26
    case .hourly: 48
    }
  }
}
