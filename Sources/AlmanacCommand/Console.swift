import Foundation
import TimeSeries

/// The streams of the process.
enum Console {
  /// Sees to it that a run does not end because nobody reads what it prints, nor prints into files of its own.
  static func prepare() {
    // A reader that has gone away is an error of the write, and no reason to end.
    signal(SIGPIPE, SIG_IGN)
    // Whoever started this process may not want to know of its children's end; this process does.
    signal(SIGCHLD, SIG_DFL)
    // The place of a stream that was closed before would be taken by the next file that is opened. What stands there instead
    // can be used for nothing: it is open the wrong way round.
    for (stream, way) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
    where fcntl(stream, F_GETFD) < 0 {
      _ = open("/dev/null", way)
    }
  }

  /// A line for whoever asked: results.
  static func line(_ text: String) { _ = write(plain(text) + "\n", to: STDOUT_FILENO) }

  /// A line for whoever asked, of pieces in colours: codes of the terminal, such as 34 for blue; nil for none.
  static func line(_ pieces: [(text: String, colour: String?)]) {
    let line = pieces.map { piece in
      piece.colour.map { "\u{1B}[\($0)m\(plain(piece.text))\u{1B}[0m" } ?? plain(piece.text)
    }
    _ = write(line.joined() + "\n", to: STDOUT_FILENO)
  }

  /// Text for whoever asked, with its own line ends.
  static func text(_ text: String) { _ = write(plain(text), to: STDOUT_FILENO) }

  /// A line for whoever watches: faults and progress. On a terminal with colours what is wrong stands out.
  static func error(_ text: String) {
    let text = plain(text)
    _ = write((isWatched && Surroundings.wantsColours ? coloured(text) : text) + "\n", to: STDERR_FILENO)
  }

  /// The text with the first word of an error in red, of a warning in yellow; lines of JSON stay as they are.
  static func coloured(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard !line.hasPrefix("{") else { return String(line) }
      for (word, colour) in [("error:", "1;31"), ("warning:", "33")] {
        guard let range = line.range(of: word),
          range.lowerBound == line.startIndex || line[..<range.lowerBound].hasSuffix(": ")
        else { continue }
        return line[..<range.lowerBound] + "\u{1B}[\(colour)m\(word)\u{1B}[0m" + line[range.upperBound...]
      }
      return String(line)
    }.joined(separator: "\n")
  }

  /// Text on standard error without a line end, for a progress bar.
  static func status(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// Whether a person watches standard error on a terminal.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether standard output is a terminal.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// The letters that a line of the terminal has, 40 to 200; 78 where there is none.
  static var columns: Int {
    var size = winsize()
    guard isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 78 }
    return min(200, max(40, Int(size.ws_col) - 1))
  }

  /// Writes bytes to standard output.
  ///
  /// - Returns: why that failed, in the system's word; nil where all is written.
  static func output(_ bytes: [UInt8]) -> String? { write(bytes, to: STDOUT_FILENO) }

  // Names and cells of readings and lines of programs stand in these texts: none of them may steer the terminal.
  private static func plain(_ text: String) -> String { text.withoutControls(keepingLines: true) }

  // A full disk or a closed stream must not end a run that has its work done.
  private static func write(_ text: String, to descriptor: Int32) -> String? { write(Array(text.utf8), to: descriptor) }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> String? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return String(cString: strerror(errno)) }
    }
    return nil
  }
}
