import TimeSeries

/// Why a CSV text cannot be read or used.
public enum TabularError: Error, Equatable, Sendable {
  /// There is no such file; the one in the same folder that was most likely meant.
  case noSuchFile(path: String, near: String? = nil)
  /// The path names a folder.
  case isFolder(path: String)
  /// The system refuses; the reason is its own word.
  case unreadable(path: String, reason: String)
  /// Nothing more came through a pipe before the time was over.
  case outOfTime(path: String)
  /// The file was written anew while it was read, twice.
  case changedWhileRead(path: String)
  /// The text has no row, not even a header.
  case empty(source: String)
  /// The bytes are no text that could be a table; they may have been packed.
  case notText(source: String, form: OtherForm, packing: Packing? = nil)
  /// What gzip or zstd packed cannot be unpacked.
  case packed(source: String, fault: UnpackingFault)
  /// A number in UTF-16 or UTF-32 text that is no letter; nil where the text ends in the midst of one.
  case notALetter(source: String, line: Int, number: UInt32?)
  /// A quote is still open at the end of the text.
  case unclosedQuote(source: String, line: Int)
  /// A cell has more bytes than any that is meant, or than there is memory for; a quote that is never closed makes one.
  case cellTooLong(source: String, line: Int, most: Int)
  /// A row has more cells or bytes than any that is meant.
  case rowTooLong(source: String, line: Int, limit: RowLimit)
  /// There is a header and nothing else.
  case noRows(source: String)
  /// Every row has the same number of cells, but the header another.
  case headerDiffers(source: String, line: Int, columns: Int, cells: Int)
  /// No column has the name asked for.
  case noSuchColumn(source: String, line: Int, name: String, columns: [String])
  /// Several columns have one name, where each must have its own.
  case columnNamedTwice(source: String, line: Int, name: String, positions: [Int])
  /// The name of a column, whose position counts from 1, is no UTF-8 text.
  case headerNotUTF8(source: String, line: Int, position: Int, byte: UInt8)
  /// Two series would have one name.
  case seriesNamedTwice(source: String, name: String)
  /// One column is asked for in two roles.
  case columnUsedTwice(source: String, name: String)
  /// No target is named, and no column is left that could be one.
  case noTargets(source: String)
  /// The form of the time column cannot be found.
  case timeFormat(source: String, column: String, error: TimeTextError)
  /// Rows that cannot be used: the first of them, and the number of all.
  case badRows(source: String, first: [BadRow], bad: Int, rows: Int)
  /// More rows cannot be used than may be set aside: what they have in common, the number of them and of all rows, and the
  /// share that may be.
  case tooManyBadRows(source: String, kinds: [BadRow.Kind], bad: Int, rows: Int, most: Double)
  /// The condition on rows holds for none of so many.
  case noRowKept(source: String, condition: String, rows: Int)
  /// No name of a column is a time.
  case noTimesAcross(source: String, line: Int, error: TimeTextError)
  /// The only row has no line end.
  case onlyRowOpen(source: String, line: Int)
  /// Every row was quarantined.
  case allRowsBad(source: String, first: BadRow, rows: Int)
  /// A cell that cannot be read, in a table that is wanted whole.
  case badCell(source: String, row: BadRow)
  /// Not one cell of the columns holds a value.
  case noValues(source: String, columns: [String], rows: Int)

  /// What a row may have at the most.
  public enum RowLimit: Sendable, Hashable {
    /// Bytes of all of its cells.
    case bytes(Int)
    /// Cells.
    case cells(Int)
  }

  /// Whether there is nothing to read at all (exit code 66), rather than data that cannot be used (65).
  public var isMissingInput: Bool {
    switch self {
    case .noSuchFile, .isFolder, .unreadable: true
    default: false
    }
  }
}

