import Forecasting
import PipelineFile

/// When a run has to be done.
struct RunClock {
  /// Nothing is begun after it.
  let limit: ContinuousClock.Instant?
  /// Trainings end with what they have.
  let end: ContinuousClock.Instant?

  /// The clock of a run that begins now.
  init(_ pipeline: PipelineDeclaration) {
    let now = ContinuousClock.now
    func moment(_ span: TimeSpan?) -> ContinuousClock.Instant? { span.map { now + .milliseconds($0.milliseconds) } }
    limit = moment(pipeline.run.timeout)
    end = [limit, moment(pipeline.parts.forecaster.declaration.timeout)].compactMap { $0 }.min()
  }

  /// Refuses to begin anything when the time is spent.
  func check() throws(ForecastingError) {
    if let limit, ContinuousClock.now >= limit { throw .outOfTime }
  }
}

extension FitContext {
  /// The context of work that must leave time for some of all the fits that are to come.
  func leavingTime(for rest: Int, of all: Int) -> FitContext {
    var context = self
    let now = ContinuousClock.now
    if let end { context.end = now + max(.zero, (end - now) * (all - rest) / max(1, all)) }
    return context
  }
}
