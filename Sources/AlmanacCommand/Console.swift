import Foundation

/// The two streams of the process.
enum Console {
  /// A line for whoever asked: results.
  static func line(_ text: String) { _ = write(text + "\n", to: STDOUT_FILENO) }

  /// Text for whoever asked, with its own line ends.
  static func text(_ text: String) { _ = write(text, to: STDOUT_FILENO) }

  /// A line for whoever watches: faults and progress.
  static func error(_ text: String) { _ = write(text + "\n", to: STDERR_FILENO) }

  /// Text on standard error without a line end, for a progress bar.
  static func status(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// Whether a person watches standard error on a terminal.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes bytes to standard output.
  ///
  /// - Returns: why that failed, in the system's word; nil where all is written.
  static func output(_ bytes: [UInt8]) -> String? { write(bytes, to: STDOUT_FILENO) }

  /// All of standard input; nil where it cannot be read.
  static func input() -> [UInt8]? {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(STDIN_FILENO, &piece, piece.count)
      if count > 0 {
        bytes += piece[..<count]
      } else if count == 0 {
        return bytes
      } else if errno != EINTR {
        return nil
      }
    }
  }

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
