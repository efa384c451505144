import Files
import TimeSeries

/// Forecasts beside what came, of every series at some folds of a backtest. The numbers are packed, and lie in memory or,
/// where they are many, in a file without a name, which copies share.
struct JudgedFolds: Sendable {
  /// How many there are of everything.
  struct Shape: Sendable, Hashable, Codable {
    var folds: Int
    var series: Int
    var horizon: Int
    /// The model and the baselines.
    var forecasters: Int
    /// The most intervals that the model has given of a series.
    var intervals = 0

    /// Numbers of a series at a fold: the background; what came; what each forecaster has forecast; of each interval the
    /// level and the bounds. A level of 0 is that of no interval.
    var entry: Int { 3 + horizon * (1 + forecasters) + intervals * (1 + 2 * horizon) }
    /// Numbers in all.
    var count: Int { folds * series * entry }

    /// Whether it is one of so many numbers.
    func holds(_ numbers: Int) -> Bool {
      let sizes = [folds, series, horizon, forecasters, intervals]
      // As doubles first, whose product does not overflow.
      guard sizes.allSatisfy({ (0...1 << 40).contains($0) }) else { return false }
      let (steps, bands) = (Double(horizon), Double(intervals))
      let entry = 3 + steps * Double(1 + forecasters) + bands * (1 + 2 * steps)
      return Double(folds) * Double(series) * entry == Double(numbers) && entry < 0x1p50
    }

    /// Where the level of an interval stands, in one of all entries.
    func level(ofInterval interval: Int, at number: Int) -> Int {
      number * entry + 3 + horizon * (1 + forecasters) + interval * (1 + 2 * horizon)
    }

    /// Where the numbers of a series begin.
    func place(_ fold: Int, _ position: Int) -> Int { (fold * series + position) * entry }
  }

  private enum Storage {
    case memory([Double])
    case file(ScratchFile)
  }

  /// The most numbers that are held where there is a file for more.
  static let mostHeld = 2_000_000

  private(set) var shape: Shape
  /// A folder on whose disk there is room for many; nil where everything is held.
  private let scratch: String?
  private var storage: Storage
  /// Whether nothing was put in yet.
  private var isEmpty = true

  /// Room for the folds of a backtest.
  ///
  /// - Throws: `ScratchFile.Fault`
  init(_ shape: Shape, scratch: String? = nil) throws {
    (self.shape, self.scratch) = (shape, scratch)
    if let scratch, shape.count > JudgedFolds.mostHeld {
      storage = .file(try ScratchFile(in: scratch))
    } else {
      storage = .memory(Array(repeating: 0, count: shape.count))
    }
  }

  /// The folds whose numbers these are.
  private init(_ shape: Shape, numbers: [Double]) {
    (self.shape, scratch, storage) = (shape, nil, .memory(numbers))
  }

  /// Puts in what was found of some series at a fold.
  ///
  /// - Parameters:
  ///   - entries: one for each of `positions`.
  ///   - positions: of the series.
  /// - Throws: `ScratchFile.Fault`
  mutating func put(_ entries: [BacktestResult.Judged], fold: Int, at positions: [Int]) throws {
    let intervals = entries.reduce(0) { max($0, $1.intervals.count) }
    if intervals > shape.intervals { try widen(to: intervals) }
    isEmpty = false
    var start = 0
    while start < entries.count {
      // Series that stand beside each other are put in at once.
      var end = start + 1
      while end < entries.count, positions[end] == positions[end - 1] + 1, end - start < 4096 { end += 1 }
      var numbers: [Double] = []
      numbers.reserveCapacity((end - start) * shape.entry)
      for entry in entries[start..<end] { append(entry, to: &numbers) }
      try put(numbers, at: shape.place(fold, positions[start]))
      start = end
    }
  }

  private func append(_ entry: BacktestResult.Judged, to numbers: inout [Double]) {
    let end = numbers.count + shape.entry
    numbers += [entry.background.scale, entry.background.squaredScale, entry.background.origin]
    numbers += entry.truth
    for point in entry.points { numbers += point }
    for interval in entry.intervals {
      numbers.append(interval.level)
      numbers += interval.lower
      numbers += interval.upper
    }
    numbers += repeatElement(0, count: end - numbers.count)
  }

  private mutating func put(_ numbers: [Double], at place: Int) throws {
    switch storage {
    case .memory(var held):
      storage = .memory([])
      held.replaceSubrange(place..<place + numbers.count, with: numbers)
      storage = .memory(held)
    case .file(let file): try file.put(numbers, at: place)
    }
  }

  /// Makes room for more intervals.
  private mutating func widen(to intervals: Int) throws {
    var wider = shape
    wider.intervals = intervals
    var result = try JudgedFolds(wider, scratch: scratch)
    for fold in 0..<shape.folds where !isEmpty {
      for part in (0..<shape.series).parts(of: 4096) {
        try result.put(try entries(fold, part) { _ in 1 }.compactMap { $0 }, fold: fold, at: Array(part))
      }
    }
    self = result
  }

