import Recurrent
import TimeSeries

/// Trained networks that a training begins with, instead of random weights.
public struct NetworkStart: Sendable {
  /// The networks; the members of a forecaster take them in turn.
  public var networks: [ForecastNetwork]
  /// The last row of each series that they were trained on; nil where nobody knows.
  public var ends: [String: Timestamp]?

  /// Networks to begin with.
  public init(networks: [ForecastNetwork], ends: [String: Timestamp]? = nil) {
    self.networks = networks
    self.ends = ends
  }

  /// The network that a member begins with; nil where its networks have seen rows that come after those of the panel: a
  /// fold of a backtest would then know what it is asked for.
  ///
  /// - Throws: ``ForecastingError/badStart(_:)`` where the shapes differ.
  func network(_ member: Int, for options: NetworkOptions, on panel: Panel) throws(ForecastingError)
    -> ForecastNetwork?
  {
    guard !networks.isEmpty else { return nil }
    let isEarlier = panel.series.contains { series in
      guard let end = ends?[series.name], series.count > 0 else { return false }
      return series.index[series.count - 1] < end
    }
    if isEarlier { return nil }
    let network = networks[member % networks.count]
    if let difference = network.options.difference(from: options) {
      throw .badStart("the network to begin with does not fit: \(difference)")
    }
    do { return try ForecastNetwork(options, weights: network.weights) } catch {
      throw .badStart("the network to begin with does not fit: \(error)")
    }
  }
}

extension NetworkOptions {
  /// The first option in which two networks differ whose weights would not fit each other; nil where they do.
  func difference(from other: NetworkOptions) -> String? {
    var (a, b) = (self, other)
    // What is dropped in training has no weights.
    (a.dropout, b.dropout) = (0, 0)
    guard a != b else { return nil }
    let mine = Mirror(reflecting: a).children
    let others = Mirror(reflecting: b).children
    for (here, there) in zip(mine, others) {
      let (found, wanted) = ("\(here.value)", "\(there.value)")
      if found != wanted { return "its \(here.label ?? "shape") is \(found), here it is \(wanted)" }
    }
    return "its options differ"
  }
}
