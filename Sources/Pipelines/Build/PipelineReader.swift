import Files
import Forecasting
import PipelineFile

/// Reads a pipeline file and checks all of it before anything runs. Every command that takes a file comes through here.
public struct PipelineReader: Sendable {
  /// Reads what the file says.
  let files: FileReader
  /// The metrics that a file may name.
  let metrics: MetricRegistry

  /// A reader that builds on one of files.
  public init(_ files: FileReader, metrics: MetricRegistry = .builtIn) { (self.files, self.metrics) = (files, metrics) }

  /// The pipeline of a file's text.
  ///
  /// - Parameter file: how messages name the file.
  /// - Throws: `PipelineFileError` with everything that was found.
  public func read(_ text: String, file: String) throws(PipelineFileError) -> PipelineDeclaration {
    let tree = try files.tree(text, file: file)
    do throws(PipelineFileError) { return try read(tree, file: file) } catch { throw tree.hidden(error) }
  }

  private func read(_ tree: FileTree, file: String) throws(PipelineFileError) -> PipelineDeclaration {
    var check = FileCheck(file: file, tree.diagnostics, unread: tree.unread)
    let found = files.declaration(
      of: tree, state: StateFolder(of: tree.root, in: file).path,
      timeout: tree.root["run"]?["timeout"].flatMap { try? TimeSpan(node: $0) }, &check)
    let tests = readTests(tree.root, among: files.grammar, &check)
    var declaration = try declaration(found, &check)
    declaration.tests = tests
    try checkTests(of: declaration)
    var places = FileCheck(file: file, declaration.warnings)
    declaration.checkPlaces(&places)
    if places.hasErrors { throw PipelineFileError(places.diagnostics) }
    return declaration
  }

  /// The pipeline of what a file says, where its stages fit together.
  func declaration(_ file: FileDeclaration?, _ check: inout FileCheck) throws(PipelineFileError) -> PipelineDeclaration
  {
    if let file {
      checkOutputs(of: file.stages, &check)
      StageFit(stages: file.stages, metrics: metrics).check(&check)
    }
    guard !check.hasErrors, let file, let parts = PipelineParts(file.stages) else {
      throw PipelineFileError(check.diagnostics)
    }
    var declaration = PipelineDeclaration(file, parts: parts, reader: self)
    checkStart(of: declaration, &check)
    guard !check.hasErrors else { throw PipelineFileError(check.diagnostics) }
    StageFit(stages: file.stages, metrics: metrics).warn(&check)
    declaration.warnings = check.diagnostics.map { file.hidden($0) }.sortedByLocation()
    return declaration
  }

  /// Two stages that write one file: the second would take the place of the first.
  private func checkOutputs(of stages: [StageDeclaration], _ check: inout FileCheck) {
    var owners: [FilePath: StageDeclaration] = [:]
    for (stage, path) in stages.outputs {
      if let fault = path.faultAsOutput {
        check.fault(FieldFault(fault, at: stage.location(of: path)), in: stage.label)
      }
      if let owner = owners[path] {
        let whose = owner.position == stage.position ? "this stage" : owner.label
        let message = "\(path.text) is written by \(whose) already; give it another path"
        check.fault(FieldFault(message, at: stage.location(of: path)), in: stage.label)
      }
      owners[path] = owners[path] ?? stage
    }
  }

  private func checkStart(of pipeline: PipelineDeclaration, _ check: inout FileCheck) {
    let (run, locations) = (pipeline.run, pipeline.file.settings.locations)
    guard run.warmStart || run.fineTune != nil else { return }
    let key = run.warmStart ? "warm_start" : "fine_tune"
    let forecaster = pipeline.parts.forecaster
    if run.warmStart, run.fineTune != nil {
      check.fault(FieldFault("warm_start and fine_tune exclude each other", at: locations["warm_start"]), in: "run")
    } else if !forecaster.stage.trainsNetwork {
      check.fault(
        FieldFault("\(key) is for recurrent networks; \(forecaster.declaration.use) trains none", at: locations[key]),
        in: "run")
    }
  }
}

extension PipelineReader {
  /// What is found in a file.
  public struct Findings: Sendable {
    /// Faults and warnings, sorted by location.
    public var diagnostics: [Diagnostic]
    /// The pipelines that may run.
    public var pipelines: [PipelineDeclaration]
    /// How many pipelines, and lists of stages, there are.
    public var count: Int
  }

  /// Everything that can be said of a file's text: one pipeline, or those in the YAML blocks of a Markdown file (one whose
  /// name ends in `.md`).
  public func check(_ text: String, file: String) -> Findings {
    guard file.lowercased().hasSuffix(".md") else { return findings([(text, true)], file: file) }
    return findings(MarkdownFile.blocks(of: text).map { ($0.text, $0.isPipeline) }, file: file)
  }

  private func findings(_ texts: [(text: String, isPipeline: Bool)], file: String) -> Findings {
    var findings = Findings(diagnostics: [], pipelines: [], count: texts.count)
    for (text, isPipeline) in texts {
      do throws(PipelineFileError) {
        if isPipeline {
          let pipeline = try read(text, file: file)
          findings.pipelines.append(pipeline)
          findings.diagnostics += pipeline.warnings
        } else {
          var check = FileCheck(file: file)
          let stages = try files.fragment(text, &check)
          checkOutputs(of: stages, &check)
          StageFit(stages: stages, metrics: metrics).check(&check)
          findings.diagnostics += check.diagnostics
        }
      } catch { findings.diagnostics += error.diagnostics }
    }
    findings.diagnostics = findings.diagnostics.sortedByLocation()
    return findings
  }
}
