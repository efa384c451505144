import Glibc
import Recurrent

/// What one series is drawn from: seasons, and how much it moves. The families give logarithms, or levels that are lifted
/// above zero afterwards.
struct SeriesDraw {
  var seasons: [Int]
  var length: Int
  /// The standard deviation of one step's error.
  var unrest: Double
  /// The mean growth of a step.
  var growth: Double
  /// The mean distance of a season's values from their mean; 0 for none.
  var size = 0.0

  /// Rows before the first that is kept, in which states forget where they began.
  private var warmUp: Int { min(40, 2 * (seasons.first ?? 5)) }

  // MARK: Innovations state space (Hyndman, Koehler, Ord & Snyder 2008)

  /// Level, damped trend and seasons that all learn from one error.
  func stateSpace(_ generator: inout RandomGenerator) -> [Double] {
    var noise = Noise(&generator)
    let alpha = [0.0, 1, generator.uniform(0, 0.3), generator.uniform(0.1, 1)][generator.place([0.1, 0.2, 0.3, 0.4])]
    let hasTrend = generator.chance(0.6)
    let beta = hasTrend && generator.chance(0.5) ? alpha * generator.logUniform(0.01, 0.4) : 0
    let damping = generator.chance(0.5) ? 1 : generator.uniform(0.8, 0.99)
    let drift = hasTrend ? growth + unrest * 0.4 * generator.normal() : 0
    // A damped trend falls back to the drift of its series, not to nothing.
    let base = generator.chance(0.6) ? drift : 0
    var (level, trend) = (0.0, drift)
    var states = seasons.map { period in
      SeasonalPattern(period: period, &generator).values.map { $0 * size }
    }
    let gammas = seasons.map { _ in generator.chance(0.5) ? 0 : (1 - alpha) * generator.logUniform(0.005, 0.3) }
    var values: [Double] = []
    values.reserveCapacity(length)
    for step in -warmUp..<length {
      let error = unrest * noise.next(&generator)
      var value = level + base + damping * (trend - base) + error
      for (season, period) in seasons.enumerated() {
        let place = (step % period + period) % period
        value += states[season][place]
        states[season][place] += gammas[season] * error
      }
      level += base + damping * (trend - base) + alpha * error
      trend = base + damping * (trend - base) + beta * error
      if step >= 0 { values.append(value) }
    }
    return values
  }

  // MARK: SARIMA (Box & Jenkins 1970), as SarSim0 draws it (de Souza Lima et al. 2023)

  func sarima(_ generator: inout RandomGenerator) -> [Double] {
    var noise = Noise(&generator)
    let ar = Self.stationary(generator.index(below: 4), &generator)
    let ma = Self.stationary(generator.index(below: 3), &generator)
    let period = seasons.first ?? 0
    let isSeasonal = period > 0 && size > 0
    let seasonalAR = isSeasonal && generator.chance(0.5) ? generator.uniform(-0.2, 0.9) : 0
    let seasonalMA = isSeasonal ? generator.uniform(-0.9, 0.3) : 0
    let order = generator.place([0.3, 0.6, 0.1])
    let seasonalOrder = isSeasonal && generator.chance(0.6) ? 1 : 0
    let reach = warmUp + 2 * period
    var errors: [Double] = []
    var values: [Double] = []
    for step in 0..<(length + reach) {
      errors.append(noise.next(&generator))
      func error(_ lag: Int) -> Double { lag <= step ? errors[step - lag] : 0 }
      func earlier(_ lag: Int) -> Double { lag <= step && lag > 0 ? values[step - lag] : 0 }
      var value = errors[step]
      for (index, weight) in ma.enumerated() { value += weight * error(index + 1) }
      if isSeasonal {
        value += seasonalMA * error(period)
        for (index, weight) in ma.enumerated() { value += seasonalMA * weight * error(period + index + 1) }
        value += seasonalAR * earlier(period)
        for (index, weight) in ar.enumerated() { value -= seasonalAR * weight * earlier(period + index + 1) }
      }
      for (index, weight) in ar.enumerated() { value += weight * earlier(index + 1) }
      values.append(value)
    }
    if seasonalOrder > 0 {
      let pattern = SeasonalPattern(period: period, &generator).values
      let ratio = size / max(unrest, 1e-9)
      for step in 0..<values.count {
        values[step] += step < period ? pattern[step] * ratio : values[step - period]
      }
    } else if isSeasonal {
      let pattern = SeasonalPattern(period: period, &generator).values
      for step in 0..<values.count { values[step] += pattern[step % period] * size / max(unrest, 1e-9) }
    }
    for round in 0..<order {
      let drift = round == 0 ? growth / max(unrest, 1e-9) : 0
      // A second difference is of small errors, or the series leaves every scale.
      let share = round == 0 ? 1 : 0.1
      var sum = 0.0
      for step in 0..<values.count {
        sum += share * values[step] + drift
        values[step] = sum
      }
    }
    let spread = Self.spreadOfChanges(values)
    // Of one unit a step, whatever the polynomials make of the errors.
    let scale = spread > 0 ? max(unrest, size * 0.5) / spread : unrest
    return values.suffix(length).map { $0 * scale }
  }

