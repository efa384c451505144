import CLibCSV
import Glibc

/// Reads CSV text piece by piece into a ``Table``; libcsv finds the cells.
///
/// Text that gzip or zstd packed is unpacked, whatever the file is called. Spaces around an unquoted cell are dropped,
/// empty lines are passed over, a byte order mark is skipped; lines may end in LF, CRLF or CR.
public struct CSVReader: ~Copyable {
  private let source: String
  private let format: CSVFormat
  private let limit: UnpackingLimit
  // The first bytes are held back until they tell how the file is packed.
  private var mark: [UInt8]? = []
  private var unpacking: Unpacking?
  private var packing: Packing?
  // The beginning of the text is held back until it is long enough to find the delimiter in.
  private var beginning: [UInt8] = []
  private var delimiter: UInt8?
  private var parser = csv_parser()
  private var cells: Cells
  private static let beginningSize = 1 << 16
  // Pieces are short, so that a row beyond its limits is noticed soon.
  private static let pieceSize = 1 << 16
  // A file may say that it is far larger than what is in it.
  private static let mostReserved = 1 << 28

  /// The bytes that a cell may have; the memory for it is asked for in blocks.
  static let longestCell = 1 << 20
  /// The bytes that the cells of a row may have.
  static let longestRow = 1 << 24
  /// The cells that a row may have.
  static let mostCells = 1 << 18

  /// A reader of a text that messages call `source`, a file's path most often.
  ///
  /// `expectedBytes` spares it from growing its buffer again and again where the size is known.
  public init(source: String, format: CSVFormat = CSVFormat(), expectedBytes: Int = 0) {
    self.init(source: source, format: format, expectedBytes: expectedBytes, limit: UnpackingLimit())
  }

  init(source: String, format: CSVFormat = CSVFormat(), expectedBytes: Int = 0, limit: UnpackingLimit) {
    self.source = source
    self.format = format
    self.limit = limit
    cells = Cells(encoding: format.encoding)
    cells.reserve(bytes: min(expectedBytes, CSVReader.mostReserved))
    // Fails only for a null pointer.
    _ = csv_init(&parser, UInt8(CSV_REPALL_NL))
    csv_set_blk_size(&parser, 1024)
    csv_set_realloc_func(&parser) { memory, size in size > CSVReader.longestCell ? nil : realloc(memory, size) }
  }

  deinit {
    var parser = parser
    csv_free(&parser)
  }

  /// Takes the next bytes of the text, as many or few as there are; they may be packed by gzip or zstd.
  public mutating func append(_ bytes: Span<UInt8>) throws(TabularError) {
    guard let mark else { return try unpack(bytes) }
    let missing = min(Packing.markSize - mark.count, bytes.count)
    self.mark = mark + bytes.extracting(first: missing).bytes
    guard mark.count + missing == Packing.markSize else { return }
    try open()
    try unpack(bytes.extracting(droppingFirst: missing))
  }

  /// Ends the text; throws ``TabularError/empty(source:)`` where there was no row at all, not even a header.
  public consuming func finish() throws(TabularError) -> Table {
    if mark != nil { try open() }
    do { try unpacking?.finish() } catch { throw failure(error) }
    if delimiter == nil { try begin() }
    // A quote that is still open at the end is an error, though stray quotes elsewhere are let pass.
    _ = csv_set_opts(&parser, UInt8(CSV_REPALL_NL | CSV_STRICT | CSV_STRICT_FINI))
    let status = withUnsafeMutablePointer(to: &cells) {
      csv_fini(&parser, CSVReader.cellEnded, CSVReader.rowEnded, $0)
    }
    if let limit = cells.exceeded { throw .rowTooLong(source: source, line: cells.exceededLine, limit: limit) }
    guard status == 0 else { throw .unclosedQuote(source: source, line: cells.line) }
    guard !cells.lines.isEmpty else { throw .empty(source: source) }
    var format = format
    format.delimiter = .byte(delimiter ?? CSVFormat.comma)
    return Table(source: source, cells: cells, format: format)
  }

