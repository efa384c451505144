/// A measure of how far forecasts are from what came.
///
/// A metric says what it sums up over forecasts and how one number is made of the sums; both a single comparison and a
/// backtest, fold by fold, are scored by that. Metrics are told apart by their names.
public struct Metric: Sendable {
  /// Which values are good.
  public enum Orientation: Sendable, Hashable {
    case lower, higher
    /// Neither: a value near to some other number is.
    case neither
  }

  /// A sum and how many it is of; what is NaN is left out.
  public struct Tally: Sendable, Codable {
    /// The sum.
    public private(set) var sum = 0.0
    /// How many numbers it is of.
    public private(set) var count = 0

    init() {}

    init(sum: Double, count: Int) { (self.sum, self.count) = (sum, count) }

    mutating func add(_ value: Double) {
      if value.isNaN { return }
      sum += value
      count += 1
    }

    /// The mean; NaN of nothing.
    public var mean: Double { count > 0 ? sum / Double(count) : .nan }
  }

  /// One sum over forecasts that a metric is made of; metrics may share it.
  public struct Statistic: Sendable {
    /// What is summed, as saved sums call it: a kind, and the metric that it is of.
    struct Name: Sendable, Hashable {
      var kind: String
      var metric: String?
    }

    let name: Name
    /// What the given steps of a comparison add.
    let values: @Sendable (Comparison, Range<Int>) -> [Double]

    /// The sum, over forecasts, of the mean of a term over the steps of a forecast whose truth is known.
    ///
    /// - Parameters:
    ///   - metric: whose mean it is; it names the sum.
    ///   - scaled: what becomes of the mean of one forecast.
    ///   - term: of one step; NaN leaves the step out.
    static func mean(
      of metric: String, scaled: @escaping @Sendable (Double, Comparison) -> Double,
      term: @escaping @Sendable (Comparison, Int) -> Double
    ) -> Statistic {
      Statistic(name: Name(kind: "mean", metric: metric)) { comparison, steps in
        var tally = Tally()
        for step in steps where !comparison.truth[step].isNaN { tally.add(term(comparison, step)) }
        return [tally.count > 0 ? scaled(tally.mean, comparison) : .nan]
      }
    }

    /// The sum of a term over all steps of all forecasts whose truth is known.
    ///
    /// - Parameter name: what the term is; one name stands for one term.
    public static func sum(_ name: String, of term: @escaping @Sendable (Comparison, Int) -> Double) -> Statistic {
      Statistic(name: Name(kind: name)) { comparison, steps in
        steps.filter { !comparison.truth[$0].isNaN }.map { term(comparison, $0) }
      }
    }

    /// The same of Naive2's forecasts, with which a backtest is then run.
    public var ofNaive2: Statistic {
      Statistic(name: Name(kind: Self.naive2, metric: name.metric ?? name.kind)) { comparison, steps in
        comparison.naive2.isEmpty ? [] : values(comparison.ofNaive2, steps)
      }
    }

    var isOfNaive2: Bool { name.kind == Self.naive2 }

    private static let naive2 = "meanOfNaive2"
  }

  /// What pipeline files and scores call it.
  public let name: String
  /// One sentence on what it measures.
  public let summary: String
  /// Which values are good.
  public let orientation: Orientation
  /// What it is made of.
  public let statistics: [Statistic]
  /// The number that the sums of the statistics make, in their order; NaN where it is not defined.
  let finish: @Sendable ([Tally]) -> Double

  /// A metric made of sums over forecasts.
  public init(
    _ name: String, _ summary: String, orientation: Orientation = .lower, of statistics: [Statistic],
    finish: @escaping @Sendable ([Tally]) -> Double
  ) {
    self.name = name
    self.summary = summary
    self.orientation = orientation
    self.statistics = statistics
    self.finish = finish
  }

  /// A metric that is a mean over the steps of a forecast whose truth is known, then over forecasts.
  ///
  /// - Parameters:
  ///   - scaled: what becomes of the mean of one forecast; NaN leaves the forecast out.
  ///   - term: of one step; NaN leaves the step out.
  public init(
    _ name: String, _ summary: String, orientation: Orientation = .lower,
    scaled: @escaping @Sendable (Double, Comparison) -> Double = { mean, _ in mean },
    term: @escaping @Sendable (Comparison, Int) -> Double
  ) {
    self.init(name, summary, orientation: orientation, of: [.mean(of: name, scaled: scaled, term: term)]) {
      $0[0].mean
    }
  }

  /// Whether one value is better than another; never where one is not defined.
  public func isBetter(_ value: Double, than other: Double) -> Bool {
    switch orientation {
    case .lower: value < other
    case .higher: value > other
    case .neither: false
    }
  }

  /// The metric over one comparison; NaN where it is not defined (no truth is known, no scale, no interval).
  public func value(of comparison: Comparison) -> Double { value(of: [comparison]) }

  /// The metric over comparisons; NaN of none.
  ///
  /// - Parameter step: the step of the horizon that is looked at, from 0; nil for all.
  public func value(of comparisons: some Sequence<Comparison>, step: Int? = nil) -> Double {
    var tallies = statistics.map { _ in Tally() }
    for comparison in comparisons {
      let steps = step.map { $0..<$0 + 1 } ?? comparison.truth.indices
      for (position, statistic) in statistics.enumerated() {
        for value in statistic.values(comparison, steps) { tallies[position].add(value) }
      }
    }
    return finish(tallies)
  }
}

extension Metric: Hashable, CustomStringConvertible {
  public static func == (one: Metric, other: Metric) -> Bool { one.name == other.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
  public var description: String { name }
}

extension Metric: Codable {
  public func encode(to encoder: any Encoder) throws { try name.encode(to: encoder) }

  /// The metric of a name, among those that the model coder knows; among the built-in ones without a model coder.
  ///
  /// - Throws: ``SavingError/unknownMetric(_:)``
  public init(from decoder: any Decoder) throws {
    let name = try String(from: decoder)
    let registry = decoder.context?.coder.metrics ?? .builtIn
    guard let metric = registry[name] else { throw SavingError.unknownMetric(name) }
    self = metric
  }
}

extension Metric.Statistic.Name: Codable {
  // The form of an enumeration with an associated value: {"mean":{"_0":"mae"}}, {"errors":{}}.
  private static let label = "_0"

  func encode(to encoder: any Encoder) throws {
    try [kind: metric.map { [Self.label: $0] } ?? [:]].encode(to: encoder)
  }

  init(from decoder: any Decoder) throws {
    guard let (kind, labels) = try [String: [String: String]](from: decoder).first else {
      throw SavingError.damaged("a sum of the scores has no name")
    }
    self.init(kind: kind, metric: labels[Self.label])
  }
}

extension [Metric] {
  /// What the metrics are made of, each statistic once.
  var statistics: [Metric.Statistic] {
    var seen: Set<Metric.Statistic.Name> = []
    return flatMap(\.statistics).filter { seen.insert($0.name).inserted }
  }
}

/// The metrics that a file may name, in the order in which they are listed.
public struct MetricRegistry: Sendable {
  /// The metrics; of two with one name the first counts.
  public let metrics: [Metric]

  /// These metrics.
  public init(_ metrics: [Metric]) { self.metrics = metrics }

  /// These metrics, and others behind them.
  public func adding(_ others: [Metric]) -> MetricRegistry { MetricRegistry(metrics + others) }

  /// The metric of a name.
  public subscript(name: String) -> Metric? { metrics.first { $0.name == name } }
}
