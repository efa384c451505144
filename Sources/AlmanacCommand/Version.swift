import CBuild
import Forecasting
import Operation
import Pipelines
import Recurrent
import Tabular

/// What this program is, and what it was made of.
enum Version {
  /// The commit that it was built from; nil where the build was not told.
  static var commit: String? {
    let commit = String(cString: build_commit())
    return commit.isEmpty ? nil : commit
  }

  /// A line each.
  static var details: [(name: String, value: String)] {
    let paths = [ProcessorPath.best.description] + (SHA256.isNative ? ["SHA"] : [])
    return [
      ("version", almanacVersion),
      ("commit", commit ?? "not told to the build"),
      (
        "processor",
        "\(paths.joined(separator: ", ")); built for \(ProcessorPath.allCases.map(\.rawValue).joined(separator: ", "))"
      ),
      ("unpacks", [Packing.gzip, .zstd].map { "\($0) (\($0.library))" }.joined(separator: ", ")),
      ("history", RunHistory.library),
      ("pretrained", PretrainedKind.allCases.map(\.rawValue).joined(separator: ", ")),
      ("stages", "\(Almanac.registry.stages.count)"),
      ("saved models", "format \(SavedModel.format)"),
    ]
  }
}
