/// Finds the format of a time column from its texts.
///
/// Every candidate format is tried on the texts; the one that reads most of them wins, so a few broken cells do not
/// hide it. Day and month are told apart by the days after the twelfth; where none is, the user must say.
public struct TimeFormatDetector: Sendable {
  private var candidates = Candidate.all
  private var texts = 0
  private var millisecondsLike: String?
  private var firstText: String?
  // The texts after which candidates that have read almost none are given up.
  private static let trial = 500

  /// A detector that has seen nothing yet.
  public init() {}

  /// Looks at one text; blank ones must be left out.
  public mutating func add(_ text: Span<UInt8>) {
    if firstText == nil { firstText = text.excerpt }
    texts += 1
    for position in candidates.indices where candidates[position].reads(text) { candidates[position].count += 1 }
    if millisecondsLike == nil, let digits = text.digitCount, (12...14).contains(digits) {
      millisecondsLike = text.excerpt
    }
    if texts == TimeFormatDetector.trial { candidates.removeAll { $0.count * 2 < TimeFormatDetector.trial } }
  }

  /// Looks at one text.
  public mutating func add(_ text: String) { add(text.utf8.span) }

  /// The format of some texts; throws as ``format()`` does.
  package static func format(of texts: [String]) throws(TimeTextError) -> TimeFormat {
    var detector = TimeFormatDetector()
    for text in texts { detector.add(text) }
    return try detector.format()
  }

  /// Whether more texts could change the answer: only day and month may need a late row to be told apart.
  public var isSettled: Bool {
    texts >= TimeFormatDetector.trial && !candidates.contains { $0.dayMonthTwin != nil }
  }

  /// The format found; throws ``TimeTextError/ambiguousOrder(_:formats:)``, ``TimeTextError/looksLikeMilliseconds(_:)``,
  /// ``TimeTextError/unknownForm(_:)`` or ``TimeTextError/noTexts``.
  public func format() throws(TimeTextError) -> TimeFormat {
    guard let firstText else { throw .noTexts }
    let most = candidates.map(\.count).max() ?? 0
    guard most * 2 >= texts, let best = candidates.first(where: { $0.count == most }) else {
      if let millisecondsLike { throw .looksLikeMilliseconds(millisecondsLike) }
      throw .unknownForm(firstText)
    }
    if let twin = candidates.first(where: { $0.count == most && $0.format.description == best.dayMonthTwin }) {
      throw .ambiguousOrder(firstText, formats: [best.format.description, twin.format.description])
    }
    return best.format
  }

  private struct Candidate: Sendable {
    let format: TimeFormat
    /// The pattern with day and month exchanged, which may read the same texts.
    let dayMonthTwin: String?
    let accepts: @Sendable (SpelledTime, _ digits: Int?) -> Bool
    var count = 0

    func reads(_ text: Span<UInt8>) -> Bool {
      guard let spelled = format.spelledTime(text) else { return false }
      return accepts(spelled, text.digitCount)
    }

    // In order of preference where several read the same texts: plain numbers are years before days before seconds
    // before steps.
    static let all: [Candidate] =
      [
        Candidate("iso"),
        Candidate("yyyy") { time, _ in (1500...2200).contains(CivilTime(time.clock).year) },
        Candidate("yyyyMMdd") { time, _ in (1500...2200).contains(CivilTime(time.clock).year) },
        Candidate("epoch") { time, _ in epochRange.contains(time.clock.milliseconds.magnitude) },
        Candidate("steps") { _, digits in digits ?? 9 <= 8 },
      ].compactMap { $0 } + patterns

    // Seconds of 1973 to 5138; smaller numbers count something else, larger ones are milliseconds.
    private static let epochRange: Range<UInt64> = 100_000_000_000..<100_000_000_000_000

    private static let patterns: [Candidate] = {
      let dates = ["yyyy/M/d", "yyyy-M-d", "yyyy.M.d", "d.M.yyyy", "d MMM yyyy", "d-MMM-yyyy", "MMM d, yyyy"]
      let clocks = ["", " H:mm", " H:mm:ss"]
      let halfDayClocks = clocks + [" h:mm a", " h:mm:ss a"]
      var found = clocks.flatMap { clock in dates.map { Candidate($0 + clock) } }
      for clock in halfDayClocks {
        for mark in ["/", "-"] {
          let (day, month) = ("d\(mark)M\(mark)yyyy\(clock)", "M\(mark)d\(mark)yyyy\(clock)")
          found.append(Candidate(day, dayMonthTwin: month))
          found.append(Candidate(month, dayMonthTwin: day))
        }
      }
      let months = ["MMM yyyy", "MMM-yyyy", "yyyy MMM", "M/yyyy", "yyyy/M", "yyyy'Q'Q", "yyyy-'Q'Q", "yyyy 'Q'Q"]
      return (found + months.map { Candidate($0) }).compactMap { $0 }
    }()

    private init?(
      _ format: String, dayMonthTwin: String? = nil,
      accepts: @escaping @Sendable (SpelledTime, Int?) -> Bool = { _, _ in true }
    ) {
      guard let format = try? TimeFormat(format) else { return nil }
      (self.format, self.dayMonthTwin, self.accepts) = (format, dayMonthTwin, accepts)
    }
  }
}
