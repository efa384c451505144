import TimeSeries

extension TabularError {
  /// What a file is instead of a table in text.
  public enum OtherForm: Sendable, Hashable {
    /// Packed by a program that is not undone here; `tool` unpacks it.
    case packed(String, tool: String)
    /// Something else than text, with its article, and what to do about it.
    case file(String, advice: String)
    /// A page for a browser, which a server may send in place of a file.
    case page(title: String?)
    /// Text in this encoding, where another was asked for.
    case text(TextEncoding)
    /// No text in this encoding, which was asked for.
    case notText(TextEncoding)
    /// Something with zero bytes in it.
    case binary
  }
}

extension TabularError.OtherForm {
  /// What the file is.
  var words: String {
    switch self {
    case .packed(let name, _): "is packed by \(name)"
    case .file(let name, _): "is \(name)"
    case .page(let title): "is an HTML page\(title.map { " (\"\($0)\")" } ?? ""), not CSV"
    case .text(let encoding): "is \(encoding.rawValue.uppercased()) text"
    case .notText(let encoding): "is no \(encoding.rawValue.uppercased()) text"
    case .binary: "is no text"
    }
  }

  /// What to do about it.
  var advice: String {
    switch self {
    case .packed(_, let tool): "unpack it first (`\(tool)`)"
    case .file(_, let advice): advice
    case .page: "was a download refused?"
    case .text, .notText: "leave `encoding` out"
    case .binary: "a CSV file is needed"
    }
  }

  // MARK: By first bytes

  /// What a file is by its first bytes; nil where those could begin a text.
  init?(beginning bytes: [UInt8]) {
    if let packer = Self.packers.first(where: { bytes.starts(with: $0.mark) }) {
      self = .packed(packer.name, tool: packer.tool)
    } else if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) {
      self = .packed("tar", tool: "tar -xf")
    } else if bytes.starts(with: [0x50, 0x4B]), [[3, 4], [5, 6]].contains(bytes.dropFirst(2).prefix(2)) {
      self = Self.archive(bytes)
    } else if let other = Self.files.first(where: { bytes.starts(with: $0.mark) }) {
      self = .file(other.name, advice: other.advice)
    } else if let other = Self.wordFiles.first(where: { bytes.starts(with: $0.mark.utf8) }),
      bytes.dropFirst(other.mark.utf8.count).prefix(16).contains(where: { $0 < 0x09 || (0x0E..<0x20).contains($0) })
    {
      // A column may be called like a mark; no control character follows it then.
      self = .file(other.name, advice: other.advice)
    } else {
      return nil
    }
  }

  private static let packers: [(mark: [UInt8], name: String, tool: String)] = [
    ([0x1F, 0x8B], "gzip", "gzip -d"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd", "zstd -d"),
    (Array("BZh".utf8) + [0x39, 0x31, 0x41, 0x59], "bzip2", "bzip2 -d"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz", "xz -d"), ([0x04, 0x22, 0x4D, 0x18], "lz4", "lz4 -d"),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z", "7z x"), (Array("Rar!".utf8) + [0x1A, 7], "rar", "unrar x"),
    ([0x1F, 0x9D], "compress", "gzip -d"),
  ]

  private static let saveSheet = "save the sheet as CSV"
  private static let saveTable = "save the table as CSV"
  private static let needsTable = "a table in text is needed"

  // Marks that no text begins with.
  private static let files: [(mark: [UInt8], name: String, advice: String)] = [
    ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an old Excel workbook or another Office file", saveSheet),
    ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], "an HDF5 file", saveTable),
    ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "a PNG picture", needsTable),
    ([0xFF, 0xD8, 0xFF], "a JPEG picture", needsTable),
    (Array("SQLite format 3".utf8) + [0], "an SQLite database", "save a table or a query as CSV"),
    (Array("ARROW1".utf8) + [0], "an Arrow file", saveTable),
    ([0x93] + Array("NUMPY".utf8), "a NumPy array", saveTable),
    (Array("%PDF-".utf8), "a PDF document", needsTable), (Array("{\\rtf".utf8), "an RTF document", needsTable),
    (
      Array("version https://git-lfs.github.com/spec/".utf8), "a pointer of Git LFS, not the file that it stands for",
      "get that by `git lfs pull`"
    ),
  ]

  private static let wordFiles: [(mark: String, name: String, advice: String)] = [
    ("PAR1", "a Parquet file", saveTable), ("FEA1", "a Feather file", saveTable), ("CDF", "a netCDF file", saveTable),
    ("GIF8", "a GIF picture", needsTable), ("ORC", "an ORC file", saveTable), ("Obj", "an Avro file", saveTable),
  ]

  /// What a zip file is by the names of what is in it; no more than its beginning is looked at.
  private static func archive(_ bytes: [UInt8]) -> Self {
    var names: [String] = []
    for at in bytes.indices where bytes[at...].starts(with: [0x50, 0x4B, 3, 4]) && at + 30 <= bytes.count {
      let start = at + 30
      let end = min(bytes.count, start + Int(bytes[at + 26]) + Int(bytes[at + 27]) << 8)
      let name = String(decoding: bytes[start..<end], as: UTF8.self)
      if name == "mimetype", bytes[end...].starts(with: "application/vnd.oasis.opendocument.spreadsheet".utf8) {
        return .file("an OpenDocument spreadsheet", advice: saveSheet)
      }
      if name.hasPrefix("xl/") { return .file("an Excel workbook", advice: saveSheet) }
      names.append(name)
    }
    guard let first = names.first else { return .packed("zip", tool: "unzip") }
    let others = names.count > 1 ? " and others" : ""
    return .file("a zip archive with \"\(first.asTitle)\"\(others)", advice: "unpack it first (`unzip`)")
  }

  // MARK: By first words

  /// What a text is by its first words; nil where those could begin a table.
  init?(text bytes: [UInt8]) {
    let blanks = bytes.prefix { $0 == 0x20 || (0x09...0x0D).contains($0) }.count
    let text = bytes[blanks...]
    if bytes.contains(0) {
      self = .binary
    } else if text.first == UInt8(ascii: "<") {
      guard let form = Self.markup(text) else { return nil }
      self = form
    } else if JSONBeginning.isThere(in: text) {
      self = .file("JSON, not CSV", advice: "convert it to a CSV file with a row for each time")
    } else if Self.isPipeline(text) {
      self = .file("a pipeline file, not readings", advice: "give the CSV file that it names as `path`")
    } else {
      return nil
    }
  }

  /// HTML or XML. A column may be called `<DATE>`, so the word must be one of theirs.
  private static func markup(_ text: ArraySlice<UInt8>) -> Self? {
    // Letters of ASCII alone, so that positions stay.
    let lower = text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    let original = Array(text)
    func begins(_ word: String) -> Bool {
      guard lower.starts(with: word.utf8), lower.count > word.utf8.count else { return false }
      return [0x20, 0x3E, 0x0A, 0x0D, 0x09].contains(lower[word.utf8.count])
    }
    func content(of tag: String) -> String? {
      guard let open = lower.position(of: "<\(tag)"), let start = lower[open...].firstIndex(of: UInt8(ascii: ">")),
        let end = lower[start...].firstIndex(of: UInt8(ascii: "<"))
      else { return nil }
      let words = String(decoding: original[(start + 1)..<end], as: UTF8.self).split(whereSeparator: \.isWhitespace)
      return words.isEmpty ? nil : words.joined(separator: " ").asTitle
    }
    if begins("<!doctype html") || begins("<html") { return .page(title: content(of: "title")) }
    if begins("<svg") { return .file("an SVG picture", advice: needsTable) }
    guard begins("<?xml") || begins("<!doctype") else { return nil }
    if lower.position(of: "<svg") != nil { return .file("an SVG picture", advice: needsTable) }
    if lower.position(of: "<html") != nil { return .page(title: content(of: "title")) }
    if lower.position(of: "<workbook") != nil { return .file("an Excel workbook in XML", advice: saveSheet) }
    let message = content(of: "message").map { " (\"\($0)\")" } ?? ""
    return .file("XML\(message), not CSV", advice: "was a download refused? otherwise convert it to CSV")
  }

  /// Whether the first line that is no comment is one of a pipeline file, and `stages:` begins a line.
  private static func isPipeline(_ text: ArraySlice<UInt8>) -> Bool {
    let lines = text.split { $0 == CSVFormat.lineFeed || $0 == CSVFormat.carriageReturn }
    guard let first = lines.first(where: { $0.first != UInt8(ascii: "#") && !$0.elementsEqual("---".utf8) }),
      ["version:", "name:", "run:", "stages:"].contains(where: { first.starts(with: $0.utf8) })
    else { return false }
    return lines.contains { $0.starts(with: "stages:".utf8) }
  }
}

