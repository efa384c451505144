import TimeSeries

/// What a forecaster sees and what it forecasts, in steps.
public struct WindowShape: Sendable, Hashable, Codable {
  /// Steps that are seen, up to and including the origin.
  public var lookback: Int
  /// Steps after the origin that are forecast.
  public var horizon: Int
  /// Steps between the origins of two training windows.
  public var stride: Int

  /// A shape; all three are at least 1.
  public init(lookback: Int, horizon: Int, stride: Int = 1) {
    self.lookback = lookback
    self.horizon = horizon
    self.stride = stride
  }

  /// Steps from a window's first seen to its last forecast one.
  public var length: Int { lookback + horizon }
}
