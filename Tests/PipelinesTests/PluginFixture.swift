import Forecasting
import Foundation
import Synchronization
import TimeSeries

@testable import Pipelines

/// A plugin written as a shell script in a folder of its own, and what the host does with it.
final class PluginFixture: Sendable {
  let folder: URL
  let session: PluginSession
  let command: PluginCommand
  private let told = Mutex<[PluginEvent]>([])

  /// - Parameter run: the script's answer to `run`, in POSIX shell; `request` holds what was asked.
  init(
    run: String = "", describe: String = PluginFixture.transform, timeout: Duration = .seconds(20),
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
    session = PluginSession(temporaryFolder: folder.appendingPathComponent("tmp").path)
    command = PluginCommand(
      name: "fixture", words: ["sh", "plugin.sh"], timeout: timeout, environment: environment, folder: folder.path,
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

  var events: [PluginEvent] { told.withLock { $0 } }

  /// Applies the plugin's transform to a panel of three rows.
  func apply(_ panel: Panel = PluginFixture.panel) throws(PluginError) -> Panel {
    session.begin(seed: 7) { [self] _, event in told.withLock { $0.append(event) } }
    let call = PluginCall(command: command, session: session)
    return try Plugin(call, try call.describe()).apply(panel, state: nil, [:])
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

  /// Whether a process has ended: it is not there, or it only waits to be collected by a parent that is not ours.
  static func hasEnded(_ process: Int32) -> Bool {
    guard process > 1, let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
      return process > 1
    }
    let state = status[(status.lastIndex(of: ")") ?? status.startIndex)...].dropFirst(2).first
    return state == "Z" || state == "X"
  }
}
