/// A Markdown file whose YAML blocks are pipelines, or parts of them.
package struct MarkdownFile {
  /// A fenced block, with blank lines before it so that its locations are those of the file.
  package struct Block {
    package var text: String
    package var isPipeline: Bool
  }

  /// The blocks that hold a whole pipeline (`version:` at their left edge), or a list of stages (`- use:`).
  package static func blocks(of text: String) -> [Block] {
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
