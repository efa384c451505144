import Testing
import TimeSeries

@testable import Charts

@Suite struct TimeAxisTests {
  func time(_ year: Int, _ month: Int = 1, _ day: Int = 1, _ hour: Int = 0, _ minute: Int = 0) -> Timestamp {
    CivilTime(year: year, month: month, day: day, hour: hour, minute: minute).timestamp
  }

  func labels(_ first: Timestamp, _ last: Timestamp, _ frequency: Frequency, most: Int = 10) -> [String] {
    TimeAxis.tics(from: first, through: last, frequency: frequency, most: most).map { tic in
      tic.label + (tic.second.map { "/\($0)" } ?? "")
    }
  }

  @Test func yearsAreRound() {
    #expect(labels(time(1958, 3), time(2020), .months(1)) == ["1960", "1970", "1980", "1990", "2000", "2010", "2020"])
    #expect(labels(time(2015), time(2019), .years(1)) == ["2015", "2016", "2017", "2018", "2019"])
    #expect(labels(time(1800), time(2000), .days(1), most: 6) == ["1800", "1850", "1900", "1950", "2000"])
  }

  @Test func monthsNameTheirYearOnce() {
    #expect(
      labels(time(2019, 11), time(2020, 4), .months(1)) == ["Nov/2019", "Dec", "Jan/2020", "Feb", "Mar", "Apr"])
    #expect(
      labels(time(2019, 2), time(2020, 8), .days(1), most: 8) == ["Apr/2019", "Jul", "Oct", "Jan/2020", "Apr", "Jul"])
  }

  @Test func monthlyTicsStandOnTheReadings() {
    // Read on the last of each month, so the tic of February stands on the 29th.
    let tics = TimeAxis.tics(from: time(2020, 1, 31), through: time(2020, 3, 31), frequency: .months(1), most: 10)
    let days = [time(2020, 1, 31), time(2020, 2, 29), time(2020, 3, 31)]
    #expect(tics.map(\.at) == days.map { Double($0.milliseconds) / 1000 })
  }

  @Test func daysAndWeeksNameTheMonth() {
    #expect(
      labels(time(2024, 12, 29), time(2025, 1, 2), .days(1))
        == ["29 Dec/2024", "30 Dec", "31 Dec", "1 Jan/2025", "2 Jan"])
    // Mondays.
    #expect(
      labels(time(2024, 1, 2), time(2024, 2, 1), .days(1), most: 5) == ["8 Jan/2024", "15 Jan", "22 Jan", "29 Jan"])
  }

  @Test func ticsOfMonthEndsStandOnThem() {
    let tics = TimeAxis.tics(
      from: time(2024, 2, 29), through: time(2024, 5, 31), frequency: .months(1), monthDay: 31, most: 9)
    #expect(
      tics.map(\.at) == [(2, 29), (3, 31), (4, 30), (5, 31)].map { Double(time(2024, $0, $1).milliseconds) / 1000 })
  }

  @Test func hoursNameTheirDay() {
    #expect(
      labels(time(2024, 12, 31, 5), time(2025, 1, 1, 7), .hours(1), most: 6)
        == ["06:00/31 Dec 2024", "12:00", "18:00", "00:00/1 Jan 2025", "06:00"])
    #expect(
      labels(time(2024, 3, 1, 23, 50), time(2024, 3, 2, 0, 10), .minutes(1), most: 6)
        == ["23:50/1 Mar 2024", "23:55", "00:00/2 Mar", "00:05", "00:10"])
  }

  @Test func secondsAndLess() {
    let start = time(1969, 12, 31, 23, 59)
    #expect(
      labels(start, Frequency.seconds(1).advance(start, by: 60), .seconds(1), most: 5)
        == ["23:59:00/31 Dec 1969", "23:59:15", "23:59:30", "23:59:45", "00:00:00/1 Jan 1970"])
    #expect(
      labels(start, Timestamp(milliseconds: start.milliseconds + 2), .milliseconds(1), most: 5)
        == ["23:59:00.000/31 Dec 1969", "23:59:00.001", "23:59:00.002"])
  }

  @Test func stepsAreCounted() {
    func steps(_ first: Int64, _ last: Int64, most: Int) -> [String] {
      labels(Timestamp(milliseconds: first), Timestamp(milliseconds: last), .steps, most: most)
    }
    #expect(steps(1, 4, most: 10) == ["1", "2", "3", "4"])
    #expect(steps(-7, 22, most: 4) == ["0", "10", "20"])
    #expect(steps(1, 2_000_000, most: 5) == ["500000", "1000000", "1500000", "2000000"])
    #expect(steps(5, 5, most: 5) == ["5"])
  }

  @Test func thereIsRoomForEveryLabel() {
    let frequencies: [Frequency] = [
      .milliseconds(10), .seconds(1), .minutes(15), .hours(1), .days(1), .businessDays(1), .weeks(1), .months(1),
      .months(3), .years(1), .steps,
    ]
    for frequency in frequencies {
      for count in [2, 7, 30, 100, 365, 1000] {
        let last = frequency.advance(time(2001, 2, 3), by: count)
        let tics = TimeAxis.tics(from: time(2001, 2, 3), through: last, frequency: frequency, most: 9)
        #expect((1...11).contains(tics.count), "\(frequency) \(count): \(tics.count)")
        #expect(zip(tics, tics.dropFirst()).allSatisfy { $0.at < $1.at })
      }
    }
  }
}

