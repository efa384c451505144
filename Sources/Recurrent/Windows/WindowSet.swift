/// The numbers of one series, in time order. NaN is a missing value.
public struct SeriesNumbers: Sendable {
  /// What is to be forecast.
  public var target: [Double]
  /// Known up to the present only; each as long as the target.
  public var pastCovariates: [[Double]]
  /// Known for the horizon too; each long enough for the last window's horizon.
  public var futureCovariates: [[Double]]
  /// One number each for the whole series.
  public var staticCovariates: [Double]
  /// How much this series' errors count in training.
  public var lossScale: SeriesLossScale
  /// The number under which a network with series embeddings knows this series; nil is its place in the set.
  public var identity: Int?

  /// A series; covariates are optional, but all series of a set have equally many.
  public init(
    target: [Double], pastCovariates: [[Double]] = [], futureCovariates: [[Double]] = [],
    staticCovariates: [Double] = [], identity: Int? = nil, lossScale: SeriesLossScale = SeriesLossScale()
  ) {
    self.target = target
    self.pastCovariates = pastCovariates
    self.futureCovariates = futureCovariates
    self.staticCovariates = staticCovariates
    self.lossScale = lossScale
    self.identity = identity
  }
}

/// Places in a few series from which to forecast. The numbers are kept once; windows are only looked at.
public struct WindowSet: Sendable {
  /// One place: everything up to and including `origin` is seen, the steps after it are to be forecast.
  public struct Window: Sendable, Equatable {
    /// Which series.
    public var series: Int
    /// The position of the last seen step, from 0.
    public var origin: Int

    /// A place in series `series`.
    public init(series: Int, origin: Int) {
      self.series = series
      self.origin = origin
    }
  }

  /// All series that windows may lie in.
  public var series: [SeriesNumbers]
  /// Steps that the network sees.
  public var lookback: Int
  /// Steps to forecast.
  public var horizon: Int
  /// The places, in the order of the forecasts.
  public var windows: [Window]

  /// A window may start before its series does; what is not there counts as missing.
  public init(series: [SeriesNumbers], lookback: Int, horizon: Int, windows: [Window]) {
    self.series = series
    self.lookback = lookback
    self.horizon = horizon
    self.windows = windows
  }

  /// Every `stride`-th place of every series at which the whole lookback is seen and the whole horizon is known.
  public init(series: [SeriesNumbers], lookback: Int, horizon: Int, stride: Int = 1) {
    var windows: [Window] = []
    for (index, numbers) in series.enumerated() where numbers.target.count >= lookback + horizon {
      for origin in Swift.stride(from: lookback - 1, to: numbers.target.count - horizon, by: max(stride, 1)) {
        windows.append(Window(series: index, origin: origin))
      }
    }
    self.init(series: series, lookback: lookback, horizon: horizon, windows: windows)
  }
}
