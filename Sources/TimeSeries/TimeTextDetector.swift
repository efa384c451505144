/// Finds the format of a time column from its texts.
///
/// Each text that no format read so far proposes those that its shape allows. The one that reads most texts wins, so a few
/// broken cells do not hide it. Orders of day, month and year that read the same texts are told apart by a day after the
/// twelfth, or by the regular step that only one of them gives; otherwise the user must say.
public struct TimeFormatDetector: Sendable {
  /// Whether the day comes before the month; nil where the texts must tell.
  public let dayFirst: Bool?
  private var candidates: [Candidate] = []
  private var texts = 0
  private var firstText: String?
  private var daysWithoutYear = 0
  private var fiscalYears = 0
  // The texts after which candidates that have read almost none are given up.
  private static let trial = 500
  private static let mostCandidates = 64

  /// A detector that has seen nothing yet.
  public init(dayFirst: Bool? = nil) { self.dayFirst = dayFirst }

  /// Looks at one text; blank ones must be left out.
  public mutating func add(_ text: Span<UInt8>) {
    if firstText == nil { firstText = text.excerpt }
    texts += 1
    if fiscalYears + 1 == texts, text.isFiscalYear { fiscalYears += 1 }
    var isRead = false
    for position in candidates.indices where !candidates[position].isGivenUp && candidates[position].read(text) {
      isRead = true
    }
    if !isRead, candidates.count < TimeFormatDetector.mostCandidates {
      let proposals = TimeProposal.all(for: text)
      if proposals.contains(where: { $0.demand == .regularMonths }) { daysWithoutYear += 1 }
      for proposal in proposals {
        guard !candidates.contains(where: { $0.format == proposal.format }) else { continue }
        var candidate = Candidate(proposal, after: texts > 1 ? firstText : nil)
        if candidate.read(text) { isRead = true }
        candidates.append(candidate)
      }
    }
    noteMissed(text)
    if texts == TimeFormatDetector.trial {
      for position in candidates.indices where candidates[position].count * 2 < TimeFormatDetector.trial {
        candidates[position].isGivenUp = true
      }
    }
  }

  private mutating func noteMissed(_ text: Span<UInt8>) {
    for position in candidates.indices where candidates[position].hasMissedLast {
      if candidates[position].firstUnread == nil { candidates[position].firstUnread = text.excerpt }
      // What a rival reads says something about the order.
      if candidates[position].firstLost == nil,
        candidates.contains(where: { $0.hasReadLast && $0.isRival(of: candidates[position]) })
      {
        candidates[position].firstLost = text.excerpt
      }
    }
  }

  /// Looks at one text.
  public mutating func add(_ text: String) { add(text.utf8.span) }

  /// The format of some texts; throws as ``verdict()`` does.
  package static func format(of texts: [String]) throws(TimeTextError) -> TimeFormat {
    var detector = TimeFormatDetector()
    for text in texts { detector.add(text) }
    return try detector.verdict().format
  }

  /// Whether more texts could change the answer: only an order of day and month, and whether numbers have a leading zero, may
  /// need a late row to be told.
  public var isSettled: Bool {
    guard texts >= TimeFormatDetector.trial else { return false }
    let most = candidates.map(\.count).max() ?? 0
    let best = candidates.filter { $0.count == most }
    guard let first = best.first, most * 2 >= texts else { return true }
    return first.isSettled && !best.dropFirst().contains { $0.demand == .nothing && $0.isRival(of: first) }
  }

