import Recurrent
import TimeSeries

/// Brings covariates near zero for a network, by what the training rows of all series together show.
///
/// A column of zeros and ones stays as it is, as does one that is scaled by its nature; any other loses its mean and is
/// divided by its standard deviation. One scale for all series keeps what they differ in. A text becomes one number for
/// each text of the training series: 1 at its own, 0 at the others, and zeros all over for one that was not there. What is
/// missing becomes 0, the mean.
public struct CovariateScaling: Sendable, Hashable, Codable {
  struct Column: Sendable, Hashable, Codable {
    var name: String
    var center: Double
    var spread: Double

    func scaled(_ value: Double) -> Double { (value - center) / spread }
  }

  struct Fact: Sendable, Hashable, Codable {
    var name: String
    /// Of a number.
    var scale: Column?
    /// The texts in their order; empty for a number.
    var texts: [String]

    /// How many numbers it becomes.
    var width: Int { scale == nil ? texts.count : 1 }
  }

  /// The columns that are known up to the present.
  let past: [Column]
  /// The columns that are known ahead.
  let future: [Column]
  /// The facts about each series.
  let facts: [Fact]

  /// The most texts of a static covariate; each is an input of its own.
  public static let mostTexts = 50

  /// No covariates.
  init() { (past, future, facts) = ([], [], []) }

  /// The scales that the rows of a panel show; those after the last row of a series count for nothing.
  ///
  /// - Throws: ``CovariateError``
  public init(_ panel: Panel) throws(CovariateError) {
    let names = panel.series.first?.covariates ?? Covariates()
    past = try names.past.map { past throws(CovariateError) in try Self.column(past.name, of: panel) { $0.past } }
    future = try names.future.map { known throws(CovariateError) in
      try Self.column(known.name, of: panel) { $0.future }
    }
    facts = try names.statics.map { fact throws(CovariateError) in try Self.fact(fact.name, of: panel) }
  }

  /// The names by what they are known for, such as `past temperature; static region (3 texts)`; nil where there are none.
  public var summary: String? {
    let facts = facts.map { $0.scale == nil ? "\($0.name) (\($0.texts.count) texts)" : $0.name }
    let parts = [("past", past.map(\.name)), ("future", future.map(\.name)), ("static", facts)]
    let words = parts.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: ", "))" }
    return words.isEmpty ? nil : words.joined(separator: "; ")
  }

  /// How many numbers describe a whole series.
  var staticCount: Int { facts.reduce(0) { $0 + $1.width } }

  /// Enters the numbers of its inputs into the options of a network.
  func describe(in options: inout NetworkOptions) throws(CovariateError) {
    if options.network == .recursive, let column = past.first { throw .pastInRecursive(covariate: column.name) }
    options.pastCovariates = past.count
    options.futureCovariates = future.count
    options.staticCovariates = staticCount
  }

  /// Puts a series' covariates beside its numbers.
  ///
  /// - Throws: ``CovariateError/absent(series:covariate:)``
  func add(_ series: Series, to numbers: inout SeriesNumbers) throws(CovariateError) {
    let known = series.covariates
    func scaled(_ columns: [Column], _ covariates: [Covariate]) throws(CovariateError) -> [[Double]] {
      try columns.map { column throws(CovariateError) in
        try Self.find(column.name, in: covariates, of: series).values.map(column.scaled)
      }
    }
    numbers.pastCovariates = try scaled(past, known.past)
    numbers.futureCovariates = try scaled(future, known.future)
    numbers.staticCovariates = []
    for fact in facts {
      guard let found = known.statics.first(where: { $0.name == fact.name }) else {
        throw .absent(series: series.name, covariate: fact.name)
      }
      switch (found.value, fact.scale) {
      case (.number(let number), let scale?): numbers.staticCovariates.append(scale.scaled(number))
      case (_, .some): numbers.staticCovariates.append(0)
      case (let value, nil): numbers.staticCovariates += fact.texts.map { $0 == value.label ? 1 : 0 }
      }
    }
  }

  /// Refuses a series whose covariates are not known for every step of the horizon after its first rows.
  func check(horizon: Int, after series: Series, rows: Int) throws(CovariateError) {
    for column in future {
      try Self.find(column.name, in: series.covariates.future, of: series)
        .check(horizon: horizon, after: series, rows: rows)
    }
  }

  private static func find(
    _ name: String, in covariates: [Covariate], of series: Series
  ) throws(CovariateError) -> Covariate {
    guard let found = covariates.first(where: { $0.name == name }) else {
      throw .absent(series: series.name, covariate: name)
    }
    return found
  }

  private static func column(
    _ name: String, of panel: Panel, among covariates: (Covariates) -> [Covariate]
  ) throws(CovariateError) -> Column {
    var values: [Double] = []
    var isScaled = true
    for series in panel.series {
      let covariate = try find(name, in: covariates(series.covariates), of: series)
      isScaled = isScaled && covariate.isScaled
      values += covariate.values.prefix(series.count).filter { !$0.isNaN }
    }
    if isScaled { return Column(name: name, center: 0, spread: 1) }
    return Column(name: name, values: values)
  }

  private static func fact(_ name: String, of panel: Panel) throws(CovariateError) -> Fact {
    var (numbers, texts): ([Double], Set<String>) = ([], [])
    var areNumbers = true
    for series in panel.series {
      guard let value = series.covariates.statics.first(where: { $0.name == name })?.value else {
        throw .absent(series: series.name, covariate: name)
      }
      if case .number(let number) = value { numbers.append(number) }
      if case .text = value { areNumbers = false }
      if let label = value.label { texts.insert(label) }
    }
    if areNumbers { return Fact(name: name, scale: Column(name: name, values: numbers), texts: []) }
    guard texts.count <= mostTexts else {
      throw .tooManyTexts(covariate: name, count: texts.count, most: mostTexts)
    }
    return Fact(name: name, scale: nil, texts: texts.sorted())
  }
}

