import TimeSeries

/// A location in a pipeline file; lines and columns count from 1.
public struct Location: Hashable, Sendable, Comparable {
  /// The line.
  public var line: Int
  /// The column.
  public var column: Int

  /// A location at a line and column.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static func < (a: Location, b: Location) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// One thing that is wrong with a pipeline file: what, where, and what to do.
public struct Diagnostic: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Sendable {
    /// The file cannot run.
    case error
    /// The file runs, though probably not as meant.
    case warning
  }

  /// How bad it is.
  public var severity: Severity = .error
  /// The file as it was named by the user.
  public var file: String
  /// The location in the file; nil where it is about the file as a whole.
  public var location: Location?
  /// The part of the file, such as `stages[4] (lstm)`; empty at the top.
  public var subject: String
  /// The fault, in words, with a suggestion where there is one.
  public var message: String

  /// A fault at a location.
  public init(
    severity: Severity = .error, file: String, location: Location?, subject: String = "", message: String
  ) {
    self.severity = severity
    self.file = file
    self.location = location
    self.subject = subject
    self.message = message
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `FILE:LINE:COLUMN: error: SUBJECT: MESSAGE`, the form that editors follow.
  public var description: String {
    let where_ = location.map { ":\($0.line):\($0.column)" } ?? ""
    let what = subject.isEmpty ? message : "\(subject): \(message)"
    return "\(file)\(where_): \(severity.rawValue): \(what)".onOneLine
  }
}

extension Sequence<Diagnostic> {
  /// The same, sorted by location; those without one come first.
  package func sortedByLocation() -> [Diagnostic] {
    let start = Location(line: 0, column: 0)
    // Stable: what was found at one location stays in the order in which it was found.
    return enumerated().sorted { a, b in
      let (first, second) = (a.element.location ?? start, b.element.location ?? start)
      return first == second ? a.offset < b.offset : first < second
    }.map(\.element)
  }
}

/// A pipeline file that cannot run, with everything that was found in it.
public struct PipelineFileError: Error, CustomStringConvertible {
  /// The faults, and warnings beside them, sorted by location.
  public let diagnostics: [Diagnostic]

  /// What was found in a file, in any order.
  public init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics.sortedByLocation()
  }

  /// One line for each.
  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
