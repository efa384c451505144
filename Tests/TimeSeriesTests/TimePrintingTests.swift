import Testing

@testable import TimeSeries

@Suite struct TimePrintingTests {
  @Test(arguments: [
    (TimeStyle.Form.month, TimeStyle.Zone.none, "1958-03"),
    (.date, .none, "1958-03-09"),
    (.dateTime, .none, "0985-12-31T23:59:59"),
    (.dateTime, .utc, "2016-07-01T00:00:00Z"),
    (.dateTime, .offset(minutes: 330), "2016-07-01T00:00:00+05:30"),
    (.dateTime, .offset(minutes: -210), "2016-07-01T00:00:00.25-03:30"),
    (.dateTime, .none, "1969-12-31T23:59:59.001"),
  ])
  func printedTimesReadBack(form: TimeStyle.Form, zone: TimeStyle.Zone, text: String) throws {
    var reader = TimeReader(format: .iso)
    let instant = try reader.read(text)
    #expect(reader.style.plain == TimeStyle(form: form, zone: zone))
    #expect(reader.style.text(of: reader.style.time(of: instant)) == text)
  }

  @Test func plainNumbers() {
    let seconds = TimeStyle(form: .epoch(.seconds), zone: .utc)
    #expect(seconds.text(of: Timestamp(milliseconds: 1_467_331_200_000)) == "1467331200")
    #expect(seconds.text(of: Timestamp(milliseconds: 1_467_331_200_120)) == "1467331200.12")
    #expect(seconds.text(of: Timestamp(milliseconds: -500)) == "-0.5")
    #expect(
      TimeStyle(form: .epoch(.milliseconds)).text(of: Timestamp(milliseconds: 1_467_331_200_120)) == "1467331200120")
    #expect(
      TimeStyle(form: .epoch(.microseconds)).text(of: Timestamp(milliseconds: 1_467_331_200_120)) == "1467331200120000")
    #expect(TimeStyle(form: .epoch(.nanoseconds)).text(of: Timestamp(milliseconds: -1)) == "-1000000")
    #expect(TimeStyle(form: .epoch(.nanoseconds)).text(of: Timestamp(milliseconds: 0)) == "0")
    #expect(TimeStyle(form: .steps).text(of: Timestamp(milliseconds: 17)) == "17")
  }

  @Test func whatAFormCannotHoldIsPrintedFiner() {
    let day = CivilTime(year: 2020, month: 2, day: 15)
    var hour = day
    hour.hour = 6
    #expect(TimeStyle(form: .month).text(of: day.timestamp) == "2020-02-15")
    #expect(TimeStyle(form: .month).text(of: hour.timestamp) == "2020-02-15T06:00:00")
    #expect(TimeStyle(form: .date).text(of: hour.timestamp) == "2020-02-15T06:00:00")
  }

  /// Pattern, text, and the time that is printed a step later.
  @Test(arguments: [
    ("yyyy/M/d H:mm", "1990/1/1 0:00", "1h", "1990/1/1 1:00"), ("dd.MM.yyyy", "29.02.2020", "1d", "01.03.2020"),
    ("d.M.yyyy H:mm", "1.2.2020 9:05", "1d", "2.2.2020 9:05"), ("d MMM yyyy", "5 Sep 2020", "1mo", "5 Oct 2020"),
    ("MMMM d, yyyy", "May 31, 2020", "1d", "June 1, 2020"), ("MMM. d, yyyy", "Apr. 30, 2020", "1d", "May 1, 2020"),
    ("MMM-yy", "DEC-12", "1mo", "JAN-13"), ("MMM yyyy", "okt 2019", "2mo", "dez 2019"),
    ("MMMM yyyy", "juillet 2019", "1mo", "août 2019"), ("MMMM yyyy", "Julho 2019", "1mo", "Agosto 2019"),
    ("EEE dd MMM yyyy", "Wed 31 Dec 2014", "1d", "Thu 01 Jan 2015"),
    ("M/d/yyyy h:mm a", "12/31/2020 11:05 PM", "1h", "1/1/2021 12:05 AM"),
    ("M/d/yyyy h:mma", "12/31/2020 11:05am", "1h", "12/31/2020 12:05pm"),
    ("M/d/yyyy h a", "12/31/2020 11 a.m.", "1h", "12/31/2020 12 p.m."),
    ("yyyy'Q'Q", "2020Q4", "1q", "2021Q1"), ("Q'Q' yyyy", "4Q 2020", "1q", "1Q 2021"),
    ("YYYY-'W'ww", "2020-W53", "1w", "2021-W01"), ("YYYY'W'wwe", "2020W537", "1d", "2021W011"),
    ("yyyyMMdd'T'HHmmss.SSSS", "20160701T130509.2500", "100ms", "20160701T130509.3500"),
    ("d/M/yy", "1/2/03", "1y", "1/2/04"), ("y-MM", "3-12", "1mo", "4-01"), ("yyyy", "1958", "1y", "1959"),
    ("yyyyMM", "201612", "1mo", "201701"), ("yyyy M d H", "2016 12 31 23", "1h", "2017 1 1 0"),
    ("yyyy-MM-dd'T'HH:mmXXX", "2016-07-01T23:00+05:30", "1h", "2016-07-02T00:00+05:30"),
    ("yyyy-MM-dd'T'HH:mmX", "2016-07-01T23:00+05", "1h", "2016-07-02T00:00+05"),
    ("dd/MM/yyyy HH:mm 'UTC'", "01/07/2016 23:00 UTC", "1h", "02/07/2016 00:00 UTC"),
    ("epoch-ms", "1467331200000", "1s", "1467331201000"), ("epoch-us", "1467331200000000", "1s", "1467331201000000"),
    ("epoch", "1467331200", "1s", "1467331201"),
    ("iso", "2016-07-01 23:00:00", "1h", "2016-07-02 00:00:00"), ("iso", "2016-07-01 23:00", "1h", "2016-07-02 00:00"),
    ("iso", "2016-07-01T23:00", "1h", "2016-07-02T00:00"), ("iso", "2016-07-01T23:00:00", "1h", "2016-07-02T00:00:00"),
    ("iso", "2016-07-01 23:00:00+05:30", "1h", "2016-07-02 00:00:00+05:30"),
    ("iso", "2016-07-01 23:00Z", "1h", "2016-07-02 00:00Z"),
    ("iso", "2016-07-01T23:00:00.000+0200", "1h", "2016-07-02T00:00:00.000+0200"),
    ("iso", "2016-07-01 23:00:00,250000 UTC", "1h", "2016-07-02 00:00:00,250000 UTC"),
    ("iso", "2016-07", "1mo", "2016-08"), ("iso", "2016-07-31", "1d", "2016-08-01"),
  ])
  func theSourcesOwnFormIsPrinted(format: String, text: String, step: String, printed: String) throws {
    var reader = TimeReader(format: try TimeFormat(format))
    let instant = try reader.read(text)
    let step = try #require(Frequency(step))
    let index = TimeIndex(start: reader.style.time(of: instant), frequency: step, count: 1)
    let style = reader.style.fitted(to: index, further: 1)
    #expect(style == reader.style)
    #expect(style.text(of: index[0]) == text)
    #expect(style.text(of: index[1]) == printed)
    var again = TimeReader(format: style.format)
    #expect(try again.read(printed) == style.instant(of: index[1]))
  }

  /// Pattern, text, step, and what the next time is printed as.
  @Test(arguments: [
    ("dd.MM.yyyy", "29.02.2020", "12h", "2020-02-29T12:00:00"), ("yyyy", "1958", "1mo", "1958-02-01"),
    ("MMM-yy", "Dec-12", "1d", "2012-12-02"), ("yyyy'Q'Q", "2020Q4", "1mo", "2020-11"),
    ("YYYY-'W'ww", "2020-W53", "1d", "2020-12-29"), ("d/M/yy", "1/2/68", "1y", "2069-02-01"),
    ("yyyy-MM-dd HH:mm", "2020-01-01 00:00", "30s", "2020-01-01T00:00:30"),
    ("iso", "2020-01-01 00:00", "30s", "2020-01-01T00:00:30"), ("iso", "2020-01", "1d", "2020-01-02"),
    ("iso", "2020-01-01", "1h", "2020-01-01T01:00:00"), ("iso", "2020-01", "1h", "2020-01-01T01:00:00"),
  ])
  func whatThePatternCannotHoldIsPrintedInISO(format: String, text: String, step: String, printed: String) throws {
    var reader = TimeReader(format: try TimeFormat(format))
    let start = try reader.read(text)
    let index = TimeIndex(start: start, frequency: try #require(Frequency(step)), count: 2)
    let style = reader.style.fitted(to: index)
    #expect(style.pattern == nil && style.text(of: index[1]) == printed)
    // The first time has the form of the others.
    #expect(style.form != .dateTime || style.text(of: index[0]).contains("T00:00:00"))
    #expect(Set((0..<40).map { style.text(of: index[$0]) }).count == 40)
    #expect(reader.style.text(of: index[1]) == printed)
  }

  @Test(arguments: [
    ("yyyyMd", "2016111", "2016-11-01"), ("yyyy-MM-dd yy", "2016-11-01 16", "2016-11-01"),
    ("MMM Q yyyy", "Nov 4 2016", "2016-10"),
  ])
  func whatWouldReadAsAnotherTimeIsNotPrinted(pattern: String, text: String, printed: String) throws {
    var reader = TimeReader(format: try TimeFormat(pattern))
    let time = try reader.read(text)
    #expect(reader.style.text(of: time) == printed)
  }

  @Test func fractionsThatOnlySomeTextsHaveArePrintedWhereTheyAreNotZero() throws {
    var reader = TimeReader(format: .iso)
    let first = try reader.read("2016-07-01T00:00:00")
    let second = try reader.read("2016-07-01T00:00:00.500")
    #expect(reader.style.text(of: first) == "2016-07-01T00:00:00")
    #expect(reader.style.text(of: second) == "2016-07-01T00:00:00.5")
  }

  @Test func timesOfSeveralOffsetsArePrintedWithThatOfTheNewest() throws {
    var reader = TimeReader(format: .iso)
    _ = try reader.read("2022-11-06T01:45:00-04:00")
    let second = try reader.read("2022-11-06T01:00:00-05:00")
    // Read later, but earlier.
    let first = try reader.read("2022-11-05T01:00:00-04:00")
    #expect(reader.style.text(of: reader.style.time(of: second)) == "2022-11-06T01:00:00-05:00")
    #expect(reader.style.text(of: reader.style.time(of: first)) == "2022-11-05T00:00:00-05:00")
  }
}
