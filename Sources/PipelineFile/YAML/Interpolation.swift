/// Replaces `${NAME}`, `${NAME:-default}`, `${NAME:?message}` (environment) and `${vars.x}` in scalars; `$$` is a
/// dollar. Keys and comments are left alone, for this happens after the file was parsed.
struct Interpolation {
  let environment: [String: String]
  /// The file's own variables, as text.
  let variables: [String: String]
  /// What went wrong, in the order in which it was met.
  private(set) var faults: [FieldFault] = []
  /// The variables that were asked for.
  private(set) var used: Set<String> = []

  /// Where something could not be replaced.
  private(set) var unread: Set<Location> = []

  // Variables whose own value is at fault; nil for all.
  private let broken: Set<String>?

  /// - Parameter broken: variables whose own value is at fault already, nil where that is true of any; nothing is said of
  ///   their use.
  init(environment: [String: String], variables: [String: String], broken: Set<String>? = []) {
    self.environment = environment
    self.variables = variables
    self.broken = broken
  }

  /// The tree with everything replaced.
  mutating func replace(in node: ConfigNode) -> ConfigNode {
    node.mapScalars { text, location in
      let before = faults.count
      let expanded = expand(text, at: location)
      if faults.count > before { unread.insert(location) }
      return expanded
    }
  }

  private mutating func expand(_ text: String, at location: Location) -> String {
    guard text.contains("$") else { return text }
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      switch rest.first {
      case "$":
        result += "$"
        rest = rest.dropFirst()
      case "{":
        guard let end = rest.firstIndex(of: "}") else {
          faults.append(FieldFault("\"${\" has no closing \"}\"; write \"$$\" for a dollar", at: location))
          return text
        }
        result += value(of: rest[rest.index(after: rest.startIndex)..<end], at: location)
        rest = rest[rest.index(after: end)...]
      default:
        result += "$"
      }
    }
    return result + rest
  }

  private mutating func value(of expression: Substring, at location: Location) -> String {
    if expression.hasPrefix("vars.") {
      let name = String(expression.dropFirst(5))
      used.insert(name)
      if let value = variables[name] { return value }
      if broken?.contains(name) ?? true {
        unread.insert(location)
        return ""
      }
      let near = didYouMean(name, among: variables.keys.sorted())
      faults.append(FieldFault("no variable \"\(name)\" under `vars`\(near)", at: location))
      return ""
    }
    let (name, operation, argument) = split(expression)
    guard isName(name) else {
      faults.append(FieldFault("\"${\(expression)}\" is neither ${NAME} nor ${vars.x}", at: location))
      return ""
    }
    let found = environment[name].flatMap { $0.isEmpty && operation != nil ? nil : $0 }
    switch (found, operation) {
    case (let found?, _): return found
    case (nil, "-"): return argument
    case (nil, "?"):
      faults.append(
        FieldFault("the environment has no \(name): \(argument.isEmpty ? "set it" : argument)", at: location))
    default:
      faults.append(
        FieldFault("the environment has no \(name); set it, or write ${\(name):-default}", at: location))
    }
    return ""
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
