/// What can go wrong in building, training or loading a network, in the words that a person reads.
public enum RecurrentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An option has a value that no network can be built from. Its name is that of the Swift property, such as
  /// `memoryHeads`; where it is no option of its own, but a number of a series, it is a few words.
  case badOption(name: String, value: String, wanted: String)
  /// Training or prediction was asked for with no windows.
  case noWindows(String)
  /// Training was asked for with no sequences.
  case noSequences
  /// A window asks for numbers that its series does not hold.
  case badWindow(index: Int, reason: String)
  /// A sequence does not fit the network that is to learn or answer it.
  case badSequence(index: Int, reason: String)
  /// The loss stopped being a number.
  case lossNotFinite(epoch: Int, update: Int, cause: String)
  /// The stored weights do not fit the stored options.
  case weightsDoNotFit(String)
  /// A weight file is damaged or belongs to another network.
  case badWeightFile(String)
  /// A checkpoint does not continue this training.
  case badCheckpoint(String)

  /// What a person reads.
  public var description: String {
    switch self {
    case .badOption(let name, let value, let wanted):
      "\(Self.words(of: name)) is \(value), but must be \(wanted)"
    case .noWindows(let purpose):
      "there are no windows to \(purpose): the series are shorter than lookback and horizon together"
    case .noSequences:
      "there are no sequences to train on"
    case .badWindow(let index, let reason):
      "window \(index) cannot be used: \(reason)"
    case .badSequence(let index, let reason):
      "sequence \(index) cannot be used: \(reason)"
    case .lossNotFinite(let epoch, let update, let cause):
      "the loss is no longer a number at step \(update) (epoch \(epoch)): \(cause)"
    case .weightsDoNotFit(let reason):
      "the stored weights do not fit the network: \(reason)"
    case .badWeightFile(let reason):
      "the weight file cannot be read: \(reason)"
    case .badCheckpoint(let reason):
      "the checkpoint cannot be continued: \(reason)"
    }
  }

  /// Throws `badOption` unless `holds`.
  static func require(
    _ holds: Bool, _ name: @autoclosure () -> String, _ value: Any, _ wanted: @autoclosure () -> String
  ) throws(RecurrentError) {
    guard holds else { throw .badOption(name: name(), value: "\(value)", wanted: wanted()) }
  }

  /// `memoryHeads` as people write it: memory heads.
  private static func words(of name: String) -> String {
    guard name != "warmUp", !name.contains(" ") else { return name == "warmUp" ? "warm-up" : name }
    return name.reduce(into: "") { $0 += $1.isUppercase ? " \($1.lowercased())" : "\($1)" }
  }
}
