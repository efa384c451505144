import Forecasting
import Foundation
import PipelineFile
import Synchronization
import TestSupport
import TimeSeries

@testable import Pipelines
@testable import Plugins
@testable import Processes

/// A plugin written as a shell script in a folder of its own, and what the host does with it.
final class PluginFixture: Sendable {
  let folder: URL
  let interruption = Interruption()
  let host: PluginHost
  let command: PluginDeclaration
  private let told = Mutex<[ProgramMessage]>([])

  /// - Parameter run: the script's answer to `run`, in POSIX shell; `request` holds what was asked.
  init(
    run: String = "", describe: String = PluginFixture.transform, timeout: Int64 = 20_000,
    environment: [String: String] = ["PATH": "/usr/bin:/bin"]
  ) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("plugin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("tmp"), withIntermediateDirectories: true)
    let script = """
      case "$1" in
      describe)
      \(describe)
      ;;
      run)
      \(run)
      ;;
      esac
      """
    try Data(script.utf8).write(to: folder.appendingPathComponent("plugin.sh"))
    host = PluginHost(
      interruption: interruption, temporaryFolder: folder.appendingPathComponent("tmp").path)
    command = PluginDeclaration(
      name: "fixture", words: ["sh", "plugin.sh"], timeout: TimeSpan(milliseconds: timeout), environment: environment,
      folder: folder.path,
      searchPath: "/usr/bin:/bin")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  static let transform = #"""
    echo '{"protocol": [1], "name": "fixture", "role": "transform", "summary": "Does something.", "calls": ["apply"]}'
    """#

  /// Answers `apply` with the rows that came.
  static let echo = #"""
    request=$(cat)
    output=$(printf '%s' "$request" | sed 's/.*"output":"\([^"]*\)".*/\1/')
    input=$(printf '%s' "$request" | sed 's/.*"input":"\([^"]*\)".*/\1/')
    cp "$input" "$output/out.csv"
    echo '{"type":"result","file":"out.csv"}'
    """#

  static let panel = Panel([
    Series(
      name: "load",
      index: TimeIndex(start: Timestamp(seconds: 1_420_070_400), frequency: .months(1), count: 3), values: [1, .nan, 3])
  ])

  var events: [ProgramMessage] { told.withLock { $0 } }

  /// Applies the plugin's transform to a panel of three rows.
  func apply(_ panel: Panel = PluginFixture.panel) throws(PluginError) -> Panel {
    host.begin(run: "run") { [self] _, event in told.withLock { $0.append(event) } }
    return try plugin().seeded(7).apply(panel, state: nil, [:])
  }

  /// The plugin with the defaults of its fields.
  func plugin() throws(PluginError) -> Plugin {
    let call = PluginCall(plugin: command, host: host)
    return Plugin(call: call, with: try call.describe())
  }

  /// The words of the error that applying ends with.
  func fault() -> String {
    do {
      _ = try apply()
      return "no error"
    } catch { return error.description }
  }

  /// The number that the script wrote into a file.
  func number(in file: String) throws -> Int32 {
    let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }

  /// What is left in the folder for temporary files.
  var leftovers: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("tmp").path)) ?? ["?"]
  }

  /// Whether a process ends within ten seconds: a signal that was sent works only when the kernel next runs the process,
  /// which a busy machine may leave for later.
  static func hasEnded(_ process: Int32) -> Bool {
    for _ in 0..<1000 where isAtWork(process) { usleep(10_000) }
    return !isAtWork(process)
  }

  /// Whether a process is there and does not only wait to be collected by a parent that is not ours.
  private static func isAtWork(_ process: Int32) -> Bool {
    guard process > 1, let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
      return process <= 1
    }
    let state = status[(status.lastIndex(of: ")") ?? status.startIndex)...].dropFirst(2).first
    return state != "Z" && state != "X"
  }
}

extension Plugin {
  /// A plugin whose fields hold their defaults.
  init(call: PluginCall, with description: PluginDescription) {
    let fields = FieldSet(description.fields.map { ($0.definition.name, PluginField($0)) })
    self.init(call: call, description: description, values: FieldReadings(fields))
  }
}
