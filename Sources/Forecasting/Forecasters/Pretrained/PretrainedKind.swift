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

  /// Its network: changes in logarithms go in, corrections of naive forecasts come out, with nine quantiles.
  public var network: NetworkOptions {
    var options = NetworkOptions(lookback: lookback, horizon: horizon)
    options.cell = .gru
    options.hidden = 128
    options.reading = .changes
    options.maskChannel = true
    options.lags = seasons
    options.anchors = [1] + seasons
    options.head = .quantiles([0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975])
    options.scaling = WindowScaling(level: .last, spread: .none, logarithm: true, factor: 5)
    return options
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
