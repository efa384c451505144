import TimeSeries

/// Forecasts with what has shown itself best on rows it did not see: naive forecasts, statistical methods and a network
/// are fitted without the last rows, judged there, and combined by their errors (Bates & Granger 1969).
///
/// Series with many zeros are treated apart from the others, for other methods suit them and other errors count. A
/// candidate that cannot be fitted is left out, and the reason is kept.
public struct AutoForecaster: Forecaster {
  /// The seasons in steps, shortest first; nil for those that the readings show.
  public var seasons: [Int]?
  /// The levels of the prediction intervals, between 0 and 1.
  public var levels: [Double]
  /// The time in seconds that a whole run should take on a machine of two cores: it decides how long a network is
  /// trained, whatever the clock says.
  public var budget: Double
  /// Whether a network is among the candidates.
  public var network: Bool

  /// A forecaster that finds out by itself.
  public init(
    seasons: [Int]? = nil, levels: [Double] = [], budget: Double = AutoForecaster.usualBudget, network: Bool = true
  ) {
    self.seasons = seasons.map { $0.sorted() }
    self.levels = levels.sorted()
    self.budget = budget
    self.network = network
  }

  /// In seconds.
  public static let usualBudget = 60.0
  /// The share of the budget that one fit of what is no network may take, by a careful estimate; a run has up to four.
  private static let mostForOne = 0.35

  public static var savedParts: [any SavedPart.Type] {
    [FittedAuto.self] + PretrainedForecaster.savedParts + LocalForecaster.savedParts + RecurrentForecaster.savedParts
      + Ensemble.savedParts
  }

  public var readsCovariates: Bool { true }
  public var forecastsUnseen: Bool { true }

  public func outline(of panel: Panel, shape: WindowShape, validation: Int?) throws -> FitOutline? {
    let outlines = SeriesGroup.groups(of: panel).compactMap { group in
      let panel = group.panel(of: panel)
      return candidates(for: panel, group.kind, shape: shape, of: panel.series.count).taken.compactMap { candidate in
        try? candidate.forecaster.outline(of: panel, shape: shape, validation: 0)
      }
    }
    return outlines.flatMap { $0 }.combined(rounds: 2)
  }

  public func candidates(on panel: Panel, shape: WindowShape) -> [String] {
    let groups = SeriesGroup.groups(of: panel)
    return groups.map { group in
      let panel = group.panel(of: panel)
      let (taken, tooSlow) = candidates(for: panel, group.kind, shape: shape, of: panel.series.count)
      let names = taken.map { candidate in
        candidate.training.map { "\(candidate.name) (\($0))" } ?? candidate.name
      }
      let whose = groups.count > 1 ? "\(panel.series.count) \(group.kind.rawValue) series: " : ""
      let left = tooSlow.map { "; not \($0.name), which \($0.reason)" }
      return whose + names.joined(separator: ", ") + left.joined()
    }
  }

  public func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> FittedAuto {
    var parts: [FittedAuto.Part] = []
    for (number, group) in SeriesGroup.groups(of: panel).enumerated() {
      parts.append(
        try fit(group, of: group.panel(of: panel), shape: shape, context: context.branch(number, distance: 0xA076_1D64))
      )
    }
    return FittedAuto(parts: parts, isOfSample: shape.sample != nil)
  }

  /// The candidates for a group of series, and those that would take too long on all that will be forecast.
  ///
  /// - Parameter count: the series that will be forecast, of which the panel may be a sample.
  private func candidates(
    for panel: Panel, _ kind: SeriesGroup.Kind, shape: WindowShape, of count: Int
  ) -> (taken: [AutoCandidate], tooSlow: [(name: String, reason: String)]) {
    let seasons = seasons ?? AutoForecaster.seasons(of: panel)
    switch kind {
    case .regular:
      var taken = AutoCandidate.regular(panel, seasons: seasons)
      var tooSlow: [(name: String, reason: String)] = []
      // What is fitted wherever a series is forecast, no clock can end; what is fitted here would leave the others no time.
      let limit = shape.sample != nil ? budget : budget * AutoForecaster.mostForOne
      let steps = panel.series.reduce(0) { $0 + $1.count } / max(1, panel.series.count)
      tooSlow = taken.compactMap { candidate in
        let seconds = candidate.seconds(forSeries: count, of: steps)
        let span = seconds < 100 ? counted(Int(seconds) + 1, "second") : counted(Int(seconds / 60) + 1, "minute")
        return seconds <= limit ? nil : (candidate.name, "would take some \(span) for \(count) series")
      }
      taken.removeAll { candidate in tooSlow.contains { $0.name == candidate.name } }
      if network {
        taken += AutoCandidate.tuned(panel, seasons: seasons, shape: shape, budget: budget)
        taken += AutoCandidate.network(panel, seasons: seasons, shape: shape, budget: budget)
      }
      return (taken, tooSlow)
    case .intermittent: return (AutoCandidate.intermittent(panel, seasons: seasons), [])
    }
  }

