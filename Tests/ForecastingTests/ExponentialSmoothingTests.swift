import Foundation
import Testing

@testable import Forecasting

@Suite struct ExponentialSmoothingTests {
  struct Reference: CustomTestStringConvertible {
    var form: SmoothingForm
    /// n log(sum of squares) + 2 sum of log means, -2 llf - n log(2 pi / n) - n of the library's likelihood.
    var deviance: Double
    /// Steps 1, 2 and 14.
    var forecast: [Double]
    var tolerance = 0.003
    var testDescription: String { "\(form.error) \(form.trend) \(form.season?.rawValue ?? "none")" }
  }

  // statsmodels 0.15.0: ETSModel(y, error, trend, damped_trend, seasonal, seasonal_periods=12).fit(maxiter=2000); for
  // (A,A,N) and (M,Ad,N), where that search stays behind, statsforecast 2.1.1: ets_f(y, 12, model="AAN")
  static let references = [
    Reference(form: .simple, deviance: 1727.7867, forecast: [431.996, 431.996, 431.996]),
    Reference(form: .holt, deviance: 1727.1652, forecast: [434.239, 436.482, 463.395]),
    Reference(form: .dampedHolt, deviance: 1727.5075, forecast: [432.212, 432.424, 434.662]),
    Reference(
      form: .init(error: .multiplicative, trend: .additive), deviance: 1662.9765, forecast: [436.134, 440.272, 489.93]),
    Reference(
      form: .init(trend: .additive, season: .additive), deviance: 1436.9664, forecast: [451.579, 427.26, 458.4]),
    Reference(
      form: .init(error: .multiplicative, season: .multiplicative), deviance: 1368.1899,
      forecast: [438.705, 430.529, 430.529], tolerance: 0.02),
    Reference(
      form: .init(error: .multiplicative, trend: .additive, season: .multiplicative), deviance: 1351.9787,
      forecast: [442.772, 435.9, 458.677], tolerance: 0.02),
    Reference(
      form: .init(error: .multiplicative, trend: .damped, season: .multiplicative), deviance: 1358.233,
      forecast: [441.908, 434.658, 449.966], tolerance: 0.02),
  ]

