import TimeSeries

/// What `almanac stages NAME` shows of a stage: its fields, and a piece of YAML to start from.
public struct StageHelp: Sendable {
  /// The stage.
  public let stage: StageDefinition

  /// Help on a stage.
  public init(_ stage: StageDefinition) { self.stage = stage }

  /// The help as lines of text.
  public var text: String {
    var lines = ["\(stage.name) (\(stage.role.rawValue))", "  \(stage.summary)"]
    if !stage.fields.isEmpty { lines += ["", "fields"] }
    for field in stage.fields {
      lines.append("  \(field.name): \(traits(of: field))")
      lines.append("      \(field.help)")
    }
    lines += ["", "example"] + example.map { "  \($0)" }
    return lines.map(\.onOneLine).joined(separator: "\n")
  }

  private func traits(of field: FieldDefinition) -> String {
    var traits = [field.kind.description]
    if let bounds = field.bounds { traits.append(bounds.description) }
    if let unit = field.unit { traits.append("in \(unit)") }
    if field.isRequired {
      traits.append("required")
    } else if let value = field.defaultText {
      traits.append("default \(value)")
    }
    return traits.joined(separator: ", ")
  }

  /// The stage as an entry of `stages`.
  public var example: [String] {
    stage.example.isEmpty ? ["- use: \(stage.name)"] : ["- use: \(stage.name)", "  with: \(stage.example)"]
  }
}