  /// What was found of some series at a fold; nil for those that were not judged.
  ///
  /// - Parameter origin: the rows before the fold of a series by its position; 0 for one that was not judged.
  /// - Throws: `ScratchFile.Fault`
  func entries(
    _ fold: Int, _ series: Range<Int>, origin: (_ position: Int) -> Int
  ) throws -> [BacktestResult.Judged?] {
    let (start, count) = (shape.place(fold, series.lowerBound), series.count * shape.entry)
    let numbers: ArraySlice<Double> =
      switch storage {
      case .memory(let held): held[start..<start + count]
      case .file(let file): try file.numbers(at: start, count: count)[...]
      }
    return series.enumerated().map { place, position in
      let origin = origin(position)
      return origin > 0 ? entry(numbers.dropFirst(place * shape.entry).prefix(shape.entry), origin: origin) : nil
    }
  }

  private func entry(_ numbers: ArraySlice<Double>, origin: Int) -> BacktestResult.Judged {
    var rest = numbers
    func take(_ count: Int) -> [Double] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    let background = take(3)
    let truth = take(shape.horizon)
    let points = (0..<shape.forecasters).map { _ in take(shape.horizon) }
    let intervals = (0..<shape.intervals).map { _ in
      Forecast.Interval(level: take(1)[0], lower: take(shape.horizon), upper: take(shape.horizon))
    }
    return .init(
      origin: origin, truth: truth, points: points, intervals: intervals.filter { $0.level > 0 },
      background: .init(scale: background[0], squaredScale: background[1], origin: background[2]))
  }
}

extension JudgedFolds: Codable {
  private enum CodingKeys: CodingKey {
    case shape
    case numbers
  }

  /// A fold as models were saved with before.
  private struct Fold: Decodable {
    var truth: [[Double]]
    var forecasts: [Forecast]
    var backgrounds: [BacktestResult.Background]

    /// Whether all of its lists are as long as each other.
    func isSound(_ shape: Shape) -> Bool {
      truth.count == shape.series && truth.allSatisfy { $0.count == shape.horizon }
        && backgrounds.count == shape.series && forecasts.count == shape.forecasters
        && forecasts.allSatisfy {
          $0.series.count == shape.series && $0.series.allSatisfy { $0.point.count == shape.horizon }
        }
    }
  }

  init(from decoder: any Decoder) throws {
    func damaged(_ words: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: words))
    }
    if let folds = try? decoder.singleValueContainer().decode([Fold].self) {
      let first = folds.first
      let shape = Shape(
        folds: folds.count, series: first?.truth.count ?? 0, horizon: first?.truth.first?.count ?? 0,
        forecasters: first?.forecasts.count ?? 0)
      guard folds.allSatisfy({ $0.isSound(shape) }) else { throw damaged("the folds have different shapes") }
      try self.init(shape)
      for (number, fold) in folds.enumerated() {
        let entries = (0..<shape.series).map { position in
          BacktestResult.Judged(
            origin: 1, truth: fold.truth[position], points: fold.forecasts.map { $0.series[position].point },
            intervals: fold.forecasts[0].series[position].intervals, background: fold.backgrounds[position])
        }
        try put(entries, fold: number, at: Array(0..<shape.series))
      }
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let numbers = try container.decode([Double].self, forKey: .numbers)
    let shape = try container.decode(Shape.self, forKey: .shape)
    guard shape.holds(numbers.count) else { throw damaged("the folds have other numbers than their shape") }
    let areLevels = (0..<shape.folds * shape.series).allSatisfy { entry in
      (0..<shape.intervals).allSatisfy { (0..<1).contains(numbers[shape.level(ofInterval: $0, at: entry)]) }
    }
    guard areLevels else { throw damaged("a level of the folds is no share") }
    self.init(shape, numbers: numbers)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(shape, forKey: .shape)
    switch storage {
    case .memory(let numbers): try container.encode(numbers, forKey: .numbers)
    case .file(let file): try container.encode(try file.numbers(at: 0, count: shape.count), forKey: .numbers)
    }
  }
}

extension JudgedFolds {
  /// Packs all entries, for another process, and hands them over in pieces.
  func pack(into writer: inout PackedWriter, pieces: (_ piece: [UInt8]) -> Void) throws {
    for number in [shape.folds, shape.series, shape.horizon, shape.forecasters, shape.intervals] { writer.put(number) }
    writer.put(shape.count)
    for fold in 0..<shape.folds {
      for part in (0..<shape.series).parts(of: 4096) {
        let (start, count) = (shape.place(fold, part.lowerBound), part.count * shape.entry)
        switch storage {
        case .memory(let held): for number in held[start..<start + count] { writer.put(number) }
        case .file(let file): for number in try file.numbers(at: start, count: count) { writer.put(number) }
        }
        writer.handOver(to: pieces)
      }
    }
  }

  /// Reads what ``pack(into:)`` has packed.
  ///
  /// - Throws: `SavingError`, or `ScratchFile.Fault`.
  init(from reader: inout PackedReader, scratch: String?) throws {
    let shape = Shape(
      folds: try reader.integer(), series: try reader.integer(), horizon: try reader.integer(),
      forecasters: try reader.integer(), intervals: try reader.integer())
    let count = try reader.count(of: 8)
    guard shape.holds(count) else {
      throw SavingError.damaged("the folds of its backtest have other numbers than their shape")
    }
    try self.init(shape, scratch: scratch)
    for part in (0..<count).parts(of: 1 << 16) { try put(reader.numbers(part.count), at: part.lowerBound) }
  }
}
