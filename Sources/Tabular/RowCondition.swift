import TimeSeries

/// Which rows of a table are kept: comparisons of their cells, joined by `and`, `or` and `not`.
///
///     store == 1 and (item in [a, "b c"] or not price < 3.5)
///
/// A comparison has a column on its left: a bare name of letters, digits, `_` and `.`, or any other in backticks. It
/// is one of `==`, `!=`, `<`, `<=`, `>`, `>=`, `in [...]`, `not in [...]`, `like`, `not like`. On the right stands a
/// number, a bare word, a text in single or double quotes, a column in backticks, or `missing`. A quote or backtick
/// inside its own kind is doubled. `not` binds closest, then `and`, then `or`.
///
/// - A number that is not in quotes is compared as one with cells that are numbers, so that `1`, `1.0` and `01` are
///   equal. All else is compared as text, letter by letter, in the order of Unicode: ISO dates and times of one form
///   so come in the order of time.
/// - `like` holds where the pattern is the whole text; `*` stands for any letters, `?` for one.
/// - A cell without a value equals `missing`. It is neither below nor above anything, and differs from every value but
///   from its own text.
public struct RowCondition: Sendable, Hashable, CustomStringConvertible {
  /// What is wrong with the text of a condition.
  public struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The character of the text, from 1.
    public var position: Int
    /// What is wrong there.
    public var problem: String
    /// The text.
    public var text: String

    public var description: String {
      let shown = text.count > 200 ? String(text.prefix(200)) + "…" : text
      return "at \(position): \(problem); in: \(shown)".onOneLine
    }
  }

  /// The condition as it was written.
  public let description: String
  /// The columns that it looks at, in the order in which it names them first.
  public let columns: [String]
  private let root: Node

  /// Reads the text of a condition.
  public init(_ text: String) throws(Fault) {
    var parser = RowConditionParser(text)
    root = try parser.whole()
    (description, columns) = (text, parser.columns)
  }

  /// Whether it holds for a row.
  ///
  /// - Parameters:
  ///   - bytes: the text that cells are parts of.
  ///   - decimalComma: whether numbers in cells have a comma before their decimals; those of the condition have a point.
  ///   - cell: where in the bytes a cell is, by the position of its column in ``columns``; nil where the row has none.
  ///   - isMissing: whether a cell has no value; not asked for empty ones.
  package func holds(
    _ bytes: Span<UInt8>, decimalComma: Bool = false, cell: (Int) -> Range<Int>?, isMissing: (Span<UInt8>) -> Bool
  ) -> Bool {
    root.holds { comparison in
      let text = bytes.extracting(cell(comparison.column) ?? 0..<0)
      func isEmpty() -> Bool { text.isEmpty || isMissing(text) }
      func equals(_ value: Value) -> Bool {
        switch value {
        case .missing: isEmpty()
        case .text(let other): text.order(other.span) == 0
        case .number(let number, let spelled):
          text.order(spelled.span) == 0 || text.decimalNumber(comma: decimalComma) == number
        case .column(let column):
          text.isEqual(to: bytes.extracting(cell(column) ?? 0..<0), decimalComma: decimalComma)
        }
      }
      switch comparison.test {
      case .equal(let value): return equals(value)
      case .among(let values): return values.contains(where: equals)
      case .like(let pattern): return !text.isEmpty && text.matches(pattern.span)
      case .ordered(let signs, let value):
        if isEmpty() { return false }
        switch value {
        case .missing: return false
        case .text(let other): return signs.contains(text.order(other.span))
        case .number(let number, let spelled):
          guard let own = text.decimalNumber(comma: decimalComma) else {
            return signs.contains(text.order(spelled.span))
          }
          return signs.contains(own < number ? -1 : own > number ? 1 : 0)
        case .column(let column):
          let other = bytes.extracting(cell(column) ?? 0..<0)
          if other.isEmpty || isMissing(other) { return false }
          guard let own = text.decimalNumber(comma: decimalComma), let number = other.decimalNumber(comma: decimalComma)
          else { return signs.contains(text.order(other)) }
          return signs.contains(own < number ? -1 : own > number ? 1 : 0)
        }
      }
    }
  }

  /// What a cell is compared with.
  enum Value: Sendable, Hashable {
    case missing
    case text([UInt8])
    /// A number and how it is spelled.
    case number(Double, [UInt8])
    /// Another cell of the row, by the position of its column.
    case column(Int)
  }

  /// One comparison.
  struct Comparison: Sendable, Hashable {
    enum Test: Sendable, Hashable {
      case equal(Value)
      /// The cell is below (-1), equal (0) or above (1).
      case ordered(ClosedRange<Int>, Value)
      case among([Value])
      case like([UInt8])
    }

    /// The position of its column among all that are named.
    var column: Int
    var test: Test
  }

  indirect enum Node: Sendable, Hashable {
    case comparison(Comparison)
    case not(Node)
    case all([Node])
    case any([Node])

    func holds(_ judge: (Comparison) -> Bool) -> Bool {
      switch self {
      case .comparison(let comparison): judge(comparison)
      case .not(let node): !node.holds(judge)
      case .all(let nodes): nodes.allSatisfy { $0.holds(judge) }
      case .any(let nodes): nodes.contains { $0.holds(judge) }
      }
    }
  }
}

extension Span<UInt8> {
  /// -1 where it comes before another text, 0 where it is the same, 1 where it comes after it.
  fileprivate func order(_ other: Span<UInt8>) -> Int {
    for at in 0..<Swift.min(count, other.count) where self[at] != other[at] { return self[at] < other[at] ? -1 : 1 }
    return (count - other.count).signum()
  }

  fileprivate func isEqual(to other: Span<UInt8>, decimalComma: Bool) -> Bool {
    if order(other) == 0 { return true }
    guard let number = decimalNumber(comma: decimalComma) else { return false }
    return number == other.decimalNumber(comma: decimalComma)
  }

  /// Whether it is what a pattern with `*` and `?` stands for. A star that was passed takes one letter more whenever the
  /// rest does not fit, so that the time grows with the product of the lengths at the most.
  fileprivate func matches(_ pattern: Span<UInt8>) -> Bool {
    var (at, place) = (0, 0)
    var star: (at: Int, place: Int)?
    while at < count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = (at, place)
        place += 1
      } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") {
        at = endOfLetter(at)
        place += 1
      } else if place < pattern.count, pattern[place] == self[at] {
        at += 1
        place += 1
      } else if let last = star {
        star = (last.at + 1, last.place)
        (at, place) = (last.at + 1, last.place + 1)
      } else {
        return false
      }
    }
    while place < pattern.count, pattern[place] == UInt8(ascii: "*") { place += 1 }
    return place == pattern.count
  }

  private func endOfLetter(_ start: Int) -> Int {
    var end = start + 1
    while end < count, self[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }
}
