import TimeSeries

/// Values that came from the environment, and what is shown in their place, for texts that are about to leave the program.
///
/// Trees know where each of their values comes from. This is for all other texts: messages of the system, lines of
/// programs, paths.
public struct HiddenValues: Sendable, Hashable {
  /// Shorter ones stand in too many words to be replaced there, and are no secrets.
  static let shortest = 4
  /// Of variables that are handed on as they are, of which most are no secrets either.
  static let shortestHandedOn = 8

  private struct Pair: Hashable {
    var value: String
    var shown: String
  }

  // The longest first, so that a value inside another one does not hide it in part.
  private var pairs: [Pair] = []

  /// Nothing to hide.
  public init() {}

  /// Hides a text that holds values of the environment.
  ///
  /// - Parameter shown: the same with `${NAME}` in their places.
  package mutating func add(_ text: String, shown: String) {
    guard text.utf8.count >= HiddenValues.shortest else { return }
    // As messages and JSON show it, too.
    let forms = [
      text, text.onOneLine, text.withoutControls(keepingLines: true),
      String(JSONValue.quoted(text).dropFirst().dropLast()),
    ]
    for form in forms {
      let pair = Pair(value: form, shown: shown)
      if !pairs.contains(pair) { pairs.append(pair) }
    }
    pairs.sort { ($0.value.utf8.count, $1.value) > ($1.value.utf8.count, $0.value) }
  }

  /// Hides what another value hides.
  package mutating func add(_ others: HiddenValues) {
    for pair in others.pairs { add(pair.value, shown: pair.shown) }
  }

  /// The text with every hidden value replaced.
  public func callAsFunction(_ text: String) -> String {
    var pieces: [(text: Substring, isShown: Bool)] = [(text[...], false)]
    for pair in pairs where text.contains(pair.value) {
      // What stands in place of a value is not looked at again.
      pieces = pieces.flatMap { piece in
        if piece.isShown { return [piece] }
        let parts = piece.text.split(separator: pair.value, omittingEmptySubsequences: false)
        return parts.enumerated().flatMap { $0 == 0 ? [($1, false)] : [(pair.shown[...], true), ($1, false)] }
      }
    }
    return withoutBeginnings(pieces.map(\.text).joined())
  }

  /// The text without the beginnings of values that a message has cut, which it marks by `…`.
  private func withoutBeginnings(_ text: String) -> String {
    guard text.contains("…") else { return text }
    var text = text
    for pair in pairs {
      var beginning = pair.value.dropLast()
      while beginning.utf8.count >= HiddenValues.shortest {
        text = text.replacing(beginning + "…", with: pair.shown + "…")
        beginning.removeLast()
      }
    }
    return text
  }

  /// The fault with every hidden value replaced.
  package func callAsFunction(_ found: Diagnostic) -> Diagnostic {
    var diagnostic = found
    (diagnostic.subject, diagnostic.message) = (self(found.subject), self(found.message))
    return diagnostic
  }

  /// The faults with every hidden value replaced.
  package func callAsFunction(_ error: PipelineFileError) -> PipelineFileError {
    PipelineFileError(error.diagnostics.map { self($0) })
  }
}
