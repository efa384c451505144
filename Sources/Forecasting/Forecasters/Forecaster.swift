import TimeSeries

/// Something that learns to forecast a panel.
public protocol Forecaster: Sendable {
  /// What it becomes on training rows.
  associatedtype Fitted: FittedForecaster

  /// Learns from training rows; the last of them may be held back for validation.
  func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> Fitted
  /// Every kind of part that a saved model may hold of it: `Fitted`, and what that holds behind a protocol, other
  /// forecasters aside.
  static var savedParts: [any SavedPart.Type] { get }
  /// The fit on a panel, prepared as the chain prepares it, without fitting anything.
  ///
  /// - Parameter validation: steps at the end that decide when to stop; nil for the forecaster's own setting.
  /// - Returns: nil where nothing is trained.
  /// - Throws: ``ForecastingError`` where the fit would refuse the panel.
  func outline(of panel: Panel, shape: WindowShape, validation: Int?) throws -> FitOutline?
  /// What it would try on a panel, prepared as the chain prepares it, a line each; empty where it has no choice.
  func candidates(on panel: Panel, shape: WindowShape) -> [String]
  /// Whether it looks at covariates.
  var readsCovariates: Bool { get }
  /// Whether what it fits draws sample paths.
  var drawsPaths: Bool { get }
  /// Whether it learns of each series alone, so that a part of a panel is forecast as it is among all; false where nothing
  /// is said.
  var isLocal: Bool { get }
  /// Whether what it fits forecasts series that it has not learned from; false where nothing is said.
  var forecastsUnseen: Bool { get }
}

extension Forecaster {
  public static var savedParts: [any SavedPart.Type] { [Fitted.self] }
  public func outline(of panel: Panel, shape: WindowShape, validation: Int?) throws -> FitOutline? { nil }
  public func candidates(on panel: Panel, shape: WindowShape) -> [String] { [] }
  public var readsCovariates: Bool { false }
  public var drawsPaths: Bool { false }
  public var isLocal: Bool { false }
  public var forecastsUnseen: Bool { false }
}

/// A forecaster with what it learned.
public protocol FittedForecaster: SavedPart {
  /// The steps after the last row of each series.
  ///
  /// - Parameter history: at least the lookback of each series that it was fitted on; may end at any row.
  func forecast(after history: Panel) throws -> Forecast

  /// The steps after each of several origins, such as those of a backtest.
  ///
  /// A forecaster that does many windows at once does them faster here than one by one, with the same result: that of
  /// ``forecast(after:)`` on the rows before each origin.
  ///
  /// - Parameter ends: the rows of each series before the origin, [origin][series].
  func forecasts(on panel: Panel, before ends: [[Int]]) throws -> [Forecast]

  /// Steps at the end of the training rows whose values nothing was learned from, but for when to stop.
  var unseenSteps: Int { get }

  /// Whether the time ended the fit, which would otherwise have gone on: the forecast then depends on the clock.
  var isCutShort: Bool { get }

  /// What it is made of; empty where it is one thing.
  var memberReports: [MemberReport] { get }

  /// What it has learned or chosen, for people.
  var parameters: [ForecasterParameter] { get }

  /// Whether it is one for windows of a shape; it forecasts as many steps.
  func fits(_ shape: WindowShape) -> Bool

  /// What a person can do where a forecast of it is no finite number, in words that follow those that say so.
  var remedy: String { get }
}

extension FittedForecaster {
  public func forecasts(on panel: Panel, before ends: [[Int]]) throws -> [Forecast] {
    try ends.map { try forecast(after: panel.rows(before: $0)) }
  }

  public var unseenSteps: Int { 0 }
  public var isCutShort: Bool { false }
  public var memberReports: [MemberReport] { [] }
  public var parameters: [ForecasterParameter] { [] }
  public func fits(_ shape: WindowShape) -> Bool { true }
  public var remedy: String {
    "look for readings that are too large to calculate with, and at the transforms before the forecaster"
  }
}

/// What a fit may use beside its rows.
public struct FitContext: Sendable {
  /// Where its randomness comes from.
  public var seed: UInt64
  /// How many threads may work; the result does not depend on it.
  public var threads: Int
  /// Steps at the end of each series that decide when a training stops, where a fixed split says so; nil for what the
  /// forecaster itself is set to.
  public var validation: Int?
  /// Series that will be forecast by what is fitted to a sample of them; nil where it is fitted to all.
  public var forecastSeries: Int?
  /// Whether the panel is in the units of the readings, so that a forecaster may choose what suits them; a transform that
  /// changes them is a choice that somebody has made.
  public var seesOwnUnits = true
  /// The moment at which a training ends with the best weights so far; nil for no such moment.
  public var end: ContinuousClock.Instant?
  /// The moment from which on nothing more is begun; nil for no such moment.
  public var limit: ContinuousClock.Instant?
  /// Networks that a training begins with; nil for random weights.
  public var start: NetworkStart?
  /// Keeps the trainings of the run, so that one that was interrupted goes on; nil keeps nothing.
  public var trainings: TrainingLog?
  /// The memory that a fit may take; nil for any.
  public var memory: MemoryBudget?
  /// A folder on whose disk there is room for what is too large to be held; nil where everything is held.
  public var scratch: String?
  /// Hears how far the training is, on the thread that fits.
  public var progress: @Sendable (FitProgress) -> Void

  /// A context; nothing listens unless asked for.
  public init(
    seed: UInt64 = 1, threads: Int = 1, validation: Int? = nil,
    progress: @escaping @Sendable (FitProgress) -> Void = { _ in }
  ) {
    self.seed = seed
    self.threads = threads
    self.validation = validation
    self.progress = progress
  }

  /// The context for the first of so many fits that share the time that is left.
  public func sharing(among fits: Int) -> FitContext {
    var context = self
    let now = ContinuousClock.now
    if let end { context.end = now + max(.zero, (end - now) / max(1, fits)) }
    return context
  }

  /// Whether a training should end with what it has.
  var isOver: Bool { end.map { ContinuousClock.now >= $0 } ?? false }

  /// Refuses to begin anything after the limit.
  func checkTime() throws(ForecastingError) {
    if let limit, ContinuousClock.now >= limit { throw .outOfTime }
  }
}

/// How far a training is.
public struct FitProgress: Sendable, Hashable {
  /// Epochs done, counted over all networks of the fit.
  public var epoch: Int
  /// Epochs at the most.
  public var epochs: Int
  /// The loss over the training windows of the epoch.
  public var trainingLoss: Double
  /// The loss over the validation windows; nil where there are none.
  public var validationLoss: Double?
}
