/// One target over a regular index; a missing value is NaN.
public struct Series: Sendable, Equatable {
  /// What the series is called: its column, or its key in the series column.
  public var name: String
  /// When its values were read.
  public var index: TimeIndex
  /// One value a step.
  public var values: [Double]
  /// What is known beside them.
  public var covariates: Covariates

  /// A series; there must be one value for each step of the index.
  public init(name: String, index: TimeIndex, values: [Double], covariates: Covariates = Covariates()) {
    precondition(index.count == values.count, "a series has one value a step")
    self.name = name
    self.index = index
    self.values = values
    self.covariates = covariates
  }

  /// Its number of steps.
  public var count: Int { values.count }

  /// Its first `count` steps.
  public func prefix(_ count: Int) -> Series { rows(0..<min(max(0, count), self.count)) }

  /// Some of its steps. What is known ahead stays known.
  public func rows(_ range: Range<Int>) -> Series {
    Series(
      name: name, index: index.rows(range), values: Array(values[range]), covariates: covariates.rows(range))
  }

  /// The same steps with other values.
  public func with(values: [Double]) -> Series {
    Series(name: name, index: index, values: values, covariates: covariates)
  }
}

/// Series of one schema and one frequency, each with its own start and length.
public struct Panel: Sendable, Equatable {
  /// The series, in the order in which they were first read.
  public var series: [Series]

  /// A panel of these series.
  public init(_ series: [Series]) { self.series = series }

  /// About how many bytes it holds.
  package var bytes: Int {
    series.reduce(0) { bytes, series in
      let covariates = series.covariates.past + series.covariates.future
      let numbers = covariates.reduce(series.count) { $0 + $1.values.count }
      return bytes + numbers * MemoryLayout<Double>.stride + MemoryLayout<Series>.stride
    }
  }

  /// The same series with other values, found one series at a time.
  public func mapValues(_ change: (Series) throws -> [Double]) rethrows -> Panel {
    Panel(try series.map { $0.with(values: try change($0)) })
  }

  /// Every series without its last `count` steps.
  public func dropLast(_ count: Int) -> Panel { Panel(series.map { $0.prefix(max(0, $0.count - count)) }) }
}
