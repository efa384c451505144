import Foundation

/// A zone of the IANA's time zone database, for readings in local time: which moment a wall clock there shows.
///
/// Equal by name. The changes of its clocks from 1900 to 2150 are kept in a table; later years have those of the last.
public struct LocalZone: Sendable {
  /// Its name, such as `Europe/Berlin`.
  public let name: String
  /// Moments in UTC from which on an offset holds, both in milliseconds; the first holds before as well.
  private let changes: [Change]

  private struct Change: Sendable {
    var start: Int64
    var offset: Int64
  }

  /// The moments that a wall clock may mean.
  public enum Moments: Sendable, Equatable {
    /// One moment.
    case one(Timestamp)
    /// The clock was put back: it shows this time twice.
    case two(Timestamp, Timestamp)
    /// The clock was put forward: it never shows this time.
    case none
  }

  /// Finds a zone by its name; throws ``LocalZoneError`` where there is none.
  public init(_ name: String) throws(LocalZoneError) {
    let known = TimeZone.knownTimeZoneIdentifiers
    guard known.contains(name) || name == "UTC" || name == "GMT" || name.contains("/"),
      let zone = TimeZone(identifier: name)
    else {
      let cities = known.filter { $0.split(separator: "/").last?.lowercased() == name.lowercased() }
      throw .unknown(name, near: cities.first ?? closestMatch(to: name, among: known))
    }
    self.name = name
    var changes = [Change(start: .min, offset: zone.offset(at: LocalZone.years.lowerBound))]
    var at = LocalZone.years.lowerBound
    while let next = zone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: Double(at))) {
      let start = Int64(next.timeIntervalSince1970.rounded())
      guard start > at, start < LocalZone.years.upperBound else { break }
      let offset = zone.offset(at: start)
      if offset != changes[changes.count - 1].offset { changes.append(Change(start: start * 1000, offset: offset)) }
      at = start
    }
    self.changes = changes
  }

  // 1900 to 2150, in seconds since 1970.
  private static let years: Range<Int64> = -2_208_988_800..<5_680_281_600

  /// What the wall clock is ahead of UTC at a moment, in milliseconds. Costs a search in the table.
  func offset(at moment: Timestamp) -> Int64 { changes[position(of: moment.milliseconds)].offset }

  private func position(of milliseconds: Int64) -> Int {
    var (low, high) = (0, changes.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if changes[middle].start <= milliseconds { low = middle } else { high = middle }
    }
    return low
  }

  /// What the wall clock shows at a moment.
  public func local(of moment: Timestamp) -> Timestamp {
    Timestamp(milliseconds: moment.milliseconds + offset(at: moment))
  }

  /// The moments at which the wall clock shows a time.
  public func moments(ofLocal time: Timestamp) -> Moments {
    // No clock is changed twice within two days.
    let day = Timestamp.millisecondsPerDay
    let before = offset(at: Timestamp(milliseconds: time.milliseconds - day))
    let after = offset(at: Timestamp(milliseconds: time.milliseconds + day))
    let first = Timestamp(milliseconds: time.milliseconds - before)
    let second = Timestamp(milliseconds: time.milliseconds - after)
    let (isFirst, isSecond) = (offset(at: first) == before, offset(at: second) == after)
    if before == after { return .one(first) }
    return isFirst ? isSecond ? .two(first, second) : .one(first) : isSecond ? .one(second) : .none
  }

  /// The moments of one series' local times, in the order of its rows; see ``moments(ofLocal:)``.
  ///
  /// Of an hour that comes twice the first pass is before the change of clocks, the second after it: the second begins where
  /// the times go back within the hour, or name one again. Rows from the newest to the oldest are read from the end. A time that
  /// never was is taken with the offset before the change.
  public func moments(ofLocal times: [Timestamp]) -> [Timestamp] {
    var (ups, downs) = (0, 0)
    for (a, b) in zip(times, times.dropFirst()) { if a < b { ups += 1 } else if b < a { downs += 1 } }
    var result = times
    var fold: (end: Timestamp, last: Timestamp, isSecond: Bool, seen: Set<Timestamp>)?
    let isDescending = downs > ups
    func isTwice(_ time: Timestamp) -> Bool { if case .two = moments(ofLocal: time) { true } else { false } }
    let against = zip(times, times.dropFirst()).count { a, b in
      a != b && (a < b) == isDescending && !(isTwice(a) && isTwice(b))
    }
    let isOrdered = against * 20 <= ups + downs
    var safe: (range: Range<Int64>, offset: Int64)?
    for position in isOrdered && isDescending ? Array(times.indices.reversed()) : Array(times.indices) {
      let time = times[position]
      if let safe, safe.range.contains(time.milliseconds) {
        result[position] = Timestamp(milliseconds: time.milliseconds - safe.offset)
        continue
      }
      switch moments(ofLocal: time) {
      case .one(let moment):
        result[position] = moment
        safe = steady(at: moment)
      case .none:
        let day = Timestamp(milliseconds: time.milliseconds - Timestamp.millisecondsPerDay)
        result[position] = Timestamp(milliseconds: time.milliseconds - offset(at: day))
      case .two(let first, let second):
        // The moment of the change tells one such hour from that of another year.
        let end = Timestamp(milliseconds: changes[self.position(of: second.milliseconds)].start)
        if fold?.end != end { fold = (end, time, false, []) }
        let isAgain = fold?.seen.contains(time) == true
        if let last = fold?.last, isAgain || isOrdered && time < last { fold?.isSecond = true }
        // Rows in no order: only what is named again is of the second pass.
        let isSecond = isOrdered ? fold?.isSecond == true : isAgain
        result[position] = isSecond ? second : first
        fold?.last = time
        fold?.seen.insert(time)
      }
    }
    return result
  }

  /// Whether the clock is surely not changed around a local time.
  func steady(at time: Timestamp) -> Bool {
    let (position, day) = (position(of: time.milliseconds), 2 * Timestamp.millisecondsPerDay)
    let isLate = position == 0 || time.milliseconds - changes[position].start > day
    return isLate && (position + 1 == changes.count || changes[position + 1].start - time.milliseconds > day)
  }

  /// The local times around a moment at which the clock is surely not changed.
  private func steady(at moment: Timestamp) -> (range: Range<Int64>, offset: Int64) {
    let position = position(of: moment.milliseconds)
    let (offset, day) = (changes[position].offset, 2 * Timestamp.millisecondsPerDay)
    let low = position == 0 ? Timestamp.range.lowerBound.milliseconds : changes[position].start + day
    let high =
      position + 1 == changes.count ? Timestamp.range.upperBound.milliseconds : changes[position + 1].start - day
    return (low..<max(low, high), offset)
  }
}

