/// Gathers what is found in one file.
package struct FileCheck {
  package let file: String
  package private(set) var diagnostics: [Diagnostic]
  /// Where text could not be replaced: it is at fault already, so that nothing more is said of what it reads as.
  private let unread: Set<Location>

  package init(file: String, _ diagnostics: [Diagnostic] = [], unread: Set<Location> = []) {
    self.file = file
    self.unread = unread
    self.diagnostics = diagnostics
  }

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// Takes over what was found elsewhere.
  package mutating func add(_ found: [Diagnostic]) { diagnostics += found }

  package mutating func fault(_ fault: FieldFault, in subject: String = "") {
    if let location = fault.location, unread.contains(location) { return }
    diagnostics.append(Diagnostic(file: file, location: fault.location, subject: subject, message: fault.message))
  }

  package mutating func warn(_ fault: FieldFault, in subject: String = "") {
    diagnostics.append(
      Diagnostic(severity: .warning, file: file, location: fault.location, subject: subject, message: fault.message))
  }

  /// Refuses the keys that are not known, but for those that start with `x-`.
  package mutating func keys(of node: ConfigNode, known: [String], in subject: String = "") {
    guard let entries = node.entries else {
      if case .null = node.content { return }
      return fault(FieldFault("wants a mapping, not \(node.kind)", at: node.location), in: subject)
    }
    for entry in entries where !known.contains(entry.key) && !entry.key.hasPrefix("x-") {
      let near = didYouMean(entry.key, among: known)
      let hint = near.isEmpty ? "; known are \(known.joined(separator: ", "))" : near
      fault(FieldFault("unknown key \"\(entry.key)\"\(hint)", at: entry.location), in: subject)
    }
  }

  /// The value of a key; nil where it is absent (a fault when `required`) or cannot be read (always one).
  package mutating func value<Value: FieldValue>(
    _ key: String, of node: ConfigNode, required: String? = nil, in subject: String = ""
  ) -> Value? {
    guard let found = node[key] else {
      if let required { fault(FieldFault("`\(key)` is missing: \(required)", at: node.location), in: subject) }
      return nil
    }
    do { return try Value(node: found) } catch {
      fault(FieldFault("\(key) \(error.message)", at: error.location ?? found.location), in: subject)
      return nil
    }
  }
}
