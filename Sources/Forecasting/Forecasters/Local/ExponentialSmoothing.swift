import Foundation

/// Exponential smoothing as a state space model (ETS), fitted by maximum likelihood: smoothing parameters and initial
/// state together, within the usual region 0 < β < α < 1, 0 < γ < 1 − α, 0.8 ≤ φ ≤ 0.98 (Hyndman et al. 2008).
///
/// A season needs two of it in the training values, and is left out otherwise; multiplied parts need values above zero
/// and become additive ones otherwise. Of a series of more than 10,000 values the last ones are fitted. Deviations are those of `StepErrors`; theory has them too small.
public struct ExponentialSmoothing: LocalMethod {
  public static let kind = "smoothing-method"

  /// What it is made of; nil to choose by the corrected criterion of Akaike (AICc).
  public var form: SmoothingForm?
  /// What it is called.
  public var name: String

  /// A model of a form, or of the one that suits each series best.
  public init(_ form: SmoothingForm?, name: String = "ets") {
    self.form = form
    self.name = name
  }

  public func fit(_ values: [Double], season: Int) -> some FittedLocalMethod {
    var fitted = fitted(to: values, season: season)
    fitted.learnErrors(of: values)
    return fitted
  }

  /// The most values that are searched; of a longer series the last ones, whole seasons of the others being passed over.
  static let most = 10_000

  func fitted(to values: [Double], season: Int) -> FittedExponentialSmoothing {
    let season = max(1, season)
    let surplus = (values.count - max(Self.most, 4 * season) + season - 1) / season * season
    if surplus > 0 {
      var recent = fitted(to: Array(values.dropFirst(surplus)), season: season)
      recent.skipped = surplus
      return recent
    }
    let isSeasonal = season > 1 && values.count >= 2 * season
    let isPositive = values.allSatisfy { $0 > 0 }
    var forms: [SmoothingForm]
    if var form {
      if !isSeasonal { form.season = nil }
      if !isPositive, form.season != nil { form.season = .additive }
      if !isPositive { form.error = .additive }
      forms = [form]
    } else {
      forms = SmoothingForm.candidates(isSeasonal: isSeasonal, isPositive: isPositive)
    }
    // A model with as many numbers as there are values says nothing.
    forms = forms.filter { values.count > $0.parameterCount(season: season) + 1 }
    if forms.isEmpty { return .resting(values) }
    var fits: [FittedExponentialSmoothing] = []
    for form in forms {
      let simpler = fits.last { $0.model.form.error == form.error && $0.model.form.season == form.season }
      fits.append(SmoothingFit(values, form: form, season: form.season == nil ? 1 : season).best(after: simpler))
    }
    return fits.min { $0.criterion < $1.criterion } ?? .resting(values)
  }
}

/// A fitted exponential smoothing model.
struct FittedExponentialSmoothing: FittedLocalMethod {
  static let kind = "smoothing-fit"

  var model: SmoothingParameters
  /// The state before the first training value.
  var initial: SmoothingState
  /// The variance of the errors, relative ones where the form multiplies them.
  var variance: Double
  /// Minus twice the logarithm of the likelihood, up to a constant that the number of values decides.
  var deviance: Double
  /// The corrected criterion of Akaike.
  var criterion: Double
  /// The training values before the initial state; nil for none.
  var skipped: Int?
  /// What it errs by at each step; nil for a level that rests, and in models that were saved before there was any.
  var errors: StepErrors?

  private enum CodingKeys: String, CodingKey {
    case model = "parameters"
    case initial, variance, deviance, criterion, skipped, errors
  }

  func checkStored() throws(SavingError) {
    try require((model.form.season == nil) == initial.season.isEmpty, "a season that its form does not have, or none")
    try require(skipped ?? 0 >= 0, "\(skipped ?? 0) rows before its first")
    if let errors { try require(errors.isSound, StepErrors.fault) }
  }

  /// Runs over the training values again and forecasts from each of the later ones.
  mutating func learnErrors(of values: [Double]) {
    guard criterion.isFinite else { return }
    let values = Array(values.dropFirst(skipped ?? 0))
    let first = StepErrors.origins(of: values.count).lowerBound
    var state = model.run(Array(values.prefix(first)), from: initial, keepsMeans: false).end
    var (seen, means) = (first, [Double]())
    let fitted = model.form.parameterCount(season: max(1, initial.season.count)) - 1
    errors = StepErrors(values, lost: fitted) { origin, step in
      if seen < origin || means.isEmpty {
        state = model.run(Array(values[seen..<origin]), from: state, keepsMeans: false).end
        seen = origin
        means = model.means(after: state, horizon: StepErrors.most).means
      }
      return means[step]
    }
  }

