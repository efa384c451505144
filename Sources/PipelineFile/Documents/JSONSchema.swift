/// The grammar of pipeline files as a JSON Schema (draft 2020-12), for editors that check while one writes.
///
/// It holds all that can be said of each value by itself. Where a number is wanted, text with `${…}` may stand; what it
/// becomes, the order of the stages, and how fields fit together are known to `almanac validate` alone.
public struct JSONSchema: Sendable {
  /// What a file may say.
  public let grammar: FileGrammar

  /// The schema of files of a grammar.
  public init(_ grammar: FileGrammar) { self.grammar = grammar }

  /// The schema as a JSON document, without a line end.
  public var document: String { root.document }

  private var root: JSONValue {
    [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "almanac pipeline",
      "description": "Where readings are, how they are prepared, what forecasts them, how it is judged and published.",
      "type": "object",
      "required": ["version", "name", "stages"],
      "properties": JSONValue([
        ("version", described("The version of this grammar.", ["enum": [1, "1"]])),
        ("name", described("What the forecast is called.", nonEmptyText)),
        ("description", described("A sentence, for charts and reports.", anyOf([text, ["type": "null"]]))),
        ("root", described("The folder that paths are relative to, relative to this file.", text)),
        ("vars", variables),
        ("run", run),
        ("plugins", plugins),
        ("stages", ["description": .text(stagesHelp), "type": "array", "minItems": 1]),
        ("tests", tests),
      ]),
      "patternProperties": ["^x-": true],
      "additionalProperties": false,
      // A file with plugins may use stages that only they know.
      "if": ["required": ["plugins"]],
      "then": ["properties": ["stages": ["items": anyOf([["$ref": "#/$defs/stage"], pluginStage])]]],
      "else": ["properties": ["stages": ["items": ["allOf": [["$ref": "#/$defs/stage"], ["$ref": "#/$defs/known"]]]]]],
      "$defs": [
        "stage": ["oneOf": .list(grammar.stages.stages.map(branch))],
        "forecaster": anyOf([["oneOf": .list(forecasters.map(branch))], pluginStage]),
        // Without plugins every member is a forecaster of almanac's own, at any depth.
        "known": [
          "properties": ["with": ["properties": ["members": ["items": ["$ref": "#/$defs/knownMember"]]]]]
        ],
        "knownMember": [
          "$ref": "#/$defs/known",
          "properties": ["use": ["enum": .list(forecasters.map { .text($0.name) })]],
        ],
        "interpolated": ["type": "string", "pattern": "\\$\\{"],
        "duration": [
          "description": "A length of time such as 15m, 1h, 1d, 1w, 1mo, 1q, 1y or 1bd, at most 1000y.",
          "type": "string", "pattern": "^[1-9][0-9]{0,9}(ms|s|m|h|d|w|bd|mo|q|y)$",
        ],
      ],
    ]
  }

  private var forecasters: [StageDefinition] { grammar.stages.stages.filter { $0.role == .forecaster } }

  private var variables: JSONValue {
    [
      "description": "Values that ${vars.NAME} stands for.",
      "type": ["object", "null"],
      "additionalProperties": ["type": ["string", "number", "boolean", "null"]],
    ]
  }

  private var run: JSONValue {
    let fields = grammar.settingFields.definitions
    return object("The settings of a run.", JSONValue(fields.map { ($0.name, property($0)) }), orNull: true)
  }

  private var stagesHelp: String {
    "The stages: a source, checks, transforms, a window, a forecaster, an evaluator, sinks, in this order."
  }

  private var plugins: JSONValue {
    [
      "description": "Programs that are stages, by the name under which stages use them.",
      "type": "object",
      "patternProperties": ["^x-": true],
      "additionalProperties": [
        "type": "object", "required": ["command"],
        "properties": [
          "command": [
            "description": "The program and its arguments.",
            "oneOf": [["type": "string"], ["type": "array", "items": ["type": "string"], "minItems": 1]],
          ],
          "timeout": ["description": "How long one call may take.", "type": "string"],
          "env": [
            "description": "The variables of the environment that it sees.",
            "oneOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]],
          ],
        ],
        "patternProperties": ["^x-": true],
        "additionalProperties": false,
      ],
    ]
  }

