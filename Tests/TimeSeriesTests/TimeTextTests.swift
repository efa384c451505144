import Testing

@testable import TimeSeries

private func civil(
  _ year: Int, _ month: Int = 1, _ day: Int = 1, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0,
  _ millisecond: Int = 0
) -> Timestamp {
  CivilTime(
    year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: millisecond
  ).timestamp
}

@Suite struct TimeTextTests {
  private func read(_ text: String, _ format: TimeFormat = .iso) throws -> Timestamp {
    var reader = TimeReader(format: format)
    return try reader.read(text)
  }

  @Test(arguments: [
    ("1958-03", civil(1958, 3)),
    ("1958-03-29", civil(1958, 3, 29)),
    ("2016-07-01T13:05", civil(2016, 7, 1, 13, 5)),
    ("2016-07-01 13:05:09", civil(2016, 7, 1, 13, 5, 9)),
    ("2016-07-01t13:05:09.25", civil(2016, 7, 1, 13, 5, 9, 250)),
    ("2016-07-01 13:05:09,123999", civil(2016, 7, 1, 13, 5, 9, 123)),
    ("2016-07-01T13:05:09Z", civil(2016, 7, 1, 13, 5, 9)),
    ("2016-07-01T13:05:09 +02:00", civil(2016, 7, 1, 11, 5, 9)),
    ("2016-07-01T01:05+0530", civil(2016, 6, 30, 19, 35)),
    ("2016-12-31T20:00:00.5-05", civil(2017, 1, 1, 1, 0, 0, 500)),
    (" 2016-07-01\t", civil(2016, 7, 1)),
    ("0001-01-01", civil(1)),
    ("2000-02-29", civil(2000, 2, 29)),
  ])
  func isoTimes(text: String, expected: Timestamp) throws {
    #expect(try read(text) == expected)
  }

