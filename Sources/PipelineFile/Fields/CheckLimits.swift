import TimeSeries

/// Where to warn and where to stop, as a mapping of `warn` and `error`.
public struct CheckLimits<Limit: FieldValue>: FieldValue, ExpressibleByDictionaryLiteral {
  /// More than this is reported.
  public private(set) var warn: Limit?
  /// More than this ends the run.
  public private(set) var error: Limit?

  public static var fieldKind: FieldKind { .table(keys: ["warn", "error"], Limit.fieldKind) }

  public init(dictionaryLiteral elements: (String, Limit)...) {}

  public init(node: ConfigNode) throws(FieldFault) {
    for entry in try node.entries(among: ["warn", "error"], example: "{warn: 2, error: 7}") {
      let limit = try Limit(node: entry.value)
      if entry.key == "warn" { warn = limit } else { error = limit }
    }
  }

  public var fieldText: String? {
    let parts = [("warn", warn), ("error", error)].compactMap { key, limit in
      limit?.fieldText.map { "\(key): \($0)" }
    }
    return "{\(parts.joined(separator: ", "))}"
  }

  public var boundedNumbers: [Double] { [warn, error].compactMap { $0?.boundedNumbers }.flatMap { $0 } }
  public var isSettled: Bool { (warn?.isSettled ?? true) && (error?.isSettled ?? true) }

  public func settled(on frequency: Frequency) throws(FieldFault) -> Self {
    var settled = self
    settled.warn = try warn?.settled(on: frequency)
    settled.error = try error?.settled(on: frequency)
    return settled
  }
}