extension LocalZone: Hashable, CustomStringConvertible {
  /// Whether both have one name.
  public static func == (a: LocalZone, b: LocalZone) -> Bool { a.name == b.name }
  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
  /// Its name.
  public var description: String { name }
}

/// Why a text is no zone.
public enum LocalZoneError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is none of that name, and perhaps one of a name like it.
  case unknown(String, near: String?)

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .unknown(let name, let near):
      "\"\(name)\" is no time zone; " + (near.map { "did you mean \($0)?" } ?? "zones have names such as Europe/Berlin")
    }
  }
}

extension TimeZone {
  fileprivate func offset(at seconds: Int64) -> Int64 {
    Int64(secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))) * 1000
  }
}

extension Readings {
  /// The same on the clock that their steps are regular on: where they are in local time of a zone, that of the place for steps
  /// of a day and more, UTC for shorter ones.
  ///
  /// - Parameter every: the steps; nil for those that the longest series has.
  public func onClock(ofSteps every: Frequency?) -> Readings {
    guard case .local(let zone, _) = style.zone else { return self }
    let longest = series.max { $0.times.count < $1.times.count }
    let local = longest?.times.map(zone.local(of:)) ?? []
    // A clock that is put back shows an hour twice only where steps are shorter than a day.
    let ascends = zip(local, local.dropFirst()).allSatisfy { $0 < $1 }
    guard let step = every ?? (ascends ? Frequency.inferred(from: local) : nil) else { return self }
    if case .milliseconds(let length) = step, length < Timestamp.millisecondsPerDay { return self }
    return onLocalDays
  }

  /// The same on the wall clock of their zone: for steps of a day and more, which are days there. What is not in local time of
  /// a zone stays.
  private var onLocalDays: Readings {
    guard case .local(let zone, _) = style.zone else { return self }
    var result = self
    result.style.zone = .none
    for position in result.series.indices {
      result.series[position].times = series[position].times.map(zone.local(of:))
      result.series[position].aheadTimes = series[position].aheadTimes.map(zone.local(of:))
    }
    return result
  }
}
