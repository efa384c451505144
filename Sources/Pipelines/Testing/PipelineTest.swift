import Files
import Forecasting
import PipelineFile
import TimeSeries

/// One entry of `tests`: the pipeline on other readings or settings, and what must come out.
public struct PipelineTest: Sendable {
  /// Readings in location of the source's file.
  public enum Input: Sendable, Hashable {
    /// Another file, relative to the pipeline's root.
    case path(FilePath)
    /// The text of a file.
    case rows(String)
  }

  /// What must come out; nil where it does not matter.
  public struct Expectation: Sendable {
    /// The exit code of `almanac run`.
    public var exit = 0
    /// A piece of the message of a run that fails.
    public var message: String?
    /// Rows that the source leaves out.
    public var rejected: Int?
    /// Rows of the forecast, all series together.
    public var rows: Int?
    /// Whether every number of the forecast must be finite.
    public var isFinite = true
    /// Bounds on scores of the model, by metric.
    public var scores: [(metric: String, bound: ScoreBound)] = []
  }

  /// What the test is called.
  public let name: String
  /// Readings in location of the source's file; nil for that file itself.
  public let input: Input?
  /// What is replaced in the file.
  public let overrides: [Override]
  /// The moment at which the pipeline runs: later readings are not there yet; nil for all of them.
  public let now: Timestamp?
  /// What must come out.
  public let expectation: Expectation

  /// Where it stands.
  let location: Location
  /// Its position among the tests, from 0.
  let position: Int

  /// How messages call it.
  public var label: String { "tests[\(position)] (\(name))" }
}

extension ScoreBound: FieldValue {
  public static var fieldKind: FieldKind { .text }

  public init(node: ConfigNode) throws(FieldFault) {
    let text = try String(node: node)
    guard let bound = ScoreBound(text) else {
      throw FieldFault("wants a bound such as \"< 1.0\" or \">= 0\", not \(node.kind)", at: node.location)
    }
    self = bound
  }

  public var fieldText: String? { "\(comparison.rawValue) \(value.fieldText ?? "")" }
}

/// A moment in ISO 8601, as the wall clock of the readings shows it.
private struct Moment: FieldValue {
  static let fieldKind = FieldKind.text
  let time: Timestamp

  init(node: ConfigNode) throws(FieldFault) {
    let text = try String(node: node)
    var reader = TimeReader(format: .iso)
    do { time = try reader.read(text) } catch {
      throw FieldFault("wants a time such as 2024-05-01 or 2024-05-01T13:00, not \(node.kind)", at: node.location)
    }
  }

  var fieldText: String? { TimeStyle(form: .dateTime).text(of: time) }
}

extension PipelineReader {
  /// The tests of a file.
  func readTests(_ root: ConfigNode, among grammar: FileGrammar, _ check: inout FileCheck) -> [PipelineTest] {
    guard let node = root["tests"] else { return [] }
    if case .null = node.content { return [] }
    guard let items = node.items else {
      check.fault(FieldFault("`tests` wants a list of tests, not \(node.kind)", at: node.location))
      return []
    }
    return items.enumerated().compactMap { position, item in readTest(item, at: position, &check) }
  }

  private func readTest(_ node: ConfigNode, at position: Int, _ check: inout FileCheck) -> PipelineTest? {
    let label = "tests[\(position)]"
    guard node.entries != nil else {
      check.fault(
        FieldFault("wants a mapping with `name` and `expect`, not \(node.kind)", at: node.location), in: label)
      return nil
    }
    check.keys(of: node, known: ["name", "input", "set", "now", "expect"], in: label)
    let name: String? = check.value("name", of: node, required: "what the test shows", in: label)
    let input = node["input"].flatMap { readInput($0, in: label, &check) }
    let overrides = readSet(node["set"], in: label, &check)
    let expectation = readExpectation(node["expect"], in: label, &check)
    let now: Moment? = check.value("now", of: node, in: label)
    return PipelineTest(
      name: name ?? "", input: input, overrides: overrides, now: now?.time, expectation: expectation,
      location: node.location,
      position: position)
  }

