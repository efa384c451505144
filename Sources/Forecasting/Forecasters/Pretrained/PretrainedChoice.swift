import Recurrent

/// Which network forecasts readings, and which of them it takes together.
struct PretrainedChoice: Sendable, Hashable, Codable {
  var kind: PretrainedKind
  /// Every how many-th reading it takes for a series of its own: readings of every five minutes are twelve series of
  /// hours.
  var every = 1

  init(_ kind: PretrainedKind, every: Int = 1) { (self.kind, self.every) = (kind, every) }

  /// The choice for readings with these seasons, shortest first; nil where no network knows the shortest of them.
  init?(seasons: [Int]) {
    if let kind = PretrainedKind(seasons: seasons) {
      self.init(kind)
    } else if let day = seasons.first, Self.most.contains(day / 24), day % 24 == 0 {
      self.init(.hourly, every: day / 24)
    } else {
      return nil
    }
  }

  /// Readings of an hour that are told apart.
  static let most = 1...60
}

extension PretrainedNetwork {
  /// As ``forecasts(after:horizon:levels:threads:)``, with every `stride`-th value taken for a series of its own.
  func forecasts(
    after histories: [[Double]], horizon: Int, levels: [Double], every stride: Int
  ) throws(RecurrentError) -> [Answer] {
    guard stride > 1 else { return try forecasts(after: histories, horizon: horizon, levels: levels) }
    let phases = min(stride, horizon)
    let rows = histories.flatMap { history in (0..<phases).map { history.thinned(every: stride, phase: $0) } }
    let found = try forecasts(after: rows, horizon: (horizon + stride - 1) / stride, levels: levels)
    return histories.indices.map { series in
      let steps = (0..<horizon).map { (found[series * phases + $0 % stride], $0 / stride) }
      return Answer(
        point: steps.map { $0.point[$1] },
        bounds: levels.indices.map { level in steps.map { $0.bounds[level][$1] } })
    }
  }
}

extension [Double] {
  /// Every `stride`-th value, oldest first: those of which the next one comes `phase` + 1 steps after the end. Where none
  /// of them is known, the last known value of all stands for them.
  func thinned(every stride: Int, phase: Int) -> [Double] {
    let values = Swift.stride(from: (count + phase) % stride, to: count, by: stride).map { self[$0] }
    return values.contains(where: \.isFinite) ? values : suffix(from: lastIndex(where: \.isFinite) ?? 0).prefix(1) + []
  }
}
