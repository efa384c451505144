import TimeSeries

/// Closes gaps with the season in mind: the additive season of the training rows is taken out, gaps are closed by
/// straight lines, and the season is put back.
///
/// A gap that is still open at the last row keeps the last adjusted value; no later value is looked at. A series with
/// fewer than two seasons is filled by straight lines alone.
public struct SeasonalFill: Transform, Hashable {
  /// The season in steps; nil for the usual one of the frequency.
  public var season: Int?
  /// The longest gap that is closed, in steps; nil for any.
  public var longestGap: Int?

  /// Closes gaps up to a length.
  public init(season: Int? = nil, longestGap: Int? = nil) {
    self.season = season
    self.longestGap = longestGap
  }

  public static var savedParts: [any SavedPart.Type] { [FittedSeasonalFill.self] + Deseasonalize.savedParts }

  public var keepsUnits: Bool { true }

  public func fit(_ panel: Panel) throws -> some FittedTransform {
    FittedSeasonalFill(
      season: try Deseasonalize(.additive, periods: season.map { [$0] }).fit(panel),
      fill: Fill(.linear, longestGap: longestGap))
  }
}

/// The seasons of the series that a ``SeasonalFill`` was fitted on.
struct FittedSeasonalFill: FittedTransform {
  static let kind = "seasonal-fill"

  var staysInUnits: Bool { true }

  @Kinded var season: any FittedTransform
  let fill: Fill

  func isCausal(over panel: Panel) -> Bool { panel.isWithoutGaps }
  var reach: Int? { 0 }

  func apply(_ panel: Panel) throws -> Panel {
    let filled = fill.apply(try season.apply(panel))
    // The season is put back as on a forecast over the panel's own steps.
    let restored = try season.invert(
      Forecast(filled.series.map { .init(name: $0.name, index: $0.index, point: $0.values) }), history: panel)
    return Panel(
      zip(panel.series, restored.series).map { series, all in
        // What was read stays as it was, to the last digit.
        series.with(values: zip(series.values, all.point).map { $0.isNaN ? $1 : $0 })
      })
  }

  func invert(_ forecast: Forecast, history: Panel) -> Forecast { forecast }
}
