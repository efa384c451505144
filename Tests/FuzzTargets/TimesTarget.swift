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
      "-9223372036854775808", "2024-02-29", "0001-01-01", "9999-12-31T23:59:59.999Z", "24:00", "60",
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
    func second(_ style: TimeStyle) -> TimeReader {
      switch style.form {
      case .steps: TimeReader(format: .steps)
      case .epochSeconds: TimeReader(format: .epochSeconds)
      default: TimeReader(format: .iso)
      }
    }
    var reader = TimeReader(format: format)
    for line in lines {
      guard let time = try unlessRefused({ try reader.read(line.span) }) else { continue }
      let style = reader.style
      let printed = style.text(of: style.zone == .none ? time : style.time(of: time))
      // Years of more than four digits are printed, though no form reads them.
      guard fourDigitYears.contains(time.milliseconds) else { continue }
      var iso = second(style)
      // Seconds that look like milliseconds are refused, in whatever form they came.
      if style.form == .epochSeconds, time.milliseconds.magnitude >= 100_000_000_000_000 { continue }
      let again = try iso.read(printed)
      try Finding.unless(again == time, "\(String(decoding: line, as: UTF8.self)) is printed as \(printed)")
    }
    _ = Frequency.inferred(from: lines.compactMap { try? reader.read($0.span) }.sorted())
  }
}
