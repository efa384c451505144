/// A Markdown file whose YAML blocks are pipelines, or parts of them.
struct MarkdownFile {
  /// A fenced block, with blank lines before it so that its places are those of the file.
  struct Block {
    var text: String
    var isPipeline: Bool
  }

  /// The blocks that hold a whole pipeline (`version:` at their left edge), or a list of stages (`- use:`).
  static func blocks(of text: String) -> [Block] {
    var blocks: [Block] = []
    var fence: (mark: String, start: Int, isYAML: Bool)?
    var lines: [Substring] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.hasSuffix("\r") ? line.dropLast() : line
      let trimmed = line.drop { $0 == " " }
      if let open = fence {
        if trimmed.hasPrefix(open.mark), trimmed.drop(while: { $0 == open.mark.first }).allSatisfy(\.isWhitespace) {
          if open.isYAML, let block = block(lines, from: open.start) { blocks.append(block) }
          fence = nil
        } else {
          lines.append(line)
        }
      } else if let mark = trimmed.first, mark == "`" || mark == "~" {
        let run = trimmed.prefix { $0 == mark }
        let word = trimmed.dropFirst(run.count).split(separator: " ").first?.lowercased() ?? ""
        let isYAML = ["yaml", "yml"].contains(word)
        if run.count >= 3 { (fence, lines) = ((String(run), number + 1, isYAML), []) }
      }
    }
    return blocks
  }

  private static func block(_ lines: [Substring], from start: Int) -> Block? {
    let edge = lines.lazy.filter { !$0.allSatisfy(\.isWhitespace) }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    let atEdge = lines.map { $0.dropFirst(edge) }
    let text = String(repeating: "\n", count: start) + lines.joined(separator: "\n")
    if atEdge.contains(where: { $0.hasPrefix("version:") }) { return Block(text: text, isPipeline: true) }
    let first = atEdge.first { !$0.isEmpty && !$0.hasPrefix("#") }
    return first?.hasPrefix("- use:") == true ? Block(text: text, isPipeline: false) : nil
  }
}

extension PipelineReader {
  /// What is found in a file.
  public struct Findings: Sendable {
    /// Faults and warnings, sorted by place.
    public var diagnostics: [Diagnostic]
    /// The pipelines that may run.
    public var pipelines: [Pipeline]
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
      do {
        if isPipeline {
          let pipeline = try read(text, file: file)
          findings.pipelines.append(pipeline)
          findings.diagnostics += pipeline.warnings
        } else {
          findings.diagnostics += try checkFragment(text, file: file)
        }
      } catch {
        findings.diagnostics += error.diagnostics
      }
    }
    findings.diagnostics = findings.diagnostics.sortedByPlace()
    return findings
  }

  /// A list of stages by itself: fields and order are checked, what is missing or comes from `${…}` is not asked for.
  private func checkFragment(_ text: String, file: String) throws(PipelineFileError) -> [Diagnostic] {
    let (root, repeated) = try YAMLReader.read(text, file: file).get()
    var check = FileCheck(file: file, repeated)
    guard let items = root.items else { return check.diagnostics }
    readStages(items, at: root.place, frequency: nil, isFragment: true, &check).check(&check)
    return check.diagnostics
  }
}
