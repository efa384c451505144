import Glibc

/// A text of rows that can be gone through as often as needed, in tables of some rows each.
protocol TableParts {
  /// Hands over all rows in their order.
  ///
  /// - Parameter take: returns whether it wants more.
  func forEachPart(_ take: (Table) throws(TabularError) -> Bool) throws(TabularError) -> TablePartsEnd
}

/// How going through the parts of a text has ended.
enum TablePartsEnd {
  /// All were handed over.
  case ended
  /// Nobody wanted more.
  case stopped
  /// A letter is no UTF-8, so that all letters of the text decide how it is written.
  case foreign
  /// The file changed since it was opened.
  case changed
}

extension Table: TableParts {
  /// All rows at once.
  func forEachPart(_ take: (Table) throws(TabularError) -> Bool) throws(TabularError) -> TablePartsEnd {
    try take(self) ? .ended : .stopped
  }
}

/// The rows of a plain file, of which only some parts are in memory: while one is looked at, a thread cuts the next ones.
///
/// Not checked: one thread at a time uses the file.
final class FileParts: TableParts, @unchecked Sendable {
  fileprivate let path: String
  fileprivate let source: String
  fileprivate let format: CSVFormat
  fileprivate let partSize: Int
  fileprivate let allowsGrowth: Bool
  fileprivate var file: InputFile

  /// - Parameters:
  ///   - partSize: the bytes of text that a part has at the least.
  ///   - allowsGrowth: whether a file that goes on growing is read up to where it ended.
  init(
    _ path: String, _ format: CSVFormat, named source: String? = nil, partSize: Int, allowsGrowth: Bool
  ) throws(TabularError) {
    (self.path, self.source, self.format) = (path, source ?? path, format)
    (self.partSize, self.allowsGrowth) = (partSize, allowsGrowth)
    file = try InputFile(path)
  }

  /// About how many bytes its parts hold at once: those that are cut, that wait and that is looked at, each of them text and
  /// about as many bytes again for where its cells are.
  var bytes: Int { 8 * min(partSize, file.size) }

  func forEachPart(_ take: (Table) throws(TabularError) -> Bool) throws(TabularError) -> TablePartsEnd {
    let cutter = PartCutter(self)
    let ahead = Ahead { cutter.next() }
    defer { ahead.stop() }
    while let cut = ahead.next() {
      switch cut {
      case .part(let table): if try !take(table) { return .stopped }
      case .end(let end): return end
      case .failed(let error): throw error
      }
    }
    return .ended
  }
}

/// Cuts a file into parts, one after another.
///
/// Not checked: one thread at a time uses it.
private final class PartCutter: @unchecked Sendable {
  /// What comes next.
  enum Cut: Sendable {
    case part(Table)
    case end(TablePartsEnd)
    case failed(TabularError)
  }

  private let parts: FileParts
  private var reader: CSVReader?
  // What was read and not looked at yet.
  private var bytes: [UInt8] = []
  private var at = 0
  // So much is looked at before it is asked whether that makes a part; packed bytes stand for many more.
  private static let step = 1 << 14

  init(_ parts: FileParts) {
    self.parts = parts
    parts.file.rewind()
    reader = CSVReader(source: parts.source, format: parts.format)
  }

  /// The next part, or how it ends; nil after that.
  func next() -> Cut? {
    do throws(TabularError) {
      while reader != nil {
        if at == bytes.count {
          guard let more = try parts.file.next() else { return try last() }
          (bytes, at) = (more, 0)
        }
        let end = min(at + PartCutter.step, bytes.count)
        try reader?.append(bytes.span.extracting(at..<end))
        at = end
        switch reader?.takePart(of: parts.partSize) {
        case .part(let part): return .part(part)
        case .foreign:
          reader = nil
          return .end(.foreign)
        case nil, .some(.none): break
        }
      }
      return nil
    } catch {
      reader = nil
      return .failed(error)
    }
  }

  /// The last part, after which nothing comes.
  private func last() throws(TabularError) -> Cut? {
    let change = parts.file.change
    if let change, !parts.allowsGrowth || !change.isGrowth {
      reader = nil
      if parts.allowsGrowth { throw .changedWhileRead(path: parts.path) }
      return .end(.changed)
    }
    guard let reader = reader.take() else { return nil }
    guard var table = try reader.lastPart() else { return .end(.foreign) }
    table.change = change
    return .part(table)
  }
}