  private func readInput(_ node: ConfigNode, in label: String, _ check: inout FileCheck) -> PipelineTest.Input? {
    let label = "\(label): input"
    check.keys(of: node, known: ["path", "rows"], in: label)
    let path: FilePath? = check.value("path", of: node, in: label)
    let rows: String? = check.value("rows", of: node, in: label)
    switch (path, rows) {
    case (let path?, nil): return .path(path)
    case (nil, let rows?): return .rows(rows)
    default:
      if node["path"] == nil && node["rows"] == nil || path != nil && rows != nil {
        check.fault(FieldFault("wants either `path` or `rows`", at: node.location), in: label)
      }
      return nil
    }
  }

  private func readSet(_ node: ConfigNode?, in label: String, _ check: inout FileCheck) -> [Override] {
    let label = "\(label): set"
    guard let node else { return [] }
    guard let entries = node.entries else {
      check.fault(
        FieldFault("wants a mapping of paths such as lstm.with.epochs, not \(node.kind)", at: node.location), in: label)
      return []
    }
    return entries.compactMap { entry in
      guard let value = entry.value.text else {
        check.fault(
          FieldFault("\(entry.key) wants a single value, not \(entry.value.kind)", at: entry.value.location), in: label)
        return nil
      }
      guard let override = Override("\(entry.key)=\(value)") else {
        check.fault(FieldFault("\"\(entry.key)\" is no path such as lstm.with.epochs", at: entry.location), in: label)
        return nil
      }
      return override
    }
  }

  private func readExpectation(
    _ node: ConfigNode?, in label: String, _ check: inout FileCheck
  ) -> PipelineTest.Expectation {
    let label = "\(label): expect"
    var expectation = PipelineTest.Expectation()
    guard let node else { return expectation }
    check.keys(of: node, known: ["exit", "message", "rejected", "rows", "finite", "scores"], in: label)
    expectation.exit = check.value("exit", of: node, in: label) ?? 0
    expectation.message = check.value("message", of: node, in: label)
    expectation.rejected = check.value("rejected", of: node, in: label)
    expectation.rows = check.value("rows", of: node, in: label)
    expectation.isFinite = check.value("finite", of: node, in: label) ?? true
    guard let scores = node["scores"] else { return expectation }
    let metrics = files.grammar.stages.scores
    check.keys(of: scores, known: metrics, in: "\(label): scores")
    for entry in scores.entries ?? [] where metrics.contains(entry.key) {
      let bound: ScoreBound? = check.value(entry.key, of: scores, in: "\(label): scores")
      if let bound { expectation.scores.append((entry.key, bound)) }
    }
    return expectation
  }

  /// The pipeline that a test runs: the file with the test's values in it.
  ///
  /// - Parameter rows: where the test's own rows have been put.
  /// - Throws: ``PipelineFileError``, with locations of the file.
  func pipeline(
    of test: PipelineTest, in pipeline: PipelineDeclaration, rows: FilePath
  ) throws(PipelineFileError) -> PipelineDeclaration {
    var overrides = test.overrides
    let source = "stages.\(pipeline.parts.source.declaration.position).with.path"
    switch test.input {
    case .path(let path): overrides += [Override("\(source)=\(path.text)")].compactMap { $0 }
    case .rows: overrides += [Override("\(source)=\(rows.text)")].compactMap { $0 }
    case nil: break
    }
    let reader = files.replacing(overrides, grammar: pipeline.file.grammar)
    var check = FileCheck(file: pipeline.file.file)
    let tree = reader.tree(pipeline.file.tree.written.without("tests"), &check)
    var inner = FileCheck(file: pipeline.file.file, check.diagnostics, unread: tree.unread)
    return try declaration(reader.declaration(of: tree, resolved: true, &inner), &inner)
  }

  /// Refuses tests whose values do not fit the file, unless they are there to show just that (exit code 78).
  func checkTests(of pipeline: PipelineDeclaration) throws(PipelineFileError) {
    var faults: [Diagnostic] = []
    for test in pipeline.tests where test.expectation.exit != 78 {
      do { _ = try self.pipeline(of: test, in: pipeline, rows: "rows.csv") } catch {
        for var fault in error.diagnostics where fault.severity == .error {
          fault.message = [fault.subject, fault.message].filter { !$0.isEmpty }.joined(separator: ": ")
          fault.subject = test.label
          fault.location = test.location
          faults.append(fault)
        }
      }
    }
    if !faults.isEmpty { throw PipelineFileError(faults + pipeline.warnings) }
  }
}
