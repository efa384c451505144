import TimeSeries

/// All stages as one document: the reference page, or a listing for tools.
public struct StageReference: Sendable {
  private let grammar: FileGrammar

  /// The reference of a grammar.
  public init(_ grammar: FileGrammar) { self.grammar = grammar }

  /// The reference page, in Markdown.
  public var markdown: String {
    var lines = [
      "# Stages", "",
      "<!-- Made by `almanac stages --markdown`. -->", "",
      "A pipeline file lists stages in this order: "
        + StageRole.allCases.map(\.rawValue).joined(separator: ", ") + ". `almanac stages NAME` shows one of them.", "",
      "A field of the type *steps or duration* takes a number of steps, or a length of time such as `1d`, which becomes "
        + "steps once the distance of the readings is known. A duration is at most \(Frequency.longestYears)y. A list of one may be written "
        + "as a single value.",
    ]
    lines += ["", "## The settings of a run", "", "They stand under `run`."]
    lines += table(of: grammar.settingFields.definitions)
    for role in StageRole.allCases {
      let members = grammar.stages.stages.filter { $0.role == role }
      guard !members.isEmpty else { continue }
      lines += ["", "## \(role.heading)"]
      for stage in members { lines += section(stage) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func section(_ stage: StageDefinition) -> [String] {
    var lines = ["", "### \(stage.name)", "", stage.summary, ""]
    lines += ["```yaml"] + StageHelp(stage).example + ["```"]
    guard !stage.fields.isEmpty else { return lines + ["", "It has no fields."] }
    return lines + table(of: stage.fields)
  }

  private func table(of fields: [FieldDefinition]) -> [String] {
    var lines = ["", "| field | type | default | |", "| --- | --- | --- | --- |"]
    for field in fields {
      let standard = field.isRequired ? "required" : field.defaultText.map { $0.isEmpty ? "empty" : code($0) } ?? ""
      let cells = ["`\(field.name)`", type(of: field), standard, note(on: field)]
      lines.append("| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |")
    }
    return lines
  }

  private func type(of field: FieldDefinition) -> String {
    var kind = field.kind.description
    if case .choice(let words) = field.kind { kind = words.map(code).joined(separator: ", ") }
    return [kind, field.bounds?.description, field.unit.map { "in \($0)" }].compactMap { $0 }.joined(separator: ", ")
  }

  private func note(on field: FieldDefinition) -> String {
    field.deprecation.map { "*Deprecated:* \($0). \(field.help)" } ?? field.help
  }

  // A text that holds a backtick stands between two of them.
  private func code(_ text: String) -> String { text.contains("`") ? "`` \(text) ``" : "`\(text)`" }

  /// The stages as JSON: a list in the order of the listing.
  public var json: JSONValue {
    .list(
      grammar.stages.stages.map { stage in
        [
          "name": .text(stage.name), "role": .text(stage.role.rawValue), "summary": .text(stage.summary),
          "example": .text(StageHelp(stage).example.joined(separator: "\n")),
          "fields": .list(stage.fields.map(\.json)),
        ]
      })
  }
}

extension FieldDefinition {
  fileprivate var json: JSONValue {
    JSONValue([
      ("name", .text(name)), ("type", .text(kind.description)), ("help", .text(help)),
      ("unit", unit.map { .text($0) }), ("minimum", bounds?.minimum.map { .number($0) }),
      ("excludes_minimum", bounds?.isMinimumExcluded == true ? true : nil),
      ("maximum", bounds?.maximum.map { .number($0) }),
      ("choices", kind.choices.map { .list($0.map { .text($0) }) }),
      ("required", .boolean(isRequired)), ("default", defaultText.map { .text($0) }),
      ("secret", isSecret ? true : nil), ("deprecated", deprecation.map { .text($0) }),
    ])
  }
}

extension FieldKind {
  /// The words of a choice, or of a list of them.
  fileprivate var choices: [String]? {
    switch self {
    case .choice(let words): words
    case .list(let kind), .mapping(let kind), .table(_, let kind): kind.choices
    default: nil
    }
  }
}

extension StageRole {
  fileprivate var heading: String {
    switch self {
    case .source: "Sources: read"
    case .check: "Checks: look at what was read"
    case .transform: "Transforms: prepare"
    case .window: "Window: what is seen and what is forecast"
    case .forecaster: "Forecasters"
    case .evaluator: "Evaluator: judge"
    case .sink: "Sinks: publish"
    }
  }
}
