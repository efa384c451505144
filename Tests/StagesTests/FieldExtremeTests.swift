import Forecasting
import Foundation
import PipelineFile
import Processes
import TestSupport
import Testing
import TimeSeries

@testable import Pipelines
@testable import Stages

/// Every field that holds a number or a length of time bears every number: a file with it is refused in words, or read,
/// built on readings of any frequency and planned. Nothing traps, and nothing is made that the numbers alone ask for.
@Suite struct FieldExtremeTests {
  static let values = [
    "2147483648", "4294967296", "9007199254740992", "4611686018427387904", "9223372036854775807",
    "-9223372036854775808", "9223372036854775808", "1e300", "-1e300", "0", "-1", "1000y", "1001y", "1000000000y",
    "1000000000w", "1000000000bd", "999999999ms", "999999999d",
  ]

  /// A stage's `with` that is valid, and in which a field can stand.
  static func fields(_ stage: StageDefinition, with field: String, _ text: String) -> String {
    var fields = [(field, text)]
    func add(_ key: String, _ value: String) {
      if !fields.contains(where: { $0.0 == key }) { fields.append((key, value)) }
    }
    for needed in stage.fields where needed.isRequired {
      switch (stage.name, needed.name) {
      case ("window", _): add("horizon", "7")
      case (_, "members"): add("members", "[{use: theta}, {use: naive}]")
      case ("plot", _): add("path", "out.gp")
      default: add(needed.name, needed.name == "path" ? stage.role == .source ? "data.csv" : "out.csv" : "1")
      }
    }
    if stage.name == "csv" { add("time", field == "season" ? "null" : "day") }
    if field == "dilations" { add("network", "dilated") }
    if field == "segment" { add("network", "segment") }
    if field == "paths" { add("samples", "paths.csv") }
    if ["validation", "test"].contains(field), stage.role == .evaluator { add("train", "0.5") }
    if field == "train" { add("test", "0.2") }
    if field == "anomaly_level" { add("anomalies", "a.csv") }
    return "{" + fields.map { "\($0): \($1)" }.joined(separator: ", ") + "}"
  }

  static func file(_ stages: [(StageRole, String, String)]) -> String {
    let usual: [(StageRole, String, String)] = [
      (.source, "csv", "{path: data.csv, time: day}"), (.window, "window", "{lookback: 14, horizon: 7}"),
      (.forecaster, "drift", "{}"), (.evaluator, "evaluate", "{folds: 2, season: 7}"),
      (.sink, "write", "{path: out.csv}"),
    ]
    let all = usual.filter { stage in !stages.contains { $0.0 == stage.0 } } + stages
    let sorted = StageRole.allCases.flatMap { role in all.filter { $0.0 == role } }
    return "version: 1\nname: x\nstages:\n"
      + sorted.map { "  - use: \($0.1)\n    with: \($0.2)\n" }.joined()
  }

