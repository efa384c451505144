import Testing
import TimeSeries

@testable import Forecasting

func series(_ values: [Double], name: String = "a", start: Int64 = 0) -> Series {
  Series(
    name: name, index: TimeIndex(start: Timestamp(seconds: start), frequency: .days(1), count: values.count),
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
}

@Suite struct TransformTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var transform: any Transform
    var testDescription: String { name }
  }

  static let all: [Case] = [
    Case(name: "standard", transform: Normalize(.standard)),
    Case(name: "robust", transform: Normalize(.robust)),
    Case(name: "minmax", transform: Normalize(.minmax)),
    Case(name: "difference 1", transform: Difference(lag: 1)),
    Case(name: "difference 7", transform: Difference(lag: 7)),
    Case(name: "log", transform: Log(offset: 3)),
    Case(name: "fill", transform: Fill(.linear)),
  ]

  /// What a transform makes of the future, undone, is the future: for horizons below and above every lag.
  @Test(arguments: all, [1, 5, 7, 20])
  func undoesItself(example: Case, horizon: Int) throws {
    let panel = Panel([series(wavy(90), name: "a"), series(wavy(75, seed: 2).map { $0 * 30 }, name: "b")])
    let history = panel.dropLast(horizon)
    let fitted = try example.transform.fit(history)
    let prepared = try fitted.apply(panel)
    let future = Forecast(
      zip(history.series, prepared.series).map { past, all in
        Forecast.Series(
          name: past.name, index: past.index.following(horizon), point: Array(all.values.suffix(horizon)))
      })
    let restored = try fitted.invert(future, history: history)
    for (forecast, truth) in zip(restored.series, panel.series) {
      for (value, expected) in zip(forecast.point, truth.values.suffix(horizon)) {
        #expect(abs(value - expected) < 1e-9 * abs(expected))
      }
    }
  }

  /// Nothing that is fitted may look past the rows it was given.
  @Test(arguments: all)
  func laterRowsChangeNothing(example: Case) throws {
    let values = wavy(60)
    let changed = values.prefix(40) + values.suffix(20).map { $0 * 100 + 7 }
    let fits = try [values, Array(changed)].map { values in
      let panel = Panel([series(values)]).dropLast(20)
      return try example.transform.fit(panel).apply(panel)
    }
    #expect(zip(fits[0].series[0].values, fits[1].series[0].values).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
  }

  // numpy: x.mean(), x.std(), np.median(x), np.quantile(x, [.25, .75]) of these twelve values
  @Test func scalesAgreeWithNumpy() throws {
    let x: [Double] = [112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118]
    func scaled(_ method: Normalize.Method) throws -> Double {
      let panel = Panel([series(x)])
      return try Normalize(method).fit(panel).apply(panel).series[0].values[0]
    }
    #expect(abs(try scaled(.standard) - (112 - 126.66666666666667) / 13.136040330158687) < 1e-12)
    #expect(abs(try scaled(.robust) - (112 - 125) / (135.25 - 118)) < 1e-12)
    #expect(abs(try scaled(.minmax) - (112.0 - 104) / (148 - 104)) < 1e-12)
  }

  @Test func equalValuesOnlyLoseTheirLevel() throws {
    let panel = Panel([series([5, 5, 5])])
    let fitted = Normalize(.standard).fit(panel)
    #expect(try fitted.apply(panel).series[0].values == [0, 0, 0])
  }

  @Test func aLogarithmOfNothingIsRefused() throws {
    let panel = Panel([series([1, 0, 2])])
    #expect(throws: ForecastingError.notPositive(series: "a", value: 0)) { try Log().fit(panel).apply(panel) }
  }
}

@Suite struct FillTests {
  static let gaps: [Double] = [.nan, 1, .nan, 3, .nan, .nan, .nan, 7, .nan]

  @Test(arguments: [
    (Fill(.linear), [Double.nan, 1, 2, 3, 4, 5, 6, 7, 7]),
    (Fill(.linear, longestGap: 2), [.nan, 1, 2, 3, .nan, .nan, .nan, 7, 7]),
    (Fill(.previous), [.nan, 1, 1, 3, 3, 3, 3, 7, 7]),
    (Fill(.zero), [.nan, 1, 0, 3, 0, 0, 0, 7, 0]),
    (Fill(.none), gaps),
  ])
  func closesGaps(fill: Fill, expected: [Double]) {
    let filled = fill.apply(Panel([series(Self.gaps)])).series[0].values
    #expect(zip(filled, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }, "\(filled)")
  }
}
