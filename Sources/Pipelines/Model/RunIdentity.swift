import Files
import Foundation
import PipelineFile

/// Everything that decides what a run publishes, as digests: two runs of one identity publish the same.
public struct RunIdentity: Codable, Hashable, Sendable {
  /// The pipeline with command line and variables worked in.
  public var pipeline: String
  /// The bytes of the inputs.
  public var inputs: String
  /// The program.
  public var program: String

  /// The identity of a run; nil where it is not known: programs of others take part, or the input is no file.
  ///
  /// - Parameter program: what distinguishes this build from any other.
  public init?(_ pipeline: PipelineDeclaration, program: String) {
    let root = pipeline.rootFolder
    var (inputs, names): ([String], [String]) = ([], [])
    for stage in pipeline.file.stages.flatMap(\.withMembers) {
      guard let found = (stage.stage as? any PipelineStage)?.inputs(below: root) else { return nil }
      inputs += found
      // Of several files the names tell which series, or which part of a table, each one holds.
      if found.count > 1 { names += found.map { $0.hasPrefix(root.path) ? String($0.dropFirst(root.path.count)) : $0 } }
    }
    if let start = pipeline.run.fineTune { inputs.append(SavedModel.notes(at: root.resolve(start))) }
    var digests: [String] = []
    for input in inputs {
      // What comes through a pipe comes once, and to whoever reads it first.
      guard let digest = SHA256.hex(contentsOf: FilePath(input)) else { return nil }
      digests.append(digest)
    }
    if !names.isEmpty { digests.append(SHA256.hex(Array(names.joined(separator: "\0").utf8))) }
    self.pipeline = pipeline.digest
    self.inputs = digests.joined(separator: " ")
    self.program = program
  }
}

extension StageDeclaration {
  /// The stage, and those that stand in its fields.
  var withMembers: [StageDeclaration] { [self] + members.flatMap { $0.members.flatMap(\.withMembers) } }
}

extension PipelineDeclaration {
  /// A digest of all that the file says, but for its tests.
  package var digest: String {
    SHA256.hex(Array(YAMLWriter.text(file.tree.root.without("vars").without("tests")).utf8))
  }

  /// The parts of the file that decide what is fitted, each as it would be written: the stages from the one after the
  /// source to the evaluator, the seed, and the plugins.
  var fittedParts: [SavedModel.Part] {
    let items = file.tree.root["stages"]?.items ?? []
    func text(_ stage: StageDeclaration) -> String {
      items.indices.contains(stage.position) ? YAMLWriter.text(items[stage.position].withoutTimeout) : ""
    }
    let fitted =
      self.parts.transforms.map(\.declaration) + [self.parts.window.declaration, self.parts.forecaster.declaration]
      + [self.parts.evaluator?.declaration].compactMap { $0 }
    var parts = fitted.map { SavedModel.Part(label: $0.label, digest: SHA256.hex(Array(text($0).utf8))) }
    parts.append(.init(label: "run.seed", digest: "\(run.seed)"))
    if let plugins = file.tree.root["plugins"] {
      parts.append(.init(label: "plugins", digest: SHA256.hex(Array(YAMLWriter.text(plugins).utf8))))
    }
    let source = self.parts.source.declaration
    // The names of the series show which columns are targets; which are covariates only the file says.
    let reading = items.indices.contains(source.position) ? items[source.position]["with"] : nil
    let covariates = ["past", "future", "static"].compactMap { key in
      reading?[key].map { "\(key): \(YAMLWriter.text($0))" }
    }
    if !covariates.isEmpty {
      let digest = SHA256.hex(Array(covariates.joined(separator: "\n").utf8))
      parts.append(.init(label: "the covariates of \(source.label)", digest: digest))
    }
    for part in self.parts.transforms {
      for input in part.stage.inputs(below: rootFolder) ?? [] {
        let digest = SHA256.hex(contentsOf: FilePath(input))
        parts.append(.init(label: "the input of \(part.label)", digest: digest ?? "missing"))
      }
    }
    return parts
  }
}

extension ConfigNode {
  /// The entry of a stage without what changes only how long it may take.
  fileprivate var withoutTimeout: ConfigNode { entries == nil ? self : without("timeout") }
}

/// What the last run published: as long as nobody touches it and the identity stays, there is nothing to do.
public struct PublishedRecord: Codable, Sendable {
  /// A published file.
  struct Output: Codable, Hashable {
    var path: String
    var digest: String
  }

  static let name = "published.json"

  /// Whose run it was.
  var identity: RunIdentity?
  /// The files, with their digests.
  var outputs: [Output]
  /// When they were published.
  public var published: Date
  /// When the model was trained that made the forecast.
  var trained: Date?
  /// Series whose forecast is missing or old.
  var incomplete: Int

  /// The record in a state folder; nil where there is none that can be read.
  public init?(in state: StateFolder) {
    guard let data = try? state.read(PublishedRecord.name),
      let record = try? JSONDecoder().decode(PublishedRecord.self, from: data), record.published.isOnCalendars,
      record.trained?.isOnCalendars ?? true
    else { return nil }
    self = record
  }

  init(identity: RunIdentity?, outputs: [Output], trained: Date?, incomplete: Int) {
    (self.identity, self.outputs, self.trained, self.incomplete) = (identity, outputs, trained, incomplete)
    published = Date()
  }

  /// Whether it says that it was written later than now: the clock was ahead then, or is behind now.
  public var isOfTheFuture: Bool { published > Date() }

  /// Whether a run would publish what is there already; never of a record of the future, whose age nobody knows.
  ///
  /// - Parameter identity: that of the run to come.
  public func stillHolds(for identity: RunIdentity, of pipeline: PipelineDeclaration) -> Bool {
    guard identity == self.identity, incomplete == 0, !isOfTheFuture else { return false }
    if case .every(let span) = pipeline.run.retrain, let trained {
      let age = Date().timeIntervalSince(trained)
      if age < 0 || age >= span.seconds { return false }
    }
    return outputs.allSatisfy { SHA256.hex(contentsOf: FilePath($0.path)) == $0.digest }
  }
}
