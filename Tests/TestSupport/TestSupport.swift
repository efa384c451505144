import Forecasting
import Foundation
import Operation
import PipelineFile
import Pipelines
import Plugins
import Stages

/// A valid file to break: its lines are numbered so that the tables below can name locations.
package let validFile = """
  version: 1
  name: load
  description: Load of a grid
  vars: {horizon: 6}
  run:
    seed: 3
  stages:
    - use: csv
      with: {path: load.csv, time: hour, target: load}
    - use: resample
      with: {every: 1h, fill: linear, max_gap: 3}
    - use: normalize
    - use: window
      with: {lookback: 24, horizon: "${vars.horizon}"}
    - use: lstm
      name: model
      with: {hidden: 8, epochs: 2, validation: 6}
    - use: evaluate
      with: {metrics: [mae, mase], require: {mase: "< 1.5"}}
    - use: write
      with: {path: out/load.csv}

  """

/// The stages that come with almanac, and others.
package func registry(_ more: [any Stage.Type] = [], metrics: MetricRegistry = .builtIn) -> StageRegistry {
  StageRegistry(Stages.builtIn + more, scores: metrics.metrics.map(\.name))
}

/// Reads files that may name these stages.
package func fileReader(
  _ stages: StageRegistry = registry(), environment: [String: String] = [:], set overrides: [String] = [],
  plugins: PluginHost = PluginHost()
) -> FileReader {
  FileReader(
    grammar: .pipelines(stages), environment: environment, overrides: overrides.compactMap(Override.init),
    resolve: { plugin throws(FieldFault) in try plugins.resolve(plugin) })
}

/// Reads pipelines that may name these stages.
package func reader(
  _ stages: StageRegistry = registry(), environment: [String: String] = [:], set overrides: [String] = [],
  metrics: MetricRegistry = .builtIn
) -> PipelineReader {
  PipelineReader(fileReader(stages, environment: environment, set: overrides), metrics: metrics)
}

/// A folder that goes with its test.
package final class TemporaryFolder {
  package let path = FileManager.default.temporaryDirectory.appendingPathComponent("state-\(UUID().uuidString)").path
  package init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func read(_ name: String) -> String? {
    FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
  }
  package func write(_ text: String, to name: String) throws {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
  package var files: [String] {
    let found = FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []
    return found.filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }
}

/// DuckDB's command, of the search path or of `Scripts/test`; nil where there is none that this user can start.
package let duckDB: String? = {
  let tools = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: ".build/tools/bin").path
  let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
  return (path.split(separator: ":").map(String.init) + [tools]).map { "\($0)/duckdb" }
    .first { program in
      let process = Process()
      (process.executableURL, process.arguments) = (URL(filePath: program), ["--version"])
      (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
      guard FileManager.default.isExecutableFile(atPath: program), (try? process.run()) != nil else { return false }
      process.waitUntilExit()
      return process.terminationStatus == 0
    }
}()
