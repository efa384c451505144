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
    #expect(reader.style == TimeStyle(form: form, zone: zone))
    #expect(reader.style.text(of: reader.style.time(of: instant)) == text)
  }

  @Test func plainNumbers() {
    let seconds = TimeStyle(form: .epochSeconds, zone: .utc)
    #expect(seconds.text(of: Timestamp(milliseconds: 1_467_331_200_000)) == "1467331200")
    #expect(seconds.text(of: Timestamp(milliseconds: 1_467_331_200_120)) == "1467331200.12")
    #expect(seconds.text(of: Timestamp(milliseconds: -500)) == "-0.5")
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

  @Test(arguments: [
    ("yyyy/M/d H:mm", "1990/1/1 0:00", "1990-01-01T00:00:00"), ("dd.MM.yyyy", "29.02.2020", "2020-02-29"),
    ("d MMM yyyy", "5 Sep 2020", "2020-09-05"), ("MMMM d, yyyy", "May 31, 2020", "2020-05-31"),
    ("M/d/yyyy h:mm a", "12/31/2020 12:05 AM", "2020-12-31T00:05:00"), ("yyyy'Q'Q", "2020Q3", "2020-07"),
    ("yyyyMMdd'T'HHmmss.SSSS", "20160701T130509.2500", "2016-07-01T13:05:09.25"), ("d/M/yy", "1/2/03", "2003-02-01"),
    ("yyyy-MM-dd'T'HH:mmX", "2016-07-01T00:00+05:30", "2016-07-01T00:00:00+05:30"),
  ])
  func theSourcesOwnFormIsPrintedInISO(pattern: String, text: String, printed: String) throws {
    var reader = TimeReader(format: try TimeFormat(pattern))
    let instant = try reader.read(text)
    #expect(reader.style.text(of: reader.style.time(of: instant)) == printed)
  }

  @Test(arguments: [
    ("2016-07-01 00:00:00", "2016-07-01T00:00:00"), ("2016-07-01 00:00", "2016-07-01T00:00:00"),
    ("2016-07-01 00:00:00+05:30", "2016-07-01T00:00:00+05:30"), ("2016-07-01 00:00Z", "2016-07-01T00:00:00Z"),
  ])
  func aSpaceForATeeIsPrintedAsTee(text: String, printed: String) throws {
    var reader = TimeReader(format: .iso)
    let instant = try reader.read(text)
    #expect(reader.style.text(of: reader.style.time(of: instant)) == printed)
  }
}