@Suite struct ValueAxisTests {
  @Test(arguments: [
    ([1, 9], ["2", "4", "6", "8"]), ([0, 1], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ([-50, 120], ["−50", "0", "50", "100"]), ([0.3, 0.6], ["0.3", "0.4", "0.5", "0.6"]),
    ([2e9, 4e9], ["2.0 bn", "2.5 bn", "3.0 bn", "3.5 bn", "4.0 bn"]), ([1e5, 3e6], ["0", "1 M", "2 M", "3 M"]),
  ])
  func ticsAreRound(_ values: [Double], _ labels: [String]) {
    #expect(ValueAxis.linear(over: values).tics.map(\.label) == labels)
  }

  @Test func anAxisHasOneStyle() {
    func labels(_ values: [Double]) -> [String] { ValueAxis.linear(over: values).tics.map(\.label) }
    #expect(labels([0, 2e7]) == ["0", "5 M", "10 M", "15 M", "20 M"])
    #expect(labels([3000, 9000]) == ["4000", "6000", "8000"])
    #expect(labels([14_200, 14_400]) == ["14.20 k", "14.25 k", "14.30 k", "14.35 k", "14.40 k"])
    #expect(labels([-40_000, 40_000]) == ["−40 k", "−20 k", "0", "20 k", "40 k"])
    #expect(labels([1e300, 2e300]).allSatisfy { $0.hasSuffix("e300") })
  }

  @Test func theAxisHoldsItsValuesAndSomeAir() {
    for values in [[1.0, 2], [-3, -3], [0], [1e-300, 3e300], [.nan, 4, .infinity], [1e16, 1e16 + 2]] {
      let axis = ValueAxis.linear(over: values)
      for value in values where value.isFinite {
        #expect(axis.range.lowerBound < value && value < axis.range.upperBound)
      }
      #expect(!axis.tics.isEmpty && axis.tics.count <= 12)
      #expect(axis.tics.allSatisfy { axis.range.contains($0.at) })
    }
    #expect(ValueAxis.linear(over: [Double]()).range.contains(0.5))
    #expect(ValueAxis.linear(over: [2.0, 3], includingZero: true).range.lowerBound == 0)
    #expect(ValueAxis.linear(over: [-2.0, -3], includingZero: true).range.upperBound == 0)
  }

  @Test func aLogarithmicAxisHasDecadesOrPartsOfThem() {
    #expect(ValueAxis.logarithmic(over: [0.001, 10]).tics.map(\.at) == [0.001, 0.01, 0.1, 1, 10])
    #expect(ValueAxis.logarithmic(over: [0.1, 1]).tics.map(\.label) == ["0.1", "0.2", "0.5", "1.0"])
    #expect(ValueAxis.logarithmic(over: [0.62, 0.75]).tics.count >= 3)
    #expect(ValueAxis.logarithmic(over: [1e-200, 1e200]).tics.count <= 12)
    #expect(ValueAxis.logarithmic(over: [0, 1]).isLogarithmic == false)
    #expect(ValueAxis.logarithmic(over: [Double.nan]).isLogarithmic == false)
  }
}

@Suite struct NumberTextTests {
  @Test func decimalsAreRounded() {
    #expect(decimal(1.005, places: 1) == "1.0")
    #expect(decimal(0.05, places: 2) == "0.05")
    #expect(decimal(-0.04, places: 1) == "0.0")
    #expect(decimal(-12.5, places: 0) == "−13")
    #expect(decimal(1e300, places: 2) == "1e+300")
  }

  @Test(arguments: [
    (45_230, "45.2 k"), (9_999_999, "10.0 M"), (4_500, "4500"), (.nan, "n/a"), (123_456, "123 k"),
    (0, "0"), (0.62, "0.62"), (13.14, "13.1"), (1310.4, "1310"), (0.0123, "0.0123"), (0.000_012, "1.20e-5"),
    (-2.5e9, "−2.50 bn"),
  ])
  func scoresAreBrief(_ value: Double, _ text: String) { #expect(brief(value) == text) }

  @Test func longTextsAreCut() {
    #expect(fitting("store_17", width: 200, size: 15) == "store_17")
    let cut = fitting(String(repeating: "store ", count: 40), width: 200, size: 15)
    #expect(cut.hasPrefix("store store") && cut.hasSuffix("…") && textWidth(cut, size: 15) <= 200)
    #expect(fitting("store", width: 0, size: 15) == "…")
  }

  @Test func partsStayWholeWhereThereIsRoomForFew() {
    let parts = ["MASE 0.62", "naive 2.30", "seasonal naive 1.31"]
    #expect(fitting(parts, width: 400, size: 13) == "MASE 0.62 · naive 2.30 · seasonal naive 1.31")
    #expect(fitting(parts, width: 230, size: 13) == "MASE 0.62 · seasonal naive 1.31")
    #expect(fitting(parts, width: 100, size: 13) == "MASE 0.62")
    #expect(fitting([], width: 100, size: 13) == "")
  }

  @Test func wideTextsTakeMoreRoom() {
    #expect(textWidth("seasonal naive", size: 13) > textWidth("forecast", size: 13))
    #expect(textWidth("WWW", size: 13) > textWidth("iii", size: 13))
    #expect(textWidth("", size: 13) == 0)
  }
}
