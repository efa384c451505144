import PipelineFile

/// What a run does that finds its state folder locked.
public enum LockPolicy: Sendable, Hashable {
  /// It fails.
  case fail
  /// It does nothing, and that is no failure.
  case skip
  /// It waits so long, and fails then.
  case wait(TimeSpan)
}

extension LockPolicy: FieldValue {
  public static var fieldKind: FieldKind { .text }

  public init(node: ConfigNode) throws(FieldFault) {
    let text = try String(node: node)
    switch text {
    case "fail": self = .fail
    case "skip": self = .skip
    default:
      guard text.hasPrefix("wait "), let span = TimeSpan(text.dropFirst(5)) else {
        throw FieldFault("wants fail, skip, or wait so long such as wait 5m, not \(node.kind)")
      }
      self = .wait(span)
    }
  }

  public var fieldText: String? {
    switch self {
    case .fail: "fail"
    case .skip: "skip"
    case .wait(let span): "wait \(span)"
    }
  }
}