  @Test(arguments: references)
  func isAtLeastAsLikelyAsStatsmodels(reference: Reference) {
    let fitted = ExponentialSmoothing(reference.form).fitted(to: airline, season: 12)
    #expect(fitted.deviance < reference.deviance + 0.2, "\(fitted.deviance) \(fitted.model)")
    let found = fitted.forecast(after: airline, offset: 0, horizon: 14).point
    #expect(
      areClose([found[0], found[1], found[13]], reference.forecast, within: reference.tolerance),
      "\(found) \(fitted.deviance)")
  }

  // R's forecast::ets(AirPassengers) chooses ETS(M,Ad,M) with an AICc of 1400.638
  @Test func theChoiceIsAtLeastAsGoodAsThatOfR() {
    let fitted = ExponentialSmoothing(nil).fitted(to: airline, season: 12)
    #expect(fitted.model.form.error == .multiplicative && fitted.model.form.season == .multiplicative)
    #expect(fitted.criterion < 1400.638 + 0.1, "\(fitted.criterion)")
  }

  @Test func theCriterionCountsWhatIsFitted() {
    let fitted = ExponentialSmoothing(.simple).fitted(to: airline, season: 1)
    #expect(abs(fitted.criterion - (fitted.deviance + 6 + 24.0 / 140)) < 1e-9)
    #expect(SmoothingForm(trend: .damped, season: .additive).parameterCount(season: 12) == 18)
  }

  /// The derivatives are those of differences, for every form that there is.
  @Test(arguments: [SeasonKind.additive, .multiplicative], SmoothingForm.Trend.allCases)
  func slopesAgreeWithCentralDifferences(error: SeasonKind, trend: SmoothingForm.Trend) {
    for season in [SeasonKind?.none, .additive, .multiplicative] {
      let form = SmoothingForm(error: error, trend: trend, season: season)
      let indices: [Double] = season == nil ? [] : season == .additive ? [8, -3, -5] : [1.2, 0.9, 0.9]
      let count = 6 + indices.count
      let values = Array(airline.prefix(40))
      let objective = SmoothingObjective(values, scale: 30)
      func deviance(_ numbers: [Double]) -> (Double, [Double]) {
        var model = SmoothingParameters(form: form, alpha: numbers[0], trendShare: numbers[1], gamma: numbers[2])
        if trend == .damped { model.damping = numbers[3] }
        let state = SmoothingState(level: numbers[4], trend: numbers[5], season: Array(numbers[6...]))
        var slope = SmoothingObjective.Slope()
        let found = objective.deviance(model, from: state, slope: &slope)
        let path = model.run(values, from: state)
        let again = 40 * log(path.sumOfSquares) + (error == .multiplicative ? 2 * path.sumOfLogMeans : 0)
        #expect(areClose([found], [again], within: 1e-9))
        return (
          found, [slope.alpha, slope.trendShare, slope.gamma, slope.damping, slope.level, slope.trend] + slope.season
        )
      }
      let point = [0.3, 0.2, 0.15, 0.9, 110, trend == .none ? 0 : 1.5] + indices
      let slope = deviance(point).1
      for index in 0..<count {
        let isUsed: [Bool] = [true, trend != .none, season != nil, trend == .damped, true, trend != .none]
        guard index >= isUsed.count || isUsed[index] else { continue }
        let nudge = 1e-6 * max(1, abs(point[index]))
        var (above, below) = (point, point)
        above[index] += nudge
        below[index] -= nudge
        let expected = (deviance(above).0 - deviance(below).0) / (2 * nudge)
        #expect(areClose([slope[index]], [expected], within: 1e-5), "\(form) \(index) \(slope[index]) \(expected)")
      }
    }
  }

  /// The variances of theory are those of many paths drawn from the model itself.
  @Test(arguments: [
    SmoothingForm(trend: .additive), SmoothingForm(trend: .damped, season: .additive),
    SmoothingForm(error: .multiplicative, trend: .damped),
    SmoothingForm(error: .multiplicative, trend: .additive, season: .additive),
    SmoothingForm(error: .multiplicative, trend: .additive, season: .multiplicative),
  ])
  func variancesAreThoseOfDrawnPaths(form: SmoothingForm) {
    var parameters = SmoothingParameters(form: form, alpha: 0.4, trendShare: 0.2, gamma: 0.3)
    if form.trend == .damped { parameters.damping = 0.9 }
    let season: [Double] =
      form.season == nil ? [] : form.season == .additive ? [8, -3, -5] : [1.2, 0.9, 0.9]
    let state = SmoothingState(level: 100, trend: 1, season: season)
    let deviation = form.error == .additive ? 5 : 0.05
    let horizon = 8
    let (means, unseasoned) = parameters.means(after: state, horizon: horizon)
    let expected = parameters.variances(
      means, unseasoned: unseasoned, season: season, variance: deviation * deviation)
    var generator = SplitMix(state: 9)
    var sums = [Double](repeating: 0, count: horizon)
    let paths = 20_000
    for _ in 0..<paths {
      var values: [Double] = []
      for step in 0..<horizon {
        let end = parameters.run(values, from: state, keepsMeans: false).end
        let mean = parameters.means(after: end, horizon: 1).means[0]
        let error = deviation * generator.normal()
        values.append(form.error == .additive ? mean + error : mean * (1 + error))
        sums[step] += (values[step] - means[step]) * (values[step] - means[step])
      }
    }
    #expect(areClose(sums.map { ($0 / Double(paths)).squareRoot() }, expected.map { $0.squareRoot() }, within: 0.03))
  }

  @Test func whatCannotBeMultipliedIsAdded() {
    let values = airline.map { $0 - 300 }
    let asked = SmoothingForm(error: .multiplicative, trend: .additive, season: .multiplicative)
    let fitted = ExponentialSmoothing(asked).fitted(to: values, season: 12)
    #expect(fitted.model.form == SmoothingForm(trend: .additive, season: .additive))
    let short = ExponentialSmoothing(asked).fitted(to: Array(airline.prefix(20)), season: 12)
    #expect(short.model.form == SmoothingForm(error: .multiplicative, trend: .additive))
  }

  /// Of a long series the last values are fitted; forecasts go on from wherever the rows end, and begin elsewhere too.
  @Test func theLastValuesOfALongSeriesAreFitted() {
    let week: [Double] = [0, 5, 9, 4, -3, -8, -7]
    let values = (0..<ExponentialSmoothing.most + 500).map { step -> Double in
      let noise = Double(step * step % 11) / 10
      return 300 + 0.01 * Double(step) + week[step % 7] + noise
    }
    let method = ExponentialSmoothing(SmoothingForm(season: .additive))
    let fitted = method.fitted(to: values, season: 7)
    #expect(fitted.skipped == 504)
    let recent = method.fitted(to: Array(values.dropFirst(504)), season: 7)
    #expect(fitted.model == recent.model && fitted.initial == recent.initial)
    let point = fitted.forecast(after: values, offset: 0, horizon: 14).point
    #expect(point == recent.forecast(after: Array(values.dropFirst(504)), offset: 0, horizon: 14).point)
    let cut = fitted.forecast(after: Array(values.dropFirst(9_000)), offset: 9_000, horizon: 14).point
    #expect(areClose(cut, point, within: 0.01))
    let early = fitted.forecast(after: Array(values.prefix(300)), offset: 0, horizon: 7).point
    #expect(areClose(early, Array(values[300..<307]), within: 0.02))
  }

  @Test func aParabolaInManyNumbersIsFollowedToItsGround() {
    let found = minimum(near: [5, -3, 2]) { point, slope in
      let (x, y, z) = (point[0] - 1, point[1] + 2, point[2] - 0.5)
      let bend = 200 * (z - x * y)
      slope = [2 * x - bend * y, 20 * y - bend * x, bend]
      return x * x + 10 * y * y + 100 * (z - x * y) * (z - x * y)
    }
    #expect(areClose(found.point, [1, -2, 0.5], within: 1e-3))
    #expect(abs(minimum(in: -1...3) { ($0 - 1.25) * ($0 - 1.25) } - 1.25) < 1e-6)
  }
}
