import Foundation

/// Series of numbers by name, in the order of their file.
public struct SeriesFile: Sendable, Equatable {
  /// What is wrong with a file.
  public struct Fault: Error, CustomStringConvertible {
    public var description: String

    /// A fault in words.
    public init(_ description: String) { self.description = description }
  }

  /// The names, in the order of the file.
  public private(set) var names: [String] = []
  /// The values of each name.
  public private(set) var values: [String: [Double]] = [:]

  /// The M4 competition's own form: a header, then a row a series, its name first; cells may be quoted, and empty ones
  /// at the end of a row are padding.
  public init(rows text: String) throws(Fault) {
    for (number, cells) in Self.cells(text).enumerated().dropFirst() {
      var numbers: [Double] = []
      for cell in cells.dropFirst().reversed().drop(while: \.isEmpty).reversed() {
        guard let value = Double(cell) else { throw Fault("line \(number + 1): \"\(cell)\" is not a number") }
        numbers.append(value)
      }
      try add(numbers, to: cells[0], line: number + 1)
    }
  }

  /// Almanac's forecast file: the columns `series` and `forecast`, a row a series and step, the steps in their order.
  ///
  /// - Parameter title: the column that is read, `forecast` or a bound such as `lower_80`.
  public init(forecasts text: String, column title: String = "forecast") throws(Fault) {
    let rows = Self.cells(text)
    guard let head = rows.first, let name = head.firstIndex(of: "series"), let column = head.firstIndex(of: title)
    else { throw Fault("there are no columns \"series\" and \"\(title)\"") }
    for (number, cells) in rows.enumerated().dropFirst() {
      guard cells.count == head.count, let value = Double(cells[column]), value.isFinite else {
        throw Fault("line \(number + 1): no finite number in the column \"\(title)\"")
      }
      if values[cells[name]] == nil { names.append(cells[name]) }
      values[cells[name], default: []].append(value)
    }
  }

  /// Puts other values in the place of each series' own.
  mutating func replace(_ change: ([Double]) -> [Double]) { values = values.mapValues(change) }

  private mutating func add(_ numbers: [Double], to name: String, line: Int) throws(Fault) {
    guard values[name] == nil else { throw Fault("line \(line): series \"\(name)\" stands twice") }
    names.append(name)
    values[name] = numbers
  }

  // None of these files holds a comma or a line end within its quotes.
  private static func cells(_ text: String) -> [[String]] {
    text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
      }
    }
  }
}
