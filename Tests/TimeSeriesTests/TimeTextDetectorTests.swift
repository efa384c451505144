import Testing

@testable import TimeSeries

/// Columns of texts, the format that each is in, and the time of its first text.
@Suite struct TimeFormatDetectorTests {
  private func detect(_ texts: [String], dayFirst: Bool? = nil) throws -> TimeVerdict {
    var detector = TimeFormatDetector(dayFirst: dayFirst)
    for text in texts { detector.add(text) }
    return try detector.verdict()
  }

  private func check(_ column: (texts: [String], format: String, first: String)) throws {
    let verdict = try detect(column.texts)
    #expect(verdict.format.description == column.format, "\(column.texts)")
    let format = try TimeFormat(verdict.format.description)
    #expect(format == verdict.format)
    var reader = TimeReader(format: format)
    var iso = TimeReader(format: column.first.contains("-") ? .iso : .steps)
    #expect(try reader.read(column.texts[0]) == iso.read(column.first), "\(column.texts)")
    #expect(
      verdict.readCount == column.texts.count && verdict.textCount == column.texts.count && verdict.firstUnread == nil)
  }

  @Test(arguments: [
    (["1958-03", "1958-04"], "iso", "1958-03"),
    (["2016-07-01 00:00:00"], "iso", "2016-07-01"),
    (["2016-07-01T00:00:00Z", "2016-07-01T01:00:00Z"], "iso", "2016-07-01"),
    (["2016-07-01 00:00:00,125", "2016-07-01 00:00:01,250"], "iso", "2016-07-01T00:00:00.125"),
    (["2016-07-01 12:00:00+0200"], "iso", "2016-07-01T10:00"),
    (["2016-07-01T12:00:00+02:00"], "iso", "2016-07-01T10:00"),
    (["2016-07-01 12:00 UTC"], "iso", "2016-07-01T12:00"),
    (["2016-07-01 12:00:00 GMT"], "iso", "2016-07-01T12:00"),
    (["2016-07-01   12:00", "2016-07-01   13:00"], "iso", "2016-07-01T12:00"),
    (["2016-07-01 24:00", "2016-07-02 01:00"], "iso", "2016-07-02"),
    (["2016-07-01T12:00:00.123456789"], "iso", "2016-07-01T12:00:00.123"),
    (["2016-7-1", "2016-12-31"], "yyyy-M-d", "2016-07-01"),
    (["1990/1/1 0:00", "1990/12/31 0:00"], "yyyy/M/d H:mm", "1990-01-01"),
    (["2016/07/01", "2016/07/02"], "yyyy/MM/dd", "2016-07-01"),
    (["2016.07.01", "2016.07.02"], "yyyy.MM.dd", "2016-07-01"),
    (["2016/07", "2016/08"], "yyyy/MM", "2016-07"),
    (["07/2016", "08/2016"], "MM/yyyy", "2016-07"),
    (["7/2016", "10/2016"], "M/yyyy", "2016-07"),
    (["11.2019", "12.2019", "1.2020"], "M.yyyy", "2019-11"),
    (["2016.07", "2016.08", "2016.09", "2016.10"], "yyyy.MM", "2016-07"),
    (["2016M07", "2016M08"], "yyyy'M'MM", "2016-07"),
    (["2016:07", "2016:08"], "yyyy:MM", "2016-07"),
    (["1.2.2020", "2.2.2020"], "d.M.yyyy", "2020-02-01"),
    (["01.02.2020", "02.02.2020"], "dd.MM.yyyy", "2020-02-01"),
    (["01.02.20", "02.02.20"], "dd.MM.yy", "2020-02-01"),
    (["01.02.2020 9:05", "02.02.2020 10:05"], "dd.MM.yyyy H:mm", "2020-02-01T09:05"),
    (["05.10.2020 00:00", "05.10.2020 01:00"], "dd.MM.yyyy HH:mm", "2020-10-05"),
    (["1. 2. 2020", "2. 2. 2020"], "d. M. yyyy", "2020-02-01"),
    (["1/13/20", "1/14/20"], "M/dd/yy", "2020-01-13"),
    (["13/1/20", "14/1/20"], "dd/M/yy", "2020-01-13"),
    (["20-01-13", "20-01-14", "99-12-31"], "yy-MM-dd", "2020-01-13"),
    (["95-12-30", "95-12-31", "96-01-01"], "yy-MM-dd", "1995-12-30"),
    (["1/2/2020", "13/2/2020"], "d/M/yyyy", "2020-02-01"),
    (["1/2/2020", "1/13/2020"], "M/d/yyyy", "2020-01-02"),
    (["04/9/2021", "04/16/2021", "04/23/2021"], "MM/d/yyyy", "2021-04-09"),
    (["19-02-2010", "26-02-2010", "05-03-2010"], "dd-MM-yyyy", "2010-02-19"),
    (["1/13/2020 1:05 PM"], "M/dd/yyyy h:mm a", "2020-01-13T13:05"),
    (["1/13/2020 1:05PM", "1/13/2020 11:05PM"], "M/dd/yyyy h:mma", "2020-01-13T13:05"),
    (["1/3/2020 1:05:07 am", "1/13/2020 11:05:07 pm"], "M/d/yyyy h:mm:ss a", "2020-01-03T01:05:07"),
    (["01/13/2020 01:05 a.m.", "01/13/2020 01:05 p.m."], "MM/dd/yyyy hh:mm a", "2020-01-13T01:05"),
    (["1/13/2020 1 PM", "1/3/2020 12 AM"], "M/d/yyyy h a", "2020-01-13T13:00"),
    (["6/11/2001  11:00:00 AM", "6/13/2001  11:40:00 PM"], "M/dd/yyyy  hh:mm:ss a", "2001-06-11T11:00"),
    (["13-2-2020 10:05:00"], "dd-M-yyyy HH:mm:ss", "2020-02-13T10:05"),
    (["07/01/2005 03.00.00", "13/01/2005 04.00.00"], "dd/MM/yyyy HH.mm.ss", "2005-01-07T03:00"),
    (["07.01.2005 03.15", "13.01.2005 04.15"], "dd.MM.yyyy HH.mm", "2005-01-07T03:15"),
    (["13/01/2005 03:00:00.25", "14/01/2005 03:00:00.50"], "dd/MM/yyyy HH:mm:ss.SS", "2005-01-13T03:00:00.250"),
    (["13/01/2005 03:00:00+0100"], "dd/MM/yyyy HH:mm:ssXX", "2005-01-13T02:00"),
    (["10/Oct/2000:13:55:36 -0700"], "dd/MMM/yyyy:HH:mm:ss XX", "2000-10-10T20:55:36"),
    (["2010 1 2 0", "2010 1 2 1", "2010 1 12 23"], "yyyy M d H", "2010-01-02"),
    (["2010 01 02 00 05", "2010 01 02 01 06"], "yyyy MM dd HH mm", "2010-01-02T00:05"),
    (["2010 1 2", "2010 10 12"], "yyyy M d", "2010-01-02"),
    (["2010 1", "2010 12"], "yyyy M", "2010-01"),
    (["2010-01-02 0", "2010-01-02 13"], "yyyy-MM-dd H", "2010-01-02"),
    (["2016-07-01T13", "2016-07-01T14"], "yyyy-MM-dd'T'HH", "2016-07-01T13:00"),
    (["Jan-2004", "Feb-2004"], "MMM-yyyy", "2004-01"),
    (["Jan 2004", "May 2004"], "MMM yyyy", "2004-01"),
    (["January 2004", "February 2004"], "MMMM yyyy", "2004-01"),
    (["May 2004", "June 2004"], "MMMM yyyy", "2004-05"),
    (["2004 Jan", "2004 Feb"], "yyyy MMM", "2004-01"),
    (["2004-Jan", "2004-Feb"], "yyyy-MMM", "2004-01"),
    (["Jan2004", "Feb2004"], "MMMyyyy", "2004-01"),
    (["Sept 2004", "Oct 2004"], "MMM yyyy", "2004-09"),
    (["Jan 1 2000", "Feb 1 2000"], "MMM d yyyy", "2000-01-01"),
    (["Jan 1, 2000", "Feb 12, 2000"], "MMM d, yyyy", "2000-01-01"),
    (["Mar 05, 2023", "Mar 12, 2023"], "MMM dd, yyyy", "2023-03-05"),
    (["Jan. 5, 2020", "May 5, 2020"], "MMM. d, yyyy", "2020-01-05"),
    (["05-Mar-2023", "06-Mar-2023"], "dd-MMM-yyyy", "2023-03-05"),
    (["5 March 2023", "16 April 2023"], "d MMMM yyyy", "2023-03-05"),
    (["5 Jan 2020", "15 JAN 2020"], "d MMM yyyy", "2020-01-05"),
    (["05Mar2023", "06Mar2023"], "ddMMMyyyy", "2023-03-05"),
    (["05MAR23", "06MAR23"], "ddMMMyy", "2023-03-05"),
    (["12-Jan-04", "13-Jan-04"], "dd-MMM-yy", "2004-01-12"),
    (["2023 March 5", "2023 March 15"], "yyyy MMMM d", "2023-03-05"),
    (["05-Mar-2023 13:05", "06-Mar-2023 14:05"], "dd-MMM-yyyy HH:mm", "2023-03-05T13:05"),
    (["Jan-12", "Feb-12", "Mar-12", "Apr-12"], "MMM-yy", "2012-01"),
    (["Nov 98", "Dec 98", "Jan 99", "Feb 99"], "MMM yy", "1998-11"),
    (["Jan-04", "Apr-04", "Jul-04"], "MMM-yy", "2004-01"),
    (["04-Jan", "04-Feb", "04-Mar"], "yy-MMM", "2004-01"),
    (["January-12", "February-12"], "MMMM-yy", "2012-01"),
    (["Mon 5 Jan 2015", "Tue 6 Jan 2015"], "EEE d MMM yyyy", "2015-01-05"),
    (["Monday, January 5, 2015", "Tuesday, January 6, 2015"], "EEEE, MMMM d, yyyy", "2015-01-05"),
    (["Fri, 05 Jun 2015 00:00:00 GMT"], "EEE, dd MMM yyyy HH:mm:ss 'GMT'", "2015-06-05"),
    (["Fri 13/02/2015", "Sat 14/02/2015"], "EEE dd/MM/yyyy", "2015-02-13"),
    (threeYearsOfNoEra, "y-MM", "0001-01"),
    (["04-10", "04-11", "04-12", "05-01"], "yy-MM", "2004-10"),
    (["10/04", "11/04", "12/04", "01/05"], "MM/yy", "2004-10"),
    (["1958", "1959"], "yyyy", "1958-01"),
    (["20160701", "20160702"], "yyyyMMdd", "2016-07-01"),
    (["201607", "201608"], "yyyyMM", "2016-07"),
    (["2016070112", "2016070113"], "yyyyMMddHH", "2016-07-01T12:00"),
    (["201607011205", "201607011210"], "yyyyMMddHHmm", "2016-07-01T12:05"),
    (["20160701120507", "20160701120508"], "yyyyMMddHHmmss", "2016-07-01T12:05:07"),
    (["20160701T120507", "20160701T120508"], "yyyyMMdd'T'HHmmss", "2016-07-01T12:05:07"),
    (["20160701T120507Z"], "yyyyMMdd'T'HHmmssX", "2016-07-01T12:05:07"),
    (["20160701 1205", "20160701 1210"], "yyyyMMdd HHmm", "2016-07-01T12:05"),
    (["20160701 12:05", "20160701 12:10"], "yyyyMMdd HH:mm", "2016-07-01T12:05"),
    (["2000Q1", "2000Q2"], "yyyy'Q'Q", "2000-01"),
    (["2000 Q2", "2000 Q3"], "yyyy 'Q'Q", "2000-04"),
    (["2000-Q4", "2001-Q1"], "yyyy-'Q'Q", "2000-10"),
    (["2000q4", "2001q1"], "yyyy'q'Q", "2000-10"),
    (["Q1 2000", "Q2 2000"], "'Q'Q yyyy", "2000-01"),
    (["Q1-2000", "Q2-2000"], "'Q'Q-yyyy", "2000-01"),
    (["Q3/00", "Q4/00"], "'Q'Q/yy", "2000-07"),
    (["1Q2000", "2Q2000"], "Q'Q'yyyy", "2000-01"),
    (["1Q 2000", "2Q 2000"], "Q'Q' yyyy", "2000-01"),
    (["2020-W02", "2020-W53"], "YYYY-'W'ww", "2020-01-06"),
    (["2020W02", "2020W03"], "YYYY'W'ww", "2020-01-06"),
    (["2020-W2", "2020-W12"], "YYYY-'W'w", "2020-01-06"),
    (["2020-W02-1", "2020-W02-2"], "YYYY-'W'ww-e", "2020-01-06"),
    (["2020W021", "2020W022"], "YYYY'W'wwe", "2020-01-06"),
    (["W02 2020", "W03 2020"], "'W'ww YYYY", "2020-01-06"),
    (["1467331200", "1467331260.5"], "epoch", "2016-07-01"),
    (["1.4673312E9", "1.46733126E9"], "epoch", "2016-07-01"),
    (["1467331200123", "1467331260123"], "epoch-ms", "2016-07-01T00:00:00.123"),
    (["1467331200000000", "1467331260000000"], "epoch-us", "2016-07-01"),
    (["1467331200000000000", "1467331260000000000"], "epoch-ns", "2016-07-01"),
    (["1", "2", "1958"], "steps", "1"),
    (["20231", "20232"], "steps", "20231"),
    (["janvier 2004", "février 2004", "mars 2004"], "MMMM yyyy", "2004-01"),
    (["1. März 2020", "1. April 2020"], "d. MMMM yyyy", "2020-03-01"),
    (["Okt-2019", "Nov-2019", "Dez-2019"], "MMM-yyyy", "2019-10"),
    (["1 ene 2020", "1 feb 2020"], "d MMM yyyy", "2020-01-01"),
    (["gennaio 2020", "febbraio 2020"], "MMMM yyyy", "2020-01"),
    (["15 mei 2020", "16 mei 2020"], "dd MMM yyyy", "2020-05-15"),
    (["MARÇO 2020", "ABRIL 2020"], "MMMM yyyy", "2020-03"),
  ])
  func columns(texts: [String], format: String, first: String) throws {
    try check((texts, format, first))
  }

  @Test(arguments: [
    ["tomorrow"], ["1958.2027", "1958.2877"], ["1", "tomorrow", "later"],
    // Prices, versions, times of day, durations, fractions, scores, names.
    ["2001.5", "1999.25", "2010.75"], ["2001.05", "2003.99", "1999.50", "2001.10"], ["1.2.3", "1.2.4", "1.10.0"],
    ["v1.2.13"], ["12:30", "12:45"], ["12:30:00", "12:30:05"], ["1:05 PM"], ["00:10:05.5"], ["1h 30m", "2h 05m"],
    ["PT1H"], ["1/2", "3/4", "7/8"], ["1/10", "3/16", "5/32"], ["2-1", "0-3"], ["12-30", "30-40", "9-17"],
    ["10-20", "20-30", "30-40"], ["555-1234", "555-2234"], ["555-123-4567"], ["(555) 123-4567"], ["+1 555 1234567"],
    ["192.168.0.1"], ["5%"], ["May", "June"], ["Jan", "Feb"], ["Monday", "Tuesday"], ["Q1", "Q2"], ["W01", "W02"],
    ["Mark 2 2000"], ["A4 2000"], ["x2020"], ["5551234567.25", "5559876543.5"], ["0.5", "0.25"], ["1e300"],
    ["12.5", "13.75"], ["-"], ["2020-13-01"], ["31/31/2020"], ["2021-W54"], ["2000Q5"],
    ["99999999999999999999999999"],
  ])
  func whatIsNoTime(texts: [String]) {
    #expect(throws: TimeTextError.unknownForm(texts[0]), "\(texts)") { try detect(texts) }
  }

  @Test(arguments: [
    ["2125551234", "2012345678", "1305559876", "1415550000", "1800555123", "1617555321"],
    ["4111111111111111", "1234567890123456", "3782822463100056", "1555555555554444", "2222420000001113"],
    ["1999", "1520", "2105", "1734", "1888", "1611"],
  ])
  func numbersThatAreHardlyTimes(texts: [String]) throws {
    #expect(try !detect(texts).isPlausible)
  }

  @Test func numbersThatAreTimes() throws {
    #expect(try detect(["1999", "2001", "2002", "2010", "2015"]).isPlausible)
    #expect(try detect(["1467331300", "1467331200", "1467331500", "1467331400"]).isPlausible)
  }

  @Test func aDayAfterTheTwelfthTellsDayFromMonth() throws {
    let dayFirst = try detect(["1/2/2020", "11/2/2020", "28/2/2020", "29/2/2020"])
    #expect(dayFirst.reason == .dayAbove12("28/2/2020"))
    let monthFirst = try detect(["1/2/2020", "1/22/2020"])
    #expect(monthFirst.reason == .dayAbove12("1/22/2020"))
    #expect(try detect(["2020-01-02"]).reason == .onlyReading)
    var texts = [String](repeating: "1/2/2020", count: 2000)
    texts.append("28/2/2020")
    #expect(try detect(texts).format.description == "d/M/yyyy")
  }

  @Test func aRegularStepTellsDayFromMonth() throws {
    let months = (2019...2023).flatMap { year in (1...12).map { "\($0)/1/\(year)" } }
    let verdict = try detect(months)
    #expect(verdict.format.description == "M/d/yyyy")
    #expect(verdict.reason == .regular(over: try TimeFormat("d/M/yyyy")))
    #expect(verdict.regularity == Regularity(of: [civil(2019), civil(2019, 2), civil(2019, 3)]))
    let overMidnight = (0..<144).map { step in
      let minutes = 11 * 60 + step * 10
      let (hour, minute) = (minutes / 60 % 24, minutes % 60)
      let clock = "\((hour + 11) % 12 + 1):\(minute < 10 ? "0" : "")\(minute):00 \(hour < 12 ? "AM" : "PM")"
      return "6/\(11 + minutes / 1440)/2001 \(clock)"
    }
    let clocks = try detect(overMidnight)
    #expect(clocks.format.description == "M/dd/yyyy h:mm:ss a")
    #expect(clocks.reason == .regular(over: try TimeFormat("d/MM/yyyy h:mm:ss a")))
    // 2010-11-01 to 2012-04-01: as years first, or days first, nothing is regular.
    let short = try detect(
      (10...12).flatMap { year in (1...12).map { "\($0 < 10 ? "0" : "")\($0)-01-\(year)" } })
    #expect(short.format.description == "MM-dd-yy")
  }

  @Test func whatNothingTellsIsAsked() {
    let texts = (1...12).map { "\($0 < 10 ? "0" : "")\($0)/03/2024" }
    #expect {
      try detect(texts)
    } throws: { error in
      "\(error)"
        == "\"01/03/2024\" can be read as dd/MM/yyyy (1 March 2024 to 12 March 2024, a day apart) or as MM/dd/yyyy "
        + "(3 January 2024 to 3 December 2024, a month apart); set time_format: dd/MM/yyyy or MM/dd/yyyy"
    }
    #expect {
      try detect(["01-02-03"])
    } throws: { error in
      "\(error)"
        == "\"01-02-03\" can be read as dd-MM-yy (1 February 2003) or as MM-dd-yy (2 January 2003) or as yy-MM-dd "
        + "(3 February 2001); set time_format: dd-MM-yy or MM-dd-yy or yy-MM-dd"
    }
    #expect(throws: TimeTextError.self) { try detect(["01-02", "02-02", "03-02"]) }
  }

  @Test func thePersonTellsDayFromMonth() throws {
    let texts = ["01/03/2024", "02/03/2024", "03/03/2024"]
    let dayFirst = try detect(texts, dayFirst: true)
    #expect(dayFirst.format.description == "dd/MM/yyyy" && dayFirst.reason == .said)
    #expect(try detect(texts, dayFirst: false).format.description == "MM/dd/yyyy")
    #expect(try detect(["01-02-03"], dayFirst: true).format.description == "dd-MM-yy")
    #expect(try detect(["01-02-03"], dayFirst: false).format.description == "MM-dd-yy")
    // What the texts rule out is not taken.
    #expect(try detect(["13/03/2024"], dayFirst: false).format.description == "dd/MM/yyyy")
  }

  @Test func timesThatAreTheSameInBothOrdersAreNotAsked() throws {
    #expect(try detect(["1/1/2019", "1/1/2020"]).format.description == "d/M/yyyy")
  }

  @Test func daysWithoutAYearAreRefused() {
    for texts in [
      (13...31).map { "\($0)-Jan" }, (13...31).map { "Jan \($0)" }, (1...9).map { "\($0)-Jan" }, ["Jan-12"],
      ["05-Jan", "12-Jan", "19-Jan", "26-Jan"], ["31-Jan", "01-Feb", "02-Feb"],
      zip(["Jan", "Feb", "Mar"], [31, 28, 31]).flatMap { name, days in
        (1...days).map { "\($0 < 10 ? "0" : "")\($0)-\(name)" }
      },
    ] {
      #expect(throws: TimeTextError.dayWithoutYear(texts[0])) { try detect(texts) }
    }
  }

  @Test func thirtyYearsOfMonthsAreNotDays() throws {
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let texts = (1...28).flatMap { year in names.map { "\($0)-\(year < 10 ? "0" : "")\(year)" } }
    #expect(try detect(texts).format.description == "MMM-yy")
  }

  @Test func theMajorityGivesTheFormat() throws {
    var texts = (1...28).map { "01/\($0 < 10 ? "0" : "")\($0)/1975" }
    texts.insert("1975-02-23T02:58:41.000Z", at: 5)
    let verdict = try detect(texts)
    #expect(verdict.format.description == "MM/dd/yyyy")
    #expect(verdict.reason == .dayAbove12("01/13/1975"))
    #expect(verdict.textCount == 29 && verdict.readCount == 28 && verdict.firstUnread == "1975-02-23T02:58:41.000Z")
    #expect(try detect(["x", "2016-07-01", "2016-07-02", "tomorrow"]).firstUnread == "x")
  }

  @Test func onlyWhatIsOpenNeedsMoreThanTheFirstTexts() {
    var iso = TimeFormatDetector()
    var slashes = TimeFormatDetector()
    var widths = TimeFormatDetector()
    for _ in 0..<500 {
      #expect(!iso.isSettled)
      iso.add("2016-07-01")
      slashes.add("1/2/2020")
      widths.add("13.10.2020")
    }
    #expect(iso.isSettled && !slashes.isSettled && !widths.isSettled)
    widths.add("01.01.2020")
    #expect(widths.isSettled)
  }

  @Test func noTexts() { #expect(throws: TimeTextError.noTexts) { try detect([]) } }
}

private let threeYearsOfNoEra = (1...3).flatMap { year in (1...12).map { "\(year)-\($0 < 10 ? "0" : "")\($0)" } }

private func civil(_ year: Int, _ month: Int = 1) -> Timestamp { CivilTime(year: year, month: month, day: 1).timestamp }
