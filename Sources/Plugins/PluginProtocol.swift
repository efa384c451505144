import PipelineFile
import Processes

/// What almanac and a plugin agree on.
public enum PluginProtocol {
  /// The version of the messages that is spoken here.
  public static let version = 1
  /// The longest line that a plugin may print, in bytes.
  public static let longestLine = 1 << 20
  /// How much it may print in one call, on each of its outputs, in bytes.
  public static let mostOutput = 64 << 20
  /// How much a file that it makes may hold, in bytes.
  public static let mostData = 1 << 30
  /// How many levels of intervals it may give.
  public static let mostLevels = 100
  /// How many lines of its standard error are passed on in one call; what is beyond is only counted.
  public static let mostErrorLines = 200
}

extension PluginDeclaration {
  /// How long one call may take by itself.
  var limit: Duration { .milliseconds(timeout?.milliseconds ?? 60_000) }

  /// The program's file.
  func executable() throws(PluginError.Fault) -> String {
    do throws(ProgramPath.Fault) {
      return try ProgramPath.find(words.first, in: folder, searchPath: searchPath)
    } catch {
      switch error {
      case .unnamed: throw .noCommand
      case .notFound(let program): throw .notFound(program: program)
      case .notExecutable(let program): throw .notExecutable(program: program)
      }
    }
  }
}
