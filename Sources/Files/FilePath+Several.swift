import Foundation

// The files that one path stands for.
extension FilePath {
  /// The files that a pattern with `*`, `?` and `[...]` matches, sorted byte by byte; the path itself where nothing does, or
  /// where it is no pattern.
  package var matches: [FilePath] {
    guard !exists, SeriesFiles.isPattern(self) else { return [self] }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(text, GLOB_NOSORT, nil, &found) == 0 else { return [self] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0] }.map { FilePath(String(cString: $0)) }
      .sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
  }

  /// Every file in the folder and those below it, sorted; links to folders are not followed.
  package var filesBelow: [FilePath] {
    let entries = ((try? entries()) ?? []).map { appending(FilePath($0)) }
    return entries.flatMap { $0.isFolder ? $0.linkTarget == nil ? $0.filesBelow : [] : [$0] }
  }

  /// What tells whether a file was written to, or another put in its place; nil where there is none.
  package var stamp: [Int64]? {
    var status = stat()
    guard stat(text, &status) == 0 else { return nil }
    return [
      Int64(bitPattern: UInt64(status.st_ino)), Int64(status.st_size), Int64(status.st_mtim.tv_sec),
      Int64(status.st_mtim.tv_nsec),
    ]
  }
}
