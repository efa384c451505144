import Files
import PipelineFile
import Pipelines
import TimeSeries

/// A pipeline to be run by the system: everything that units and crontab lines are made from, with absolute paths.
public struct ScheduledJob: Sendable {
  /// The pipeline.
  public let pipeline: PipelineDeclaration
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
    _ pipeline: PipelineDeclaration, program: String, workingFolder: String, timetable: Timetable, user: String?,
    delay: TimeSpan
  ) throws(ScheduleError) {
    (self.pipeline, self.timetable, self.user, self.delay) = (pipeline, timetable, user, delay)
    self.workingFolder = workingFolder
    self.program = ScheduledJob.absolute(program, in: workingFolder)
    file = ScheduledJob.absolute(pipeline.file.file, in: workingFolder)
    for path in [self.program, file, root] + writtenFolders where path.unicodeScalars.contains(where: \.isControl) {
      throw .controlCharacter(path)
    }
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
    let changed = pipeline.file.stages.flatMap { ($0.stage as? any PipelineStage)?.changed ?? [] }
    let files = pipeline.outputs.map(\.path) + changed + [pipeline.operation.metrics].compactMap { $0 }
    var folders = files.map { FilePath(pipeline.rootFolder.resolve($0)).parent.text }
    folders.append(pipeline.stateFolder.path)
    let found = Set(folders.map { existing(ScheduledJob.absolute($0, in: workingFolder)) }).sorted()
    return found.filter { one in !found.contains { $0 != one && (one + "/").hasPrefix($0 == "/" ? "/" : $0 + "/") } }
  }

  /// Whether it talks to other machines, as far as the file says.
  var needsNetwork: Bool {
    let operation = pipeline.operation
    return operation.heartbeat != nil || !operation.onFailure.isEmpty || pipeline.file.usesPlugins
      || pipeline.file.stages.contains { ($0.stage as? any PipelineStage)?.usesNetwork == true }
  }

  /// The variables of the environment that the file asks for.
  public var variables: [String] { pipeline.file.environmentNames.sorted() }

  private func existing(_ folder: String) -> String {
    var folder = FilePath(folder)
    while folder != "/", !folder.exists { folder = folder.parent }
    return folder.text
  }

  /// A path from the top, without `.` and `..`; links stay as they are.
  static func absolute(_ path: String, in folder: String) -> String {
    FilePath(folder).appending(FilePath(path)).simplified.text
  }
}