  private mutating func open() throws(TabularError) {
    guard let held = mark else { return }
    mark = nil
    packing = Packing(mark: held)
    unpacking = packing.map { Unpacking($0, limit: limit) }
    try unpack(held.span)
  }

  private mutating func unpack(_ bytes: Span<UInt8>) throws(TabularError) {
    guard let unpacking else { return try take(bytes) }
    var at = 0
    while let text = try unpacked(bytes, &at, unpacking) { try take(text.span) }
  }

  private func unpacked(
    _ bytes: Span<UInt8>, _ at: inout Int, _ unpacking: Unpacking
  ) throws(TabularError) -> [UInt8]? {
    do { return try unpacking.next(bytes, &at) } catch { throw failure(error) }
  }

  private func failure(_ fault: UnpackingFault) -> TabularError {
    var fault = fault
    fault.line = cells.line
    return .packed(source: source, fault: fault)
  }

  /// Takes the next bytes of the unpacked text.
  private mutating func take(_ bytes: Span<UInt8>) throws(TabularError) {
    guard delimiter == nil else { return try parse(bytes) }
    let missing = min(CSVReader.beginningSize - beginning.count, bytes.count)
    beginning += bytes.extracting(first: missing).bytes
    guard beginning.count == CSVReader.beginningSize else { return }
    try begin()
    try parse(bytes.extracting(droppingFirst: missing))
  }

  private mutating func begin() throws(TabularError) {
    if let form = TabularError.OtherForm(beginning: beginning) {
      throw .notText(source: source, form: form, packing: packing)
    }
    if beginning.starts(with: [0xFF, 0xFE]) || beginning.starts(with: [0xFE, 0xFF]) {
      throw .notText(source: source, form: .utf16)
    }
    if beginning.contains(0) { throw .notText(source: source, form: .binary, packing: packing) }
    let mark = beginning.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    if mark > 0, format.encoding != .utf8 { throw .notText(source: source, form: .utf8) }
    let held = beginning
    beginning = []
    let text = held.span.extracting(droppingFirst: mark)
    let found: UInt8
    switch format.delimiter {
    case .automatic: found = CSVFormat.delimiter(of: text, quote: format.quote)
    case .byte(let byte): found = byte
    }
    delimiter = found
    csv_set_delim(&parser, found)
    csv_set_quote(&parser, format.quote)
    try parse(text)
  }

  private mutating func parse(_ bytes: Span<UInt8>) throws(TabularError) {
    var at = 0
    while at < bytes.count {
      let end = at + min(CSVReader.pieceSize, bytes.count - at)
      try parse(piece: bytes.extracting(at..<end))
      at = end
    }
  }

  private mutating func parse(piece bytes: Span<UInt8>) throws(TabularError) {
    let read = bytes.withUnsafeBufferPointer { buffer in
      if !cells.hasQuotes { cells.hasQuotes = buffer.contains(format.quote) }
      return withUnsafeMutablePointer(to: &cells) {
        csv_parse(&parser, buffer.baseAddress, buffer.count, CSVReader.cellEnded, CSVReader.rowEnded, $0)
      }
    }
    if read < bytes.count { throw .cellTooLong(source: source, line: cells.line, most: CSVReader.longestCell) }
    if let limit = cells.exceeded { throw .rowTooLong(source: source, line: cells.exceededLine, limit: limit) }
  }

  // libcsv calls these; the last argument is the address of `cells`.

  private static var cellEnded: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void {
    { text, count, cells in
      cells?.assumingMemoryBound(to: Cells.self).pointee.endCell(UnsafeRawBufferPointer(start: text, count: count))
    }
  }

  private static var rowEnded: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void {
    { terminator, cells in cells?.assumingMemoryBound(to: Cells.self).pointee.endRow(terminator) }
  }
}

