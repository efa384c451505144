import Glibc
import Processes

/// The gnuplot that makes pictures of scripts.
public struct Gnuplot: Sendable, Hashable {
  /// The path of the program.
  public var executable: String
  /// All that it sees of the environment.
  public var environment: [String: String]

  /// How much of what it prints is kept, in bytes.
  private static let longestMessage = 8192
  /// How much it may draw, in bytes.
  private static let mostPrinted = 64 << 20
  /// How much memory it may take, in bytes.
  static let mostMemory = 2 << 30

  /// The gnuplot at a path.
  public init(executable: String, environment: [String: String] = [:]) {
    (self.executable, self.environment) = (executable, environment)
  }

  /// The first gnuplot in a search path, folders with `:` between them as in `PATH`.
  ///
  /// - Throws: ``ChartError/gnuplotMissing(searched:)``.
  public init(searching path: String, environment: [String: String] = [:]) throws(ChartError) {
    do throws(ProgramPath.Fault) {
      self.init(
        executable: try ProgramPath.find("gnuplot", in: ".", searchPath: path), environment: environment)
    } catch { throw .gnuplotMissing(searched: path) }
  }

  /// Makes the pictures of a script that was written before.
  ///
  /// gnuplot runs in a process group of its own, reads no start-up file of the user, and is ended when its time is over.
  ///
  /// - Parameters:
  ///   - script: the file.
  ///   - pictures: the name that was given when the script was written.
  ///   - title: what the pictures show, for people who cannot see them.
  ///   - folder: where the pictures go; it must exist.
  ///   - formats: the pictures to make; none at all starts nothing.
  ///   - seconds: how long gnuplot may take; what it prints and the memory that it takes are bounded too.
  /// - Returns: the paths of the pictures, in the order of the formats.
  /// - Throws: ``ChartError``.
  public func render(
    _ script: String, pictures: String, title: String = "chart", into folder: String,
    formats: [PictureFormat] = [.svg, .png],
    within seconds: Double = 60, interruption: Interruption = Interruption()
  ) throws(ChartError) -> [String] {
    if formats.isEmpty { return [] }
    let commands = """
      folder = \(quoted(plainPath(folder)))
      formats = \(quoted(formats.map(\.rawValue).joined(separator: " ")))
      load \(quoted(plainPath(script)))

      """
    let process = ChildProcess(
      executable: executable, arguments: [executable, "-d"], environment: environment, folder: ".",
      input: .bytes(Array(commands.utf8)), timeout: .seconds(seconds), mostMemory: Gnuplot.mostMemory)
    var printed: [UInt8] = []
    let ending: ChildProcess.Ending
    do throws(ChildProcess.StartError) {
      ending = try process.run(in: interruption.processes) { _, bytes in
        let room = max(0, Gnuplot.longestMessage - printed.count)
        bytes.extracting(first: min(room, bytes.count)).withUnsafeBufferPointer { printed.append(contentsOf: $0) }
        return true
      }
    } catch { throw .gnuplotNotStarted(executable: executable, reason: error.reason) }
    try check(ending, of: script, seconds: seconds, message: String(decoding: printed, as: UTF8.self))
    let paths = formats.map { "\(folder)/\(pictures).\($0.rawValue)" }
    for (path, format) in zip(paths, formats) where !isWhole(path, format) { throw .pictureIncomplete(path: path) }
    if let path = zip(paths, formats).first(where: { $1 == .svg })?.0 { try SVGPicture.tidy(path, title: title) }
    return paths
  }

  /// Draws scripts in one go, each as the text of an SVG picture.
  ///
  /// - Parameter seconds: how long gnuplot may take for all of them.
  /// - Throws: ``ChartError``.
  public func pictures(
    of scripts: [ChartScript], within seconds: Double = 60, interruption: Interruption = Interruption()
  ) throws(ChartError) -> [SVGPicture] {
    if scripts.isEmpty { return [] }
    var commands: [UInt8] = []
    for script in scripts { commands += try script.printed() }
    let text = try printed(by: commands, named: "the charts", within: seconds, interruption: interruption)
    let end = "</svg>"
    var (pictures, rest): ([SVGPicture], Substring) = ([], text[...])
    for script in scripts {
      guard let range = rest.range(of: end) else { throw .pictureIncomplete(path: "a picture") }
      pictures.append(SVGPicture(String(rest[..<range.upperBound]), title: script.title))
      rest = rest[range.upperBound...]
    }
    return pictures
  }

  /// What gnuplot prints on standard output for these commands.
  ///
  /// - Parameter name: how errors call them.
  func printed(
    by commands: [UInt8], named name: String, within seconds: Double, interruption: Interruption
  ) throws(ChartError) -> String {
    let process = ChildProcess(
      executable: executable, arguments: [executable, "-d"], environment: environment, folder: ".",
      input: .bytes(commands), timeout: .seconds(seconds), mostPrinted: Gnuplot.mostPrinted,
      mostMemory: Gnuplot.mostMemory)
    var (drawn, said) = ([UInt8](), [UInt8]())
    let ending: ChildProcess.Ending
    do throws(ChildProcess.StartError) {
      ending = try process.run(in: interruption.processes) { stream, bytes in
        bytes.withUnsafeBufferPointer {
          if stream == .output { drawn.append(contentsOf: $0) } else { said.append(contentsOf: $0) }
        }
        return true
      }
    } catch { throw .gnuplotNotStarted(executable: executable, reason: error.reason) }
    try check(ending, of: name, seconds: seconds, message: String(decoding: said, as: UTF8.self))
    return String(decoding: drawn, as: UTF8.self)
  }

  private func check(
    _ ending: ChildProcess.Ending, of script: String, seconds: Double, message: String
  ) throws(ChartError) {
    let message = complaint(in: message)
    switch ending {
    case .exited(0): break
    case .exited(let code): throw .gnuplotFailed(script: script, status: Int(code), message: message)
    case .signalled(let number): throw .gnuplotFailed(script: script, status: 128 + Int(number), message: message)
    case .outOfTime, .stopped: throw .gnuplotTimedOut(script: script, seconds: seconds)
    case .tooMuchOutput(let bytes): throw .gnuplotTooLoud(script: script, bytes: bytes)
    case .tooMuchMemory(let bytes): throw .gnuplotTooLarge(script: script, bytes: bytes)
    }
  }

  // gnuplot takes a name that starts with < or | for a command and ~ for the home folder.
  private func plainPath(_ path: String) -> String { path.hasPrefix("/") ? path : "./" + path }

  /// What says what is wrong, from the line with its location on; gnuplot repeats the command with a caret before that.
  func complaint(in message: String) -> String {
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
    case .pdf: return text.contains("%%EOF")
    }
  }
}
