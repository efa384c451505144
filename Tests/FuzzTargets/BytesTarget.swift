import Tabular

extension FuzzTarget {
  /// Bytes before they are cells: packed, in other encodings, of other kinds of files. Texts are read as conditions too.
  static let bytes = FuzzTarget(
    "bytes", longest: 4096,
    words: [
      "\u{0}", "\u{0}\u{0}", "t,v\n", "1,2\n", "\u{FEFF}", "é", "<html>", "<title>", "{\"a\":", "[", "]", "stages:\n",
      "xl/",
      "PAR1", "==", "!=", "<=", "in [", "like", "and", "or", "not", "(", ")", "`", "\"", "missing", "*", "?", "1.5",
    ]
  ) { bytes in
    for encoding in [TextEncoding.automatic, .utf16, .windows1252] {
      let format = CSVFormat(header: false, encoding: encoding)
      guard let table = try unlessRefused({ try Table(csv: bytes.span, source: "fuzz", format: format) }) else {
        continue
      }
      var reader = CSVReader(source: "fuzz", format: format)
      for at in bytes.indices { try reader.append(bytes.span.extracting(at..<at + 1)) }
      try Finding.unless(try reader.finish() == table, "\(encoding): cells differ where each byte comes by itself")
      if table.encoding == .utf8 { continue }
      for row in 0..<table.rowCount {
        for column in 0..<table.cellCount(ofRow: row) {
          let cell = try unlessRefused { try table.checkedText(row: row, column: column) }
          try Finding.unless(cell != nil, "row \(row), column \(column) is no text in \(table.encoding)")
        }
      }
    }
    try checkCondition(String(decoding: bytes, as: UTF8.self))
  }

  /// A condition holds for a row, or its opposite does.
  private static func checkCondition(_ text: String) throws(Finding) {
    guard let condition = try unlessRefused({ try RowCondition(text) }) else { return }
    let opposite = try unlessRefused { try RowCondition("not (\(text))") }
    let cells = Array("1 a 2024-01-01".utf8)
    let ranges = [0..<1, 2..<3, 4..<14, 0..<0]
    func holds(_ condition: RowCondition) -> Bool {
      condition.holds(cells.span, cell: { ranges[$0 % ranges.count] }, isMissing: { _ in false })
    }
    // The opposite is one level deeper, and three characters longer.
    guard let opposite else { return }
    try Finding.unless(holds(condition) != holds(opposite), "a condition and its opposite agree: \(text)")
    try Finding.unless(
      condition.columns == opposite.columns, "a condition and its opposite name other columns: \(text)")
  }
}
