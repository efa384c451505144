import Testing
import TimeSeries

@testable import Forecasting

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
    Case(name: "seasonal fill", transform: SeasonalFill()),
    Case(name: "clip", transform: Clip(deviations: 50)),
    Case(name: "clip by window", transform: Clip(deviations: 50, window: 14)),
    Case(name: "detrend", transform: Detrend()),
    Case(name: "theil-sen", transform: Detrend(.theilSen)),
    Case(name: "box-cox guerrero", transform: BoxCox()),
    Case(name: "box-cox likelihood", transform: BoxCox(choice: .likelihood, offset: 2)),
    Case(name: "box-cox 0", transform: BoxCox(lambda: 0)),
    Case(name: "box-cox -0.5", transform: BoxCox(lambda: -0.5)),
    Case(name: "deseasonalize auto", transform: Deseasonalize(.auto)),
    Case(name: "deseasonalize additive", transform: Deseasonalize(.additive, periods: [7, 3])),
    Case(name: "deseasonalize multiplicative", transform: Deseasonalize(.multiplicative, periods: [7])),
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
        #expect(abs(value - expected) < 1e-8 * abs(expected))
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

  /// Bounds that enclose the point forecast do so after every way back, whatever lag and horizon.
  @Test(arguments: all, [1, 5, 7, 20])
  func boundsEncloseThePoint(example: Case, horizon: Int) throws {
    let history = Panel([series(wavy(90), name: "a"), series(wavy(75, seed: 2).map { $0 * 30 }, name: "b")])
    let fitted = try example.transform.fit(history)
    var generator = SplitMix(state: UInt64(horizon))
    let prepared = try fitted.apply(history)
    for _ in 0..<20 {
      let future = Forecast(
        prepared.series.map { past in
          let spread = past.values.filter { !$0.isNaN }.populationDeviation
          let point = (0..<horizon).map { _ in past.values[past.count - 1] + spread * 0.3 * generator.normal() }
          let widths = point.map { _ in spread * 0.2 * generator.unit() }
          return Forecast.Series(
            name: past.name, index: past.index.following(horizon), point: point,
            intervals: [1.0, 2].map { factor in
              .init(
                level: 0.4 * factor, lower: zip(point, widths).map { $0 - factor * $1 },
                upper: zip(point, widths).map { $0 + factor * 2 * $1 })
            })
        })
      for series in try fitted.invert(future, history: history).series {
        for step in 0..<horizon {
          let (narrow, wide) = (series.intervals[0], series.intervals[1])
          let values = [wide.lower, narrow.lower, series.point, narrow.upper, wide.upper].map { $0[step] }
          #expect(values == values.sorted() && values.allSatisfy { $0.isFinite }, "\(values)")
        }
      }
    }
  }

  /// The interval of a random walk grows with the square root of the horizon; that of a seasonal one by season.
  @Test(arguments: [(1, [1.0, 2, 3, 4, 5, 6, 7]), (3, [1, 1, 1, 2, 2, 2, 3])])
  func independentChangesAddUpByTheirSquares(lag: Int, squares: [Double]) throws {
    let history = Panel([series(wavy(30))])
    let index = history.series[0].index.following(7)
    let none = [Double](repeating: 0, count: 7)
    let changes = Forecast([
      .init(
        name: "a", index: index, point: none,
        intervals: [.init(level: 0.8, lower: none.map { $0 - 2 }, upper: none.map { $0 + 4 })])
    ])
    let found = Difference(lag: lag).invert(changes, history: history).series[0]
    #expect(areClose(zip(found.point, found.intervals[0].lower).map { $0 - $1 }, squares.map { 2 * $0.squareRoot() }))
    #expect(areClose(zip(found.intervals[0].upper, found.point).map { $0 - $1 }, squares.map { 4 * $0.squareRoot() }))
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
