import ArgumentParser
import Files
import Foundation
import PipelineFile
import Pipelines
import Processes
import Tabular
import TimeSeries

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks pipeline files as `run` would, and reports every problem with its location.",
    discussion: "Given a folder, it takes every .yaml, .yml and .md file below. In Markdown files it checks the YAML "
      + "blocks that hold a pipeline (they have `version:`) or a list of stages (they begin with `- use:`). Warnings say "
      + "what runs, though probably not as meant. No other file is opened, unless --inputs asks for it, and no "
      + "plugin is started, unless --plugins does: what a plugin says of itself is kept by runs, and its fields are checked "
      + "with that, as long as its program is the same. Exit codes: 0 valid, 64 wrong usage, 65 an input cannot be used, "
      + "66 a file is missing, 78 bad pipeline file.\n\n"
      + examples("almanac validate sales.yaml", "almanac validate --inputs pipelines")
  )

  @Argument(help: "Pipeline files, Markdown files, or folders of them.", completion: .file())
  var files: [String]

  @OptionGroup var options: PipelineOptions

  @OptionGroup var plugins: PluginOptions

  @Flag(help: "Print what was found as one JSON object.")
  var json = false

  @Flag(help: "Read the inputs too: that they exist, have the columns, and hold what can be read.")
  var inputs = false

  func run() throws {
    let host = plugins.host()
    let reader = options.reader(host)
    var report = ValidationReport(inputsBy: inputs ? Signals.interruption() : nil)
    for file in files {
      let found = try PipelineFiles.below(file)
      if found.isEmpty { report.miss(Failure(.noInput, "there is no .yaml, .yml or .md file below \(file)")) }
      for name in found {
        do { report.add(reader.check(try PipelineFiles.text(of: name), file: name), of: name) } catch {
          if let error = error as? PipelineFileError { report.add(error.diagnostics, of: name) }
          if let failure = error as? Failure { report.miss(failure) }
        }
      }
    }
    plugins.keepDescriptions(of: host)
    if json { Console.line(report.json.document) } else { report.show() }
    if let code = report.exitCode { throw code }
  }
}

/// The files that a command was given, with those below folders.
enum PipelineFiles {
  /// The file itself, or every pipeline and Markdown file below the folder, sorted; hidden ones are left out.
  static func below(_ path: String) throws(Failure) -> [String] {
    let folder = FilePath(path)
    guard folder.isFolder else { return [path] }
    let names: [String]
    do throws(DiskFile.Fault) { names = try folder.entries() } catch {
      throw Failure(.noInput, "the folder \(path) cannot be read: \(error.reason)")
    }
    var found: [String] = []
    for name in names where !name.hasPrefix(".") {
      let file = path == "." ? FilePath("./\(name)") : folder.appending(FilePath(name))
      if file.isFolder {
        // A link to a folder could lead back to this one.
        if file.linkTarget == nil { found += try below(file.text) }
      } else if ["yaml", "yml", "md"].contains(file.ending.lowercased()) {
        found.append(file.text)
      }
    }
    return found
  }

  /// The text of a file.
  ///
  /// - Throws: `Failure` where it cannot be opened, `PipelineFileError` where it is no text.
  static func text(of file: String) throws -> String {
    if FilePath(file).isReadings, FilePath(file).kind == .file {
      throw Failure(
        .badPipeline,
        "\(file.onOneLine) looks like readings, not like a pipeline file; `almanac forecast \(file.onOneLine)` forecasts them, "
          + "and `almanac init \(file.onOneLine)` writes a pipeline file")
    }
    let bytes = try bytes(of: file)
    guard let text = String(bytes: bytes, encoding: .utf8) else {
      let start = Location(line: 1, column: 1)
      throw PipelineFileError([Diagnostic(file: file, location: start, message: "the file is not UTF-8 text")])
    }
    return text
  }
}

extension PipelineFiles {
  private static let mostBytes = 16 << 20
  private static let patience = Duration.seconds(10)

  private static func bytes(of file: String) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    do throws(TabularError) {
      var input = try InputFile(file, until: .now + patience)
      while bytes.count <= mostBytes, let piece = try input.next() { bytes += piece }
    } catch {
      switch error {
      case .noSuchFile(_, let near):
        let remedy =
          near.map { "did you mean \($0)?" } ?? "`almanac init DATA.csv --output \(file)` writes one"
        throw Failure(.noInput, "there is no pipeline file \(file); \(remedy)".onOneLine)
      case .outOfTime:
        throw Failure(
          .noInput, "\(file.onOneLine) gave no whole text within \(patience); does somebody write to it, and close it?")
      default: throw Failure(.noInput, "\(file.onOneLine) cannot be read")
      }
    }
    guard bytes.count <= mostBytes else {
      throw Failure(.noInput, "\(file.onOneLine) holds more than \(mostBytes >> 20) MB; that is no pipeline file")
    }
    return bytes
  }
}

/// What was found in all the files.
struct ValidationReport {
  /// What ends the programs that read inputs; nil where nobody asks for inputs.
  let interruption: Interruption?
  private var files: [(name: String, diagnostics: [Diagnostic], count: Int)] = []
  private var failures: [Failure] = []

  init(inputsBy interruption: Interruption?) { self.interruption = interruption }

  mutating func add(_ findings: PipelineReader.Findings, of name: String) {
    files.append((name, findings.diagnostics, findings.count))
    guard let interruption else { return }
    for pipeline in findings.pipelines {
      do { try pipeline.checkInput(Surroundings.context(of: pipeline, interruption)) } catch {
        failures.append(Failure(error.kind, "\(name): \(pipeline.file.hidden("\(error)"))"))
      }
    }
  }

  mutating func add(_ diagnostics: [Diagnostic], of name: String) { files.append((name, diagnostics, 1)) }

  mutating func miss(_ failure: Failure) { failures.append(failure) }

  private func hasErrors(_ diagnostics: [Diagnostic]) -> Bool { diagnostics.contains { $0.severity == .error } }

  /// The code to end with; nil where all is valid. Faults of files come before what is missing.
  var exitCode: ExitCode? {
    if files.contains(where: { hasErrors($0.diagnostics) }) { return .badPipeline }
    return failures.first.map { ExitCode($0.kind) }
  }

  func show() {
    for (name, diagnostics, count) in files {
      for diagnostic in diagnostics { Console.error("\(diagnostic)") }
      if !hasErrors(diagnostics) { Console.line("\(name.onOneLine): \(count == 0 ? "no pipeline" : "valid")") }
    }
    for failure in failures { Console.error("almanac: error: \(failure)") }
  }

  var json: JSONValue {
    [
      "valid": .boolean(exitCode == nil),
      "files": .list(
        files.map { name, diagnostics, count in
          [
            "file": .text(name), "valid": .boolean(!hasErrors(diagnostics)), "pipelines": .number(Double(count)),
            "diagnostics": .list(diagnostics.map(\.json)),
          ]
        }),
      "failures": .list(failures.map { .text("\($0)") }),
    ]
  }
}

extension Diagnostic {
  fileprivate var json: JSONValue {
    JSONValue([
      ("severity", .text(severity.rawValue)), ("line", location.map { .number(Double($0.line)) }),
      ("column", location.map { .number(Double($0.column)) }), ("subject", subject.isEmpty ? nil : .text(subject)),
      ("message", .text(message)),
    ])
  }
}
