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

  private struct Run {
    var id = ""
    var report: @Sendable (String, ProgramMessage) -> Void = { _, _ in }
  }

  private let folders: FolderSet
  private let run = Mutex(Run())

  /// The folders of the calls that are at work.
  private final class FolderSet: Sendable {
    let paths = Mutex<Set<String>>([])
  }

  /// A host whose plugins' reports nobody is given yet.
  public init(interruption: Interruption = Interruption(), temporaryFolder: String = "/tmp") {
    (self.interruption, self.temporaryFolder) = (interruption, temporaryFolder)
    let folders = FolderSet()
    self.folders = folders
    interruption.whenItComes { _ in
      for folder in folders.paths.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: folder) }
    }
  }

  /// Begins a run: `report` is given what plugins report, with the plugin's name.
  ///
  /// - Parameter id: what the run is called.
  public func begin(run id: String, report: @escaping @Sendable (String, ProgramMessage) -> Void) {
    run.withLock { $0 = Run(id: id, report: report) }
  }

  /// The stage that a plugin says it is.
  ///
  /// - Throws: ``PluginError``
  public func definition(of plugin: PluginDeclaration) throws(PluginError) -> StageDefinition {
    let call = PluginCall(plugin: plugin, host: self)
    return StageDefinition(plugin: call, try call.describe())
  }

  /// The same for the reader of pipeline files.
  public func resolve(_ plugin: PluginDeclaration) throws(FieldFault) -> StageDefinition {
    do { return try definition(of: plugin) } catch { throw FieldFault(error.message) }
  }

  /// Takes note of the folder of a call while it is there.
  func holding<Result, Fault: Error>(_ folder: CallFolder, _ work: () throws(Fault) -> Result) throws(Fault) -> Result {
    _ = folders.paths.withLock { $0.insert(folder.path) }
    defer {
      folder.remove()
      _ = folders.paths.withLock { $0.remove(folder.path) }
    }
    return try work()
  }

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
