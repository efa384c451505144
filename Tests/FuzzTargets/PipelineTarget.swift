import PipelineFile
import Pipelines
import TestSupport

extension FuzzTarget {
  /// Pipeline files, and the other small texts of the language.
  static let pipeline = FuzzTarget(
    "pipeline", longest: 4096,
    words: [
      "version: 1", "stages:", "- use: ", "with:", "{", "}", "[", "]", "&a ", "*a", "<<: ", "!!int ", "|", ">", "? ",
      "---",
      "${", "}", "${vars.x}", "9223372036854775807", "-1", "1e400", ".nan", "1000000000y", "1h30m", "null", "~", "true",
      "\u{0}", "\u{2028}", "\u{FFFE}", "horizon: ", "epochs: ", "path: ", "csv", "gru", "ets", "window", "evaluate",
    ]
  ) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    for name in ["fuzz.yaml", "fuzz.md"] {
      let findings = pipelines.check(text, file: name)
      let errors = findings.diagnostics.filter { $0.severity == .error }
      try Finding.unless(
        errors.allSatisfy { ($0.location?.line ?? 0) >= 1 && ($0.location?.column ?? 0) >= 1 },
        "an error has no place: \(errors)")
      for pipeline in findings.pipelines where name == "fuzz.yaml" { try checkEffective(pipeline) }
    }
    if let override = Override(text) { _ = override }
    _ = JSONValue(json: bytes)
  }

  private static let pipelines = reader()

  /// The effective file is a valid one, whose effective file is itself.
  private static func checkEffective(_ pipeline: PipelineDeclaration) throws {
    let effective = EffectiveFile(pipeline.file).yaml
    let again = pipelines.check(effective, file: "effective.yaml")
    guard let second = again.pipelines.first, again.pipelines.count == 1 else {
      throw Finding("the effective file is refused: \(again.diagnostics)\n\(effective)")
    }
    let third = EffectiveFile(second.file).yaml
    try Finding.unless(third == effective, "the effective file has another effective file:\n\(effective)\n\(third)")
  }
}
