import Glibc
import Recurrent

/// What happens to series from outside, and how they come to have units.
enum Events {
  /// Level shifts that stay, outliers that pass, and errors that grow in the course of time.
  static func disturb(_ values: inout [Double], size: Double, _ generator: inout RandomGenerator) {
    let count = values.count
    if generator.chance(0.12) {
      for _ in 0...generator.index(below: 2) {
        let (place, height) = (generator.index(below: count), size * 6 * generator.normal())
        for step in place..<count { values[step] += height }
      }
    }
    if generator.chance(0.12) {
      let rate = generator.uniform(0.005, 0.04)
      for step in 0..<count where generator.chance(rate) { values[step] += size * 6 * generator.heavyTailed(3) }
    }
    if generator.chance(0.1) {
      let rise = generator.uniform(0, 2) * size
      for step in 0..<count { values[step] += rise * Double(step) / Double(count) * generator.normal() }
    }
  }

  /// Months count as their days, or as their working days.
  static func addDaysOfMonths(to values: inout [Double], _ generator: inout RandomGenerator) {
    let days = [31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    let (first, strength) = (generator.index(below: 12), generator.uniform(0.5, 1))
    let works = generator.chance(0.5)
    // The weekday on which a month begins moves on by the days that it has beyond four weeks.
    var weekday = generator.index(below: 7)
    for step in values.indices {
      let length = days[(first + step) % 12]
      var counted = length / 30.4375
      if works {
        let beyond = Int(length) - 28
        let idle = (0..<max(0, beyond)).filter { (weekday + $0) % 7 >= 5 }.count
        counted = Double(20 + beyond - idle) / 21.75
        weekday = (weekday + beyond) % 7
      }
      values[step] += strength * log(counted)
    }
  }

  /// Values above zero: the exponential, or the numbers themselves, lifted.
  static func positive(_ values: [Double], _ generator: inout RandomGenerator) -> [Double] {
    let lowest = values.reduce(.infinity, min)
    let range = values.reduce(-.infinity, max) - lowest
    guard range > 0, range.isFinite else { return values.map { _ in 1 } }
    var out: [Double]
    if generator.chance(0.6) {
      // What would leave every scale is pressed into two and a half orders of magnitude.
      let share = min(1, generator.uniform(2, 5.5) / range)
      out = values.map { exp(($0 - lowest) * share) }
    } else {
      // Additive readings lie between a little and many times above their range.
      let lift = range * generator.logUniform(0.05, 8)
      out = values.map { $0 - lowest + lift }
      let scale = 1 / (range + lift)
      out = out.map { $0 * scale }
    }
    if generator.chance(0.08) {
      // Counts.
      let unit = out.reduce(.infinity, min) / generator.logUniform(3, 200)
      out = out.map { max(1, ($0 / unit).rounded()) }
    }
    return out
  }
}
