/// Why a chart could not be written or drawn.
public enum ChartError: Error, Equatable, CustomStringConvertible {
  /// The script could not be written.
  case unwritable(path: String, reason: String)
  /// No folder of the search path holds gnuplot.
  case gnuplotMissing(searched: String)
  /// gnuplot is there but could not be started.
  case gnuplotNotStarted(executable: String, reason: String)
  /// gnuplot stopped at an error; `message` is what it printed.
  case gnuplotFailed(script: String, status: Int, message: String)
  /// gnuplot did not finish in time and was ended.
  case gnuplotTimedOut(script: String, seconds: Double)
  /// gnuplot printed more than it may and was ended.
  case gnuplotTooLoud(script: String, bytes: Int)
  /// gnuplot took more memory than it may and was ended.
  case gnuplotTooLarge(script: String, bytes: Int)
  /// gnuplot reported no error, but the picture is missing or cut off.
  case pictureIncomplete(path: String)

  /// What a person reads.
  public var description: String {
    switch self {
    case .unwritable(let path, let reason):
      "cannot write the chart \(path): \(reason)"
    case .gnuplotMissing(let searched):
      "gnuplot was not found in PATH (\(searched.isEmpty ? "which is empty" : searched)); "
        + "install the package gnuplot-nox, or ask for no pictures"
    case .gnuplotNotStarted(let executable, let reason):
      "cannot start \(executable): \(reason); install the package gnuplot-nox, or ask for no pictures"
    case .gnuplotFailed(let script, let status, let message):
      message.isEmpty
        ? "gnuplot could not draw \(script): it ended with status \(status) and no message"
        : "gnuplot could not draw \(script): \(message)"
    case .gnuplotTimedOut(let script, let seconds):
      "gnuplot did not finish drawing \(script) within \(plain(seconds)) s and was ended"
    case .gnuplotTooLoud(let script, let bytes):
      "gnuplot printed more than \(bytes) bytes while it drew \(script) and was ended; is it gnuplot that is installed?"
    case .gnuplotTooLarge(let script, let bytes):
      "gnuplot took more than \(bytes >> 20) MB of memory for \(script) and was ended; draw fewer series or less history"
    case .pictureIncomplete(let path):
      "gnuplot left \(path) incomplete; is the disk full?"
    }
  }
}
