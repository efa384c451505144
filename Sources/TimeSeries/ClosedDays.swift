/// Days from Monday to Friday that are no steps of an index: the holidays of an exchange or an office.
///
/// They are kept as numbers of weekdays, as ``BusinessDays`` counts them, those after the last reading too.
package struct ClosedDays: Hashable, Sendable, Codable {
  /// The numbers, ascending.
  private let numbers: [Int64]
  /// How many of them lie between the first and the last reading.
  package let seen: Int

  /// No weekday is closed.
  package static let none = ClosedDays(numbers: [], seen: 0)

  private init(numbers: [Int64], seen: Int) { (self.numbers, self.seen) = (numbers, seen) }

  /// Whether every weekday is a step.
  package var isEmpty: Bool { numbers.isEmpty }

  /// Whether they ascend, as whoever counts with them takes for granted.
  var isSound: Bool {
    (0...numbers.count).contains(seen) && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
      && numbers.allSatisfy { $0.magnitude < 1_000_000_000_000 }
  }

  /// How many open weekdays come before one and with it, from some weekday long ago; a closed one counts as the open one before
  /// it.
  func open(upTo number: Int64) -> Int64 { number - Int64(count { $0 <= number }) }

  /// The weekday that is open as the so-manieth.
  func number(ofOpen open: Int64) -> Int64 { open + Int64(count { $0 - Int64($1) <= open }) }

  private func count(while holds: (Int64) -> Bool) -> Int { count { number, _ in holds(number) } }

  /// How many numbers there are up to the first that does not fulfil what all before it do.
  private func count(while holds: (Int64, Int) -> Bool) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if holds(numbers[middle], middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The days between the first and the last reading, and those after it.
  package var days: (seen: [Timestamp], ahead: [Timestamp]) {
    let times = numbers.map { Timestamp(milliseconds: BusinessDays.day(number: $0) * Timestamp.millisecondsPerDay) }
    return (Array(times.prefix(seen)), Array(times.dropFirst(seen)))
  }
}

extension ClosedDays {
  // More are no holidays but readings that are missing: one day in ten, or a stretch of them. The longest that an exchange closes
  // for are those of the Chinese new year, seven weekdays of them at the most.
  private static let mostOfTen = 1
  private static let longestStretch: Int64 = 7
  // Fewer days say little about which are open.
  private static let fewest = 60
  // So many years after the last reading are looked ahead.
  private static let yearsAhead = 20

  /// The weekdays on which none of some series has a reading, though others before and after have one, and those that come
  /// later by the rules that they follow; none where they are too many for holidays.
  ///
  /// - Parameter readings: the times of the readings, and of what is known ahead.
  package init(between readings: some Sequence<[Timestamp]>) {
    self = .none
    var open: Set<Int64> = []
    for times in readings {
      for time in times {
        guard BusinessDays.weekday(time.day) < 5 else { return }
        open.insert(BusinessDays.number(of: time.day))
      }
    }
    guard open.count >= ClosedDays.fewest, let first = open.min(), let last = open.max(),
      last - first < Int64(2 * open.count)
    else { return }
    let closed = (first...last).filter { !open.contains($0) }
    guard !closed.isEmpty, closed.count * 10 <= ClosedDays.mostOfTen * Int(last - first + 1) else { return }
    var stretch: Int64 = 1
    for (a, b) in zip(closed, closed.dropFirst()) {
      stretch = b == a + 1 ? stretch + 1 : 1
      if stretch > ClosedDays.longestStretch { return }
    }
    let ahead = YearlyDays(closed: Set(closed), from: first, through: last).days(ahead: ClosedDays.yearsAhead)
    self.init(numbers: closed + ahead, seen: closed.count)
  }
}

/// The rules by which some weekdays come back every year.
struct YearlyDays {
  /// A rule that names one day of each year.
  private enum Rule: Hashable {
    /// A date.
    case date(month: Int, day: Int)
    /// The n-th weekday of its name in a month, from 0 to 3; -1 for the last.
    case weekday(month: Int, weekday: Int64, position: Int)
    /// So many days after Easter Sunday.
    case easter(Int64)

    /// Its day in a year; nil where the year has none.
    func day(in year: Int) -> Int64? {
      switch self {
      case .date(let month, let day):
        return day <= CivilTime.days(inMonth: month, of: year)
          ? CivilTime.daysSinceEpoch(year: year, month: month, day: day) : nil
      case .weekday(let month, let weekday, let position):
        let first = CivilTime.daysSinceEpoch(year: year, month: month, day: 1)
        let length = Int64(CivilTime.days(inMonth: month, of: year))
        let earliest = first + (weekday - BusinessDays.weekday(first) + 7) % 7
        if position >= 0 { return earliest + Int64(7 * position) }
        return earliest + (first + length - 1 - earliest) / 7 * 7
      case .easter(let distance): return YearlyDays.easter(of: year) + distance
      }
    }
  }

  /// What becomes of a date that falls on a weekend, by the days that it is moved by; 0 where it is not.
  private struct Substitutes {
    let saturday: Int64
    let sunday: Int64

    /// By what became of some days.
    init(for found: ArraySlice<Int64>, _ isClosed: (Int64) -> Bool) {
      func move(of weekday: Int64, among moves: [Int64]) -> Int64 {
        let days = found.filter { BusinessDays.weekday($0) == weekday }
        return moves.first { move in !days.isEmpty && days.allSatisfy { isClosed($0 + move) } } ?? 0
      }
      // A Saturday's holiday is on the Friday before it in some places, on the Monday after it in others.
      (saturday, sunday) = (move(of: 5, among: [-1, 2]), move(of: 6, among: [1]))
    }

    /// The weekday that is closed for a day; nil where that is on a weekend and moved nowhere.
    func moved(_ day: Int64) -> Int64? {
      switch BusinessDays.weekday(day) {
      case 5: saturday == 0 ? nil : day + saturday
      case 6: sunday == 0 ? nil : day + sunday
      default: day
      }
    }
  }

  private let last: Int64
  private var rules: [(rule: Rule, substitutes: Substitutes)] = []

  /// Finds the rules that some closed weekdays follow: each has held in every year up to the last that is known, two at
  /// the least.
  ///
  /// - Parameters:
  ///   - closed: numbers of weekdays.
  ///   - first: the number of the first day that is known, `last` that of the last.
  init(closed: Set<Int64>, from first: Int64, through last: Int64) {
    self.last = last
    let days = BusinessDays.day(number: first)...BusinessDays.day(number: last)
    let years =
      CivilTime.date(daysSinceEpoch: days.lowerBound).year...CivilTime.date(daysSinceEpoch: days.upperBound).year
    func isClosed(_ day: Int64) -> Bool {
      BusinessDays.weekday(day) < 5 && closed.contains(BusinessDays.number(of: day))
    }
    var known: Set<Rule> = []
    var candidates: [Candidate] = []
    for number in closed.sorted() {
      for rule in YearlyDays.candidates(for: BusinessDays.day(number: number)) where known.insert(rule).inserted {
        // Holidays are made: what counts are the years since it held without a break.
        let all = years.compactMap(rule.day).filter(days.contains)
        let broken = all.lastIndex { BusinessDays.weekday($0) < 5 && !isClosed($0) }
        let found = all.suffix(from: broken.map { $0 + 1 } ?? 0)
        let substitutes = Substitutes(for: found, isClosed)
        let kept = found.compactMap(substitutes.moved).map(BusinessDays.number)
        let unmoved = found.count(where: isClosed)
        if unmoved > 0 {
          candidates.append(Candidate(rule: rule, substitutes: substitutes, days: Set(kept), unmoved: unmoved))
        }
      }
    }
    // The fourth Monday of December is closed in some years, for Christmas is on it: the rule that says most comes first, and the
    // next must say of two more days why they are closed.
    var saturday: Int64 = 0
    while let best = candidates.first(where: { best in
      candidates.allSatisfy { $0.rank(saturday) <= best.rank(saturday) }
    }), best.days.count >= 2 {
      rules.append((best.rule, best.substitutes))
      if saturday == 0 { saturday = best.substitutes.saturday }
      for position in candidates.indices { candidates[position].days.subtract(best.days) }
    }
  }

  /// A rule that has held up to the last year.
  private struct Candidate {
    var rule: Rule
    var substitutes: Substitutes
    /// The numbers of the days that it tells, but for those that a better rule does.
    var days: Set<Int64>
    /// How many of its days were no substitutes.
    var unmoved: Int

    /// What makes it better than another: the days, then whether it is a date, whether its Saturdays are moved as those of
    /// other rules are, and fewer substitutes.
    func rank(_ saturday: Int64) -> (Int, Int, Int, Int) {
      let isDate = if case .date = rule { 1 } else { 0 }
      let isUsual = saturday == 0 || substitutes.saturday == 0 || substitutes.saturday == saturday
      return (days.count, isDate, isUsual ? 1 : 0, unmoved)
    }
  }

  /// The numbers of the weekdays that are closed in the years after the last that is known, ascending.
  func days(ahead years: Int) -> [Int64] {
    let year = CivilTime.date(daysSinceEpoch: BusinessDays.day(number: last)).year
    let days = (year...year + years).flatMap { year in
      rules.compactMap { rule in rule.rule.day(in: year).flatMap(rule.substitutes.moved) }
    }
    return Set(days.map(BusinessDays.number)).filter { $0 > last }.sorted()
  }

  /// What rules a day may follow.
  private static func candidates(for day: Int64) -> [Rule] {
    let civil = CivilTime.date(daysSinceEpoch: day)
    let weekday = BusinessDays.weekday(day)
    var rules = [Rule.date(month: civil.month, day: civil.day)]
    if let sunday = easters.first(where: { easter(of: civil.year) + $0 == day }) { rules.append(.easter(sunday)) }
    let position = (civil.day - 1) / 7
    if position < 4 { rules.append(.weekday(month: civil.month, weekday: weekday, position: position)) }
    if civil.day + 7 > CivilTime.days(inMonth: civil.month, of: civil.year) {
      rules.append(.weekday(month: civil.month, weekday: weekday, position: -1))
    }
    return rules
  }

  // Monday and Tuesday of carnival, Thursday and Friday before Easter, Monday after it, Ascension, Whit Monday, Corpus Christi.
  private static let easters: [Int64] = [-48, -47, -3, -2, 1, 39, 50, 60]

  /// Easter Sunday of a year, in days since 1970 (Meeus 1991, "Astronomical Algorithms", chapter 8).
  static func easter(of year: Int) -> Int64 {
    let (a, b, c) = (year % 19, year / 100, year % 100)
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25)
    let g = (b - f + 1) / 3
    let h = (19 * a + b - d - g + 15) % 30
    let (i, k) = (c / 4, c % 4)
    let l = (32 + 2 * e + 2 * i - h - k) % 7
    let m = (a + 11 * h + 22 * l) / 451
    let month = (h + l - 7 * m + 114) / 31
    return CivilTime.daysSinceEpoch(year: year, month: month, day: (h + l - 7 * m + 114) % 31 + 1)
  }
}
