import Files
import Forecasting
import Foundation
import PipelineFile
import Pipelines
import Processes
import Synchronization

/// Starts the plugins of a pipeline: where their files go, who is given what they report, and what a run is called.
public final class PluginHost: Sendable {
  /// What ends them.
  let interruption: Interruption
  /// The folder for the files of each call; they are removed when it ends.
  let temporaryFolder: String
  /// Whether plugins may be started at all; otherwise of each is known what was kept of it.
  let mayStart: Bool

  private struct Run {
    var id = ""
    var deadline: ContinuousClock.Instant?
    var levels: [String: [Double]] = [:]
    var report: @Sendable (String, ProgramMessage) -> Void = { _, _ in }
  }

  private let folders: FolderSet
  private let run = Mutex(Run())
  private let said = Mutex<[String: KeptDescriptions]>([:])

  /// The folders of the calls that are at work; nil when all are removed for good.
  private final class FolderSet: Sendable {
    let open = Mutex<(paths: Set<String>, isClosed: Bool)>(([], false))
  }

  /// A host whose plugins' reports nobody is given yet.
  ///
  /// - Parameter mayStart: whether plugins may be started; a command that only reads a file has no reason to.
  public init(
    interruption: Interruption = Interruption(), temporaryFolder: String = "/tmp", mayStart: Bool = true
  ) {
    (self.interruption, self.temporaryFolder, self.mayStart) = (interruption, temporaryFolder, mayStart)
    let folders = FolderSet()
    self.folders = folders
    interruption.whenItComes { _ in
      folders.open.withLock { open in
        open.isClosed = true
        for path in open.paths { CallFolder(path: path).remove() }
      }
    }
  }

  /// Begins a run: `report` is given what plugins report, with the plugin's name.
  ///
  /// - Parameter id: what the run is called.
  public func begin(run id: String, report: @escaping @Sendable (String, ProgramMessage) -> Void) {
    run.withLock { $0 = Run(id: id, report: report) }
  }

  /// Has every call end with the run's time.
  public func end(calls deadline: ContinuousClock.Instant?) { run.withLock { $0.deadline = deadline } }

  /// The stage that a plugin says it is.
  ///
  /// - Throws: ``PluginError``
  public func definition(of plugin: PluginDeclaration) throws(PluginError) -> StageDefinition {
    let call = PluginCall(plugin: plugin, host: self)
    return StageDefinition(plugin: call, try call.describe())
  }

  /// The same for the reader of pipeline files. Where plugins may not be started, it is what was kept of the plugin, or
  /// what its place in the file shows.
  public func resolve(_ plugin: PluginDeclaration) throws(FieldFault) -> StageDefinition {
    do throws(PluginError) {
      if mayStart {
        end(calls: plugin.runTimeout.map { .now + .milliseconds($0.milliseconds) })
        defer { end(calls: nil) }
        return try definition(of: plugin)
      }
      let call = PluginCall(plugin: plugin, host: self)
      if let kept = plugin.state.flatMap({ KeptDescriptions(in: $0)[plugin] }) {
        return StageDefinition(plugin: call, kept)
      }
      do throws(PluginError.Fault) { _ = try plugin.executable() } catch {
        throw PluginError(plugin: plugin.name, call: "describe", fault: error)
      }
      let role = PluginDescription.Role(rawValue: plugin.role.rawValue) ?? .transform
      return StageDefinition(plugin: call, PluginDescription(assuming: role, of: plugin.name), isDescribed: false)
    } catch { throw FieldFault(error.message) }
  }

  /// Takes note of what a plugin said of itself, as JSON.
  func told(_ plugin: PluginDeclaration, _ description: [UInt8]) {
    guard let state = plugin.state, let digest = plugin.digest, let json = JSONValue(json: description) else { return }
    said.withLock { $0[state, default: KeptDescriptions()].descriptions[digest] = json }
  }

  /// Keeps what plugins have said of themselves in the state of their pipelines, so that reading a file need not start
  /// them.
  ///
  /// - Throws: `Failure` where a state folder cannot be written to.
  public func keepDescriptions() throws(Failure) {
    for (state, descriptions) in said.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      if KeptDescriptions(in: state) != descriptions { try descriptions.write(to: state) }
    }
  }

  /// Does work in a folder of its own, which is there no longer than the work, nor than this command. None is made once the
  /// command is told to end.
  func withFolder<Result>(
    _ work: (CallFolder) throws(PluginError.Fault) -> Result
  ) throws(PluginError.Fault) -> Result {
    let made = folders.open.withLock { open -> Swift.Result<CallFolder, PluginError.Fault> in
      if open.isClosed { return .failure(.notStarted(reason: "the command is being ended")) }
      do throws(PluginError.Fault) {
        let folder = try CallFolder(in: temporaryFolder)
        open.paths.insert(folder.path)
        return .success(folder)
      } catch { return .failure(error) }
    }
    let folder = try made.get()
    defer {
      folders.open.withLock { open in
        folder.remove()
        open.paths.remove(folder.path)
      }
    }
    return try work(folder)
  }

  /// The levels that a plugin gave first in this run for the same fields; those that it gives now, where they are the first.
  func firstLevels(_ levels: [Double], of plugin: String) -> [Double] {
    run.withLock { run in
      let first = run.levels[plugin] ?? levels
      run.levels[plugin] = first
      return first
    }
  }

  /// When the time of the run is over.
  var deadline: ContinuousClock.Instant? { run.withLock { $0.deadline } }

  /// What the run is called; a plugin may put it into its log.
  var runIdentifier: String { run.withLock { $0.id } }

  func report(_ plugin: String, _ message: ProgramMessage) {
    let report = run.withLock { $0.report }
    report(plugin, message)
  }
}

extension PluginHost {
  /// What saved models may hold of plugins.
  public static let savedParts: [any SavedPart.Type] = PluginTransform.savedParts + PluginForecaster.savedParts
}
