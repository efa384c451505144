extension TabularError {
  /// What a file is instead of a table in text.
  public enum OtherForm: Sendable, Hashable {
    /// An archive, or packed by a program that is not undone here; `tool` unpacks it.
    case packed(String, tool: String)
    /// Text in two-byte letters.
    case utf16
    /// Text that says by its first bytes that it is UTF-8, where another encoding was asked for.
    case utf8
    /// Something with zero bytes in it.
    case binary
  }
}

extension TabularError.OtherForm {
  /// What a file is by its beginning; nil where that could be a table.
  init?(beginning bytes: [UInt8]) {
    guard let packer = Self.packers.first(where: { bytes.starts(with: $0.mark) }) else { return nil }
    self = .packed(packer.name, tool: packer.tool)
  }

  // By their first bytes, none of which begins a text.
  private static let packers: [(mark: [UInt8], name: String, tool: String)] = [
    ([0x1F, 0x8B], "gzip", "gzip -d"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd", "zstd -d"),
    (Array("BZh".utf8) + [0x39, 0x31, 0x41, 0x59], "bzip2", "bzip2 -d"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz", "xz -d"), ([0x04, 0x22, 0x4D, 0x18], "lz4", "lz4 -d"),
    ([0x50, 0x4B, 3, 4], "zip", "unzip"), ([0x50, 0x4B, 5, 6], "zip", "unzip"),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z", "7z x"), (Array("Rar!".utf8) + [0x1A, 7], "rar", "unrar x"),
    ([0x1F, 0x9D], "compress", "gzip -d"),
  ]

  /// What the file is.
  var words: String {
    switch self {
    case .packed(let name, _): "is packed by \(name)"
    case .utf16: "is UTF-16 text"
    case .utf8: "begins with the mark of UTF-8 text"
    case .binary: "is no text"
    }
  }

  /// What to do about it.
  var advice: String {
    switch self {
    case .packed(_, let tool): "unpack it first (`\(tool)`)"
    case .utf16: "save it as UTF-8"
    case .utf8: "leave `encoding` out"
    case .binary: "a CSV file is needed"
    }
  }
}
