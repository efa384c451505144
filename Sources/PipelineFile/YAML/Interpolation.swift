/// Replaces `${NAME}`, `${NAME:-default}`, `${NAME:?message}` (environment) and `${vars.x}` in scalars; `$$` is a
/// dollar. Keys and comments are left alone, for this happens after the file was parsed.
struct Interpolation {
  let environment: [String: String]
  /// The file's own variables.
  let variables: [String: Expansion]
  /// What went wrong, in the order in which it was met.
  private(set) var faults: [FieldFault] = []
  /// The variables that were asked for.
  private(set) var used: Set<String> = []

  /// Where something could not be replaced.
  private(set) var unread: Set<Location> = []

  /// The values of the environment that stand somewhere now.
  private(set) var hidden = HiddenValues()

  /// What a scalar's text becomes.
  struct Expansion {
    /// The text with everything replaced.
    var text = ""
    /// The same with `${NAME}` for what came from the environment, and other dollars doubled.
    var shown = ""
    /// Whether anything did.
    var isForeign = false

    mutating func add(_ literal: some StringProtocol) {
      text += literal
      shown += String(literal).replacing("$", with: "$$")
    }

    mutating func add(_ other: Expansion) {
      text += other.text
      shown += other.shown
      isForeign = isForeign || other.isForeign
    }
  }

  // Variables whose own value is at fault; nil for all.
  private let broken: Set<String>?

  /// - Parameter broken: variables whose own value is at fault already, nil where that is true of any; nothing is said of
  ///   their use.
  init(environment: [String: String], variables: [String: Expansion], broken: Set<String>? = []) {
    self.environment = environment
    self.variables = variables
    self.broken = broken
  }

  /// The tree with everything replaced.
  mutating func replace(in node: ConfigNode) -> ConfigNode {
    node.mapScalars { text, node in
      let before = faults.count
      let expanded = expand(text, at: node.location)
      if faults.count > before { unread.insert(node.location) }
      if expanded.isForeign { hidden.add(expanded.text, shown: expanded.shown) }
      return ConfigNode(
        .scalar(expanded.text), at: node.location, shown: expanded.isForeign ? expanded.shown : nil)
    }
  }

  /// What a text becomes.
  mutating func expand(_ text: String, at location: Location) -> Expansion {
    var result = Expansion()
    guard text.contains("$") else {
      result.add(text)
      return result
    }
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result.add(rest[..<dollar])
      rest = rest[rest.index(after: dollar)...]
      switch rest.first {
      case "$":
        result.add("$")
        rest = rest.dropFirst()
      case "{":
        guard let end = rest.firstIndex(of: "}") else {
          faults.append(FieldFault("\"${\" has no closing \"}\"; write \"$$\" for a dollar", at: location))
          return Expansion(text: text, shown: text)
        }
        result.add(value(of: rest[rest.index(after: rest.startIndex)..<end], at: location))
        rest = rest[rest.index(after: end)...]
      default:
        result.add("$")
      }
    }
    result.add(rest)
    return result
  }

  private mutating func value(of expression: Substring, at location: Location) -> Expansion {
    func literal(_ text: String) -> Expansion {
      var result = Expansion()
      result.add(text)
      return result
    }
    if expression.hasPrefix("vars.") {
      let name = String(expression.dropFirst(5))
      used.insert(name)
      if let value = variables[name] { return value }
      if broken?.contains(name) ?? true {
        unread.insert(location)
        return Expansion()
      }
      let near = didYouMean(name, among: variables.keys.sorted())
      faults.append(FieldFault("no variable \"\(name)\" under `vars`\(near)", at: location))
      return Expansion()
    }
    let (name, operation, argument) = split(expression)
    guard isName(name) else {
      faults.append(FieldFault("\"${\(expression)}\" is neither ${NAME} nor ${vars.x}", at: location))
      return Expansion()
    }
    let found = environment[name].flatMap { $0.isEmpty && operation != nil ? nil : $0 }
    switch (found, operation) {
    case (let found?, _):
      hidden.add(found, shown: "${\(name)}")
      return Expansion(text: found, shown: "${\(expression)}", isForeign: true)
    case (nil, "-"): return literal(argument)
    case (nil, "?"):
      faults.append(
        FieldFault("the environment has no \(name): \(argument.isEmpty ? "set it" : argument)", at: location))
    default:
      faults.append(
        FieldFault("the environment has no \(name); set it, or write ${\(name):-default}", at: location))
    }
    return Expansion()
  }

  private func split(_ expression: Substring) -> (name: String, operation: Character?, argument: String) {
    guard let colon = expression.firstIndex(of: ":") else { return (String(expression), nil, "") }
    let tail = expression[expression.index(after: colon)...]
    guard let operation = tail.first, operation == "-" || operation == "?" else {
      return (String(expression), nil, "")
    }
    return (String(expression[..<colon]), operation, String(tail.dropFirst()))
  }

  private func isName(_ text: String) -> Bool {
    guard let first = text.first, first.isASCII, first.isLetter || first == "_" else { return false }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
