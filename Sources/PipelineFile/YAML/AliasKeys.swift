/// Finds aliases that stand in keys.
///
/// The parser compares keys before anything else can look at them, and one that unfolds to aliases of aliases would take it
/// for ever. Few aliases unfold to little, so that only a text with many of them is looked at; no key of a pipeline file
/// may be anything but plain text.
struct AliasKeys {
  /// So many aliases unfold to a few thousand values at the most, however they are nested.
  static let few = 25

  /// The line, from 1, of the first key that may hold an alias; nil where there is none.
  static func firstLine(in text: String) -> Int? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let counts = lines.map { aliases(in: $0[...]).count }
    guard counts.reduce(0, +) > few else { return nil }
    return lines.indices.first { line in
      hasExplicitKey(lines[line]) || counts[line] > 0 && hasAliasInKey(lines[line])
    }.map { $0 + 1 }
  }

  /// What follows each alias of a line.
  private static func aliases(in line: Substring) -> [Substring] {
    var found: [Substring] = []
    var before: Character = " "
    for position in line.indices {
      defer { before = line[position] }
      guard line[position] == "*", before.isWhitespace || "[{,-?:".contains(before) else { continue }
      let name = line[line.index(after: position)...].prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
      if !name.isEmpty { found.append(line[name.endIndex...]) }
    }
    return found
  }

  // `? key`, in a block or in braces.
  private static func hasExplicitKey(_ line: Substring) -> Bool {
    var before: Character = "-"
    for position in line.indices where !line[position].isWhitespace {
      if line[position] == "?", "-[{,".contains(before) {
        let next = line.index(after: position)
        if next == line.endIndex || line[next].isWhitespace { return true }
      }
      before = line[position]
    }
    return false
  }

  // `*a : value` or `[*a, *b]: value`.
  private static func hasAliasInKey(_ line: Substring) -> Bool {
    aliases(in: line).contains { rest in
      if isColon(rest.drop(while: \.isWhitespace)) { return true }
      return rest.indices.contains { position in
        "]}".contains(rest[position]) && isColon(rest[rest.index(after: position)...].drop(while: \.isWhitespace))
      }
    }
  }

  private static func isColon(_ rest: Substring) -> Bool {
    rest.first == ":" && rest.dropFirst().first?.isWhitespace != false
  }
}
