import Forecasting
import PipelineFile

/// When a run has to be done.
struct RunClock {
  /// Nothing is begun after it.
  let limit: ContinuousClock.Instant?
  /// Trainings end with what they have.
  let end: ContinuousClock.Instant?

  /// The clock of a run that begins now.
  ///
  /// - Parameter limit: when it must be done, where that is known.
  init(_ pipeline: PipelineDeclaration, limit: ContinuousClock.Instant? = nil) {
    let now = ContinuousClock.now
    func moment(_ span: TimeSpan?) -> ContinuousClock.Instant? { span.map { now + .milliseconds($0.milliseconds) } }
    self.limit = limit ?? moment(pipeline.run.timeout)
    let forecaster = pipeline.parts.forecaster
    let own = [moment(forecaster.declaration.timeout), moment(forecaster.stage.timeBudget)]
    end = ([self.limit] + own).compactMap { $0 }.min()
  }

  /// Refuses to begin anything when the time is spent.
  func check() throws(ForecastingError) {
    if let limit, ContinuousClock.now >= limit { throw .outOfTime }
  }
}

/// How long a program may take.
package struct ProgramTime: Sendable, Hashable {
  /// So long, from now on.
  package let duration: Duration
  /// Whether that is what the run has left, rather than the program's own time.
  package let endsWithRun: Bool

  /// A training may take all the time that a run has; what must be done after it, such as a picture, is still given so
  /// long.
  private static let least = Duration.seconds(5)

  /// The time of a program that starts now.
  ///
  /// - Parameters:
  ///   - own: what it may take by itself; nil for all that the run has left.
  ///   - usual: what it may take where neither it nor the run has an end.
  ///   - deadline: when the run's time is over.
  package init(own: Duration? = nil, usual: Duration, until deadline: ContinuousClock.Instant?) {
    let left = deadline.map { max($0 - .now, Self.least) }
    let own = own ?? (left == nil ? usual : nil)
    endsWithRun = left.map { left in own.map { left < $0 } ?? true } ?? false
    duration = [left, own].compactMap { $0 }.min() ?? usual
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
