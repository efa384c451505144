import TimeSeries

/// What a column of a table seems to be.
public struct ColumnSketch: Sendable, Equatable {
  /// What a column is for.
  public enum Role: String, Sendable, Hashable, CaseIterable {
    /// It says when, or a part of it.
    case time
    /// It names the series, or a part of the name.
    case key
    /// What is forecast.
    case target
    /// Numbers that go on where the targets end.
    case future
    /// Other numbers, known as long as the targets.
    case past
    /// One number or text for each series.
    case `static`
    /// It numbers the rows.
    case index
    /// Yes or no.
    case flag
    /// The same in every row.
    case constant
    /// Words.
    case text
    /// Nothing.
    case empty
    /// The time once more, or a part of it.
    case timeAgain = "time again"
    /// A value of each of the times in the header.
    case value
    /// A sum or a mean of other columns.
    case total
  }

  /// How sure it is.
  public enum Sureness: String, Sendable, Hashable {
    case certain, likely, guess
  }

  /// Its name, or its position from 1.
  public var name: String
  /// What it is for.
  public var role: Role
  /// How sure that is.
  public var sureness: Sureness
  /// Why.
  public var reason: String
  /// One of its texts; nil where it has none.
  public var sample: String?
  /// The unit of its numbers, as far as the file says one.
  public var unit: String?
}

/// What a person must say before a table can be read.
public struct SketchQuestion: Sendable, Equatable {
  /// What is not clear.
  public var question: String
  /// The ways to settle it: fields of the `csv` stage with their values.
  public var choices: [String]
}