  var parameters: [ForecasterParameter] { model.named }

  /// The last value, for series too short for any model.
  static func resting(_ values: [Double]) -> FittedExponentialSmoothing {
    let errors = values.indices.dropFirst().map { values[$0] - values[$0 - 1] }
    let deviation = errors.rootMeanSquare(lost: 0)
    return FittedExponentialSmoothing(
      model: SmoothingParameters(form: .simple, alpha: 1),
      initial: SmoothingState(level: values.first ?? 0, trend: 0, season: []), variance: deviation * deviation,
      deviance: .infinity, criterion: .infinity)
  }

  func forecast(after values: [Double], offset: Int, horizon: Int) -> LocalForecast {
    var start = initial
    var values = values
    if let skipped, offset == 0, values.count > skipped {
      values.removeFirst(skipped)
    } else if offset != 0 || skipped != nil {
      // Rows that begin elsewhere: the level is found anew, the season keeps its phase and the trend its size.
      start = SmoothingState(values, form: model.form, season: max(1, initial.season.count))
      start.trend = initial.trend
      let phase = initial.season.isEmpty ? 0 : ((offset % initial.season.count) + initial.season.count)
      start.season = initial.season.indices.map { initial.season[($0 + phase) % initial.season.count] }
    }
    let end = model.run(values, from: start, keepsMeans: false).end
    let (means, unseasoned) = model.means(after: end, horizon: horizon)
    let variances = model.variances(means, unseasoned: unseasoned, season: end.season, variance: variance)
    let deviation = variances.map { $0.squareRoot() }
    return LocalForecast(
      point: means, deviation: errors?.deviations(of: means, base: deviation.first ?? 0) ?? deviation)
  }
}

extension SmoothingParameters {
  /// The form in the notation of Hyndman et al., and the numbers that it has.
  fileprivate var named: [ForecasterParameter] {
    let numbers = [
      ("alpha", alpha, true), ("beta", alpha * trendShare, form.trend != .none), ("gamma", gamma, form.season != nil),
      ("phi", damping, form.trend == .damped),
    ]
    return [.init("form", form.description)] + numbers.filter(\.2).map { .init($0.0, $0.1.text()) }
  }

  /// The variance of the forecast error of each step (Hyndman et al. 2008, chapter 6: class 1 for additive errors,
  /// class 2 for multiplied errors with added parts). Where the season is multiplied too the terms of class 2 get the
  /// season's share, which is right up to the variance of the relative errors squared.
  func variances(_ means: [Double], unseasoned: [Double], season: [Double], variance: Double) -> [Double] {
    let period = season.count
    var response: [Double] = []
    var reach = 0.0
    var weight = 1.0
    for step in 1...max(1, means.count) {
      weight *= damping
      reach += weight
      var effect = alpha + (form.trend == .none ? 0 : alpha * trendShare * reach)
      if form.season == .additive, step % period == 0 { effect += gamma }
      response.append(effect)
    }
    guard form.error == .multiplicative else {
      var sum = 1.0
      return means.indices.map { step in
        defer { sum += response[step] * response[step] }
        return variance * sum
      }
    }
    // An error moves a multiplied season by a share of what is forecast, beside what it does to level and trend.
    let isScaled = form.season == .multiplicative
    let centers = isScaled ? unseasoned : means
    var squares: [Double] = []
    for step in centers.indices {
      var sum = 0.0
      for lag in 0..<step {
        let seasonal = isScaled && (lag + 1) % period == 0 ? gamma * centers[step] : 0
        let effect = response[lag] * squares[step - 1 - lag].squareRoot() + seasonal
        sum += effect * effect
      }
      squares.append(centers[step] * centers[step] + variance * sum)
    }
    return centers.indices.map { step in
      let index = isScaled ? season[step % period] : 1
      return max(0, index * index * ((1 + variance) * squares[step] - centers[step] * centers[step]))
    }
  }
}
