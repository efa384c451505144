import Foundation

/// Everything that decides what a run publishes, as digests: two runs of one identity publish the same.
public struct RunIdentity: Codable, Hashable, Sendable {
  /// The pipeline with command line and variables worked in.
  public var pipeline: String
  /// The bytes of the inputs.
  public var inputs: String
  /// The program.
  public var program: String

  /// The identity of a run; nil where it cannot be told: programs of others take part, or the input is no file.
  ///
  /// - Parameter program: what tells this build from any other.
  public init?(_ pipeline: Pipeline, program: String) {
    let root = pipeline.rootFolder
    let uses = pipeline.steps.map(\.stage)
    guard !uses.contains(where: { $0 is any PluginStage }),
      var inputs = pipeline.source.stage.inputs(StageContext(root: root))
    else { return nil }
    inputs += pipeline.transforms.flatMap { $0.stage.inputs(StageContext(root: root)) }
    if let start = pipeline.run.fineTune { inputs.append(SavedModel.notes(at: root.resolve(start))) }
    var digests: [String] = []
    for input in inputs {
      // Mapped rather than read: an input may be larger than the memory.
      guard let data = try? Data(contentsOf: URL(fileURLWithPath: input), options: .mappedIfSafe) else { return nil }
      digests.append(SHA256.hex(data))
    }
    self.pipeline = pipeline.digest
    self.inputs = digests.joined(separator: " ")
    self.program = program
  }
}

extension Pipeline {
  /// A digest of all that the file says, but for its tests.
  var digest: String {
    SHA256.hex(Array(YAMLWriter.text(origin.tree.root.without("vars").without("tests")).utf8))
  }

  /// The parts of the file that decide what is fitted, each as it would be written: the stages from the one after the
  /// source to the evaluator, the seed, and the plugins.
  var fittedParts: [SavedModel.Part] {
    let items = origin.tree.root["stages"]?.items ?? []
    func text(_ position: Int) -> String {
      items.indices.contains(position) ? YAMLWriter.text(items[position].withoutTimeout) : ""
    }
    let labels =
      transforms.map { ($0.label, $0.position) } + [(window.label, window.position)]
      + [(forecaster.label, forecaster.position)] + (evaluator.map { [($0.label, $0.position)] } ?? [])
    var parts = labels.map { SavedModel.Part(label: $0.0, digest: SHA256.hex(Array(text($0.1).utf8))) }
    parts.append(.init(label: "run.seed", digest: "\(run.seed)"))
    if let plugins = origin.tree.root["plugins"] {
      parts.append(.init(label: "plugins", digest: SHA256.hex(Array(YAMLWriter.text(plugins).utf8))))
    }
    // Which columns are targets the series tell by their names; which are covariates only the file does.
    let reading = items.indices.contains(source.position) ? items[source.position]["with"] : nil
    let covariates = ["past", "future", "static"].compactMap { key in
      reading?[key].map { "\(key): \(YAMLWriter.text($0))" }
    }
    if !covariates.isEmpty {
      let digest = SHA256.hex(Array(covariates.joined(separator: "\n").utf8))
      parts.append(.init(label: "the covariates of \(source.label)", digest: digest))
    }
    for step in transforms {
      for input in step.stage.inputs(StageContext(root: rootFolder)) {
        let bytes = FileManager.default.contents(atPath: input)
        parts.append(.init(label: "the input of \(step.label)", digest: bytes.map { SHA256.hex($0) } ?? "missing"))
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
    guard let data = FileManager.default.contents(atPath: state.place(PublishedRecord.name)),
      let record = try? JSONDecoder().decode(PublishedRecord.self, from: data)
    else { return nil }
    self = record
  }

  init(identity: RunIdentity?, outputs: [Output], trained: Date?, incomplete: Int) {
    (self.identity, self.outputs, self.trained, self.incomplete) = (identity, outputs, trained, incomplete)
    published = Date()
  }

  /// Whether a run would publish what is there already.
  ///
  /// - Parameter identity: that of the run to come.
  public func stillHolds(for identity: RunIdentity, of pipeline: Pipeline) -> Bool {
    guard identity == self.identity, incomplete == 0 else { return false }
    if case .every(let span) = pipeline.run.retrain, let trained, Date().timeIntervalSince(trained) >= span.seconds {
      return false
    }
    return outputs.allSatisfy { output in
      (try? Data(contentsOf: URL(fileURLWithPath: output.path))).map { SHA256.hex($0) == output.digest } ?? false
    }
  }
}