  private var pluginStage: JSONValue {
    [
      "type": "object", "required": ["use"],
      "properties": [
        "use": ["type": "string", "not": ["enum": .list(grammar.stages.stages.map { .text($0.name) })]], "name": text,
        "timeout": schema(of: .duration), "with": ["type": ["object", "null"]],
      ],
      "patternProperties": ["^x-": true],
      "additionalProperties": false,
    ]
  }

  private func branch(_ stage: StageDefinition) -> JSONValue {
    let required = stage.fields.filter(\.isRequired).map { JSONValue.text($0.name) }
    let fields = JSONValue([
      ("description", .text("The fields of \(stage.name).")),
      ("type", required.isEmpty ? ["object", "null"] : "object"),
      ("required", required.isEmpty ? nil : .list(required)),
      ("properties", JSONValue(stage.fields.map { ($0.name, property($0)) })),
      ("additionalProperties", false),
    ])
    return [
      "title": .text(stage.name), "description": .text(stage.summary), "type": "object",
      "required": .list(required.isEmpty ? ["use"] : ["use", "with"]),
      "properties": JSONValue([
        ("use", ["const": .text(stage.name)]), ("name", text),
        (
          "timeout",
          stage.role == .forecaster
            ? described(
              "How long it may take in one run; the best weights so far are then used.", schema(of: .duration))
            : nil
        ), ("with", fields),
      ]),
      "patternProperties": ["^x-": true],
      "additionalProperties": false,
    ]
  }

  private func property(_ field: FieldDefinition) -> JSONValue {
    var value = schema(of: field.kind, bounds: field.bounds)
    if field.isOptional { value = anyOf([value, ["type": "null"]]) }
    guard case .object(let members) = value else { return value }
    let unit = field.unit.map { " In \($0)." } ?? ""
    return JSONValue(
      [("description", .text(field.help + unit))] + members.map { ($0.key, $0.value) } + [
        ("default", field.defaultText.map { defaultValue($0, of: field.kind) }),
        ("deprecated", field.deprecation == nil ? nil : true),
      ])
  }

  private func defaultValue(_ text: String, of kind: FieldKind) -> JSONValue {
    switch kind {
    case .integer, .number, .steps: Double(text).map { .number($0) } ?? .text(text)
    case .boolean: .boolean(text == "true")
    case .list(let element):
      .list(
        ConfigNode(flow: text).items?.map { item in
          item.text.map { defaultValue($0, of: element) } ?? item.json
        } ?? [])
    case .mapping, .table: ConfigNode(flow: text).json
    default: .text(text)
    }
  }

  private func schema(of kind: FieldKind, bounds: FieldBounds? = nil) -> JSONValue {
    switch kind {
    case .text: text
    case .integer: anyOf([number("integer", bounds), ["type": "string", "pattern": "^[-+]?[0-9]+$"], interpolated])
    case .number:
      anyOf([
        number("number", bounds), ["type": "string", "pattern": "^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$"], interpolated,
      ])
    case .boolean:
      anyOf([["type": "boolean"], ["enum": ["true", "false", "yes", "no", "on", "off"]], interpolated])
    case .choice(let words): anyOf([["enum": .list(words.map { .text($0) })], interpolated])
    case .path: nonEmptyText
    case .duration: anyOf([["$ref": "#/$defs/duration"], interpolated])
    case .steps:
      anyOf([
        number("integer", bounds), ["type": "string", "pattern": "^[-+]?[0-9]+$"], ["$ref": "#/$defs/duration"],
        interpolated,
      ])
    case .list(let element):
      anyOf([schema(of: element, bounds: bounds), ["type": "array", "items": schema(of: element, bounds: bounds)]])
    case .score: schema(of: .choice(grammar.stages.scores))
    case .members: ["type": "array", "minItems": 1, "items": ["$ref": "#/$defs/forecaster"]]
    case .mapping(let element):
      ["type": "object", "additionalProperties": schema(of: element, bounds: bounds)]
    case .table(let keys, let element):
      [
        "type": "object", "properties": JSONValue(keys.map { ($0, schema(of: element, bounds: bounds)) }),
        "additionalProperties": false,
      ]
    }
  }