  /// What was found; throws ``TimeTextError/ambiguousOrder(_:readings:)``, ``TimeTextError/dayWithoutYear(_:)``,
  /// ``TimeTextError/fiscalYear(_:)``,
  /// ``TimeTextError/unknownForm(_:)`` or ``TimeTextError/noTexts``.
  public func verdict() throws(TimeTextError) -> TimeVerdict {
    guard let firstText else { throw .noTexts }
    if fiscalYears == texts, texts > 1 || firstText.first?.isLetter == true { throw .fiscalYear(firstText) }
    let counted = candidates.filter { $0.count * 2 >= texts }
    let sound = counted.filter(\.meetsDemand)
    let most = sound.map(\.count).max() ?? 0
    var best = sound.filter { $0.count == most }
    // The end of an interval is no offset: a place has hardly more than four of them.
    let interval = best.first { $0.isInterval }
    guard let preferred = best.first.map({ $0.offsets.count > 4 ? interval ?? $0 : $0 }) else {
      let others = counted.contains { $0.demand == .regularMonths }
      if others || daysWithoutYear * 2 >= texts { throw .dayWithoutYear(firstText) }
      throw .unknownForm(firstText)
    }
    best = best.filter { $0.isRival(of: preferred) || $0.format == preferred.format }
    if best.count == 1 {
      let other = candidates.first { $0.count < most && $0.isRival(of: preferred) }
      return verdict(preferred, other?.firstLost.map { .dayAbove12($0) } ?? .onlyReading)
    }
    if let dayFirst {
      let said = best.first { $0.order.map { $0.dayFirst == dayFirst } ?? false }
      if let said { return verdict(said, .said) }
    }
    if Set(best.map(\.distinct)).count == 1 { return verdict(preferred, .onlyReading) }
    let regular = best.filter { $0.regularity?.isAlmostRegular == true }
    if regular.count == 1, let other = best.first(where: { $0.format != regular[0].format }) {
      return verdict(regular[0], .regular(over: other.finalFormat))
    }
    throw .ambiguousOrder(firstText, readings: best.map(\.timeOrder))
  }

  /// The format found; throws as ``verdict()`` does.
  public func format() throws(TimeTextError) -> TimeFormat { try verdict().format }

  private func verdict(_ found: Candidate, _ reason: TimeVerdict.Reason) -> TimeVerdict {
    TimeVerdict(
      format: found.finalFormat, reason: reason, textCount: texts, readCount: found.count,
      firstUnread: found.firstUnread, regularity: found.regularity, isOrdered: found.isOrdered)
  }
}

/// A format that may be that of a column, and what it has read of it.
private struct Candidate: Sendable {
  let format: TimeFormat
  let demand: TimeProposal.Demand
  /// The order of day, month and year; nil for formats that have none of several.
  let order: Order?
  private(set) var count = 0
  /// Whether the last text was read.
  private(set) var hasReadLast = false
  /// Whether it read so few texts that it is not tried further.
  var isGivenUp = false {
    didSet { hasReadLast = false }
  }
  var hasMissedLast: Bool { !hasReadLast && !isGivenUp }
  /// The first text that another candidate reads and this one does not, and the first that this one does not read.
  var firstLost: String?
  var firstUnread: String?
  /// Different times, no more than ``mostTimes``.
  private(set) var distinct: Set<Timestamp> = []
  /// Different offsets from UTC, a few of them.
  private(set) var offsets: Set<Int> = []
  /// The first times in the order of rows.
  private var sample: [Timestamp] = []
  private var last: Timestamp?
  private var (ups, downs) = (0, 0)
  private var trace = PatternTrace()
  private var days = DayCache()

  private static let mostTimes = 100_000
  private static let mostSampled = 1000

  struct Order: Hashable {
    var fields: [TimePattern.Field]
    /// The pattern without its numbers of day, month and year.
    var rest: [TimePattern.Element]
    var dayFirst: Bool { (fields.firstIndex(of: .day) ?? 0) < (fields.firstIndex(of: .month) ?? 0) }
  }

  init(_ proposal: TimeProposal, after unread: String?) {
    (format, demand, firstUnread) = (proposal.format, proposal.demand, unread)
    if case .pattern(let pattern) = format { order = Candidate.order(of: pattern) } else { order = nil }
  }

  private static func order(of pattern: TimePattern) -> Order? {
    var order = Order(fields: [], rest: [])
    for element in pattern.elements {
      switch element {
      case .number(let field, _, _, _) where [.day, .month, .year, .shortYear].contains(field):
        order.fields.append(field == .year ? .shortYear : field)
      // A name tells the month; what is before it is the day wherever it can be.
      case .monthName: return nil
      default: order.rest.append(element)
      }
    }
    return order.fields.count >= 2 ? order : nil
  }

  /// Whether it is another order of the same numbers.
  func isRival(of other: Candidate) -> Bool {
    guard let order, let theirs = other.order else { return false }
    return order.fields != theirs.fields && order.rest == theirs.rest && order.fields.count == theirs.fields.count
  }

  mutating func read(_ text: Span<UInt8>) -> Bool {
    hasReadLast = false
    guard let spelled = format.spelledTime(text, &days, &trace) else { return false }
    switch demand {
    case .year: guard (1500...2200).contains(CivilTime(spelled.clock).year) else { return false }
    case .epoch: guard Candidate.epochRange.contains(spelled.clock.milliseconds) else { return false }
    case .nothing, .regular, .regularMonths: break
    }
    let time = spelled.instant
    if case .offset(let minutes) = spelled.zone, offsets.count < 8 { offsets.insert(minutes) }
    count += 1
    hasReadLast = true
    if distinct.count < Candidate.mostTimes { distinct.insert(time) }
    if sample.count < Candidate.mostSampled { sample.append(time) }
    if let last {
      if last < time { ups += 1 }
      if time < last { downs += 1 }
    }
    last = time
    return true
  }