  static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let start = Timestamp(milliseconds: 1_600_000_000_000 / 86_400_000 * 86_400_000)
    let rows = (0..<90).map { day in
      let time = Frequency.days(1).advance(start, by: day)
      return "\(TimeStyle(form: .date).text(of: time)),\(20 + day % 7 * 3 + day * day % 11),\(day % 5 + day)\n"
    }
    try folder.write("day,a,b\n" + rows.joined(), to: "data.csv")
    return folder
  }

  /// Reads, builds on several frequencies, and plans; true where the file is valid.
  static func bears(_ text: String, in folder: TemporaryFolder) -> Bool {
    guard let declaration = try? reader().read(text, file: folder.path + "/x.yaml") else { return false }
    for frequency in [Frequency.steps, .milliseconds(1), .businessDays(1), .months(1), .years(1000)] {
      _ = try? declaration.build(on: frequency)
    }
    let context = StageContext(root: declaration.rootFolder)
    guard let plan = try? PipelinePlan(declaration, context: context, coder: declaration.coder) else { return true }
    _ = plan.text
    _ = plan.refusal(within: MemoryBudget(bytes: 1 << 30, limit: "a test"))
    // What takes no time is carried out.
    let stage = declaration.parts.forecaster.stage
    if !stage.trainsNetwork, !["ensemble", "select"].contains(type(of: stage).name),
      plan.pipeline.chain.shape.horizon < 1000
    {
      _ = try? Runner(declaration, threads: 1, context: context).run()
    }
    return true
  }

  /// The numbers of a kind that a value is put in for; nil where it holds none.
  static func text(_ value: String, as kind: FieldKind) -> String? {
    switch kind {
    case .integer, .number, .steps, .duration, .text: value
    case .list(let inner): text(value, as: inner).map { "[\($0)]" }
    case .table(let keys, let inner): text(value, as: inner).map { "{\(keys[0]): \($0)}" }
    case .boolean, .choice, .path, .mapping, .score, .members: nil
    }
  }

  @Test(arguments: registry().stages.map(\.name))
  func `every number of every field of a stage is refused or planned with`(name: String) throws {
    let stage = try #require(registry()[name])
    let folder = try Self.folder()
    for field in stage.fields {
      for value in Self.values {
        guard let text = Self.text(value, as: field.kind) else { continue }
        _ = Self.bears(Self.file([(stage.role, name, Self.fields(stage, with: field.name, text))]), in: folder)
      }
    }
  }

  @Test func `every setting of a run bears every number`() throws {
    let folder = try Self.folder()
    for value in Self.values {
      for setting in [
        "seed: \(value)", "timeout: \(value)", "retrain: every \(value)", "if_locked: wait \(value)",
        "history: {keep: \(value)}", "heartbeat: {style: cronitor, url_file: u, timeout: \(value)}",
      ] {
        _ = Self.bears(
          Self.file([]).replacing("stages:\n", with: "run: {\(setting)}\nstages:\n", maxReplacements: 1), in: folder)
      }
    }
  }

  @Test func `every field that counts has a smallest and a largest number`() {
    func counts(_ kind: FieldKind) -> Bool {
      switch kind {
      case .integer, .steps: true
      case .list(let inner), .mapping(let inner), .table(_, let inner): counts(inner)
      default: false
      }
    }
    for stage in registry().stages {
      for field in stage.fields where counts(field.kind) {
        #expect(
          field.bounds?.minimum != nil && (field.bounds?.maximum ?? .infinity) <= 1e9, "\(stage.name): \(field.name)")
      }
    }
  }

  @Test func `the largest numbers of several fields together are refused or planned with`() throws {
    let folder = try Self.folder()
    let stages = ["window", "lstm", "slstm", "mlp", "evaluate", "ensemble"].compactMap { registry()[$0] }
    var random = SeededNumbers(seed: 5)
    var valid = 0
    for _ in 0..<250 {
      let chosen = stages.filter { stage in
        stage.role != .forecaster || stage.name == stages.filter { $0.role == .forecaster }[random.below(4)].name
      }
      var used: Set<StageRole> = []
      let entries = chosen.filter { used.insert($0.role).inserted }.map { stage in
        let fields = stage.fields.filter { $0.bounds?.maximum != nil && Self.text("1", as: $0.kind) != nil }
        var texts: [String: String] = [:]
        for _ in 0..<3 {
          guard let field = fields.isEmpty ? nil : fields[random.below(fields.count)] else { continue }
          let most = field.bounds?.maximum ?? 1
          let value = random.below(3) == 0 ? (most / 2).rounded() : most
          let text = value == value.rounded() ? String(Int(value)) : String(value)
          texts[field.name] = Self.text(text, as: field.kind)
        }
        var with = Self.fields(stage, with: "x-", "1")
        with = with.replacing("{x-: 1, ", with: "{").replacing("{x-: 1", with: "{")
        for (key, text) in texts.sorted(by: { $0.key < $1.key }) where !with.contains("\(key):") {
          with = String(with.dropLast()) + (with.count > 2 ? ", " : "") + "\(key): \(text)}"
        }
        if stage.name == "window", let horizon = texts["horizon"] {
          with = with.replacing("horizon: 7", with: "horizon: \(horizon)")
        }
        return (stage.role, stage.name, with)
      }
      if Self.bears(Self.file(entries), in: folder) { valid += 1 }
    }
    #expect(valid > 5, "some must be valid: \(valid)")
  }

  @Test func `a duration longer than a thousand years is refused in words`() {
    for (setting, words) in [
      ("timeout: 1001y", "timeout must be at most 1000y, not 1001y"),
      ("history: {keep: 1000000000y}", "history must be at most 1000y, not 1000000000y"),
    ] {
      let text = Self.file([]).replacing("stages:\n", with: "run: {\(setting)}\nstages:\n", maxReplacements: 1)
      let messages = reader().check(text, file: "x.yaml").diagnostics.map(\.message)
      #expect(messages.contains { $0.contains(words) }, "\(messages)")
    }
  }

  @Test func `a value may be replaced no deeper than a file nests`() {
    #expect(Override(String(repeating: "a.", count: 99) + "a=1") != nil)
    #expect(Override(String(repeating: "a.", count: 60_000) + "a=1") == nil)
  }
}