extension CovariateScaling.Column {
  fileprivate init(name: String, values: [Double]) {
    self.name = name
    let isFlag = values.allSatisfy { $0 == 0 || $0 == 1 }
    center = isFlag ? 0 : values.mean
    let deviation = isFlag ? 1 : values.populationDeviation
    // Equal values have no spread to divide by.
    spread = deviation > 1e-12 * max(1, abs(center)) ? deviation : 1
  }
}

extension StaticCovariate.Value {
  /// The text, or the number as one; nil where it is missing.
  fileprivate var label: String? {
    switch self {
    case .number(let number): "\(number)"
    case .text(let text): text
    case .missing: nil
    }
  }
}

extension Covariate {
  /// Refuses values that are not known for every step after a series, or after its first rows.
  func check(
    horizon: Int, after series: Series, rows: Int? = nil, style: TimeStyle? = nil
  ) throws(CovariateError) {
    for step in 0..<horizon {
      let row = (rows ?? series.count) + step
      if row < values.count, values[row].isFinite { continue }
      let style = style ?? TimeStyle(series.index.frequency)
      throw .missingAhead(
        series: series.name, covariate: name, time: style.text(of: series.index[row]), step: step + 1,
        horizon: horizon)
    }
  }
}

extension Panel {
  /// Refuses future covariates that are not known for every step of the horizon.
  ///
  /// - Parameter style: how the source writes times.
  /// - Throws: ``CovariateError/missingAhead(series:covariate:time:step:horizon:)``
  public func checkFutureCovariates(horizon: Int, style: TimeStyle) throws(CovariateError) {
    for series in series {
      for covariate in series.covariates.future { try covariate.check(horizon: horizon, after: series, style: style) }
    }
  }
}

extension WindowSet {
  /// Puts the covariates of a panel beside the numbers of its series.
  mutating func add(_ scaling: CovariateScaling, of panel: Panel) throws(CovariateError) {
    for (position, other) in panel.series.enumerated() { try scaling.add(other, to: &series[position]) }
  }
}