  // python3 -c "from datetime import datetime as d; print(round(d.fromisoformat(TEXT).timestamp() * 1000))"
  @Test(arguments: [
    ("1600-02-29T12:00:00+00:00", -11_670_955_200_000), ("1899-12-31T23:59:59.999+00:00", -2_208_988_800_001),
    ("1958-03-29T00:00:00+00:00", -371_174_400_000), ("2016-07-01T13:05:09+05:30", 1_467_358_509_000),
    ("2100-03-01T00:00:00-03:30", 4_107_555_000_000),
  ])
  func instantsAsPythonHasThem(text: String, milliseconds: Int64) throws {
    #expect(try read(text).milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "2016", "2016-7-1", "2016-13", "2016-00", "2016-02-30", "1900-02-29", "2016-07-01T", "2016-07-01T24:00",
    "2016-07-01T12:60", "2016-07-01T12:00:60", "2016-07-01T12:00:00.", "2016-07-01T12:00:00+2",
    "2016-07-01T12:00:00+24:00", "2016-07-01T12:00:00+02:60", "2016-07-01x", "2016/07/01", "-2016-07-01",
  ])
  func otherTextsAreNoIsoTimes(text: String) {
    #expect(throws: TimeTextError.unreadable(text, format: .iso)) { try read(text) }
  }

  @Test func numbers() throws {
    #expect(try read("1467331200", .epochSeconds) == civil(2016, 7, 1))
    #expect(try read("-1.5", .epochSeconds).milliseconds == -1500)
    #expect(try read("0.0625", .epochSeconds).milliseconds == 62)
    #expect(try read("1467331200123", .epochMilliseconds) == civil(2016, 7, 1, 0, 0, 0, 123))
    #expect(try read("17", .steps).milliseconds == 17)
    #expect(throws: TimeTextError.unreadable("1.5", format: .steps)) { try read("1.5", .steps) }
    #expect(throws: TimeTextError.looksLikeMilliseconds("1467331200123")) { try read("1467331200123", .epochSeconds) }
  }

  @Test(arguments: [
    ("yyyy/M/d H:mm", "1990/1/1 0:00", civil(1990)),
    ("dd.MM.yyyy", "29.02.2020", civil(2020, 2, 29)),
    ("d/M/yy", "1/2/68", civil(2068, 2)),
    ("d/M/yy", "1/2/69", civil(1969, 2)),
    ("yyyyMMdd'T'HHmmss", "20160701T130509", civil(2016, 7, 1, 13, 5, 9)),
    ("yyyy-MM-ddTHH:mm:ss.SSSSSSX", "2016-07-01T13:05:09.250000+01:00", civil(2016, 7, 1, 12, 5, 9, 250)),
    ("d MMM yyyy", "5 sept 2020", nil),
    ("d MMM yyyy", "5 SEP 2020", civil(2020, 9, 5)),
    ("d MMM yyyy", "5 September 2020", civil(2020, 9, 5)),
    ("MMMM d, yyyy", "May 31, 2020", civil(2020, 5, 31)),
    ("M/d/yyyy h:mm a", "12/31/2020 12:05 AM", civil(2020, 12, 31, 0, 5)),
    ("M/d/yyyy h:mm a", "12/31/2020 12:05 pm", civil(2020, 12, 31, 12, 5)),
    ("M/d/yyyy h:mm a", "12/31/2020 13:05 pm", nil),
    ("yyyy'Q'Q", "2020Q3", civil(2020, 7)),
    ("'day' d 'o''clock'", "", nil),
    ("yyyy", "1958", civil(1958)),
    ("dd.MM.yyyy", "1.2.2020", nil),
    ("dd.MM.yyyy", "01.02.2020 ", civil(2020, 2)),
    ("dd.MM.yyyy", "31.04.2020", nil),
  ])
  func patterns(pattern: String, text: String, expected: Timestamp?) throws {
    guard let format = try? TimeFormat(pattern) else {
      #expect(expected == nil)
      return
    }
    if let expected {
      #expect(try read(text, format) == expected)
    } else {
      #expect(throws: TimeTextError.unreadable(text, format: format)) { try read(text, format) }
    }
  }

  @Test(arguments: [
    ("%Y-%m-%d", "write yyyy-MM-dd HH:mm:ss, not %Y-%m-%d %H:%M:%S"),
    ("YYYY-MM-DD", "the year is yyyy"),
    ("yyyy-MM-DD", "the day of the month is d or dd"),
    ("yyyy-mm-dd", "m is the minute; the month is M"),
    ("MM-dd", "it has no year"),
    ("yyyy dd", "it has a day but no month"),
    ("yyyy-MM HH", "it has an hour but no day"),
    ("yyyy-MM-dd hh:mm", "h is the hour of half a day and needs a, am or pm; the hour of the day is H"),
    ("yyyy-MM-dd 'at", "a quote is not closed"),
    ("yyyy-ww", "\"ww\" is not known; the letters are yyyy yy M MM MMM Q d dd H HH h a mm ss SSS X"),
  ])
  func patternsThatCannotBe(pattern: String, reason: String) {
    #expect(throws: TimeTextError.badPattern(pattern, reason: reason)) { try TimeFormat(pattern) }
  }

  @Test(arguments: ["iso", "epoch", "epoch-ms", "steps", "d.M.yyyy"])
  func formatsReadAndPrintAlike(text: String) throws {
    #expect(try TimeFormat(text).description == text)
  }

  @Test func oneOffsetIsKeptAndSeveralBecomeUTC() throws {
    var reader = TimeReader(format: .iso)
    let first = try reader.read("2016-07-01T00:00+05:30")
    #expect(reader.style == TimeStyle(form: .dateTime, zone: .offset(minutes: 330)))
    #expect(reader.style.time(of: first) == civil(2016, 7, 1))
    #expect(reader.style.instant(of: civil(2016, 7, 1)) == first)
    _ = try reader.read("2016-07-01T00:00+05:00")
    #expect(reader.style.zone == .utc)
    _ = try reader.read("2016-07-01T00:00+05:00")
    #expect(reader.style.zone == .utc)
  }

  @Test func zonesAreNotMixedWithWallClocks() throws {
    var zoned = TimeReader(format: .iso)
    _ = try zoned.read("2016-07-01T00:00Z")
    #expect(throws: TimeTextError.zoneMissing("2016-07-01T00:00")) { try zoned.read("2016-07-01T00:00") }
    var wall = TimeReader(format: .iso)
    _ = try wall.read("2016-07-01T00:00")
    #expect(throws: TimeTextError.zoneUnexpected("2016-07-01T00:00Z")) { try wall.read("2016-07-01T00:00Z") }
  }

  @Test func theFinestFormIsTheStyle() throws {
    var reader = TimeReader(format: .iso)
    _ = try reader.read("2016-07")
    #expect(reader.style.form == .month)
    _ = try reader.read("2016-07-01")
    #expect(reader.style.form == .date)
    _ = try reader.read("2016-07-01 01:00")
    _ = try reader.read("2016-07-02")
    #expect(reader.style.form == .dateTime)
  }

  @Test func words() {
    func words(_ error: TimeTextError) -> String { "\(error)" }
    #expect(
      words(.unreadable("foo", format: .iso)) == "\"foo\" is not an ISO 8601 time such as 2016-07-01 13:00")
    #expect(words(.unreadable("foo", format: .epochSeconds)) == "\"foo\" is not a number of seconds since 1970")
    #expect(words(.unreadable("foo", format: .steps)) == "\"foo\" is not a whole number of steps")
    #expect(words(.zoneMissing("x")) == "\"x\" names no zone, but the times before it do")
    #expect(words(.zoneUnexpected("x")) == "\"x\" names a zone, but the times before it do not")
    #expect(
      words(.looksLikeMilliseconds("1467331200123"))
        == "\"1467331200123\" looks like milliseconds since 1970; set time_format: epoch-ms")
    #expect(
      words(.ambiguousOrder("1/2/2020", formats: ["d/M/yyyy", "M/d/yyyy"]))
        == "\"1/2/2020\" can be read as d/M/yyyy or M/d/yyyy; set time_format to the right one")
    #expect(
      words(.unknownForm("Mon"))
        == "the form of \"Mon\" is not known; set time_format to a pattern such as yyyy/M/d H:mm, "
        + "or to epoch, epoch-ms or steps")
    #expect(words(.noTexts) == "there is no time to be read")
    #expect(
      words(.badPattern("MM-dd", reason: "it has no year")) == "\"MM-dd\" is no time format: it has no year")
  }
}

