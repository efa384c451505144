import TimeSeries

extension FuzzTarget {
  /// Texts of times, a line each: the first as a format too.
  static let times = FuzzTarget(
    "times", longest: 512,
    words: [
      "yyyy", "MM", "dd", "HH", "mm", "ss", "MMM", "MMMM", "h", "a", "M", "d", "T", "Z", "+01:00", "-12:59", "iso",
      "epoch",
      "epoch-ms", "steps", "Jan", "February", "AM", "PM", "/", ".", "-", ":", " ", "\n", "29", "1e9",
      "99999999999999999999",
      "-9223372036854775808", "epoch-us", "epoch-ns", "yy", "y", "YYYY", "'W'ww", "e", "EEE", "'Q'Q", "SSS", "XXX",
      "'UTC'",
      "Q1", "1Q", "W53", "-W01-7", "Mon, ", "a.m.", " pm", "märz", "août", "Sept", "MMM.", "1.5E9", "01/02/03",
      "05Mar23",
      "2024-02-29", "0001-01-01", "9999-12-31T23:59:59.999Z", "24:00", "60",
    ]
  ) { bytes in
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
    var detector = TimeFormatDetector()
    for line in lines { detector.add(line.span) }
    if let found = try unlessRefused({ try detector.format() }) { try checkReading(lines, as: found) }
    guard let first = lines.first else { return }
    let written = String(decoding: first, as: UTF8.self)
    if let format = try unlessRefused({ try TimeFormat(written) }) {
      let again = try TimeFormat(format.description)
      try Finding.unless(again == format, "the format \(written) is described as \(format)")
      try checkReading(Array(lines.dropFirst()), as: format)
    }
  }

  // From the year 1 to the year 9999, in milliseconds since 1970; steps and epochs are small numbers there.
  private static let fourDigitYears = -62_135_596_800_000...253_402_300_799_999 as ClosedRange<Int64>

  /// What is read, printed as its source would, reads as the same time.
  private static func checkReading(_ lines: [[UInt8]], as format: TimeFormat) throws {
    var reader = TimeReader(format: format)
    for line in lines {
      guard let time = try unlessRefused({ try reader.read(line.span) }) else { continue }
      let style = reader.style
      let shown = style.zone == .none ? time : style.time(of: time)
      let printed = style.text(of: shown)
      // Years of more than four digits are printed, though no form reads them.
      guard fourDigitYears.contains(time.milliseconds), style.holds(shown) else { continue }
      // A time finer than the style's pattern is printed in ISO 8601.
      let index = TimeIndex(start: shown, frequency: .milliseconds(1), count: 1)
      var iso = TimeReader(format: style.fitted(to: index).format)
      // Seconds that look like milliseconds are refused, in whatever form they came.
      if style.form == .epoch(.seconds), time.milliseconds.magnitude >= 100_000_000_000_000 { continue }
      let again = try iso.read(printed)
      try Finding.unless(again == time, "\(String(decoding: line, as: UTF8.self)) is printed as \(printed)")
    }
    try checkLocalTimes(lines, as: format)
    _ = Frequency.inferred(from: lines.compactMap { try? reader.read($0.span) }.sorted())
  }

  /// Local times of a zone become moments at which its clock shows them, but for those that never were.
  private static func checkLocalTimes(_ lines: [[UInt8]], as format: TimeFormat) throws {
    guard let place = try? LocalZone("Europe/Berlin") else { return }
    var reader = TimeReader(format: format, localZone: place)
    var times: [Timestamp] = []
    for line in lines { if let time = try unlessRefused({ try reader.read(line.span) }) { times.append(time) } }
    guard case .local(_, false) = reader.style.zone else { return }
    for (time, moment) in zip(times, reader.moments(of: times)) where place.moments(ofLocal: time) != .none {
      try Finding.unless(place.local(of: moment) == time, "\(time) is read as \(moment) in \(place)")
    }
  }
}
