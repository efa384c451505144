import TimeSeries

/// What a forecaster sees and what it forecasts, in steps.
public struct WindowShape: Sendable, Hashable, Codable {
  /// Whether windows may begin before their series do; what is not there counts as missing.
  public enum Padding: String, Sendable, Hashable, Codable, CaseIterable {
    /// Windows lie within their series.
    case never
    /// In every series of a panel in which one is too short for a whole window, so that the network meets such windows
    /// in training too.
    case automatic = "auto"
    /// In every series.
    case always
  }

  /// Steps that are seen, up to and including the origin.
  public var lookback: Int
  /// Steps after the origin that are forecast.
  public var horizon: Int
  /// Steps between the origins of two training windows.
  public var stride: Int
  /// Whether windows may begin before their series do.
  public var padding: Padding
  /// Series that are learned from at the most; nil for all.
  public var sample: Int? = nil

  /// A shape; all three numbers are at least 1.
  public init(lookback: Int, horizon: Int, stride: Int = 1, padding: Padding = .automatic) {
    self.lookback = lookback
    self.horizon = horizon
    self.stride = stride
    self.padding = padding
  }

  /// Steps from a window's first seen to its last forecast one.
  public var length: Int { lookback + horizon }

  /// The fewest known steps from which a series is forecast in a backtest.
  var leastTraining: Int { padding == .never ? length : min(2, length) }
}
