import Foundation

/// The files that a path stands for where several are read as one panel, each with the name of its series.
///
/// A path is a file, a folder, or a pattern with `*`, `?` and `[...]` in its names. Of a folder the tables are taken: what
/// ends in `.csv`, `.tsv` or `.txt`, with `.gz` or `.zst` behind it or not, and is not hidden. Files come in the order of
/// their paths, byte by byte, whatever the language of the system is.
package struct SeriesFiles: Sendable, Hashable {
  /// One of them.
  package struct File: Sendable, Hashable {
    /// Where it is.
    package var path: FilePath
    /// What its series is called: its name without the endings of tables and of packing.
    package var name: String
  }

  /// Why a path stands for no files that can be read together.
  package enum Fault: Error, Sendable, Hashable {
    /// Nothing matches a pattern; `others` are the first names in its folder, of so many.
    case noMatch(FilePath, folder: FilePath, others: [String], count: Int)
    /// A folder has no table; `others` as above.
    case noTable(FilePath, others: [String], count: Int)
    /// A folder cannot be looked into; the reason is the system's word.
    case unreadable(FilePath, reason: String)
    /// More files than are read together.
    case tooMany(FilePath, count: Int, most: Int)
    /// Two files would give one series.
    case sameName(String, FilePath, FilePath)
    /// Two names lead to one file, so that its readings would come twice.
    case sameFile(FilePath, FilePath)
  }

  /// The files; one at least.
  package let files: [File]
  /// Whether the path stands for several files, even if there is only one of them now.
  package let isSeveral: Bool

  /// More files are no panel that one run reads.
  static let most = 100_000
  private static let packings = [".gz", ".zst"]
  private static let tables = [".csv", ".tsv", ".txt"]

  /// What a path stands for now. A path that is a file is that file, whatever letters it is written with, and one that
  /// is nothing is left to whoever opens it.
  package init(_ path: FilePath) throws(Fault) {
    switch path.kind {
    case .folder: try self.init(path, try SeriesFiles.tables(in: path))
    case nil where SeriesFiles.isPattern(path): try self.init(path, try SeriesFiles.matches(of: path))
    default: self.init(files: [File(path: path, name: SeriesFiles.name(of: path))], isSeveral: false)
    }
  }

  private init(_ path: FilePath, _ paths: [FilePath]) throws(Fault) {
    guard paths.count <= SeriesFiles.most else { throw .tooMany(path, count: paths.count, most: SeriesFiles.most) }
    var pathOfName: [String: FilePath] = [:]
    var pathOfPlace: [FilePlace: FilePath] = [:]
    for path in paths {
      if let place = FilePlace(path), let other = pathOfPlace.updateValue(path, forKey: place) {
        throw .sameFile(other, path)
      }
      let name = SeriesFiles.name(of: path)
      if let other = pathOfName.updateValue(path, forKey: name) { throw .sameName(name, other, path) }
    }
    self.init(files: paths.map { File(path: $0, name: SeriesFiles.name(of: $0)) }, isSeveral: true)
  }

  private init(files: [File], isSeveral: Bool) {
    (self.files, self.isSeveral) = (files, isSeveral)
  }

  /// The name of a file's series: `store-1` of `data/store-1.csv.gz`.
  package static func name(of path: FilePath) -> String {
    var name = Substring(path.name)
    for endings in [packings, tables] {
      guard let ending = endings.first(where: { name.lowercased().hasSuffix($0) }), name.count > ending.count else {
        continue
      }
      name = name.dropLast(ending.count)
    }
    return String(name)
  }

  /// Whether a path has letters that stand for others.
  static func isPattern(_ path: FilePath) -> Bool { path.text.utf8.contains { "*?[".utf8.contains($0) } }

  private static func isTable(_ name: String) -> Bool {
    var name = Substring(name.lowercased())
    if let ending = packings.first(where: { name.hasSuffix($0) }) { name = name.dropLast(ending.count) }
    return name.first != "." && tables.contains { name.hasSuffix($0) }
  }

  private static func tables(in folder: FilePath) throws(Fault) -> [FilePath] {
    let names = try names(in: folder)
    let found = names.filter(isTable).map { folder.appending(FilePath($0)) }.filter { !$0.isFolder }
    if found.isEmpty { throw .noTable(folder, others: Array(names.prefix(3)), count: names.count) }
    return found
  }

  private static func names(in folder: FilePath) throws(Fault) -> [String] {
    do { return try folder.entries().sorted(by: isBefore) } catch {
      throw .unreadable(folder, reason: error.reason)
    }
  }

  private static func matches(of pattern: FilePath) throws(Fault) -> [FilePath] {
    var found = glob_t()
    defer { globfree(&found) }
    let status = glob(pattern.text, GLOB_NOSORT, nil, &found)
    guard status == 0 || status == GLOB_NOMATCH else {
      throw .unreadable(
        pattern, reason: status == GLOB_NOSPACE ? "no memory is left" : "its folder cannot be looked into")
    }
    let paths = (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0] }.map { FilePath(String(cString: $0)) }
      .filter { !$0.isFolder }.sorted { isBefore($0.text, $1.text) }
    guard paths.isEmpty else { return paths }
    // The deepest folder above the first letter that stands for others.
    var folder = pattern.parent
    while isPattern(folder) { folder = folder.parent }
    let names = try names(in: folder)
    throw .noMatch(pattern, folder: folder, others: Array(names.prefix(3)), count: names.count)
  }

  private static func isBefore(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
  }
}

extension SeriesFiles.Fault: CustomStringConvertible {
  /// What is wrong, and what to do.
  package var description: String {
    func listed(_ others: [String], _ count: Int) -> String {
      let names = others.map { "\"\($0)\"" }.joined(separator: ", ")
      return count > others.count ? "\(count) entries, such as \(names)" : names
    }
    switch self {
    case .noMatch(let path, let folder, _, 0): return "no file matches \(path), and the folder \(folder) is empty"
    case .noMatch(let path, let folder, let others, let count):
      return "no file matches \(path); the folder \(folder) has \(listed(others, count))"
    case .noTable(let folder, _, 0): return "the folder \(folder) is empty; give a CSV file, or a folder of them"
    case .noTable(let folder, let others, let count):
      return "the folder \(folder) has no file that ends in .csv, .tsv or .txt (or these and .gz or .zst), but "
        + "\(listed(others, count)); give a pattern such as \(folder.appending("*.dat"))"
    case .unreadable(let path, let reason): return "\(path): cannot be read: \(reason)"
    case .tooMany(let path, let count, let most):
      return
        "\(path) stands for \(count) files, and \(most) are the most that are read together; give a narrower pattern"
    case .sameName(let name, let one, let other):
      return
        "\(one) and \(other) would both be the series \"\(name)\"; rename one, or give a pattern with only one of them"
    case .sameFile(let one, let other):
      return
        "\(one) and \(other) are the same file, whose readings would come twice; give a pattern with only one of them"
    }
  }
}
