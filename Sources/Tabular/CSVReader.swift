import CLibCSV
import Glibc

/// Reads CSV text piece by piece into a ``Table``; libcsv finds the cells.
///
/// Most texts have hardly a quote. Rows in a piece without one are cut by `CPlainRows` to the same cells, in a fifth of the
/// time.
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
  // Where runs of blanks stand between cells.
  private var blanks: BlankRuns?
  private var decoder: UnicodeDecoder?
  private var parser = csv_parser()
  private var sink = CellSink()
  // What the first part began with, where rows are taken in parts.
  private var head: TableHead?
  private var headSize = 0
  private static let beginningSize = 1 << 16
  /// Pieces are short, so that a row beyond its limits is noticed soon.
  static let pieceSize = 1 << 14
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
    sink.cells.reserve(bytes: min(expectedBytes, CSVReader.mostReserved))
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
    try end()
    var cells = sink.takeAll()
    guard !cells.lines.isEmpty else { throw .empty(source: source) }
    cells.settle()
    return Table(source: source, cells: cells, format: found(cells))
  }

  /// Ends a text of which parts were taken; nil where its letters are ``foreign``.
  consuming func lastPart() throws(TabularError) -> Table? {
    guard let head else { return try finish() }
    try end()
    if isForeign { return nil }
    var cells = sink.takeAll()
    cells.settle()
    return Table(following: head, cells: cells)
  }

  /// Takes the rows out that are whole so far, where their text is of a size; later ones follow in further parts, the last in
  /// ``lastPart()``.
  mutating func takePart(of size: Int) -> TakenPart {
    guard sink.cells.size >= max(size, headSize) else { return .none }
    if isForeign { return .foreign }
    if let head {
      var part = sink.takeRows()
      part.settle()
      return .part(Table(following: head, cells: part))
    }
    var part = sink.cells
    part.settle()
    guard let head = TableHead(source: source, cells: part, format: found(part), isWhole: false) else {
      // A head that does not end yet takes some looking for.
      headSize = 2 * sink.cells.size
      return .none
    }
    (self.head, headSize) = (head, 0)
    part = sink.takeRows()
    part.settle()
    return .part(Table(head, cells: part))
  }

  /// What comes of asking for a part.
  enum TakenPart {
    /// There are too few rows yet.
    case none
    case part(Table)
    /// A letter is no UTF-8, and nobody said how the text is written: all of its letters decide that.
    case foreign
  }

  private var isForeign: Bool { sink.cells.encoding == .automatic && sink.cells.holdsForeignLetters }

  private func found(_ cells: Cells) -> CSVFormat {
    var found = format
    found.delimiter = blanks == nil ? .byte(delimiter ?? CSVFormat.comma) : .whitespace
    found.encoding = cells.encoding
    return found
  }

  private mutating func end() throws(TabularError) {
    if mark != nil { try open() }
    do { try unpacking?.finish() } catch { throw failure(error) }
    if delimiter == nil { try begin() }
    if decoder?.isWhole == false { throw .notALetter(source: source, line: sink.cells.line, number: nil) }
    // A quote that is still open at the end is an error, though stray quotes elsewhere are let pass.
    _ = csv_set_opts(&parser, UInt8(CSV_REPALL_NL | CSV_STRICT | CSV_STRICT_FINI))
    let status = withUnsafeMutablePointer(to: &sink) {
      csv_fini(&parser, CSVReader.cellEnded, CSVReader.rowEnded, $0)
    }
    sink.flush()
    if let limit = sink.cells.exceeded {
      throw .rowTooLong(source: source, line: sink.cells.exceededLine, limit: limit)
    }
    guard status == 0 else { throw .unclosedQuote(source: source, line: sink.cells.line) }
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
    fault.line = sink.cells.line
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
    let held = beginning
    beginning = []
    if let form = TabularError.OtherForm(beginning: held) { throw refusal(form) }
    let mark = try encodingMark(held)
    sink.cells.encoding = mark?.encoding ?? format.encoding
    var text = Array(held[(mark?.size ?? 0)...])
    if let mark, mark.encoding != .utf8 {
      // What is wrong in the beginning is found again when it is parsed.
      var (decoder, letters) = (UnicodeDecoder(mark), [UInt8]())
      _ = decoder.decode(text.span, to: &letters)
      self.decoder = UnicodeDecoder(mark)
      swap(&text, &letters)
      if let form = TabularError.OtherForm(text: text) { throw refusal(form) }
      begin(text)
      return try parse(letters.span)
    }
    if let form = TabularError.OtherForm(text: text) { throw refusal(form) }
    begin(text)
    try parse(text.span)
  }

  private mutating func begin(_ text: [UInt8]) {
    var chosen = format.delimiter
    if chosen == .automatic { chosen = CSVFormat.delimiter(of: text.span, quote: format.quote) }
    let found = if case .byte(let byte) = chosen { byte } else { CSVFormat.tab }
    if chosen == .whitespace { blanks = BlankRuns(quote: format.quote) }
    delimiter = found
    csv_set_delim(&parser, found)
    csv_set_quote(&parser, format.quote)
  }

  /// How the letters are written, where the beginning says so; it must not contradict what is set.
  private func encodingMark(_ beginning: [UInt8]) throws(TabularError) -> EncodingMark? {
    let mark = EncodingMark(beginning: beginning)
    if format.encoding == .automatic || mark?.encoding == format.encoding { return mark }
    if let mark { throw refusal(.text(mark.encoding)) }
    guard format.encoding == .utf16 || format.encoding == .utf32 else { return nil }
    // Digits and line ends have zeros in every language.
    guard beginning.isEmpty || beginning.contains(0) else { throw refusal(.notText(format.encoding)) }
    return EncodingMark(format.encoding)
  }

  private func refusal(_ form: TabularError.OtherForm) -> TabularError {
    .notText(source: source, form: form, packing: packing)
  }

  private mutating func parse(_ bytes: Span<UInt8>) throws(TabularError) {
    var at = 0
    while at < bytes.count {
      let end = at + min(CSVReader.pieceSize, bytes.count - at)
      let piece = bytes.extracting(at..<end)
      at = end
      guard decoder != nil else {
        try parse(decoded: piece)
        continue
      }
      var text: [UInt8] = []
      let wrong = decoder?.decode(piece, to: &text)
      try parse(decoded: text.span)
      if let wrong { throw .notALetter(source: source, line: sink.cells.line, number: wrong) }
    }
  }

  private mutating func parse(decoded bytes: Span<UInt8>) throws(TabularError) {
    guard let marked = blanks?.mark(bytes) else { return try parse(piece: bytes) }
    // A run at the end of the piece before makes it one byte longer.
    for start in stride(from: 0, to: marked.count, by: CSVReader.pieceSize) {
      try parse(piece: marked.span.extracting(start..<min(start + CSVReader.pieceSize, marked.count)))
    }
  }

  private mutating func parse(piece bytes: Span<UInt8>) throws(TabularError) {
    let hasQuotes = bytes.withUnsafeBufferPointer { piece in
      if !sink.cells.hasOtherThanASCII { sink.cells.hasOtherThanASCII = piece.reduce(0, |) >= 0x80 }
      return piece.baseAddress.map { memchr($0, Int32(format.quote), piece.count) != nil } ?? false
    }
    if hasQuotes { sink.cells.hasQuotes = true }
    guard !hasQuotes, let delimiter else { return try parseByLibrary(bytes) }
    var rest = bytes
    if !isBetweenRows {
      // What is left of a row that began before.
      let end = (0..<rest.count).first { rest[$0] == CSVFormat.lineFeed || rest[$0] == CSVFormat.carriageReturn }
      let count = end.map { $0 + 1 } ?? rest.count
      try parseByLibrary(rest.extracting(first: count))
      rest = rest.extracting(droppingFirst: count)
    }
    if isBetweenRows {
      let count = rest.withUnsafeBufferPointer { sink.cutRows($0, delimiter: delimiter) }
      rest = rest.extracting(droppingFirst: count)
    }
    try parseByLibrary(rest)
  }

  // libcsv's state before the first cell of a row, which its header does not name.
  private var isBetweenRows: Bool { parser.pstate == 0 }

  private mutating func parseByLibrary(_ bytes: Span<UInt8>) throws(TabularError) {
    let read = bytes.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return withUnsafeMutablePointer(to: &sink) {
        csv_parse(&parser, start, buffer.count, CSVReader.cellEnded, CSVReader.rowEnded, $0)
      }
    }
    sink.flush()
    if read < bytes.count { throw .cellTooLong(source: source, line: sink.cells.line, most: CSVReader.longestCell) }
    if let limit = sink.cells.exceeded {
      throw .rowTooLong(source: source, line: sink.cells.exceededLine, limit: limit)
    }
  }

  // libcsv calls these; the last argument is the address of `sink`.

  private static var cellEnded: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void {
    { text, count, sink in
      sink?.assumingMemoryBound(to: CellSink.self).pointee.endCell(UnsafeRawBufferPointer(start: text, count: count))
    }
  }

  private static var rowEnded: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void {
    { terminator, sink in sink?.assumingMemoryBound(to: CellSink.self).pointee.endRow(terminator) }
  }
}

extension Span<UInt8> {
  /// A copy.
  fileprivate var bytes: [UInt8] { withUnsafeBufferPointer(Array.init) }
}
