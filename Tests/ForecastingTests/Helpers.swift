import TimeSeries

@testable import Forecasting

func series(_ values: [Double], name: String = "a", start: Int64 = 0, frequency: Frequency = .days(1)) -> Series {
  Series(
    name: name, index: TimeIndex(start: Timestamp(seconds: start), frequency: frequency, count: values.count),
    values: values)
}

/// Readings with a level, a season of 7 and some noise, all above zero.
func wavy(_ count: Int, seed: UInt64 = 1) -> [Double] {
  var generator = SplitMix(state: seed)
  let week: [Double] = [0, 2, 5, 3, 1, -2, -4]
  return (0..<count).map { step in
    let noise = Double(generator.next() % 1000) / 500
    return 20 + 0.1 * Double(step) + week[step % 7] + noise
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  /// Between 0 and 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
  /// Nearly normal: the sum of twelve uniform numbers.
  mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + unit() } }
}

/// Whether all values are within a share of the expected ones.
func areClose(_ values: [Double], _ expected: [Double], within share: Double = 1e-9) -> Bool {
  values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) <= share * max(1, abs($1)) }
}

func areSame(_ values: [Double], _ others: [Double]) -> Bool {
  values.count == others.count && zip(values, others).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}

/// What RMSSE divides by.
func squaredScale(of values: [Double], season: Int) -> Double {
  BackgroundSums(values, season: season).background(after: values.count).squaredScale
}

/// A forecaster of a test that no model holds.
protocol UnsavedForecaster: FittedForecaster {}

extension UnsavedForecaster {
  static var kind: String { "\(Self.self)" }
  init(from decoder: any Decoder) throws { throw SavingError.unknownKind(Self.kind) }
  func encode(to encoder: any Encoder) throws {}
}

/// Monthly totals of international airline passengers in thousands, 1949 to 1960 (Box & Jenkins 1976, series G).
let airline: [Double] = [
  112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114,
  140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191,
  172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259,
  229, 203, 229, 242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405,
  355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435, 491,
  505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535,
  622, 606, 508, 461, 390, 432,
]

func airlinePanel() -> Panel { Panel([series(airline, frequency: .months(1))]) }
