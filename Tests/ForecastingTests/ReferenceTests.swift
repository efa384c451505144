import Testing
import TimeSeries

@testable import Forecasting

/// The methods and metrics held against other libraries on two more series: `y` has a season that grows, `z` has none.
///
/// In Python:
///
///     y = np.array([60 + 0.4*i + [0,4,9,6,2,-3,-8,-6,-2,1,3,-4][i%12]*(1+i/96) + (i*i*7%13)/2 for i in range(96)])
///     z = np.array([200 + (i*i*11%29) + 0.02*i*(100-i) for i in range(80)])
@Suite struct ReferenceTests {
  static let y: [Double] = (0..<96).map { (step: Int) -> Double in
    let season: [Double] = [0, 4, 9, 6, 2, -3, -8, -6, -2, 1, 3, -4]
    let noise = Double(step * step * 7 % 13) / 2
    let growth: Double = 1 + Double(step) / 96
    return 60 + 0.4 * Double(step) + season[step % 12] * growth + noise
  }
  static let z: [Double] = (0..<80).map { (step: Int) -> Double in
    let noise = Double(step * step * 11 % 29)
    return 200 + noise + 0.02 * Double(step * (100 - step))
  }

  // statsforecast 2.1.1: m = ets_f(x, 1, model="ANN" | "AAN", damped=...); -2 * m["loglik"]; forecast_ets(m, 12)["mean"],
  // steps 1, 2 and 12
  @Test(arguments: [
    (y, SmoothingForm.simple, 813.132542951777, [94.043166, 94.043166, 94.043166]),
    (y, .holt, 812.8962771160279, [94.396635, 94.750068, 98.284398]),
    (y, .dampedHolt, 812.8955049003325, [94.044993, 94.046819, 94.059673]),
    (z, .simple, 694.5551674913972, [244.781552, 244.781552, 244.781552]),
    (z, .holt, 693.97115531861, [247.423491, 247.949417, 253.208681]),
    (z, .dampedHolt, 686.7388666851152, [253.974549, 253.981323, 254.027872]),
  ])
  func smoothingAgreesWithStatsforecast(
    values: [Double], form: SmoothingForm, deviance: Double, forecast: [Double]
  ) {
    let fitted = ExponentialSmoothing(form).fitted(to: values, season: 1)
    // Both search for the most likely parameters: whoever finds better ones may forecast otherwise.
    #expect(fitted.deviance < deviance + 0.05, "\(fitted.deviance) \(fitted.model)")
    guard abs(fitted.deviance - deviance) < 0.05 else { return }
    let found = fitted.forecast(after: values, offset: 0, horizon: 12).point
    #expect(areClose([found[0], found[1], found[11]], forecast, within: 0.005), "\(found) \(fitted.deviance)")
  }

  // statsforecast 2.1.1: m = ets_f(y, 12, model="ZZZ"): MAM without damping, m["aicc"]; forecast_ets(m, 12)["mean"]
  @Test func theChosenModelIsAsGoodAsThatOfStatsforecast() {
    let fitted = ExponentialSmoothing(nil).fitted(to: Self.y, season: 12)
    #expect(fitted.criterion < 584.8550003372168 + 0.1, "\(fitted.criterion) \(fitted.model.form)")
    let found = fitted.forecast(after: Self.y, offset: 0, horizon: 12).point
    #expect(areClose([found[0], found[1], found[11]], [100.785233, 108.680068, 97.992141], within: 0.02), "\(found)")
  }

  private func forecast(_ baseline: Baseline, _ values: [Double], season: Int) throws -> [Double] {
    let panel = Panel([series(values, frequency: .steps)])
    return try baseline.forecaster(season: season).fit(
      panel, shape: WindowShape(lookback: 1, horizon: 12), context: FitContext()
    ).forecast(after: panel).series[0].point
  }

  // The M4 scorer's naive2(y, 12, 12) and naive2(z, 12, 12), which finds no season in z
  @Test func naive2AgreesWithTheScorer() throws {
    let expected = [
      101.55255611112803, 108.44881299089273, 117.98602216280008, 112.0831596432786, 105.10316090306276,
      95.65643978705127, 86.80909179597154, 90.71434449929887, 97.81759339309261, 103.69623207934612,
      107.46722944862495, 94.04166666666667,
    ]
    #expect(areClose(try forecast(.naive2, Self.y, season: 12), expected, within: 1e-12))
    #expect(areClose(try forecast(.naive2, Self.z, season: 12), Array(repeating: 241.18, count: 12), within: 1e-12))
  }

  // The mean of numpy's least squares line through the values that the scorer's indices adjust, and of statsforecast's
  // forecast_ets(ets_f(2 * adjusted - line, 1, model="ANN"), 12)["mean"]; times the indices
  @Test func thetaAgreesWithTheCompetitionsMethod() throws {
    let expected = [
      100.855824, 107.918009, 117.640532, 111.975343, 105.208721, 95.940601, 87.237662, 91.340566, 98.685187,
      104.819864, 108.843034, 95.430509,
    ]
    #expect(areClose(try forecast(.theta, Self.y, season: 12), expected, within: 1e-4))
    // The same of z, with scipy 1.17.1's minimize(..., method="Nelder-Mead", options=dict(xatol=1e-9, fatol=1e-12)) over
    // smoothing and first level of 2 * z - line: ets_f stops a little earlier, at 246.3104. The least is so flat there that
    // the sixth digit says nothing.
    let plain = try forecast(.theta, Self.z, season: 1)
    #expect(areClose(Array(plain.prefix(2)), [246.34921477561056, 246.57075954823125], within: 1e-5), "\(plain)")
  }

  // utilsforecast 0.2.17, with x = y[:84], the truth y[84:], the naive forecast x[-1] and the bounds 6 below and 14 above
  // it: mae, mse, rmse, mape (times 100), smape (times 200), mase(df, ["m"], 12, train), rmsse, nd, coverage, winkler_score
  @Test(arguments: [
    (Metric.mae, 11.764930555555551), (.mse, 194.43832826967582), (.rmse, 13.94411446703145),
    (.mape, 11.309484939143505), (.smape, 12.185229565213918), (.mase, 2.41641705890743), (.rmsse, 2.5272534640302933),
    (.nd, 0.11878393964571302), (.coverage, 0.5833333333333334), (.intervalScore, 43.83680555555554),
  ])
  func metricsAgreeWithUtilsforecast(metric: Metric, expected: Double) {
    let (training, truth) = (Array(Self.y[..<84]), Array(Self.y[84...]))
    let last = training[83]
    let comparison = Comparison(
      truth: truth, forecast: truth.map { _ in last },
      intervals: [.init(level: 0.8, lower: truth.map { _ in last - 6 }, upper: truth.map { _ in last + 14 })],
      scale: seasonalScale(of: training, season: 12), squaredScale: squaredScale(of: training, season: 12),
      origin: last)
    #expect(areClose([metric.value(of: comparison)], [expected], within: 1e-12), "\(metric.value(of: comparison))")
  }
}