extension TabularError: CustomStringConvertible {
  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .noSuchFile(let path, let near): return "\(path): no such file" + (near.map { "; did you mean \($0)?" } ?? "")
    case .isFolder(let path): return "\(path): is a folder, not a CSV file"
    case .unreadable(let path, let reason): return "\(path): cannot be read: \(reason)"
    case .outOfTime(let path):
      return "\(path): the time was over before all of it had come; does somebody write to it, and close it?"
    case .changedWhileRead(let path):
      return "\(path): is written while it is read; write it under another name, move it to its place, and run again"
    case .empty(let source): return "\(source): the file is empty"
    case .notText(let source, let form, let packing):
      return "\(source): \(form.words)\(packing.map { ", packed by \($0)" } ?? ""); \(form.advice)"
    case .packed(let source, let fault): return fault.words(source: source)
    case .notALetter(let source, let line, let number?):
      return "\(source):\(line): 0x\(String(number, radix: 16, uppercase: true)) is no letter; save the file as UTF-8"
    case .notALetter(let source, let line, nil):
      return "\(source):\(line): ends in the midst of a letter; was it cut while it was copied?"
    case .unclosedQuote(let source, let line): return "\(source):\(line): a quote opens here and is never closed"
    case .cellTooLong(let source, let line, let most):
      return
        "\(source):\(line): a cell that begins here has more than \(most) bytes; is a quote never closed, or is this no "
        + "CSV file?"
    case .rowTooLong(let source, let line, let limit):
      let most =
        switch limit {
        case .bytes(let most): "\(most) bytes";
        case .cells(let most): "\(most) cells"
        }
      return
        "\(source):\(line): the row has more than \(most); is this a CSV file with a line end after each row? series "
        + "with so many values stand in rows of their own (layout: long)"
    case .noRows(let source): return "\(source): there is no row below the header"
    case .headerDiffers(let source, let line, let columns, let cells):
      return "\(source):\(line): the header names \(counted(columns, "column")), but every row has "
        + "\(counted(cells, "cell")); correct the header"
    case .noSuchColumn(let source, let line, let name, let columns):
      let meant = closestMatch(to: name, among: columns).map { "; did you mean \"\($0)\"?" } ?? ";"
      return "\(source):\(line): there is no column \"\(name)\"\(meant) the columns are \(listed(columns))"
    case .columnNamedTwice(let source, let line, let name, let positions):
      let numbers = positions.map(String.init).joined(separator: ", ")
      return "\(source):\(line): columns \(numbers) are all named \"\(name)\"; give each a name of its own"
    case .headerNotUTF8(let source, let line, let position, let byte):
      return "\(source):\(line): the name of column \(position): the byte \(hexadecimal(byte)) is no UTF-8 text; "
        + TabularError.encodingAdvice
    case .seriesNamedTwice(let source, let name):
      return
        "\(source): two series would both be called \"\(name)\"; rename a column or a key, for a forecast is known "
        + "by its name"
    case .columnUsedTwice(let source, let name):
      return
        "\(source): column \"\(name)\" is asked for twice; time, series, each target and each covariate are columns "
        + "of their own"
    case .noTargets(let source):
      return "\(source): no column is left that holds a number and could be a target"
    case .timeFormat(let source, let column, let error):
      return "\(source): column \"\(column)\": \(error)"
    case .badRows(let source, let first, let bad, let rows):
      return BadRow.report(source: source, first: first, bad: bad, rows: rows)
    case .tooManyBadRows(let source, let kinds, let bad, let rows, let most):
      return BadRow.report(source: source, kinds: kinds, bad: bad, rows: rows, most: most)
    case .noRowKept(let source, let condition, let rows):
      return "\(source): none of \(counted(rows, "row")) fulfils where: \(condition)".onOneLine
    case .noTimesAcross(let source, let line, let error):
      return "\(source):\(line): the header says no times: \(error)"
    case .onlyRowOpen(let source, let line):
      return "\(source):\(line): the only row has no line end, so it may be cut; end it, or set last_row: take"
    case .allRowsBad(let source, let first, let rows):
      return
        "\(source): all \(counted(rows, "row")) went into quarantine; the first is line \(first.line): \(first.reason)"
    case .badCell(let source, let row): return "\(source):\(row.line): \(row.reason); correct the file"
    case .noValues(let source, let columns, let rows):
      let names = columns.count == 1 ? "column \"\(columns[0])\"" : "columns \(listed(columns))"
      return "\(source): there is no value in \(names): every cell of \(counted(rows, "row")) is empty or missing"
    }
  }

  static let encodingAdvice = "set encoding: windows-1252 or latin-1 if the file was written so, or save it as UTF-8"

  private func listed(_ names: [String]) -> String {
    let shown = names.prefix(12).map { "\"\($0)\"" }.joined(separator: ", ")
    return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
  }
}

/// A byte as a program would write it, such as 0xFC.
func hexadecimal(_ byte: UInt8) -> String { "0x" + String(byte, radix: 16, uppercase: true) }
