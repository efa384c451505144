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
    ("2016-07-01T24:00", civil(2016, 7, 2)),
    ("2016-07-01   13:05 GMT", civil(2016, 7, 1, 13, 5)),
    ("2016-07-01 13:05:00 utc", civil(2016, 7, 1, 13, 5)),
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
    "", "2016", "2016-7-1", "2016-13", "2016-00", "2016-02-30", "1900-02-29", "2016-07-01T", "2016-07-01T24:01",
    "2016-07-01T12:60", "2016-07-01T12:00:60", "2016-07-01T12:00:00.", "2016-07-01T12:00:00+2",
    "2016-07-01T12:00:00+24:00", "2016-07-01T12:00:00+02:60", "2016-07-01x", "2016/07/01", "-2016-07-01",
  ])
  func otherTextsAreNoIsoTimes(text: String) {
    #expect(throws: TimeTextError.unreadable(text, format: .iso)) { try read(text) }
  }

  @Test func numbers() throws {
    #expect(try read("1467331200", .epoch(.seconds)) == civil(2016, 7, 1))
    #expect(try read("-1.5", .epoch(.seconds)).milliseconds == -1500)
    #expect(try read("0.0625", .epoch(.seconds)).milliseconds == 62)
    #expect(try read("1467331200123", .epoch(.milliseconds)) == civil(2016, 7, 1, 0, 0, 0, 123))
    #expect(try read("17", .steps).milliseconds == 17)
    #expect(throws: TimeTextError.unreadable("1.5", format: .steps)) { try read("1.5", .steps) }
    #expect(try read("1.4673312E9", .epoch(.seconds)) == civil(2016, 7, 1))
    #expect(try read("1467331200123999", .epoch(.microseconds)) == civil(2016, 7, 1, 0, 0, 0, 123))
    #expect(try read("1467331200123999999", .epoch(.nanoseconds)) == civil(2016, 7, 1, 0, 0, 0, 123))
    #expect(throws: TimeTextError.otherUnit("1467331200123", .milliseconds)) {
      try read("1467331200123", .epoch(.seconds))
    }
    for text in ["1e", "1.", ".5", "1e99", "99999999999999999999999", "", "0x10", "1e-9e"] {
      #expect(throws: TimeTextError.self) { try read(text, .epoch(.seconds)) }
    }
  }

  @Test(arguments: [
    ("yyyy/M/d H:mm", "1990/1/1 0:00", civil(1990)),
    ("dd.MM.yyyy", "29.02.2020", civil(2020, 2, 29)),
    ("d/M/yy", "1/2/68", civil(2068, 2)),
    ("d/M/yy", "1/2/69", civil(1969, 2)),
    ("yyyyMMdd'T'HHmmss", "20160701T130509", civil(2016, 7, 1, 13, 5, 9)),
    ("yyyy-MM-ddTHH:mm:ss.SSSSSSX", "2016-07-01T13:05:09.250000+01:00", civil(2016, 7, 1, 12, 5, 9, 250)),
    ("d MMM yyyy", "5 sept 2020", civil(2020, 9, 5)),
    ("d MMM yyyy", "5 septem 2020", nil),
    ("MMM. d, yyyy", "Jan. 5, 2020", civil(2020, 1, 5)),
    ("MMM. d, yyyy", "May 5, 2020", civil(2020, 5, 5)),
    ("EEE, d MMM yyyy", "Mon,  5 Jan 2015", civil(2015, 1, 5)),
    ("EEE d MMM yyyy", "Montag 5 Jan 2015", nil),
    ("y-MM", "1-01", civil(1)),
    ("y-MM", "1958-12", civil(1958, 12)),
    ("YYYY-'W'ww", "2020-W53", civil(2020, 12, 28)),
    ("YYYY-'W'ww", "2021-W53", nil),
    ("YYYY-'W'ww-e", "2021-W01-7", civil(2021, 1, 10)),
    ("YYYY-'W'ww-e", "2021-W01-8", nil),
    ("yyyy-MM-dd HH:mm", "2016-07-01 24:00", civil(2016, 7, 2)),
    ("yyyy-MM-dd HH:mm", "2016-07-01 24:01", nil),
    ("yyyy-MM-dd HH:mm 'UTC'", "2016-07-01 12:00 UTC", civil(2016, 7, 1, 12)),
    ("h:mm a d/M/yy", "1:05 p.m. 3/2/01", civil(2001, 2, 3, 13, 5)),
    ("yyyyMMdd", "201671", nil),
    ("d MMM yyyy", "5 SEP 2020", civil(2020, 9, 5)),
    ("d MMM yyyy", "5 September 2020", civil(2020, 9, 5)),
    ("MMMM d, yyyy", "May 31, 2020", civil(2020, 5, 31)),
    ("M/d/yyyy h:mm a", "12/31/2020 12:05 AM", civil(2020, 12, 31, 0, 5)),
    ("M/d/yyyy h:mm a", "12/31/2020 12:05 pm", civil(2020, 12, 31, 12, 5)),
    ("M/d/yyyy h:mm a", "12/31/2020 13:05 pm", nil),
    ("yyyy'Q'Q", "2020Q3", civil(2020, 7)),
    ("'day' d 'o''clock'", "", nil),
    ("yyyy", "1958", civil(1958)),
    ("dd.MM.yyyy", "1.2.2020", civil(2020, 2, 1)),
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
    ("YYYY-MM-DD", "the year is yyyy; YYYY is that of an ISO week, ww"),
    ("yyyy-MM-DD", "the day of the month is d or dd, that of the year D or DDD"),
    ("yyyy-mm-dd", "m is the minute; the month is M"),
    ("MM-dd", "it has no year"),
    ("yyyy dd", "it has a day but no month"),
    ("yyyy-MM HH", "it has an hour but no day"),
    ("yyyy-MM-dd hh:mm", "h is the hour of half a day and needs a, am or pm; the hour of the day is H"),
    ("yyyy-MM-dd 'at", "a quote is not closed"),
    ("yyyy-ww", "the year of an ISO week, ww, is YYYY"),
    ("YYYY-ww-d", "it has a week and a month or day"),
    ("yyyy-MM-e", "e is the day of an ISO week, ww; the day of the month is d"),
    ("YYYY-ww HH", "it has an hour but no day"),
    (
      "yyyy-L",
      "\"L\" is not known; the letters are yyyy yy y M MM MMM Q P d dd D EEE YYYY ww e H HH h a mm ss SSS X"
    ),
  ])
  func patternsThatCannotBe(pattern: String, reason: String) {
    #expect(throws: TimeTextError.badPattern(pattern, reason: reason)) { try TimeFormat(pattern) }
  }

  @Test(arguments: ["iso", "epoch", "epoch-ms", "epoch-us", "epoch-ns", "steps", "d.M.yyyy"])
  func formatsReadAndPrintAlike(text: String) throws {
    #expect(try TimeFormat(text).description == text)
  }

  @Test func theOffsetIsKeptAndOfSeveralThatOfTheNewest() throws {
    var reader = TimeReader(format: .iso)
    let first = try reader.read("2016-07-01T00:00+05:30")
    #expect(reader.style.plain == TimeStyle(form: .dateTime, zone: .offset(minutes: 330)))
    #expect(reader.style.time(of: first) == civil(2016, 7, 1))
    #expect(reader.style.instant(of: civil(2016, 7, 1)) == first)
    _ = try reader.read("2016-07-01T00:00+05:00")
    #expect(reader.style.zone == .offset(minutes: 300))
    _ = try reader.read("2015-07-01T00:00+06:00")
    #expect(reader.style.zone == .offset(minutes: 300))
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
    #expect(words(.unreadable("foo", format: .epoch(.seconds))) == "\"foo\" is not a number of seconds since 1970")
    #expect(words(.unreadable("foo", format: .steps)) == "\"foo\" is not a whole number of steps")
    #expect(words(.zoneMissing("x")) == "\"x\" names no zone, but the times before it do")
    #expect(words(.zoneUnexpected("x")) == "\"x\" names a zone, but the times before it do not")
    #expect(
      words(.otherUnit("1467331200123", .milliseconds))
        == "\"1467331200123\" looks like milliseconds since 1970; set time_format: epoch-ms")
    #expect(
      words(.dayWithoutYear("13-Jan"))
        == "\"13-Jan\" seems to be a day without a year, which is no time; if it is a month and a year, set time_format: "
        + "MMM-yy or yy-MMM, as it is written")
    #expect(
      words(.unknownForm("Mon"))
        == "the form of \"Mon\" is not known; set time_format to a pattern such as yyyy/M/d H:mm, "
        + "or to epoch, epoch-ms or steps")
    #expect(words(.noTexts) == "there is no time to be read")
    #expect(
      words(.badPattern("MM-dd", reason: "it has no year")) == "\"MM-dd\" is no time format: it has no year")
  }
}
