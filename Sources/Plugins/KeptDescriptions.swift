import Files
import Foundation
import PipelineFile
import Pipelines
import Processes

/// What plugins have said of themselves, kept in a pipeline's state: a file is read with it, and no plugin is started.
struct KeptDescriptions: Equatable {
  /// What each said, by the digest of its command and program.
  var descriptions: [String: JSONValue] = [:]

  private static let format = 1
  private static let name = "plugins.json"
  private static let mostBytes = 16 << 20

  /// Nothing kept.
  init() {}

  /// What a state folder keeps; nothing where there is none, or none that can be read.
  init(in state: String) {
    let file = StateFolder(path: state).path(of: Self.name)
    guard let bytes = try? DiskFile.read(file, most: Self.mostBytes), let json = JSONValue(json: bytes),
      json["format"]?.integer == Self.format, let kept = json["plugins"]?.members
    else { return }
    for (digest, description) in kept { descriptions[digest] = description }
  }

  /// What a plugin said; nil where it has said nothing yet, or is another program by now.
  subscript(plugin: PluginDeclaration) -> PluginDescription? {
    if descriptions.isEmpty { return nil }
    return plugin.digest.flatMap { descriptions[$0] }.flatMap { try? PluginDescription(Array($0.line.utf8)) }
  }

  /// Replaces what a state folder keeps.
  func write(to state: String) throws(Failure) {
    let json: JSONValue = ["format": .integer(Self.format), "plugins": JSONValue(descriptions)]
    try StateFolder(path: state).replace(Self.name, with: Array("\(json.document)\n".utf8))
  }
}

extension PluginDeclaration {
  /// A digest of the command and of the files that its words name: the program, and a script that it is given. Files of
  /// more than a megabyte, such as interpreters, count by what the system knows of them; modules that a script loads do not
  /// count. Nil where there is no program.
  var digest: String? {
    guard let program = try? executable() else { return nil }
    var parts = words + [folder]
    let named = words.dropFirst().flatMap { word in [word, word.split(separator: "=").last.map(String.init) ?? word] }
    for path in [program] + named {
      let file = path.hasPrefix("/") || folder == "." ? path : folder + "/" + path
      if let identity = Self.identity(ofFile: file) { parts += [path, identity] }
    }
    return SHA256.hex(Array(JSONValue.list(parts.map { .text($0) }).line.utf8))
  }

  private static func identity(ofFile path: String) -> String? {
    do throws(DiskFile.Refusal) { return SHA256.hex(try DiskFile.read(path, most: 1 << 20)) } catch {
      var status = stat()
      guard error == .tooLarge, stat(path, &status) == 0 else { return nil }
      return "\(status.st_dev) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) "
        + "\(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
    }
  }
}
