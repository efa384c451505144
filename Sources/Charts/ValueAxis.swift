import Glibc

/// A position on an axis and what stands there.
struct Tic: Sendable, Equatable {
  var at: Double
  var label: String
  /// A second line below the label.
  var second: String?
}

/// The range and the tics of an axis of values.
struct ValueAxis: Sendable, Equatable {
  var range: ClosedRange<Double>
  var tics: [Tic]
  var isLogarithmic = false

  /// The widest label in pixels.
  func labelWidth(size: Double) -> Double { tics.map { textWidth($0.label, size: size) }.max() ?? 0 }

  /// A linear axis around the finite ones of the values, with a little air; from 0 to 1 where there are none.
  ///
  /// - Parameters:
  ///   - values: what is drawn.
  ///   - zero: whether 0 is always on the axis.
  ///   - most: the greatest number of tics.
  static func linear(over values: some Sequence<Double>, includingZero zero: Bool = false, most: Int = 6) -> ValueAxis {
    let span = finiteSpan(of: values) ?? 0...1
    var (low, high) = (span.lowerBound, span.upperBound)
    if zero { (low, high) = (min(low, 0), max(high, 0)) }
    // Halves, because the difference of two finite numbers need not be one.
    var pad = (high / 2 - low / 2) * 0.08
    if pad <= max(abs(low), abs(high)) * 1e-12 { pad = max(abs(low), abs(high)) * 0.05 }
    if pad == 0 { pad = 1 }
    let limit = Double.greatestFiniteMagnitude / 4
    let bottom = zero && low == 0 ? 0 : max(low - pad, -limit)
    let top = zero && high == 0 ? 0 : min(high + pad, limit)
    return ValueAxis(range: bottom...top, tics: linearTics(over: bottom...top, most: most))
  }

  /// A logarithmic axis around the values, or a linear one where one of them is not above zero.
  static func logarithmic(over values: some Collection<Double>) -> ValueAxis {
    guard let span = finiteSpan(of: values), span.lowerBound > 0, values.allSatisfy({ !$0.isFinite || $0 > 0 }) else {
      return linear(over: values)
    }
    let (low, high) = (log10(span.lowerBound), log10(span.upperBound))
    let pad = max((high - low) * 0.06, 0.01)
    let range = pow(10, max(low - pad, -300))...pow(10, min(high + pad, 300))
    let (first, last) = (Int((low - pad).rounded(.down)), Int((high + pad).rounded(.up)))
    // Decades where there are many, 1-2-5 where there are few, and even distances within a part of one.
    let stride = max(1, (last - first) / 8)
    for digits in [[1.0], [1, 2, 5]] {
      let positions = Swift.stride(from: first, through: last, by: stride).flatMap { power in
        digits.map { $0 * pow(10, Double(power)) }
      }
      let inside = positions.filter(range.contains)
      if inside.count >= 3 { return ValueAxis(range: range, tics: label(inside), isLogarithmic: true) }
    }
    return ValueAxis(range: range, tics: linearTics(over: range, most: 6), isLogarithmic: true)
  }

  /// Tics at multiples of 1, 2 or 5 times a power of ten.
  private static func linearTics(over range: ClosedRange<Double>, most: Int) -> [Tic] {
    let (low, high) = (range.lowerBound, range.upperBound)
    let rough = high / Double(max(1, most)) - low / Double(max(1, most))
    guard rough > 0, rough.isFinite else { return label([low]) }
    let (mantissa, exponent) = decimalParts(rough)
    let factor = mantissa <= 1 ? 1.0 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10
    // Dividing by a whole power keeps 0.3 from becoming 0.30000000000000004.
    func at(_ count: Double) -> Double {
      exponent < 0 && exponent > -300
        ? count * factor / pow(10, Double(-exponent)) : count * factor * pow(10, Double(exponent))
    }
    let spacing = at(1)
    guard spacing > 0, abs(low / spacing) < 1e12 else { return label([low, high]) }
    var positions: [Double] = []
    var count = (low / spacing).rounded(.up)
    while at(count) <= high && positions.count <= 2 * most {
      positions.append(count == 0 ? 0 : at(count))
      count += 1
    }
    return label(positions)
  }

  /// One style for all: the same number of decimals, and one power of a thousand, or of ten for those that no name of a
  /// thousand suits.
  private static func label(_ positions: [Double]) -> [Tic] {
    let size = positions.map { abs($0) }.max() ?? 0
    let exponent = decimalParts(size).exponent
    if size != 0 && (exponent >= 15 || exponent < -4) { return label(positions, by: exponent) }
    // 14 250 is 14.25 k, but 1 000 000.4 is nothing of a million.
    let units = size < 1e4 ? [] : Thousands.all.filter { size >= $0.factor }
    let spacing = zip(positions, positions.dropFirst()).map { $1 - $0 }.min() ?? size
    for unit in units {
      let scaled = positions.map { $0 / unit.factor }
      // What rounding takes away must be nothing beside the distance of two tics.
      let most = spacing / unit.factor / 1000
      if let places = (0...2).first(where: { places in scaled.allSatisfy { isRound($0, places: places, within: most) } }
      ) {
        return zip(positions, scaled).map {
          Tic(at: $0, label: decimal($1, places: places) + ($0 == 0 ? "" : unit.suffix))
        }
      }
    }
    let places = places(of: positions)
    return positions.map { Tic(at: $0, label: decimal($0, places: places)) }
  }

  private static func label(_ positions: [Double], by exponent: Int) -> [Tic] {
    let scaled = positions.map { $0 / pow(10, Double(exponent)) }
    let places = places(of: scaled)
    return zip(positions, scaled).map { position, value in
      Tic(at: position, label: position == 0 ? "0" : decimal(value, places: places) + "e\(exponent)")
    }
  }

  private static func places(of values: [Double]) -> Int {
    var places = 0
    while places < 8 && values.contains(where: { !isRound($0, places: places) }) { places += 1 }
    return places
  }

  private static func isRound(_ value: Double, places: Int, within most: Double = .infinity) -> Bool {
    let scaled = value * pow(10, Double(places))
    let lost = abs(scaled - scaled.rounded())
    return lost < 1e-6 && lost <= most * pow(10, Double(places))
  }

  private static func finiteSpan(of values: some Sequence<Double>) -> ClosedRange<Double>? {
    var span: ClosedRange<Double>?
    for value in values where value.isFinite {
      span = span.map { min($0.lowerBound, value)...max($0.upperBound, value) } ?? value...value
    }
    return span
  }
}
