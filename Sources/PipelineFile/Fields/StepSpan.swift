import TimeSeries

/// A stretch of a series: a number of steps, or a duration that becomes one once the distance of the steps is known.
///
/// The reader turns durations into steps as soon as it knows the frequency: at once where `resample` says `every`,
/// otherwise when the readings are there. By the time a stage is asked to do something, ``steps`` holds.
public enum StepSpan: Hashable, Sendable {
  /// So many steps.
  case steps(Int)
  /// A length of time.
  case duration(Frequency)

  /// More steps than any series has; a larger number is a slip of the hand.
  public static let largest = 1_000_000_000

  /// The number of steps.
  public var steps: Int {
    guard case .steps(let count) = self else {
      preconditionFailure("a duration is asked for its steps before the frequency is known")
    }
    return count
  }
}

extension StepSpan: ExpressibleByIntegerLiteral {
  public init(integerLiteral steps: Int) { self = .steps(steps) }
}

extension StepSpan: FieldValue {
  public static var fieldKind: FieldKind { .steps }

  public init(node: ConfigNode) throws(FieldFault) {
    let text = try node.text(as: .steps)
    if let count = Int(text) {
      guard count <= StepSpan.largest else {
        throw FieldFault("must be at most \(StepSpan.largest) steps, not \(node.shownText)", at: node.location)
      }
      self = .steps(count)
    } else if let duration = Frequency(text) {
      self = .duration(duration)
    } else if Frequency.isTooLong(text) {
      throw FieldFault("must be at most \(Frequency.longestYears)y, not \(node.shownText)", at: node.location)
    } else {
      throw .wants(.steps, not: node)
    }
  }

  public var fieldText: String? {
    switch self {
    case .steps(let count): String(count)
    case .duration(let duration): duration.description
    }
  }

  public var boundedNumbers: [Double] {
    if case .steps(let count) = self { [Double(count)] } else { [] }
  }

  public var isSettled: Bool { if case .steps = self { true } else { false } }

  public func settled(on frequency: Frequency) throws(FieldFault) -> StepSpan {
    guard case .duration(let duration) = self else { return self }
    if frequency.isCounted {
      throw FieldFault("of \(duration) has no meaning here: the rows have no times; write a number of steps")
    }
    guard let count = frequency.count(in: duration) else {
      throw FieldFault(
        "of \(duration) is no whole number of steps of \(frequency); write a multiple of \(frequency), or the number of "
          + "steps")
    }
    return .steps(count)
  }
}

extension Frequency {
  /// How many of these steps make up a duration; nil where that is no whole number, or not always the same one.
  ///
  /// A week is five business days; days and months have no fixed number in each other.
  package func count(in duration: Frequency) -> Int? {
    let week: Int64 = 604_800_000
    switch (self, duration) {
    case (.milliseconds(let step), .milliseconds(let length)): return whole(Int(length), Int(step))
    case (.months(let step), .months(let length)): return whole(length, step)
    case (.businessDays(let step), .businessDays(let length)): return whole(length, step)
    case (.businessDays(let step), .milliseconds(let length)) where length % week == 0:
      return whole(Int(length / week) * 5, step)
    default: return nil
    }
  }

  private func whole(_ length: Int, _ step: Int) -> Int? { length % step == 0 ? length / step : nil }
}
