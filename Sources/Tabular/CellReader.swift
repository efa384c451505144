import TimeSeries

/// Reads the values of cells as a layout has it.
struct CellReader {
  private let numbers: NumberForm
  private let missing: Set<String>
  // Tokens such as -99.9 are numbers too, so they must be looked for before the number is taken.
  private let missingNumbers: Set<Double>

  init(_ layout: ReadingLayout) {
    let numbers = layout.numbers
    self.numbers = numbers
    missing = Set((ReadingLayout.usualMissing + layout.missing).map { $0.lowercased() })
    missingNumbers = Set(layout.missing.compactMap { numbers.number($0.utf8.span) })
  }

  /// A value; NaN where the cell is empty or says that there is none.
  func value(_ cell: Span<UInt8>) throws(BadRow.Fault) -> Double {
    if cell.isEmpty { return .nan }
    if let number = numbers.number(cell) {
      if !missingNumbers.isEmpty, missingNumbers.contains(number) { return .nan }
      guard number.isFinite else { throw .infinite(cell.excerpt) }
      return number
    }
    if isMissing(cell) { return .nan }
    if let byte = cell.invalidByte { throw .notUTF8(byte) }
    if cell.spellsInfinity { throw .infinite(cell.excerpt) }
    var other = numbers
    if numbers.grouping == .none {
      for grouping in NumberForm.Grouping.allCases where grouping != (numbers.decimalComma ? .comma : .point) {
        other.grouping = grouping
        if other.number(cell) != nil, cell.decimalNumber(comma: !numbers.decimalComma) == nil {
          throw .grouped(cell.excerpt, by: grouping)
        }
      }
    }
    let hasOtherMark = cell.decimalNumber(comma: !numbers.decimalComma) != nil
    throw hasOtherMark
      ? .otherDecimalMark(cell.excerpt, comma: !numbers.decimalComma) : .notNumber(cell.excerpt)
  }

  /// Whether the cell holds a finite number that does not stand for a missing value.
  func isNumber(_ cell: Span<UInt8>) -> Bool {
    guard let number = numbers.number(cell), number.isFinite else { return false }
    return !missingNumbers.contains(number)
  }

  /// The finite number that a text spells; nil for anything else.
  func number(_ text: String) -> Double? { numbers.number(text.utf8.span).flatMap { $0.isFinite ? $0 : nil } }

  /// Whether the cell is empty or says that there is no value.
  func isMissing(_ cell: Span<UInt8>) -> Bool {
    if cell.isEmpty { return true }
    if !missingNumbers.isEmpty, let number = numbers.number(cell) { return missingNumbers.contains(number) }
    // The longest text is a few letters, but a file may name longer ones.
    let text = cell.text.lowercased()
    return text.utf8.allSatisfy { $0 == UInt8(ascii: " ") } || missing.contains(text)
  }
}
