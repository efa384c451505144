import Glibc

/// Where the file of a program is.
package enum ProgramPath {
  /// Why there is no file to start.
  package enum Fault: Error, Hashable, Sendable {
    /// No program is named.
    case unnamed
    /// The program is not where programs are looked for.
    case notFound(String)
    /// The program's file is there, though it cannot be run.
    case notExecutable(String)
  }

  /// The file of a program.
  ///
  /// - Parameters:
  ///   - program: a name, looked for in the search path, or a path seen from the folder.
  ///   - folder: the folder that the program will start in; a relative path stays one.
  ///   - searchPath: folders with `:` between them, as in PATH.
  package static func find(_ program: String?, in folder: String, searchPath: String) throws(Fault) -> String {
    guard let program, !program.isEmpty else { throw .unnamed }
    if program.contains("/") {
      let path = program.hasPrefix("/") || folder == "." ? program : folder + "/" + program
      guard isFile(path) else { throw .notFound(program) }
      guard access(path, X_OK) == 0 else { throw .notExecutable(program) }
      return program
    }
    let candidates = searchPath.split(separator: ":").map { "\($0)/\(program)" }
    guard let found = candidates.first(where: { isFile($0) && access($0, X_OK) == 0 }) else { throw .notFound(program) }
    return found.hasPrefix("/") ? found : workingFolder + "/" + found
  }

  private static var workingFolder: String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }
}

extension ProgramPath.Fault: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unnamed: "no program is named"
    case .notFound(let program) where program.contains("/"):
      "there is no program \(program); relative paths are seen from the pipeline's root"
    case .notFound(let program): "the program \"\(program)\" is not on the PATH; install it, or correct its name"
    case .notExecutable(let program): "\(program) may not be executed; allow it (chmod +x), or name its interpreter"
    }
  }
}
