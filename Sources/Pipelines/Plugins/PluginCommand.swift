import Foundation

/// What almanac and a plugin agree on.
public enum PluginProtocol {
  /// The version of the messages that is spoken here.
  public static let version = 1
  /// The longest line that a plugin may print, in bytes.
  public static let longestLine = 1 << 20
  /// How much it may print in one call, in bytes.
  public static let mostOutput = 64 << 20
  /// How many lines of its standard error are passed on in one call; what is beyond is only counted.
  public static let mostErrorLines = 200
}

/// How a plugin is started.
public struct PluginCommand: Sendable, Hashable {
  /// What the pipeline file calls it.
  public var name: String
  /// The program and its arguments; paths are relative to the folder.
  public var words: [String]
  /// How long one call may take.
  public var timeout: Duration
  /// All that the plugin sees of the environment.
  public var environment: [String: String]
  /// The folder that it starts in.
  public var folder: String
  /// Where programs are looked for, as in PATH.
  public var searchPath: String

  /// A way to start a plugin.
  public init(
    name: String, words: [String], timeout: Duration = .seconds(60), environment: [String: String] = [:],
    folder: String = ".", searchPath: String
  ) {
    self.name = name
    self.words = words
    self.timeout = timeout
    self.environment = environment
    self.folder = folder
    self.searchPath = searchPath
  }

  /// The seconds that one call may take.
  var seconds: Double { Double(timeout.components.seconds) + Double(timeout.components.attoseconds) / 1e18 }

  /// The program's file.
  func executable() throws(PluginError.Fault) -> String {
    guard let program = words.first, !program.isEmpty else { throw .noCommand }
    if program.contains("/") {
      // The child changes its folder before the program is looked up, so a relative path stays one.
      let place = RootFolder(folder).resolve(FilePath(program))
      guard isFile(place) else { throw .notFound(program: program) }
      guard access(place, X_OK) == 0 else { throw .notExecutable(program: program) }
      return program
    }
    let places = searchPath.split(separator: ":").map { "\($0)/\(program)" }
    guard let found = places.first(where: { isFile($0) && access($0, X_OK) == 0 }) else {
      throw .notFound(program: program)
    }
    return found.hasPrefix("/") ? found : FileManager.default.currentDirectoryPath + "/" + found
  }

  private func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
  }
}
