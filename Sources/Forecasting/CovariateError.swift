/// Why covariates cannot be used as asked.
public enum CovariateError: Error, Hashable, Sendable {
  /// A value that the forecast needs is not known.
  case missingAhead(series: String, covariate: String, time: String, step: Int, horizon: Int)
  /// A static covariate has too many texts for a number each.
  case tooManyTexts(covariate: String, count: Int, most: Int)
  /// A fitted forecaster is given a series without one of its covariates.
  case absent(series: String, covariate: String)
  /// A network that feeds its forecasts back cannot know past covariates in the horizon.
  case pastInRecursive(covariate: String)
  /// Features of the calendar need times.
  case calendarWithoutTimes(feature: String)
  /// Steps are as long as the cycle of a feature of the calendar.
  case constantFeature(feature: String, frequency: String, cycle: String)
  /// A regression has nothing to go by.
  case nothingAhead
  /// The list of holidays ends long before the horizon does.
  case holidaysEnd(last: String, end: String)
  /// The holidays of a country are not known for a step.
  case holidaysUnknown(country: String, years: ClosedRange<Int>, time: String)

  /// The series that alone is at fault; nil where others are too.
  public var series: String? {
    switch self {
    case .missingAhead(let series, _, _, _, _), .absent(let series, _): series
    default: nil
    }
  }
}

extension CovariateError: CustomStringConvertible {
  /// What, where and what to do.
  public var description: String {
    switch self {
    case .missingAhead(let series, let covariate, let time, let step, let horizon):
      "series \"\(series)\": the future covariate \"\(covariate)\" has no value at \(time), step \(step) of the horizon of "
        + "\(horizon); add rows with its values and an empty target after the last reading, shorten the horizon, or "
        + "name it under `past`"
    case .tooManyTexts(let covariate, let count, let most):
      "the static covariate \"\(covariate)\" has \(count) different texts, and \(most) are the most that get an input "
        + "each; group them into fewer, write them as numbers, or leave it out and set `series_embedding`"
    case .absent(let series, let covariate):
      "series \"\(series)\" has no covariate \"\(covariate)\", with which the model was fitted; bring the column, or fit "
        + "it again"
    case .pastInRecursive(let covariate):
      "network recursive reads its inputs in the horizon too, where the past covariate \"\(covariate)\" is not known; "
        + "choose another network, or leave the covariate out"
    case .calendarWithoutTimes(let feature):
      "the calendar cannot tell \(feature): the rows have no times; name their column in the source (`time`), or leave "
        + "the stage out"
    case .constantFeature(let feature, let frequency, let cycle):
      "\(feature) tells nothing about steps of \(frequency), which are as long as \(cycle) or longer; leave it out"
    case .nothingAhead:
      "no series has a covariate that is known ahead; name its column under `future` of the source, put a stage `calendar` "
        + "before this one, or leave it out"
    case .holidaysEnd(let last, let end):
      "the list of holidays ends with \(last), more than a year before the last step to forecast, \(end); add the "
        + "holidays of the years that are forecast"
    case .holidaysUnknown(let country, let years, let time):
      "the holidays of \(country) are known from \(years.lowerBound) to \(years.upperBound), and there is a step at \(time); "
        + "read later rows alone (`where` of the source), or name a file with all dates (`holidays` in the place of `country`)"
    }
  }
}
