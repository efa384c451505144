import TimeSeries

/// What a forecaster that is made of others reports of one of them.
public struct MemberReport: Sendable, Equatable, Codable {
  /// What the file calls it.
  public var name: String
  /// Its mean absolute scaled error over the folds that it was judged by, at the end of the training rows; nil where it
  /// was not judged, or has none.
  public var error: Double?
  /// Its share of the forecast; nil where shares have no meaning.
  public var weight: Double?
  /// The series that it forecasts; nil where it has a part in all.
  public var series: [String]?
  /// Why it has no share, where it could not be fitted; nil where it could.
  public var remark: String?
  /// The members that it is itself made of.
  public var members: [MemberReport]

  /// The report of a member.
  public init(
    _ name: String, error: Double? = nil, weight: Double? = nil, series: [String]? = nil, remark: String? = nil,
    members: [MemberReport] = []
  ) {
    self.name = name
    self.error = error.flatMap { $0.isFinite ? $0 : nil }
    self.weight = weight
    self.series = series
    self.remark = remark
    self.members = members
  }
}

extension FitContext {
  /// The context of one of several forecasters, or networks: a seed of its own, so that equal ones learn differently.
  ///
  /// - Parameter distance: how far apart their seeds are; forecasters and the networks of one must not meet.
  func branch(_ number: Int, distance: UInt64 = 0xD1B5_4A32_D192_ED03) -> FitContext {
    var context = self
    context.seed = seed &+ distance &* UInt64(number)
    return context
  }
}

extension [FitOutline] {
  /// The outlines of several fits, one after the other, as one; nil for none.
  ///
  /// - Parameter rounds: how often each is fitted.
  func combined(rounds: Int) -> FitOutline? {
    guard let first else { return nil }
    var outline = first
    outline.trainingWindows = map(\.trainingWindows).max() ?? 0
    outline.validationWindows = map(\.validationWindows).max() ?? 0
    outline.refitWindows = compactMap(\.refitWindows).max()
    outline.parameters = reduce(0) { $0 + $1.parameters }
    outline.members = reduce(0) { $0 + $1.members }
    outline.trainings = reduce(0) { $0 + $1.trainings } * rounds
    outline.unseenSteps = rounds == 1 ? map(\.unseenSteps).min() ?? 0 : 0
    outline.epochs = map(\.epochs).max() ?? 0
    // What was fitted stays while the next one is.
    outline.bytes = (map(\.bytes).max() ?? 0) + outline.parameters * MemoryLayout<Float>.size
    return outline
  }
}

extension Ensemble {
  public func outline(of panel: Panel, shape: WindowShape, validation: Int?) throws -> FitOutline? {
    let folds = if case .weighted(let folds) = combination { folds } else { 0 }
    return try members.outlines(of: panel, shape: shape, validation: validation).combined(rounds: 1 + folds)
  }
}

extension Selection {
  /// The outline of a choice that falls on every candidate.
  public func outline(of panel: Panel, shape: WindowShape, validation: Int?) throws -> FitOutline? {
    try candidates.outlines(of: panel, shape: shape, validation: validation).combined(rounds: 1 + folds)
  }
}

extension [Ensemble.Member] {
  fileprivate func outlines(of panel: Panel, shape: WindowShape, validation: Int?) throws -> [FitOutline] {
    try compactMap { try $0.forecaster.outline(of: panel, shape: shape, validation: validation) }
  }
}
