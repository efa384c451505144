import TimeSeries

/// What a CSV text seems to hold: its format, the kind of each column, and a layout to read it by. A guess from the first
/// rows, for a person to look over.
public struct TableSketch: Sendable, Equatable {
  /// What the cells of a column are.
  public enum Kind: Sendable, Equatable {
    /// Times; the format is nil where day and month cannot be told apart.
    case time(TimeFormat?)
    /// Numbers.
    case number
    /// Anything else; how many different texts there are.
    case text(different: Int)
    /// Nothing.
    case empty
  }

  /// A column.
  public struct Column: Sendable, Equatable {
    /// Its name, or its position from 1.
    public var name: String
    /// What its cells are.
    public var kind: Kind
  }

  /// Delimiter and header as they were found.
  public var format: CSVFormat
  /// The columns in order.
  public var columns: [Column]
  /// How to read the text; nil where no column holds numbers.
  public var layout: ReadingLayout?

  // So many rows are looked at.
  private static let sample = 2000

  /// Looks at the first rows of a table that was read without a header.
  package init(_ table: Table) throws(TabularError) {
    guard !table.hasHeader else { preconditionFailure("a sketch finds the header itself") }
    let width = table.columns.count
    let last = min(table.rowCount, TableSketch.sample)
    let above = (0..<width).map { table.samples(column: $0, rows: 0..<1).first }
    let below = (0..<width).map { table.samples(column: $0, rows: 1..<max(last, 1)) }
    let decimalComma = TableSketch.hasDecimalCommas(below, delimiter: table.delimiter)
    let kinds = below.map { TableSketch.kind(of: $0, decimalComma: decimalComma) }
    // Words above numbers or times are a header.
    let header = (0..<width).contains { column in
      guard let first = above[column] else { return false }
      switch kinds[column] {
      case .text, .empty: return false
      case .number, .time: return !TableSketch.matches(first, kinds[column], decimalComma: decimalComma)
      }
    }
    format = CSVFormat(delimiter: .byte(table.delimiter), header: header, encoding: table.cells.encoding)
    columns = (0..<width).map { column in
      Column(name: (header ? above[column] : nil) ?? String(column + 1), kind: kinds[column])
    }
    layout = TableSketch.layout(columns, below, decimalComma: decimalComma)
  }

  private static func kind(of texts: [String], decimalComma: Bool) -> Kind {
    guard !texts.isEmpty else { return .empty }
    if texts.allSatisfy({ $0.utf8.span.isNumber(decimalComma) }) { return .number }
    do { return .time(try TimeFormatDetector.format(of: texts)) } catch {
      if case .ambiguousOrder = error { return .time(nil) }
      return .text(different: Set(texts).count)
    }
  }

  private static func matches(_ text: String, _ kind: Kind, decimalComma: Bool) -> Bool {
    if case .time(let format?) = kind {
      var reader = TimeReader(format: format)
      return (try? reader.read(text)) != nil
    }
    return TableSketch.kind(of: [text], decimalComma: decimalComma) == kind
  }

  // Some columns hold commas in numbers and none holds points, and the comma is no delimiter.
  private static func hasDecimalCommas(_ columns: [[String]], delimiter: UInt8) -> Bool {
    guard delimiter != CSVFormat.comma else { return false }
    func some(with mark: Character, comma: Bool) -> Bool {
      columns.contains { texts in
        texts.contains { $0.contains(mark) } && texts.allSatisfy { $0.utf8.span.isNumber(comma) }
      }
    }
    return some(with: ",", comma: true) && !some(with: ".", comma: false)
  }

  private static func layout(_ columns: [Column], _ texts: [[String]], decimalComma: Bool) -> ReadingLayout? {
    let time = timeColumn(columns, texts)
    let targets = columns.indices.filter { columns[$0].kind == .number && $0 != time }
    guard !targets.isEmpty else { return nil }
    func names(_ positions: [Int]) -> [String] { positions.map { columns[$0].name } }
    if time == nil, let first = columns.first, case .text(let different) = first.kind,
      different == texts[0].count, targets.count >= 8
    {
      return ReadingLayout(.rows(key: first.name), decimalComma: decimalComma)
    }
    var layout = ReadingLayout(targets: names(targets), decimalComma: decimalComma)
    guard let time else { return layout }
    layout.time = columns[time].name
    if Set(texts[time]).count < texts[time].count, let key = keyColumn(columns, texts, time: time) {
      layout.arrangement = .long(key: columns[key].name)
      layout.targets = names(targets.filter { $0 != key })
    }
    return layout.targets.isEmpty ? nil : layout
  }

  /// The first column of times; failing that, a column of numbers with the name of one that reads as times.
  private static func timeColumn(_ columns: [Column], _ texts: [[String]]) -> Int? {
    let times = columns.indices.first { if case .time = columns[$0].kind { true } else { false } }
    if let times { return times }
    let names: Set = ["time", "timestamp", "date", "datetime", "ds", "year", "month", "day", "epoch", "step", "t"]
    return columns.indices.first { position in
      guard columns[position].kind == .number, names.contains(columns[position].name.lowercased()) else { return false }
      return (try? TimeFormatDetector.format(of: texts[position])) != nil
    }
  }

  /// The first column of words, then of numbers, that together with the time names each row but once.
  private static func keyColumn(_ columns: [Column], _ texts: [[String]], time: Int) -> Int? {
    let words = columns.indices.filter { if case .text = columns[$0].kind { true } else { false } }
    let numbers = columns.indices.filter { $0 != time && columns[$0].kind == .number }
    return (words + numbers).first { position in
      guard texts[position].count == texts[time].count else { return false }
      let keys = Set(texts[position])
      guard keys.count * 2 <= texts[position].count else { return false }
      return Set(zip(texts[time], texts[position]).map { "\($0)\n\($1)" }).count == texts[time].count
    }
  }
}

extension Table {
  /// The texts of a column that say something, in the order of rows.
  fileprivate func samples(column: Int, rows: Range<Int>) -> [String] {
    let missing = Set(ReadingLayout.usualMissing.map { $0.lowercased() })
    return rows.compactMap { row in
      guard column < cellCount(ofRow: row) else { return nil }
      let text = text(row: row, column: column)
      return text.isEmpty || missing.contains(text.lowercased()) ? nil : text
    }
  }
}

extension Span<UInt8> {
  fileprivate func isNumber(_ comma: Bool) -> Bool { decimalNumber(comma: comma)?.isFinite ?? false }
}
