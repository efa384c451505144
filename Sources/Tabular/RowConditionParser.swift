/// Reads the text of a ``RowCondition`` by recursive descent.
struct RowConditionParser {
  /// The columns named so far.
  private(set) var columns: [String] = []
  private let text: String
  private let letters: [Character]
  private var at = 0
  private var depth = 0

  private static let longest = 10_000
  private static let deepest = 50
  private static let keywords: Set<String> = ["and", "or", "not", "in", "like", "missing"]
  private static let operators = "==, !=, <, <=, >, >=, in or like"

  init(_ text: String) {
    (self.text, letters) = (text, Array(text))
  }

  /// The whole text as a condition.
  mutating func whole() throws(RowCondition.Fault) -> RowCondition.Node {
    guard letters.count <= Self.longest else {
      throw fault("the condition has more than \(Self.longest) characters", at: Self.longest)
    }
    let node = try alternatives()
    skipBlanks()
    if at < letters.count { throw expected("`and`, `or` or the end") }
    return node
  }

  private mutating func alternatives() throws(RowCondition.Fault) -> RowCondition.Node {
    var nodes = [try conjunction()]
    while take(word: "or") { nodes.append(try conjunction()) }
    return nodes.count == 1 ? nodes[0] : .any(nodes)
  }

  private mutating func conjunction() throws(RowCondition.Fault) -> RowCondition.Node {
    var nodes = [try factor()]
    while take(word: "and") { nodes.append(try factor()) }
    return nodes.count == 1 ? nodes[0] : .all(nodes)
  }

  private mutating func factor() throws(RowCondition.Fault) -> RowCondition.Node {
    skipBlanks()
    let start = at
    depth += 1
    defer { depth -= 1 }
    if depth > Self.deepest { throw fault("conditions are nested more than \(Self.deepest) deep", at: at) }
    if take(word: "not") { return .not(try factor()) }
    guard take("(") else { return try comparison() }
    let node = try alternatives()
    guard take(")") else { throw expected("`and`, `or` or the `)` for the `(` at \(start + 1)") }
    return node
  }

  private mutating func comparison() throws(RowCondition.Fault) -> RowCondition.Node {
    let column = try column()
    func node(_ test: RowCondition.Comparison.Test) -> RowCondition.Node {
      .comparison(RowCondition.Comparison(column: column, test: test))
    }
    skipBlanks()
    let start = at
    if take("==") { return node(.equal(try value())) }
    if take("!=") { return .not(node(.equal(try value()))) }
    for (sign, signs) in [("<=", -1...0), (">=", 0...1), ("<", -1 ... -1), (">", 1...1)] where take(sign) {
      if sign == "<", letters[at...].first == ">" { throw fault("`<>` is written `!=`", at: start) }
      let value = try value()
      if value == .missing { throw fault("`missing` is neither below nor above anything; use == or !=", at: start) }
      return node(.ordered(signs, value))
    }
    if take("=") { throw fault("`=` is written `==`", at: start) }
    let isNegated = take(word: "not")
    let test: RowCondition.Comparison.Test
    if take(word: "in") {
      test = .among(try values())
    } else if take(word: "like") {
      test = .like(try pattern())
    } else {
      throw expected(isNegated ? "`in` or `like`" : Self.operators)
    }
    return isNegated ? .not(node(test)) : node(test)
  }

  // MARK: Parts

  /// A column by its position among those that are named.
  private mutating func column() throws(RowCondition.Fault) -> Int {
    skipBlanks()
    if letters[at...].first == "`" { return position(of: try quoted()) }
    let name = run(while: Self.isPartOfName)
    guard !name.isEmpty, !Self.keywords.contains(name) else {
      let isText = letters[at...].first == "\"" || letters[at...].first == "'"
      throw expected("a column, `not` or `(`", isText ? "; a column of any name stands in backticks" : "")
    }
    at += name.count
    return position(of: name)
  }

  private mutating func position(of name: String) -> Int {
    if let known = columns.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }) { return known }
    columns.append(name)
    return columns.count - 1
  }

  private mutating func value() throws(RowCondition.Fault) -> RowCondition.Value {
    skipBlanks()
    switch letters[at...].first {
    case "`": return .column(position(of: try quoted()))
    case "\"", "'": return .text(Array(try quoted().utf8))
    default: break
    }
    let word = try bareWord()
    if word == "missing" { return .missing }
    let bytes = Array(word.utf8)
    return bytes.span.decimalNumber(comma: false).map { .number($0, bytes) } ?? .text(bytes)
  }

  private mutating func bareWord(_ others: String = "") throws(RowCondition.Fault) -> String {
    let word = run { Self.isPartOfName($0) || "-+:/%".contains($0) || others.contains($0) }
    guard !word.isEmpty, word == "missing" || !Self.keywords.contains(word) else {
      throw expected(
        "a value", Self.keywords.contains(word) ? "; a text that is a word of conditions stands in quotes" : "")
    }
    at += word.count
    return word
  }

  private mutating func values() throws(RowCondition.Fault) -> [RowCondition.Value] {
    skipBlanks()
    let start = at
    guard take("[") else { throw expected("`[`") }
    var values: [RowCondition.Value] = []
    repeat { values.append(try value()) } while take(",")
    guard take("]") else { throw expected("`,` or the `]` for the `[` at \(start + 1)") }
    return values
  }

  private mutating func pattern() throws(RowCondition.Fault) -> [UInt8] {
    skipBlanks()
    if letters[at...].first == "\"" || letters[at...].first == "'" { return Array(try quoted().utf8) }
    return Array(try bareWord("*?").utf8)
  }

  /// What stands between two quotes or backticks; those inside it are doubled.
  private mutating func quoted() throws(RowCondition.Fault) -> String {
    let start = at
    let quote = letters[at]
    var content = ""
    at += 1
    while at < letters.count {
      if letters[at] == quote {
        guard at + 1 < letters.count, letters[at + 1] == quote else {
          at += 1
          return content
        }
        at += 1
      }
      content.append(letters[at])
      at += 1
    }
    throw fault("the \(quote) is never closed", at: start)
  }

  // MARK: Letters

  private static func isPartOfName(_ letter: Character) -> Bool {
    letter == "_" || letter == "." || letter.isLetter || letter.isNumber
  }

  private func run(while condition: (Character) -> Bool) -> String { String(letters[at...].prefix(while: condition)) }

  private mutating func skipBlanks() { at += letters[at...].prefix { $0.isWhitespace }.count }

  private mutating func take(_ sign: String) -> Bool {
    skipBlanks()
    guard letters[at...].starts(with: sign) else { return false }
    at += sign.count
    return true
  }

  private mutating func take(word: String) -> Bool {
    skipBlanks()
    guard run(while: Self.isPartOfName) == word else { return false }
    at += word.count
    return true
  }

  private func fault(_ problem: String, at position: Int) -> RowCondition.Fault {
    RowCondition.Fault(position: position + 1, problem: problem, text: text)
  }

  private func expected(_ what: String, _ advice: String = "") -> RowCondition.Fault {
    let word = run(while: Self.isPartOfName)
    let found = word.isEmpty ? letters[at...].prefix(1).map(String.init).joined() : word
    // Words of other languages, where one of this one belongs.
    let meant =
      ["&": "and", "|": "or", "!": "not"][found] ?? (["and", "or", "not"].first { $0 == found.lowercased() })
    let hint = meant.map { $0 == found ? "" : "; write `\($0)`" } ?? ""
    return fault("\(found.isEmpty ? "the end" : "\"\(found)\"") where \(what) is expected\(advice)\(hint)", at: at)
  }
}