/// The cells of a text in reading order: their bytes one after another, where each begins, and where each row begins.
struct Cells: Sendable, Equatable {
  /// How the text was written.
  let encoding: TextEncoding
  /// The bytes of all cells, in UTF-8.
  private(set) var bytes: [UInt8] = []
  /// Where each cell begins in `bytes`; one more for the end of the last.
  private(set) var starts: [Int] = [0]
  /// Which cell each row begins with; one more for the end of the last.
  private(set) var rows: [Int] = [0]
  /// The line that each row begins in, from 1.
  private(set) var lines: [Int] = []
  /// Whether the last row has no line end.
  private(set) var endsOpen = false
  /// The line that is being read.
  private(set) var line = 1
  /// Whether a quote was seen; only a cell in quotes can hold a line end.
  fileprivate var hasQuotes = false
  /// The limit that a row is beyond, and the line that the row begins in; no cell is kept after that.
  private(set) var exceeded: TabularError.RowLimit?
  private(set) var exceededLine = 0
  private var rowStart = 0
  private var rowLine = 1
  private var isRowEmpty = true
  private var afterReturn = false

  fileprivate init(encoding: TextEncoding) { self.encoding = encoding }

  fileprivate mutating func reserve(bytes count: Int) { bytes.reserveCapacity(count) }

  fileprivate mutating func endCell(_ text: UnsafeRawBufferPointer) {
    if isRowEmpty { (rowLine, isRowEmpty, rowStart) = (line, false, bytes.count) }
    if exceeded != nil { return }
    if bytes.count - rowStart + text.count > CSVReader.longestRow { exceeded = .bytes(CSVReader.longestRow) }
    if starts.count - 1 - rows[rows.count - 1] >= CSVReader.mostCells { exceeded = .cells(CSVReader.mostCells) }
    if exceeded != nil { return exceededLine = rowLine }
    encoding.append(text, to: &bytes)
    starts.append(bytes.count)
    afterReturn = false
    if hasQuotes { countLines(in: text) }
  }

  // libcsv reports every line end outside quotes, so that CRLF comes as two.
  fileprivate mutating func endRow(_ terminator: Int32) {
    if terminator == Int32(CSVFormat.lineFeed), afterReturn, isRowEmpty {
      afterReturn = false
      return
    }
    afterReturn = terminator == Int32(CSVFormat.carriageReturn)
    line += 1
    guard !isRowEmpty else { return }
    isRowEmpty = true
    // What the end of the text ends has no letter that does.
    endsOpen = terminator < 0
    rows.append(starts.count - 1)
    lines.append(rowLine)
  }

  /// Takes the last row out.
  mutating func dropLastRow() {
    rows.removeLast()
    lines.removeLast()
    endsOpen = false
  }

  /// Whether a row begins with a text.
  func begins(row: Int, with text: some Sequence<UInt8>) -> Bool {
    bytes[starts[rows[row]]..<starts[rows[row + 1]]].starts(with: text)
  }

  /// Whether two rows hold the same cells.
  func isSame(row: Int, as other: Int) -> Bool {
    let (a, b) = (rows[row]..<rows[row + 1], rows[other]..<rows[other + 1])
    guard a.count == b.count, starts[a.upperBound] - starts[a.lowerBound] == starts[b.upperBound] - starts[b.lowerBound]
    else { return false }
    return zip(a, b).allSatisfy { bytes[starts[$0]..<starts[$0 + 1]] == bytes[starts[$1]..<starts[$1 + 1]] }
  }

  private mutating func countLines(in text: UnsafeRawBufferPointer) {
    for at in text.indices {
      let ends = text[at] == CSVFormat.carriageReturn
      // The LF of a CRLF has been counted with its CR.
      let stands = text[at] == CSVFormat.lineFeed && (at == 0 || text[at - 1] != CSVFormat.carriageReturn)
      if ends || stands { line += 1 }
    }
  }
}

extension Span<UInt8> {
  /// A copy.
  fileprivate var bytes: [UInt8] { withUnsafeBufferPointer(Array.init) }
}