  /// Coefficients of a stationary process by its partial autocorrelations (Barndorff-Nielsen & Schou 1973).
  private static func stationary(_ order: Int, _ generator: inout RandomGenerator) -> [Double] {
    var weights: [Double] = []
    for _ in 0..<order {
      let partial = generator.uniform(-0.6, 0.95)
      weights = weights.indices.map { weights[$0] - partial * weights[weights.count - 1 - $0] } + [partial]
    }
    return weights
  }

  private static func spreadOfChanges(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    return zip(values.dropFirst(), values).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(values.count - 1)
  }

  // MARK: Products of trend and season (as Dooley et al. 2023)

  /// A trend of a few straight pieces, or one that saturates, with seasons whose size changes in the course of time.
  func products(_ generator: inout RandomGenerator) -> [Double] {
    var noise = Noise(&generator)
    var values = [Double](repeating: 0, count: length)
    if generator.chance(0.25) {
      let (middle, width) = (generator.uniform(0.1, 0.9), generator.uniform(0.05, 0.3))
      let rise = generator.normal() * generator.logUniform(0.1, 2)
      for step in 0..<length {
        values[step] = rise / (1 + exp(-(Double(step) / Double(length) - middle) / width))
      }
    } else {
      var slope = growth + unrest * 0.5 * generator.normal()
      let turns = generator.chance(0.5) ? 0 : generator.uniform(0, 3) / Double(length)
      var level = 0.0
      for step in 0..<length {
        if generator.chance(turns) { slope = growth + unrest * 0.5 * generator.normal() }
        level += slope
        values[step] = level
      }
    }
    for period in seasons where size > 0 {
      let pattern = SeasonalPattern(period: period, &generator).values
      let other = SeasonalPattern(period: period, &generator).values
      let (change, turn) = (generator.chance(0.3) ? generator.uniform(-0.8, 1.5) : 0, generator.chance(0.15))
      for step in 0..<length {
        let place = Double(step) / Double(length)
        let shape =
          turn ? pattern[step % period] * (1 - place) + other[step % period] * place : pattern[step % period]
        values[step] += size * (1 + change * place) * shape
      }
    }
    let memory = generator.chance(0.5) ? generator.uniform(0, 0.95) : 0
    var state = 0.0
    for step in 0..<length {
      state = memory * state + unrest * noise.next(&generator)
      values[step] += state
    }
    return values
  }

  // MARK: Gaussian processes by random Fourier features (Rahimi & Recht 2007)

  /// A smooth, a rough and a periodic part.
  func gaussianProcess(_ generator: inout RandomGenerator) -> [Double] {
    var values = [Double](repeating: 0, count: length)
    let features = 24
    for _ in 0...generator.index(below: 2) {
      let reach = generator.logUniform(3, Double(max(8, length)))
      let size = unrest * generator.logUniform(1, 8) / Double(features).squareRoot()
      for _ in 0..<features {
        // The spectrum of a Matérn kernel is a t distribution.
        let frequency = (generator.chance(0.5) ? generator.normal() : generator.heavyTailed(3)) / reach
        let (phase, height) = (generator.uniform(0, 2 * .pi), size * 2.0.squareRoot() * generator.normal())
        for step in 0..<length { values[step] += height * cos(frequency * Double(step) + phase) }
      }
    }
    for period in seasons where size > 0 {
      let pattern = SeasonalPattern(period: period, &generator).values
      for step in 0..<length { values[step] += size * pattern[step % period] }
    }
    let rough = unrest * generator.uniform(0, 0.7)
    let slope = growth * generator.uniform(0, 1)
    for step in 0..<length { values[step] += slope * Double(step) + rough * generator.normal() }
    return values
  }

  // MARK: Prices

  /// A random walk whose volatility wanders, with a drift.
  func price(_ generator: inout RandomGenerator) -> [Double] {
    var noise = Noise(&generator, restless: 0.7)
    var level = 0.0
    let drift = growth * generator.uniform(0, 1.2)
    return (0..<length).map { _ in
      level += drift + unrest * noise.next(&generator)
      return level
    }
  }

  // MARK: Sensors

  /// A mean to which it returns, seasons that vary from one to the next, and a floor.
  func sensor(_ generator: inout RandomGenerator) -> [Double] {
    var noise = Noise(&generator)
    let memory = generator.uniform(0.5, 0.99)
    let slow = generator.chance(0.5) ? generator.uniform(0, 1) * max(size, unrest) : 0
    let (wave, phase) = (generator.uniform(0.2, 2) * Double(length), generator.uniform(0, 2 * .pi))
    let patterns = seasons.map { SeasonalPattern(period: $0, &generator).values }
    var strengths = seasons.map { _ in 1.0 }
    let variation = generator.chance(0.6) ? generator.uniform(0, 0.4) : 0
    var state = 0.0
    var values = [Double](repeating: 0, count: length)
    for step in 0..<length {
      state = memory * state + unrest * noise.next(&generator)
      values[step] = state + slow * cos(2 * .pi * Double(step) / wave + phase)
      for (season, period) in seasons.enumerated() {
        if step % period == 0 { strengths[season] = max(0, 1 + variation * generator.normal()) }
        values[step] += size * strengths[season] * patterns[season][step % period]
      }
    }
    if generator.chance(0.15) {
      let floor = values.sorted()[Int(generator.uniform(0.05, 0.4) * Double(length))]
      values = values.map { max($0, floor) }
    }
    return values
  }
}
