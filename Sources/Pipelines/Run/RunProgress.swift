import Forecasting

/// How far a run has come over all its fits, and how long the rest will take if it goes on as it did.
///
/// Every fold counts as one fit, and so does the forecast. A fit of several trainings may begin to count anew; the share
/// that is done never falls.
public struct RunProgress: Sendable {
  private var began: ContinuousClock.Instant?
  /// The fits that are over, and those that there are.
  private var fits = (done: 0, all: 1)
  /// What is done of all, from 0 to 1.
  public private(set) var share = 0.0

  /// Nothing has begun.
  public init() {}

  /// A fit begins: the fold's number of so many, or nil for the forecast.
  public mutating func begin(fold: Int?, of folds: Int, at now: ContinuousClock.Instant) {
    if began == nil { began = now }
    fits = (done: fold.map { $0 - 1 } ?? folds, all: folds + 1)
    advance(within: 0)
  }

  /// The fit at work has come so far.
  public mutating func note(_ progress: FitProgress) {
    advance(within: Double(progress.epoch) / Double(max(1, progress.epochs)))
  }

  /// So many of the series are forecast by the fit at work.
  public mutating func note(forecast series: Int, of all: Int) {
    advance(within: Double(series) / Double(max(1, all)))
  }

  private mutating func advance(within: Double) {
    share = max(share, min(1, (Double(fits.done) + min(1, within)) / Double(max(1, fits.all))))
  }

  /// How long the rest will take; nil before enough is done to tell.
  public func timeLeft(at now: ContinuousClock.Instant) -> Duration? {
    guard let began, share >= 0.02, now - began >= .seconds(2) else { return nil }
    return (now - began) * ((1 - share) / share)
  }

  /// What is done, and about how long the rest will take, in words: `35 % done, about 2 min left`.
  public func text(at now: ContinuousClock.Instant) -> String {
    let done = "\(Int(share * 100)) % done"
    guard let left = timeLeft(at: now) else { return done }
    let seconds = Int(left.components.seconds)
    let words =
      switch seconds {
      case ..<10: "a few seconds"
      case ..<90: "about \(seconds / 10 * 10) s"
      case ..<5400: "about \((seconds + 30) / 60) min"
      default: "about \((seconds + 1800) / 3600) h"
      }
    return "\(done), \(words) left"
  }
}