/// JSON objects or arrays, one or several after another, told by their beginning.
private struct JSONBeginning {
  private enum Expected { case document, valueOrEnd, value, keyOrEnd, key, colon, commaOrEnd }

  /// Whether a text is JSON as far as it goes, and goes as far as a value.
  static func isThere(in text: ArraySlice<UInt8>) -> Bool {
    var expected = Expected.document
    var open: [UInt8] = []
    var hasValue = false
    var at = text.startIndex
    while at < text.endIndex {
      let byte = text[at]
      at += 1
      if byte == 0x20 || (0x09...0x0D).contains(byte) { continue }
      switch (expected, byte) {
      case (.document, UInt8(ascii: "{")), (.value, UInt8(ascii: "{")), (.valueOrEnd, UInt8(ascii: "{")):
        open.append(byte)
        expected = .keyOrEnd
      case (.document, UInt8(ascii: "[")), (.value, UInt8(ascii: "[")), (.valueOrEnd, UInt8(ascii: "[")):
        open.append(byte)
        expected = .valueOrEnd
      case (.commaOrEnd, UInt8(ascii: "}")), (.keyOrEnd, UInt8(ascii: "}")):
        guard open.popLast() == UInt8(ascii: "{") else { return false }
        (hasValue, expected) = (true, open.isEmpty ? .document : .commaOrEnd)
      case (.commaOrEnd, UInt8(ascii: "]")), (.valueOrEnd, UInt8(ascii: "]")):
        guard open.popLast() == UInt8(ascii: "[") else { return false }
        (hasValue, expected) = (true, open.isEmpty ? .document : .commaOrEnd)
      case (.commaOrEnd, UInt8(ascii: ",")): expected = open.last == UInt8(ascii: "{") ? .key : .value
      case (.colon, UInt8(ascii: ":")): (hasValue, expected) = (true, .value)
      case (.key, UInt8(ascii: "\"")), (.keyOrEnd, UInt8(ascii: "\"")):
        at = end(ofString: text, at)
        expected = .colon
      case (.value, UInt8(ascii: "\"")), (.valueOrEnd, UInt8(ascii: "\"")):
        at = end(ofString: text, at)
        expected = .commaOrEnd
      case (.value, _), (.valueOrEnd, _):
        let rest = text[(at - 1)...].prefix { $0 > 0x20 && ![0x2C, 0x5D, 0x7D].contains($0) }
        at = rest.endIndex
        // A word at the very end may be cut.
        let isWord = ["true", "false", "null", "NaN"].contains { rest.elementsEqual($0.utf8) }
        guard isWord || at == text.endIndex || Array(rest).span.decimalNumber(comma: false) != nil else { return false }
        (hasValue, expected) = (true, .commaOrEnd)
      default: return false
      }
    }
    return hasValue
  }

  private static func end(ofString text: ArraySlice<UInt8>, _ start: Int) -> Int {
    var at = start
    while at < text.endIndex, text[at] != UInt8(ascii: "\"") { at += text[at] == UInt8(ascii: "\\") ? 2 : 1 }
    return min(at + 1, text.endIndex)
  }
}

extension [UInt8] {
  /// Where a word of ASCII begins first.
  fileprivate func position(of word: String) -> Int? {
    let bytes = Array(word.utf8)
    return indices.first { self[$0] == bytes[0] && self[$0...].starts(with: bytes) }
  }
}

extension String {
  /// The beginning, on one line, for a message.
  fileprivate var asTitle: String { (count > 80 ? String(prefix(80)) + "…" : self).onOneLine }
}
