import Foundation
import Testing

/// What README and docs say to type is typed here, and what they show comes of it.
///
/// A YAML block is validated. A block `console` is run line by line in a copy of the sample data: `$ ` begins a command, and
/// every other line must be among what it prints. Comments before a block steer it:
///
/// - `<!-- file: NAME -->` keeps the block as a file for later commands,
/// - `<!-- test: OPTIONS -->` gives `almanac run`, `forecast` and `evaluate` options that make them short; what they print is
///   not looked at then,
/// - `<!-- output varies -->` does not look at what is printed either,
/// - `<!-- exits: N -->` says how the last command ends; 0 otherwise,
/// - `<!-- not run: REASON -->` runs nothing,
/// - `<!-- needs: duckdb -->` has the whole document skipped where that program is missing.
@Suite struct DocumentationTests {
  static let documents: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: repository.appending(path: "docs").path)) ?? []
    return ["README.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
  }()

  static let repository = Workspace.repository

  static func text(_ path: String) throws -> String {
    try String(contentsOf: repository.appending(path: path), encoding: .utf8)
  }

  // MARK: Blocks

  /// A fenced block with the comments right before it.
  struct Block {
    var language: String
    var text: String
    var line: Int
    var comments: [String]

    func comment(_ key: String) -> String? {
      comments.first { $0 == key || $0.hasPrefix("\(key): ") }.map { String($0.dropFirst(key.count + 2)) }
    }
  }

  static func blocks(of text: String) -> [Block] {
    var blocks: [Block] = []
    var comments: [String] = []
    var open: Block?
    for (number, line) in text.components(separatedBy: "\n").enumerated() {
      if var block = open {
        if line.drop(while: { $0 == " " }) == "```" {
          blocks.append(block)
          (open, comments) = (nil, [])
        } else {
          block.text += line + "\n"
          open = block
        }
      } else if line.drop(while: { $0 == " " }).hasPrefix("```") {
        let language = String(line.drop { $0 == " " }.dropFirst(3))
        open = Block(language: language, text: "", line: number + 1, comments: comments)
      } else if line.hasPrefix("<!-- "), line.hasSuffix(" -->") {
        comments.append(String(line.dropFirst(5).dropLast(4)))
      } else if !line.isEmpty {
        comments = []
      }
    }
    return blocks
  }

  // MARK: YAML

  private static let stages = """
    stages:
      - {use: csv, with: {path: a.csv, time: t, target: y}}
      - {use: window, with: {horizon: 2}}
      - {use: naive}
      - {use: write, with: {path: b.csv}}

    """

  @Test(arguments: documents)
  func `every YAML block is valid`(document: String) throws {
    let workspace = try Workspace()
    var count = 0
    for block in Self.blocks(of: try Self.text(document)) where block.language == "yaml" {
      if block.comment("not run") != nil { continue }
      let lines = block.text.components(separatedBy: "\n")
      let first = lines.first { !$0.isEmpty && !$0.drop { $0 == " " }.hasPrefix("#") } ?? ""
      let indent = first.prefix { $0 == " " }.count
      let text = lines.map { String($0.dropFirst(min(indent, $0.prefix { $0 == " " }.count))) }.joined(separator: "\n")
      let name = "block-\(block.line)"
      if first.dropFirst(indent).hasPrefix("- use:") {
        try workspace.write("```yaml\n\(text)\n```\n", to: "blocks/\(name).md")
      } else if text.contains("version:") {
        try workspace.write(text, to: "blocks/\(name).yaml")
      } else {
        // A part of a file: what it lacks is added.
        let stages = text.hasPrefix("stages:") || text.contains("\nstages:") ? "" : Self.stages
        try workspace.write("version: 1\nname: part\n\(text)\(stages)", to: "blocks/\(name).yaml")
      }
      count += 1
    }
    guard count > 0 else { return }
    let outcome = try workspace.almanac("validate", "blocks")
    #expect(outcome.code == 0, "\(document): \(outcome.errors)")
    #expect(outcome.output.split(separator: "\n").count { $0.hasSuffix(": valid") || $0.contains(": valid,") } == count)
  }

  // MARK: Commands

  private static func needsDuckDB(_ document: String) -> Bool {
    (try? text(document).contains("<!-- needs: duckdb -->")) ?? false
  }

  @Test(arguments: documents.filter { !needsDuckDB($0) })
  func `every command runs, and prints what is shown`(document: String) throws { try runAll(of: document) }

  @Test(.enabled(if: Workspace.duckDB != nil, "needs duckdb"), arguments: documents.filter(needsDuckDB))
  func `every command runs where DuckDB is, and prints what is shown`(document: String) throws {
    try runAll(of: document)
  }

  private func runAll(of document: String) throws {
    let blocks = Self.blocks(of: try Self.text(document))
    guard blocks.contains(where: { $0.language == "console" && $0.comment("not run") == nil }) else { return }
    let workspace = try Workspace()
    for folder in ["sample-data", "pipelines"] {
      let copy = try Workspace.run(
        URL(filePath: "/bin/cp"), ["-R", Self.repository.appending(path: folder).path, workspace.path(folder)],
        in: workspace.folder)
      #expect(copy.code == 0)
    }
    for block in blocks {
      if let name = block.comment("file") { try workspace.write(block.text, to: name) }
      guard block.language == "console", block.comment("not run") == nil else { continue }
      try run(block, of: document, in: workspace)
    }
  }

  private func run(_ block: Block, of document: String, in workspace: Workspace) throws {
    let lines = block.text.split(separator: "\n").map(String.init)
    let commands = lines.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
    #expect(!commands.isEmpty, "\(document):\(block.line): no line begins with $")
    var printed: Set<String> = []
    for (number, command) in commands.enumerated() {
      var command = command
      if let options = block.comment("test") {
        for verb in ["run", "forecast", "evaluate"] {
          command = command.replacingOccurrences(of: "almanac \(verb) ", with: "almanac \(verb) \(options) ")
        }
      }
      let programs = [Workspace.binary] + (Workspace.duckDB.map { [URL(filePath: $0)] } ?? [])
      let path = (programs.map { $0.deletingLastPathComponent().path } + ["/usr/local/bin:/usr/bin:/bin"])
        .joined(separator: ":")
      let outcome = try Workspace.run(
        URL(filePath: "/bin/sh"), ["-c", command], in: workspace.folder, environment: ["PATH": path])
      let code = number == commands.count - 1 ? block.comment("exits").flatMap { Int32($0) } ?? 0 : 0
      #expect(outcome.code == code, "\(document):\(block.line): \(command)\n\(outcome.output)\n\(outcome.errors)")
      printed.formUnion((outcome.output + outcome.errors).split(separator: "\n").map(Self.trimmed))
    }
    if block.comment("test") != nil || block.comment("output varies") != nil { return }
    for line in lines where !line.hasPrefix("$ ") && Self.trimmed(line) != "…" {
      #expect(printed.contains(Self.trimmed(line)), "\(document):\(block.line): \(line)")
    }
  }

  /// Columns are as wide as their widest cell, which differs from run to run.
  private static func trimmed(_ line: some StringProtocol) -> String {
    line.split(separator: " ").joined(separator: " ")
  }

  /// Commands stand in blocks that are run.
  @Test(arguments: documents)
  func `no other block holds a command of almanac`(document: String) throws {
    for block in Self.blocks(of: try Self.text(document)) where ["sh", "bash", "text", ""].contains(block.language) {
      let holds = block.text.split(separator: "\n").contains { $0.hasPrefix("almanac ") || $0.hasPrefix("$ ") }
      #expect(!holds || block.comment("not run") != nil, "\(document):\(block.line): make it a block console")
    }
  }

  @Test(arguments: documents)
  func `whoever is not run says why`(document: String) throws {
    for block in Self.blocks(of: try Self.text(document)) {
      if let reason = block.comment("not run") { #expect(reason.count > 10, "\(document):\(block.line)") }
    }
  }

  // MARK: Links

  static let linked: [String] =
    documents + [
      "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "sample-data/README.md",
      "Benchmarks/README.md",
    ]

  /// The anchor of a heading, as the usual viewers make it.
  static func anchor(_ heading: String) -> String {
    let kept = heading.lowercased().replacingOccurrences(of: "`", with: "").filter {
      $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_"
    }
    return kept.replacingOccurrences(of: " ", with: "-")
  }

  static func anchors(of text: String) -> Set<String> {
    var isBlock = false
    var anchors: Set<String> = []
    for line in text.components(separatedBy: "\n") {
      if line.hasPrefix("```") { isBlock.toggle() }
      guard !isBlock, line.hasPrefix("#") else { continue }
      anchors.insert(anchor(line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces)))
    }
    return anchors
  }

  @Test(arguments: linked)
  func `links lead to files and headings that are there`(document: String) throws {
    let folder = document.split(separator: "/").dropLast().map { "\($0)/" }.joined()
    for link in try Self.text(document).matches(of: /\]\(([^) #]*)(#([^)]*))?\)/) where !link.1.contains("://") {
      let target = link.1.isEmpty ? document : folder + String(link.1)
      let exists = FileManager.default.fileExists(atPath: Self.repository.appending(path: target).path)
      #expect(exists, "\(document): \(link.0)")
      if exists, let name = link.3 {
        #expect(Self.anchors(of: try Self.text(target)).contains(String(name)), "\(document): \(link.0)")
      }
    }
  }

  @Test func `every page stands in the index`() throws {
    let index = try Self.text("docs/index.md")
    for document in Self.documents where document.hasPrefix("docs/") && document != "docs/index.md" {
      #expect(index.contains("](\(document.dropFirst("docs/".count)))"), "\(document)")
    }
  }

  // MARK: Sample data

  @Test(.enabled(if: Workspace.hasPython(with: "random"), "needs python3"))
  func `the synthetic sample data are those that the script makes, and are called so`() throws {
    let workspace = try Workspace()
    let script = Self.repository.appending(path: "sample-data/make.py").path
    let outcome = try Workspace.run(
      URL(filePath: "/usr/bin/env"), ["python3", script, workspace.path("")], in: workspace.folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let made = workspace.files()
    #expect(made.count == 8)
    for name in made {
      let kept = try Data(contentsOf: Self.repository.appending(path: "sample-data/\(name)"))
      #expect(try workspace.bytes(name) == kept, "\(name)")
      for document in Self.documents where try Self.text(document).contains("sample-data/\(name)") {
        #expect(try Self.text(document).contains("synthetic"), "\(document) shows \(name)")
      }
    }
  }
}
