import TimeSeries

/// Reads the values of cells as a layout has it.
struct CellReader {
  private let decimalComma: Bool
  private let missing: Set<String>
  // Tokens such as -99.9 are numbers too, so they must be looked for before the number is taken.
  private let hasNumericTokens: Bool

  init(_ layout: ReadingLayout) {
    decimalComma = layout.decimalComma
    missing = Set((ReadingLayout.usualMissing + layout.missing).map { $0.lowercased() })
    hasNumericTokens = layout.missing.contains { $0.utf8.span.decimalNumber(comma: layout.decimalComma) != nil }
  }

  /// A value; NaN where the cell is empty or says that there is none.
  func value(_ cell: Span<UInt8>) throws(BadRow.Fault) -> Double {
    if cell.isEmpty { return .nan }
    if let number = cell.decimalNumber(comma: decimalComma) {
      if hasNumericTokens, isMissing(cell) { return .nan }
      guard number.isFinite else { throw .infinite(cell.excerpt) }
      return number
    }
    if isMissing(cell) { return .nan }
    if let byte = cell.invalidByte { throw .notUTF8(byte) }
    if cell.spellsInfinity { throw .infinite(cell.excerpt) }
    let hasOtherMark = cell.decimalNumber(comma: !decimalComma) != nil
    throw hasOtherMark ? .otherDecimalMark(cell.excerpt, comma: !decimalComma) : .notNumber(cell.excerpt)
  }

  /// Whether the cell holds a finite number that does not stand for a missing value.
  func isNumber(_ cell: Span<UInt8>) -> Bool {
    guard let number = cell.decimalNumber(comma: decimalComma), number.isFinite else { return false }
    return !(hasNumericTokens && isMissing(cell))
  }

  /// Whether the cell is empty or says that there is no value.
  func isMissing(_ cell: Span<UInt8>) -> Bool {
    let text = cell.text.lowercased()
    return text.utf8.allSatisfy { $0 == UInt8(ascii: " ") } || missing.contains(text)
  }
}
