import Foundation

/// The two streams of the process.
enum Console {
  /// A line for whoever asked: results.
  static func line(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

  /// Text for whoever asked, with its own line ends.
  static func text(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

  /// A line for whoever watches: faults and progress.
  static func error(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

  /// Text on standard error without a line end, for a progress bar.
  static func status(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  /// Whether a person watches standard error on a terminal.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }
}
