import Testing

@testable import TimeSeries

@Suite struct PublicHolidaysTests {
  // As the laws and governments have it: feiertage of the Federal Republic (nationwide), holidays of the United States'
  // federal government (OPM), bank holidays in England and Wales (gov.uk, with the substitute days), jours fériés.
  @Test(arguments: [
    ("DE", 2026, [101, 403, 406, 501, 514, 525, 1003, 1225, 1226]),
    ("US", 2024, [101, 115, 219, 527, 619, 704, 902, 1014, 1111, 1128, 1225]),
    ("GB", 2022, [101, 103, 415, 418, 502, 602, 603, 829, 919, 1225, 1226, 1227]),
    ("FR", 2025, [101, 421, 501, 508, 529, 609, 714, 815, 1101, 1111, 1225]),
  ])
  func daysOfAYear(country: String, year: Int, dates: [Int]) throws {
    let holidays = try #require(PublicHolidays(of: country))
    let days = dates.map { CivilTime.daysSinceEpoch(year: year, month: $0 / 100, day: $0 % 100) }
    let first = CivilTime.daysSinceEpoch(year: year, month: 1, day: 1)
    #expect(holidays.days.filter { $0 >= first && $0 < first + 365 }.sorted() == days)
  }

  @Test func everyCountryIsReadable() throws {
    let countries = PublicHolidays.countries
    #expect(countries.count > 200 && countries == countries.sorted() && countries.allSatisfy { $0.count == 2 })
    for country in countries {
      let holidays = try #require(PublicHolidays(of: country))
      #expect(holidays.years.upperBound >= 2022 && holidays.years.lowerBound >= 1990, "\(country)")
      let years = Set(holidays.days.map { CivilTime.date(daysSinceEpoch: $0).year })
      #expect(years == Set(holidays.years), "\(country)")
      #expect(holidays.days.count < 45 * holidays.years.count, "\(country)")
    }
  }

  @Test(arguments: ["UK", "de", "", "DEU", "#"])
  func whatIsNoCountry(name: String) { #expect(PublicHolidays(of: name) == nil) }
}
