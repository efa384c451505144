import Glibc
import Recurrent

/// The values of one season, of mean zero and a mean distance of one from it.
struct SeasonalPattern {
  private(set) var values: [Double]

  /// A smooth pattern, independent values, a few peaks, or a plateau such as the hours of a day at work.
  init(period: Int, _ generator: inout RandomGenerator) {
    switch generator.place(period < 5 ? [0.3, 0.7, 0, 0] : [0.45, 0.3, 0.1, 0.15]) {
    case 0: values = Self.harmonics(period, &generator)
    case 1: values = (0..<period).map { _ in generator.normal() }
    case 2:
      values = (0..<period).map { _ in 0.1 * generator.normal() }
      for _ in 0...generator.index(below: 2) {
        values[generator.index(below: period)] += (generator.chance(0.7) ? 1 : -1) * generator.uniform(1, 3)
      }
    default:
      let (start, width) = (generator.index(below: period), max(1, Int(generator.uniform(0.2, 0.7) * Double(period))))
      values = [Double](repeating: 0, count: period)
      for step in 0..<width { values[(start + step) % period] = 1 + 0.15 * generator.normal() }
      let soft = Self.harmonics(period, &generator)
      for step in 0..<period { values[step] += 0.3 * soft[step] }
    }
    let mean = values.reduce(0, +) / Double(period)
    let distance = values.reduce(0) { $0 + abs($1 - mean) } / Double(period)
    values = values.map { distance > 0 ? ($0 - mean) / distance : 0 }
  }

  private static func harmonics(_ period: Int, _ generator: inout RandomGenerator) -> [Double] {
    var values = [Double](repeating: 0, count: period)
    let decay = generator.uniform(0.3, 2)
    for order in 1...max(1, min(period / 2, 6)) {
      let (size, phase) = (generator.normal() * pow(Double(order), -decay), generator.uniform(0, 2 * .pi))
      for step in 0..<period {
        values[step] += size * cos(2 * .pi * Double(order * step) / Double(period) + phase)
      }
    }
    return values
  }
}
