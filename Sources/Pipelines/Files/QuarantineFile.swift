import Tabular

/// The rows that a source left out, as a file: one row each, with its line, the reason and its text.
struct QuarantineFile {
  let rows: [QuarantinedRow]

  init(_ rows: [QuarantinedRow]) { self.rows = rows }

  /// As CSV, with a header; the header alone where nothing was left out. Rows keep the bytes of the source.
  var csv: [UInt8] {
    var writer = CSVWriter()
    writer.row(["line", "reason", "row"])
    for row in rows {
      writer.cell(row.line)
      writer.cell(row.reason)
      writer.cell(utf8: row.bytes.span)
      writer.endRow()
    }
    return writer.bytes
  }
}
