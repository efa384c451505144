/// Gathers what is found in one file.
struct FileCheck {
  let file: String
  private(set) var diagnostics: [Diagnostic]
  /// Where text could not be replaced: it is at fault already, so that nothing more is said of what it reads as.
  private let unread: Set<Place>

  init(file: String, _ diagnostics: [Diagnostic] = [], unread: Set<Place> = []) {
    self.file = file
    self.unread = unread
    self.diagnostics = diagnostics
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  mutating func fault(_ fault: FieldFault, in subject: String = "") {
    if let place = fault.place, unread.contains(place) { return }
    diagnostics.append(Diagnostic(file: file, place: fault.place, subject: subject, message: fault.message))
  }

  mutating func warn(_ fault: FieldFault, in subject: String = "") {
    diagnostics.append(
      Diagnostic(severity: .warning, file: file, place: fault.place, subject: subject, message: fault.message))
  }

  /// Refuses the keys that are not known, but for those that start with `x-`.
  mutating func keys(of node: ConfigNode, known: [String], in subject: String = "") {
    guard let entries = node.entries else {
      if case .null = node.content { return }
      return fault(FieldFault("wants a mapping, not \(node.kind)", at: node.place), in: subject)
    }
    for entry in entries where !known.contains(entry.key) && !entry.key.hasPrefix("x-") {
      let near = didYouMean(entry.key, among: known)
      let hint = near.isEmpty ? "; known are \(known.joined(separator: ", "))" : near
      fault(FieldFault("unknown key \"\(entry.key)\"\(hint)", at: entry.place), in: subject)
    }
  }

  /// The value of a key; nil where it is absent (a fault when `required`) or cannot be read (always one).
  mutating func value<Value: FieldValue>(
    _ key: String, of node: ConfigNode, required: String? = nil, in subject: String = ""
  ) -> Value? {
    guard let found = node[key] else {
      if let required { fault(FieldFault("`\(key)` is missing: \(required)", at: node.place), in: subject) }
      return nil
    }
    do { return try Value(node: found) } catch {
      fault(FieldFault("\(key) \(error.message)", at: error.place ?? found.place), in: subject)
      return nil
    }
  }
}
