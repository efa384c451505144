import Glibc

/// How the learning rate changes in training, as a share of `TrainingOptions.learningRate`.
public enum Schedule: Sendable, Codable, Equatable {
  case constant
  /// Falls along half a cosine to `final` at the last update (Loshchilov & Hutter 2017).
  case cosine(final: Double)
  /// Constant for the share `flat` of the updates, then along half a cosine to `final`.
  case flatThenCosine(flat: Double, final: Double)
  /// Rises from a 25th along half a cosine until the share `peak` of the updates, then falls to nearly nothing
  /// (Smith & Topin 2019).
  case oneCycle(peak: Double)
  /// Multiplied by `factor` whenever `patience` epochs have passed without a better validation loss.
  case plateau(factor: Double, patience: Int)

  func check() throws(RecurrentError) {
    switch self {
    case .constant: break
    case .cosine(let final): try Self.share("finalRate", final)
    case .flatThenCosine(let flat, let final):
      try Self.share("flatShare", flat)
      try Self.share("finalRate", final)
    case .oneCycle(let peak): try Self.share("peak", peak)
    case .plateau(let factor, let patience):
      try Self.share("plateauFactor", factor)
      try RecurrentError.require(patience >= 1, "plateauPatience", patience, "1 epoch or more")
    }
  }

  private static func share(_ name: String, _ value: Double) throws(RecurrentError) {
    try RecurrentError.require(value >= 0 && value <= 1, name, value, "a share from 0 to 1")
  }

  /// The share of the learning rate for `update` (from 0) of `total`; plateaus are counted elsewhere.
  func share(update: Int, of total: Int) -> Double {
    let place = total > 1 ? min(Double(update) / Double(total - 1), 1) : 0
    switch self {
    case .constant, .plateau: return 1
    case .cosine(let final): return Self.fall(place, from: 1, to: final)
    case .flatThenCosine(let flat, let final):
      return place <= flat ? 1 : Self.fall((place - flat) / (1 - flat), from: 1, to: final)
    case .oneCycle(let peak):
      return place < peak
        ? Self.fall(place / peak, from: 1 / 25, to: 1)
        : Self.fall(peak < 1 ? (place - peak) / (1 - peak) : 0, from: 1, to: 1e-4)
    }
  }

  /// Half a cosine from one value to the other, for `place` from 0 to 1.
  private static func fall(_ place: Double, from start: Double, to end: Double) -> Double {
    end + (start - end) * (1 + cos(.pi * place)) / 2
  }
}

/// Watches for plateaus of the validation loss.
struct PlateauWatch: Sendable, Codable, Equatable {
  private(set) var share = 1.0
  private var best = Double.greatestFiniteMagnitude
  private var waited = 0

  /// Whether the numbers are those of some epochs.
  var isSound: Bool { (0...1 << 62).contains(waited) }

  mutating func observe(_ loss: Double, _ schedule: Schedule) {
    guard case .plateau(let factor, let patience) = schedule else { return }
    if loss < best {
      best = loss
      waited = 0
    } else {
      waited += 1
      if waited >= patience {
        share *= factor
        waited = 0
      }
    }
  }
}
