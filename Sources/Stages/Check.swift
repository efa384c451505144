import Pipelines
import TimeSeries

/// Looks whether the readings are fresh and plausible.
struct Check: CheckStage {
  static let name = "check"
  static let summary = "Looks whether the readings are fresh and plausible, before anything is fitted."
  static let example = "{newest: {warn: 2d, error: 7d}, flat: {warn: 24}, gaps: {warn: 12}}"

  @Field("Age of a series' newest reading from which on to warn, or to end with exit code 5; of no use without times.")
  var newest: CheckLimits<Frequency> = [:]
  @Field("Equal values at the end of a series, so many or more: a sensor that is stuck.")
  var flat: CheckLimits<StepSpan> = [:]
  @Field("Steps in a row without a reading; more are told.") var gaps: CheckLimits<StepSpan> = [:]
  @Field("Last steps of a series in which gaps are looked for; all when left out.", bounds: .atLeast(1))
  var within: StepSpan?
  @Field("What becomes of readings that are later than now.") var future = InputCheck.Severity.warn

  init() {}

  func inputCheck() -> InputCheck {
    var check = InputCheck()
    check.newest = .init(warn: newest.warn, error: newest.error)
    check.flat = .init(warn: flat.warn?.steps, error: flat.error?.steps)
    check.gaps = .init(warn: gaps.warn?.steps, error: gaps.error?.steps)
    (check.within, check.future) = (within?.steps, future)
    return check
  }
}
