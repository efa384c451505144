import Glibc

/// The gnuplot that makes pictures of scripts.
public struct Gnuplot: Sendable, Hashable {
  /// The path of the program.
  public var executable: String

  /// The gnuplot at a path.
  public init(executable: String) { self.executable = executable }

  /// The first gnuplot in a search path, folders with `:` between them as in `PATH`.
  ///
  /// - Throws: ``ChartError/gnuplotMissing(searched:)``.
  public init(searching path: String) throws(ChartError) {
    for folder in path.split(separator: ":") {
      let candidate = "\(folder)/gnuplot"
      var status = stat()
      guard stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(candidate, X_OK) == 0 else {
        continue
      }
      executable = candidate
      return
    }
    throw .gnuplotMissing(searched: path)
  }

  /// Makes the pictures of a script that was written before.
  ///
  /// gnuplot runs as a child of this process, reads no start-up file of the user, and is ended when its time is over.
  ///
  /// - Parameters:
  ///   - script: the file.
  ///   - pictures: the name that was given when the script was written.
  ///   - folder: where the pictures go; it must exist.
  ///   - formats: the pictures to make; none at all starts nothing.
  ///   - seconds: how long gnuplot may take.
  /// - Returns: the paths of the pictures, in the order of the formats.
  /// - Throws: ``ChartError``.
  public func render(
    _ script: String, pictures: String, into folder: String, formats: [PictureFormat] = PictureFormat.allCases,
    within seconds: Double = 60
  ) throws(ChartError) -> [String] {
    if formats.isEmpty { return [] }
    let stream = try GnuplotStream(executable: executable)
    stream.write(
      """
      folder = \(quoted(plainPath(folder)))
      formats = \(quoted(formats.map(\.rawValue).joined(separator: " ")))
      load \(quoted(plainPath(script)))

      """)
    switch stream.end(within: seconds) {
    case .done: break
    case .unwritten(let reason): throw .gnuplotFailed(script: script, status: 0, message: reason)
    case .failed(let status, let message):
      throw .gnuplotFailed(script: script, status: status, message: complaint(in: message))
    case .timedOut: throw .gnuplotTimedOut(script: script, seconds: seconds)
    }
    let paths = formats.map { "\(folder)/\(pictures).\($0.rawValue)" }
    for (path, format) in zip(paths, formats) where !isWhole(path, format) { throw .pictureIncomplete(path: path) }
    return paths
  }

  // gnuplot takes a name that starts with < or | for a command and ~ for the home folder.
  private func plainPath(_ path: String) -> String { path.hasPrefix("/") ? path : "./" + path }

  /// What says what is wrong, from the line with its place on; gnuplot repeats the command with a caret before that.
  private func complaint(in message: String) -> String {
    let lines = message.split(whereSeparator: \.isNewline).map { line in
      line.drop(while: \.isWhitespace).split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
    let start = lines.firstIndex { $0.contains("line ") && $0.contains(": ") } ?? lines.startIndex
    return lines[start...].filter { !$0.isEmpty }.prefix(3).joined(separator: "; ")
  }

  /// Whether the file ends as its format does; a full disk does not make gnuplot fail.
  private func isWhole(_ path: String, _ format: PictureFormat) -> Bool {
    guard let file = fopen(path, "re") else { return false }
    defer { fclose(file) }
    let tail = 16
    guard fseek(file, -tail, SEEK_END) == 0 else { return false }
    var bytes = [UInt8](repeating: 0, count: tail)
    guard fread(&bytes, 1, tail, file) == tail else { return false }
    let text = String(decoding: bytes, as: UTF8.self)
    switch format {
    case .svg: return text.contains("</svg>")
    case .png: return text.contains("IEND")
    }
  }
}