@Suite struct TimeFormatDetectorTests {
  private func detect(_ texts: [String]) throws -> String {
    var detector = TimeFormatDetector()
    for text in texts { detector.add(text) }
    return try detector.format().description
  }

  @Test(arguments: [
    (["1958-03", "1958-04"], "iso"),
    (["2016-07-01 00:00:00"], "iso"),
    (["1958", "1959"], "yyyy"),
    (["20160701", "20160702"], "yyyyMMdd"),
    (["1467331200", "1467331260.5"], "epoch"),
    (["1", "2", "1958"], "steps"),
    (["1990/1/1 0:00", "1990/12/31 0:00"], "yyyy/M/d H:mm"),
    (["1.2.2020", "2.2.2020"], "d.M.yyyy"),
    (["1/2/2020", "13/2/2020"], "d/M/yyyy"),
    (["1/2/2020", "1/13/2020"], "M/d/yyyy"),
    (["1/13/2020 1:05 PM"], "M/d/yyyy h:mm a"),
    (["13-2-2020 10:05:00"], "d-M-yyyy H:mm:ss"),
    (["5 Jan 2020"], "d MMM yyyy"),
    (["Jan 2020", "May 2020"], "MMM yyyy"),
    (["2020Q1", "2020Q4"], "yyyy'Q'Q"),
    (["2016-07-01", "2016-07-02", "tomorrow"], "iso"),
  ])
  func found(texts: [String], format: String) throws {
    #expect(try detect(texts) == format)
  }

  @Test func ambiguousOrdersAreAsked() {
    let formats = ["d/M/yyyy", "M/d/yyyy"]
    #expect(throws: TimeTextError.ambiguousOrder("1/2/2020", formats: formats)) {
      try detect(["1/2/2020", "12/12/2020"])
    }
  }

  @Test func aLateRowTellsDayFromMonth() throws {
    var texts = [String](repeating: "1/2/2020", count: 2000)
    texts.append("28/2/2020")
    #expect(try detect(texts) == "d/M/yyyy")
  }

  @Test func nothingElseNeedsMoreThanTheFirstTexts() {
    var iso = TimeFormatDetector()
    var slashes = TimeFormatDetector()
    for _ in 0..<500 {
      #expect(!iso.isSettled)
      iso.add("2016-07-01")
      slashes.add("1/2/2020")
    }
    #expect(iso.isSettled)
    #expect(!slashes.isSettled)
  }

  @Test(arguments: [["tomorrow"], ["1958.2027", "1958.2877"], ["1", "tomorrow", "later"]])
  func unknownForms(texts: [String]) {
    #expect(throws: TimeTextError.unknownForm(texts[0])) { try detect(texts) }
  }

  @Test func hints() {
    #expect(throws: TimeTextError.looksLikeMilliseconds("1467331200123")) { try detect(["1467331200123"]) }
    #expect(throws: TimeTextError.noTexts) { try detect([]) }
  }
}
