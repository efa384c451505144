import Foundation

/// The search for the likeliest exponential smoothing model of a form.
struct SmoothingFit {
  private let values: [Double]
  private let form: SmoothingForm
  private let season: Int
  private let start: SmoothingState
  private let scale: Double
  /// Whether the initial season is searched too; a long one stays as the decomposition gives it.
  private let searchesSeason: Bool
  private let objective: SmoothingObjective

  init(_ values: [Double], form: SmoothingForm, season: Int) {
    self.values = values
    self.form = form
    self.season = season
    start = SmoothingState(values, form: form, season: season)
    let spread = values.populationDeviation
    scale = spread > 0 ? spread : 1
    searchesSeason = form.season != nil && season <= 24
    objective = SmoothingObjective(values, scale: scale)
  }

  /// The best of the searches from a slow and from a quick start, and for seasons from one that is quick to change.
  ///
  /// - Parameter simpler: the best model of the same form with less of a trend, where the search begins as well.
  func best(after simpler: FittedExponentialSmoothing? = nil) -> FittedExponentialSmoothing {
    var starts: [(alpha: Double, trend: Double, season: Double)] = [(0.1, 0.05, 0.05), (0.7, 0.1, 0.05)]
    if form.season != nil { starts.append((0.3, 0.01, 0.8)) }
    var warm: [(point: [Double], value: Double)] = []
    if let simpler {
      starts = Array(starts.prefix(1))
      warm = [minimum(near: numbers(simpler.model, simpler.initial), of: deviance)]
    }
    let searches =
      warm
      + starts.map { share in
        var parameters = SmoothingParameters(
          form: form, alpha: share.alpha, trendShare: share.trend, gamma: share.season * (1 - share.alpha))
        if form.trend == .damped { parameters.damping = 0.95 }
        return minimum(near: numbers(parameters), of: deviance)
      }
    let found = searches.min { $0.value < $1.value } ?? (numbers(SmoothingParameters(form: form)), .infinity)
    let (parameters, initial) = model(found.point)
    let path = parameters.run(values, from: initial, keepsMeans: false)
    let count = Double(values.count)
    let fitted = Double(form.parameterCount(season: season))
    return FittedExponentialSmoothing(
      model: parameters, initial: initial, variance: path.sumOfSquares / (count - fitted + 1),
      deviance: found.value, criterion: found.value + 2 * fitted + 2 * fitted * (fitted + 1) / (count - fitted - 1))
  }

  /// The deviance, and its derivatives by the free numbers.
  private func deviance(_ numbers: [Double], _ slope: inout [Double]) -> Double {
    let (parameters, initial) = model(numbers)
    var by = SmoothingObjective.Slope()
    let deviance = objective.deviance(parameters, from: initial, slope: &by)
    guard deviance.isFinite else { return deviance }
    let gammaShare = parameters.gamma / (1 - parameters.alpha)
    let byAlpha = by.alpha - (form.season == nil ? 0 : gammaShare * by.gamma)
    slope[0] = byAlpha * growth(parameters.alpha)
    slope[1] = by.level * scale
    var next = 2
    if form.trend != .none {
      slope[2] = by.trendShare * growth(parameters.trendShare)
      slope[3] = by.trend * scale / 10
      next = 4
    }
    if form.trend == .damped {
      let share = (parameters.damping - 0.8) / 0.18
      slope[next] = by.damping * 0.18 * share * (1 - share)
      next += 1
    }
    if form.season != nil {
      slope[next] = by.gamma * (1 - parameters.alpha) * growth(gammaShare)
      if searchesSeason {
        for index in 0..<season - 1 {
          slope[next + 1 + index] = (by.season[index] - by.season[season - 1]) * seasonUnit
        }
      }
    }
    return deviance
  }

  // Free numbers stand for bounded parameters by the logistic function; states are counted in deviations.

  private func numbers(_ parameters: SmoothingParameters) -> [Double] {
    var numbers = [logit(parameters.alpha), 0]
    if form.trend != .none { numbers += [logit(parameters.trendShare), 0] }
    if form.trend == .damped { numbers.append(logit((parameters.damping - 0.8) / 0.18)) }
    if form.season != nil { numbers.append(logit(parameters.gamma / (1 - parameters.alpha))) }
    if searchesSeason { numbers += [Double](repeating: 0, count: season - 1) }
    return numbers
  }

  /// Those of a model with less of a trend.
  private func numbers(_ model: SmoothingParameters, _ initial: SmoothingState) -> [Double] {
    var full = SmoothingParameters(form: form, alpha: model.alpha, trendShare: 0.05, gamma: model.gamma)
    if model.form.trend != .none { full.trendShare = model.trendShare }
    if form.trend == .damped { full.damping = 0.95 }
    var found = numbers(full)
    found[1] = (initial.level - start.level) / scale
    if form.trend != .none { found[3] = (initial.trend - start.trend) / scale * 10 }
    if searchesSeason {
      let first = found.count - season + 1
      for index in 0..<season - 1 { found[first + index] = (initial.season[index] - start.season[index]) / seasonUnit }
    }
    return found
  }

  private func model(_ numbers: [Double]) -> (SmoothingParameters, SmoothingState) {
    var parameters = SmoothingParameters(form: form, alpha: within(numbers[0]))
    var state = start
    state.level += numbers[1] * scale
    var next = 2
    if form.trend != .none {
      parameters.trendShare = within(numbers[2])
      state.trend += numbers[3] * scale / 10
      next = 4
    }
    if form.trend == .damped {
      parameters.damping = 0.8 + 0.18 / (1 + exp(-numbers[next]))
      next += 1
    }
    if form.season != nil {
      parameters.gamma = (1 - parameters.alpha) * within(numbers[next])
      if searchesSeason {
        for index in 0..<season - 1 {
          let change = numbers[next + 1 + index] * seasonUnit
          state.season[index] += change
          state.season[season - 1] -= change
        }
      }
    }
    return (parameters, state)
  }

  private var seasonUnit: Double { form.season == .additive ? scale : scale / max(abs(start.level), scale) }

  /// The derivative of ``within(_:)`` where its value is this.
  private func growth(_ value: Double) -> Double {
    let share = (value - 0.0001) / 0.9998
    return 0.9998 * share * (1 - share)
  }

  private func within(_ number: Double) -> Double { 0.0001 + 0.9998 / (1 + exp(-number)) }

  /// A number from which a search can go on: those at the ends of the range are moved inside.
  private func logit(_ share: Double) -> Double {
    let inside = min(max(share, 0.001), 0.999)
    return log(inside / (1 - inside))
  }
}

extension SmoothingState {
  /// A first guess: the season of the decomposition, and the line through the first values without it.
  init(_ values: [Double], form: SmoothingForm, season period: Int) {
    season = []
    var adjusted = values
    if let kind = form.season, values.count >= 2 * period, period > 1 {
      season = Seasonality.indices(values, period: period, kind: kind)
      let cycle = SeasonalCycle(kind: kind, indices: season)
      adjusted = values.enumerated().map { cycle.removed(from: $1, at: $0) }
    }
    let first = Array(adjusted.prefix(max(10, 2 * period)))
    let line = Line(through: first)
    level = form.trend == .none ? first.mean : line(-1)
    trend = form.trend == .none ? 0 : line.slope
    // The level of a form that multiplies must begin above zero.
    if form.error == .multiplicative, level + trend <= 0 { (level, trend) = (first.mean, 0) }
  }
}
