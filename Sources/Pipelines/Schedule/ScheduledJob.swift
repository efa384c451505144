import Foundation

/// A pipeline to be run by the system: everything that units and crontab lines are made from, with absolute paths.
public struct ScheduledJob: Sendable {
  /// The pipeline.
  public let pipeline: Pipeline
  /// The command.
  public let program: String
  /// The pipeline file.
  public let file: String
  /// When it runs.
  public let timetable: Timetable
  /// Whom it runs as; nil for root.
  public let user: String?
  /// How long a run may wait, at random, after its time, so that a machine's jobs do not begin at once.
  public let delay: TimeSpan

  private let workingFolder: String

  /// A job.
  ///
  /// - Parameter workingFolder: the folder that relative paths are seen from.
  /// - Throws: ``ScheduleError``
  public init(
    _ pipeline: Pipeline, program: String, workingFolder: String, timetable: Timetable, user: String?, delay: TimeSpan
  ) throws(ScheduleError) {
    (self.pipeline, self.timetable, self.user, self.delay) = (pipeline, timetable, user, delay)
    self.workingFolder = workingFolder
    self.program = ScheduledJob.absolute(program, in: workingFolder)
    file = ScheduledJob.absolute(pipeline.file, in: workingFolder)
    for path in [self.program, file, root] where path.contains(where: \.isNewline) { throw .lineEnd(path) }
  }

  /// The folder that the pipeline's paths are relative to.
  var root: String { ScheduledJob.absolute(pipeline.rootFolder.path, in: workingFolder) }

  /// The name of the units, without ending.
  public var unitName: String {
    "almanac-"
      + String(
        pipeline.name.unicodeScalars.map { letter -> Character in
          let isPlain = letter.isASCII && (letter.properties.isAlphabetic || letter.properties.numericType != nil)
          return isPlain || letter == "-" || letter == "_" || letter == "." ? Character(letter) : "-"
        })
  }

  /// The folders that it writes to, none below another; each is the nearest that exists.
  public var writtenFolders: [String] {
    var files = pipeline.source.stage.outputs() + (pipeline.evaluator?.stage.outputs() ?? [])
    files += pipeline.sinks.flatMap { $0.stage.outputs() }
    files += [pipeline.run.operation.metrics].compactMap { $0 }
    var folders = files.map { (pipeline.rootFolder.resolve($0) as NSString).deletingLastPathComponent }
    folders.append(pipeline.stateFolder.path)
    let found = Set(folders.map { existing(ScheduledJob.absolute($0, in: workingFolder)) }).sorted()
    return found.filter { one in !found.contains { $0 != one && (one + "/").hasPrefix($0 == "/" ? "/" : $0 + "/") } }
  }

  /// Whether it talks to other machines, as far as the file tells.
  var needsNetwork: Bool {
    let operation = pipeline.run.operation
    return operation.heartbeat != nil || !operation.onFailure.isEmpty || pipeline.usesPlugins
  }

  /// The variables of the environment that the file asks for.
  public var variables: [String] { pipeline.environmentNames.sorted() }

  private func existing(_ folder: String) -> String {
    var folder = folder
    while folder != "/", !FileManager.default.fileExists(atPath: folder) {
      folder = (folder as NSString).deletingLastPathComponent
    }
    return folder
  }

  /// A path from the top, without `.` and `..`; links stay as they are.
  static func absolute(_ path: String, in folder: String) -> String {
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : folder + "/" + path).split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}

extension Pipeline {
  var usesPlugins: Bool { origin.tree.root["plugins"] != nil }

  /// The names that stand in `${…}`, those of `vars` left out.
  var environmentNames: Set<String> {
    var names: Set<String> = []
    _ = origin.tree.written.mapScalars { text, _ in
      for piece in text.replacing("$$", with: "").components(separatedBy: "${").dropFirst() {
        let name = piece.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let next = piece.dropFirst(name.count).first
        if !name.isEmpty, next == "}" || next == ":" { names.insert(String(name)) }
      }
      return text
    }
    return names
  }
}