  // From 1973 to 2103: other numbers count something else, or in another unit.
  private static let epochRange: Range<Int64> = 100_000_000_000..<4_200_000_000_000

  /// Whether every number of one or two digits has shown that it has a leading zero, or that it has none.
  var isSettled: Bool {
    guard case .pattern(let pattern) = format else { return true }
    return pattern.elements.enumerated().allSatisfy { position, element in
      guard case .number(_, 1, 2, _) = element else { return true }
      return (trace.single | trace.padded) >> UInt64(position) & 1 == 1
    }
  }

  /// The format, with letters doubled where every text has two digits.
  var finalFormat: TimeFormat {
    guard case .pattern(let pattern) = format else { return format }
    return .pattern(pattern.padded(exceptAt: trace.single, fullNames: trace.wording.hasFullNames))
  }

  private var hasShortYear: Bool {
    guard case .pattern(let pattern) = format else { return false }
    return pattern.elements.contains { if case .number(.shortYear, _, _, _) = $0 { true } else { false } }
  }

  var isInterval: Bool {
    guard case .pattern(let pattern) = format else { return false }
    return pattern.startEnd < pattern.elements.count
  }

  var regularity: Regularity? { Regularity(of: distinct.sorted()) }

  var isOrdered: Bool { ups + downs > 0 && max(ups, downs) * 20 >= (ups + downs) * 19 }

  var timeOrder: TimeOrder {
    let zero = Timestamp(milliseconds: 0)
    return TimeOrder(
      format: finalFormat, first: distinct.min() ?? zero, last: distinct.max() ?? zero, regularity: regularity)
  }

  var meetsDemand: Bool {
    switch demand {
    case .year, .epoch: return true
    // Where the year of two digits is first, all have two.
    case .nothing: return order?.fields.first != .shortYear || trace.single == 0 || !hasShortYear
    case .regular:
      guard let regularity, regularity.isAlmostRegular, distinct.count >= 3 else { return false }
      if case .months = regularity.step { return true }
      return false
    case .regularMonths:
      guard let regularity, regularity.isAlmostRegular else { return false }
      return !seemDays
    }
  }

  /// Whether the years of two digits are rather days: days of one year are as regular, and follow each other as the rows do.
  private var seemDays: Bool {
    func day(_ time: Timestamp) -> Timestamp? {
      let civil = CivilTime(time)
      let day = CivilTime(year: 2000, month: civil.month, day: civil.year % 100)
      return day.isValid ? day.timestamp : nil
    }
    let days = Set(distinct.compactMap(day))
    guard days.count == distinct.count, let asDays = Regularity(of: days.sorted()), asDays.isAlmostRegular,
      let asMonths = regularity
    else { return false }
    if case .months = asDays.step { return false }
    func follow(_ times: [Timestamp], _ step: Frequency) -> Double {
      let pairs = zip(times, times.dropFirst()).filter { $0 != $1 }
      let steps = pairs.count { step.advance($0, by: 1) == $1 || step.advance($1, by: 1) == $0 }
      return Double(steps) / Double(max(pairs.count, 1))
    }
    return follow(sample.compactMap(day), asDays.step) >= follow(sample, asMonths.step)
  }
}

extension Span<UInt8> {
  /// Whether the text has the form of a year of accounts: `FY2020`, `FY20 Q1`, or two years of which one follows the other,
  /// `2019/20`, `2019-2020`.
  fileprivate var isFiscalYear: Bool {
    guard count >= 3, count <= 12 else { return false }
    if Ascii.lower(self[0]) == UInt8(ascii: "f"), Ascii.lower(self[1]) == UInt8(ascii: "y") {
      return Ascii.digit(self[count - 1]) != nil
    }
    var at = 0
    guard let first = number(at: &at, least: 4, most: 4), take(Ascii.slash, at: &at) || take(Ascii.minus, at: &at)
    else { return false }
    let start = at
    guard let second = number(at: &at, least: 2, most: 4), at == count else { return false }
    return at - start == 2 ? second == (first + 1) % 100 : at - start == 4 && second == first + 1
  }
}
