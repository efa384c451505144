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

  init(_ values: [Double], form: SmoothingForm, season: Int) {
    self.values = values
    self.form = form
    self.season = season
    start = SmoothingState(values, form: form, season: season)
    let spread = values.populationDeviation
    scale = spread > 0 ? spread : 1
    searchesSeason = form.season != nil && season <= 24
  }

  /// The best of the searches from a slow and from a quick start, and for seasons from one that is quick to change.
  func best() -> FittedExponentialSmoothing {
    var starts: [(alpha: Double, trend: Double, season: Double)] = [(0.1, 0.05, 0.05), (0.7, 0.1, 0.05)]
    if form.season != nil { starts.append((0.3, 0.01, 0.8)) }
    let searches = starts.map { share in
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

  private func deviance(_ numbers: [Double]) -> Double {
    let (parameters, initial) = model(numbers)
    let path = parameters.run(values, from: initial, keepsMeans: false)
    let count = Double(values.count)
    // Perfect fits would reach minus infinity.
    let squares = max(path.sumOfSquares, 1e-20 * (form.error == .additive ? scale * scale : 1))
    return count * log(squares) + (form.error == .multiplicative ? 2 * path.sumOfLogMeans : 0)
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
    if let kind = form.season {
      parameters.gamma = (1 - parameters.alpha) * within(numbers[next])
      if searchesSeason {
        let unit = kind == .additive ? scale : scale / max(abs(start.level), scale)
        for index in 0..<season - 1 {
          let change = numbers[next + 1 + index] * unit
          state.season[index] += change
          state.season[season - 1] -= change
        }
      }
    }
    return (parameters, state)
  }

  private func within(_ number: Double) -> Double { 0.0001 + 0.9998 / (1 + exp(-number)) }

  private func logit(_ share: Double) -> Double { log(share / (1 - share)) }
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