  private func number(_ type: String, _ bounds: FieldBounds?) -> JSONValue {
    let least = bounds?.minimum.map { JSONValue.number($0) }
    let isExcluded = bounds?.isMinimumExcluded ?? false
    return JSONValue([
      ("type", .text(type)), (isExcluded ? "exclusiveMinimum" : "minimum", least),
      ("maximum", bounds?.maximum.map { .number($0) }),
    ])
  }

  private var tests: JSONValue {
    let count = schema(of: .integer, bounds: .atLeast(0))
    let bound: JSONValue = ["type": "string", "pattern": "^(<=|>=|<|>) *[-+]?[0-9.]|\\$\\{"]
    let input = object(
      "Readings in place of the source's file.",
      ["path": described("Another file.", nonEmptyText), "rows": described("The text of a file.", text)])
    let expectation = object(
      "What must come out.",
      [
        "exit": described("The exit code of `almanac run`; 0 when left out.", count),
        "message": described("A piece of the message of a run that fails.", text),
        "rejected": described("Rows that the source leaves out.", count),
        "rows": described("Rows of the forecast, all series together.", count),
        "finite": described("Whether every number of the forecast must be finite.", schema(of: .boolean)),
        "scores": object(
          "Bounds on scores of the model, such as {mase: \"< 1.0\"}.",
          JSONValue(grammar.stages.scores.map { ($0, bound) })),
      ])
    let set: JSONValue = [
      "description": "Values to replace, by path, such as lstm.with.epochs.", "type": "object",
      "additionalProperties": ["type": ["string", "number", "boolean"]],
    ]
    let test: JSONValue = [
      "type": "object", "required": ["name"],
      "properties": [
        "name": described("What the test shows.", text), "input": input, "set": set,
        "now": described("The moment of the run: later readings are not there yet.", text), "expect": expectation,
      ],
      "patternProperties": ["^x-": true], "additionalProperties": false,
    ]
    return [
      "description": "Runs of the pipeline on other readings or settings, and what must come out; see `almanac test`.",
      "type": ["array", "null"], "items": test,
    ]
  }

  private var text: JSONValue { ["type": ["string", "number", "boolean"]] }
  private var nonEmptyText: JSONValue { ["type": ["string", "number", "boolean"], "minLength": 1] }
  private var interpolated: JSONValue { ["$ref": "#/$defs/interpolated"] }

  private func anyOf(_ schemas: [JSONValue]) -> JSONValue { ["anyOf": .list(schemas)] }

  private func object(_ description: String, _ properties: JSONValue, orNull: Bool = false) -> JSONValue {
    [
      "description": .text(description), "type": orNull ? ["object", "null"] : "object", "properties": properties,
      "patternProperties": ["^x-": true], "additionalProperties": false,
    ]
  }

  private func described(_ description: String, _ schema: JSONValue) -> JSONValue {
    guard case .object(let members) = schema else { return schema }
    return .object([.init(key: "description", value: .text(description))] + members)
  }
}

extension ConfigNode {
  /// The value that a field's text spells, as it would stand in a file.
  package init(flow text: String) {
    let nothing = ConfigNode(.null, at: Location(line: 1, column: 1))
    self = (try? YAMLReader.read(text, file: "").get().root) ?? nothing
  }

  fileprivate var json: JSONValue {
    switch content {
    case .scalar(let text): Double(text).map { .number($0) } ?? .text(text)
    case .null: .null
    case .list(let items): .list(items.map(\.json))
    case .mapping(let entries): JSONValue(entries.map { ($0.key, $0.value.json) })
    }
  }
}
