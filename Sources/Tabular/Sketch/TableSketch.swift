import TimeSeries

/// What a CSV text seems to hold: its format, what each column is and why, and a layout to read it by. A guess, for a person
/// to look over: what it rests on stands in ``notes``, and what cannot be told in ``questions``.
public struct TableSketch: Sendable, Equatable {
  /// How the text is written.
  public var format: CSVFormat
  /// The columns in order.
  public var columns: [ColumnSketch]
  /// How to read the text; nil where no column holds numbers.
  public var layout: ReadingLayout?
  /// What is assumed, and what is left out, a line each.
  public var notes: [String]
  /// What must be said before the text can be read.
  public var questions: [SketchQuestion]

  // So many cells are looked at at the most, and so many rows.
  private static let mostRows = 20_000
  private static let mostCells = 2_000_000

  /// Looks at a table that was read without a header.
  package init(_ table: Table, _ wishes: SketchWishes = SketchWishes()) throws(TabularError) {
    precondition(!table.hasHeader, "a sketch finds the header itself")
    let frame = FrameSketch(table)
    var body = table.reading(as: frame.format)
    if let condition = wishes.condition {
      body = try body.keeping(condition, CellReader(ReadingLayout()), decimalComma: false)
    }
    (format, notes, questions) = (frame.format, frame.notes + TableSketch.notes(on: body), [])
    let rows = min(body.rowCount, TableSketch.mostRows, max(100, TableSketch.mostCells / max(1, body.columns.count)))
    let used = (0..<rows).filter { !body.isBlank(row: $0) }
    guard !used.isEmpty else { throw .noRows(source: body.source) }
    let blanks = rows - used.count
    if blanks > 0 { notes.append("\(counted(blanks, "row")) without a single text left out") }
    let texts = body.columns.indices.map { column in
      ColumnTexts(
        name: body.columns[column], position: column,
        texts: used.map { column < body.cellCount(ofRow: $0) ? body.text(row: $0, column: column) : "" })
    }
    let numbers = NumberSketch(texts, delimiter: body.delimiter)
    notes += numbers.notes
    columns = texts.map { text in
      ColumnSketch(
        name: text.name, role: .text, sureness: .certain, reason: "", sample: text.said.first?.brief)
    }
    for column in columns.indices {
      let written = column < frame.units.count ? frame.units[column] : ""
      let unit = numbers.units[column].isEmpty ? (written.saysNothing ? "" : written) : numbers.units[column]
      columns[column].unit = unit.isEmpty ? nil : unit
    }
    var base = ReadingLayout(missing: numbers.missing, numbers: numbers.form, condition: wishes.condition)
    let short = (0..<body.rowCount).filter { body.surplus(ofRow: $0) < 0 && !body.isBlank(row: $0) }
    if !short.isEmpty, short.count < body.rowCount {
      base.shortRows = .take
      notes.append(
        "\(counted(short.count, "row")) with fewer cells than columns, the first in line \(body.line(ofRow: short[0])): the last cells count as empty"
      )
    }
    if let across = try AcrossSketch(body, texts, numbers, wishes) {
      layout = across.layout(base)
      across.describe(&columns, &notes)
      return
    }
    let time = wishes.isStepped ? nil : try TimeSketch.find(body, texts, numbers, wishes)
    if let time, let fault = time.fault {
      questions.append(
        SketchQuestion(
          question: "column \"\(time.columns.map { body.columns[$0] }.joined(separator: " "))\": \(fault)",
          choices: time.format == nil && fault.isAmbiguous ? ["dayfirst", "no-dayfirst"] : [])
      )
    }
    if let time, let totals = time.totals(texts) {
      notes.append("\(counted(totals.count, "row")) of totals left out, such as \"\(totals.sample.brief)\"")
      base.condition = base.condition.map { try? RowCondition("(\($0)) and \(totals.condition)") } ?? totals.condition
    }
    var roles = try RoleSketch(body, texts, numbers, time, wishes, columns, lookedAt: rows)
    roles.settle()
    columns = roles.columns
    notes += roles.notes
    questions += roles.questions
    layout = roles.layout(base)
  }

  /// What the table itself has left out or renamed.
  private static func notes(on table: Table) -> [String] {
    let left = table.leftOut.compactMap { rows -> String? in
      switch rows.reason {
      case .remark, .condition, .blank: nil
      case .headerAgain:
        "the header comes again \(rows.count == 1 ? "once" : "\(rows.count) times"), in line \(rows.line)\(rows.count == 1 ? "" : " first"): left out"
      }
    }
    return left + table.renamed.map(\.description)
  }
}

extension TimeTextError {
  /// Whether a person can say which of two readings it is.
  fileprivate var isAmbiguous: Bool { if case .ambiguousOrder = self { true } else { false } }
}
