import TimeSeries

/// Draws outliers in to the edge of what is usual: the median and some deviations, each the median absolute deviation
/// times 1.4826 so that it is the standard deviation of normal readings (Hampel 1974).
///
/// What is usual is found in the training rows of the whole series, or, with a window, in the steps up to and including
/// each value; never by later ones. Where the median absolute deviation is zero nothing is clipped.
public struct Clip: Transform, Hashable, Codable {
  /// How many deviations are usual.
  public var deviations: Double
  /// Steps up to a value that decide what is usual for it; nil for all training rows.
  public var window: Int?

  /// Clips what lies beyond some deviations.
  public init(deviations: Double = 5, window: Int? = nil) {
    self.deviations = deviations
    self.window = window
  }

  public var keepsUnits: Bool { true }

  public func fit(_ panel: Panel) -> some FittedTransform {
    FittedClip(clip: self, ranges: panel.bySeries { usual($0.values[...]) })
  }

  fileprivate func usual(_ values: ArraySlice<Double>) -> ClosedRange<Double>? {
    let known = values.filter { !$0.isNaN }
    let reach = deviations * 1.4826 * known.medianAbsoluteDeviation
    guard reach > 0 else { return nil }
    let center = known.median
    return center - reach...center + reach
  }
}

/// What is usual in the series that a ``Clip`` was fitted on.
struct FittedClip: FittedSeriesTransform {
  static let kind = "clip"

  var staysInUnits: Bool { true }

  let clip: Clip
  let ranges: [String: ClosedRange<Double>?]

  var learned: [String: ClosedRange<Double>?] { ranges }

  func checkStored() throws(SavingError) {
    try require(clip.window.map(Stored.steps.contains) ?? true, "a window of \(clip.window ?? 0) steps")
    try require(clip.deviations > 0, "a reach of \(clip.deviations)")
  }

  func prepared(_ series: Series, by whole: ClosedRange<Double>?) -> [Double] {
    let values = series.values
    return values.indices.map { step in
      var usual = whole
      if let window = clip.window { usual = step + 1 < window ? nil : clip.usual(values[(step + 1 - window)...step]) }
      guard let usual, !values[step].isNaN else { return values[step] }
      return min(max(values[step], usual.lowerBound), usual.upperBound)
    }
  }

  func restored(_ values: [Double], over index: TimeIndex, by whole: ClosedRange<Double>?) -> [Double] { values }
}