  private func fit(
    _ group: SeriesGroup, of panel: Panel, shape: WindowShape, context: FitContext
  ) throws -> FittedAuto.Part {
    let seasons = seasons ?? AutoForecaster.seasons(of: panel)
    let count = context.forecastSeries ?? panel.series.count
    let (candidates, tooSlow) = candidates(for: panel, group.kind, shape: shape, of: count)
    // A trial fits each series that it judges once, and forecasts it from several origins.
    var trialShape = shape
    trialShape.sample = nil
    var refusals: [Int: String] = [:]
    var isCutShort = false
    /// The fitted candidate; nil where it cannot be, for a reason that is kept, or where the time is spent.
    func fitted(
      _ position: Int, on panel: Panel, _ shape: WindowShape, _ context: FitContext
    ) throws -> (any FittedForecaster)? {
      let candidate = candidates[position]
      var own = context.branch(position)
      // The time ends a training with what it has; series that are fitted one by one, it ends altogether.
      if !candidate.isInstant { own.limit = [context.limit, context.end].compactMap { $0 }.min() }
      do {
        if !candidate.isInstant { try own.checkTime() }
        let fitted = try candidate.forecaster.fit(panel, shape: shape, context: own)
        if fitted.isCutShort { isCutShort = true }
        return fitted
      } catch let error as ForecastingError {
        if case .outOfTime = error {
          try context.checkTime()
          isCutShort = true
        }
        refusals[position] = error == .outOfTime ? "the time was spent" : "\(error)"
        return nil
      }
    }

    var choice = AutoChoice.untried(candidates)
    var reaches: [[Double]]?
    if let plan = TrialPlan(panel, horizon: shape.horizon, season: seasons.first ?? 1) {
      var trial = Trial(plan, of: panel, judging: group.kind)
      for position in candidates.indices {
        let half = context.sharing(among: 2)
        if let fitted = try fitted(position, on: trial.training, trialShape, half) {
          trial.add(try fitted.forecasts(on: trial.panel, before: plan.origins), as: position)
        }
      }
      if let found = AutoChoice(trial, candidates) {
        choice = found.withBestIntervals(trial, candidates)
        reaches = trial.reaches(of: choice, levels: levels)
      }
    }
    var parts: [(position: Int, forecaster: any FittedForecaster)] = []
    for position in choice.fitted {
      if let fitted = try fitted(position, on: panel, shape, context) { parts.append((position, fitted)) }
    }
    // Where the time ended the fit of what gives the intervals their shape, the naive forecast does, which takes none.
    var reference = choice.reference
    if !parts.contains(where: { $0.position == reference }) {
      (reference, reaches) = (0, nil)
      if !parts.contains(where: { $0.position == 0 }), let fitted = try fitted(0, on: panel, shape, context) {
        parts.append((0, fitted))
      }
    }
    guard !parts.isEmpty else {
      throw ForecastingError.training(
        "no candidate can be fitted: "
          + refusals.sorted { $0.key < $1.key }.map { "\(candidates[$0.key].name): \($0.value)" }.joined(
            separator: "; "))
    }
    let taken = parts.map(\.position)
    let ensemble = FittedEnsemble(
      parts: parts.map { Kinded(wrappedValue: $0.forecaster) }, names: taken.map { candidates[$0].name },
      weights: choice.weights(of: taken), isGeometric: choice.rule == .geometric, errors: nil,
      bands: taken.firstIndex(of: reference).map { reference in
        EnsembleBands(
          member: reference, levels: levels,
          reaches: reaches
            ?? levels.map { [Double](repeating: PooledErrors.expectedReach(of: $0), count: shape.horizon) }
        )
      })
    let reports =
      candidates.indices.map { position in
        MemberReport(
          candidates[position].name, error: choice.errors?[position],
          weight: choice.shares(of: taken)[position] ?? 0, remark: refusals[position])
      } + tooSlow.map { MemberReport($0.name, remark: $0.reason) }
    return FittedAuto.Part(
      kind: group.kind, series: panel.series.map(\.name), ensemble: ensemble, candidates: reports,
      rule: choice.rule, isCutShort: isCutShort)
  }
}

/// Series that are forecast by the same candidates.
struct SeriesGroup {
  /// What tells them from others.
  enum Kind: String, Sendable, Codable {
    case regular
    /// Those that ``IntermittentMethod`` is for.
    case intermittent
  }

  var kind: Kind
  /// Their positions in the panel.
  var positions: [Int]

  func panel(of panel: Panel) -> Panel { Panel(positions.map { panel.series[$0] }) }

  /// The groups of a panel that have series.
  static func groups(of panel: Panel) -> [SeriesGroup] {
    let kinds = panel.series.map { IntermittentMethod.suits($0.values) ? Kind.intermittent : .regular }
    return [Kind.regular, .intermittent].compactMap { kind in
      let positions = kinds.indices.filter { kinds[$0] == kind }
      return positions.isEmpty ? nil : SeriesGroup(kind: kind, positions: positions)
    }
  }
}

extension AutoForecaster {
  // Looked at for seasons: more would say the same.
  private static let mostSampled = 24

  /// The seasons of a panel in steps, shortest first: the usual one of the frequency where half of the series hold it once and a
  /// half, and those that a fifth of the series show. That of working days must be shown: prices have none.
  public static func seasons(of panel: Panel) -> [Int] {
    guard let frequency = panel.series.first?.index.frequency else { return [] }
    let lengths = panel.series.map(\.count).sorted()
    let typical = lengths[lengths.count / 2]
    let sampled = panel.series.indices.evenly(mostSampled)
    var counts: [Int: Int] = [:]
    for position in sampled {
      for period in FoundSeasons(in: panel.series[position]).periods { counts[period, default: 0] += 1 }
    }
    let shown = counts.filter { $0.value * 5 >= sampled.count && $0.key * 2 <= typical }.map(\.key)
    var usual = [frequency.usualSeason].filter { 3 * $0 <= 2 * typical }
    if case .businessDays = frequency { usual = [] }
    return Set(usual + shown).filter { $0 > 1 }.sorted()
  }
}
