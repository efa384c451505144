import Testing

@testable import TimeSeries

@Suite struct LocalZoneTests {
  private func clock(_ text: String) throws -> Timestamp {
    var reader = TimeReader(format: .iso)
    return try reader.read(text)
  }

  /// t = pandas.date_range(START, periods=N, freq=STEP, tz=ZONE); t.tz_localize(None).tz_localize(ZONE, ambiguous="infer") == t;
  /// [x.value // 10**9 for x in t], [str(x.tz_localize(None)) for x in t]; START is the first text.
  @Test(arguments: [
    (
      "Europe/Berlin",
      ["2023-10-29 01:00", "2023-10-29 02:00", "2023-10-29 02:00", "2023-10-29 03:00", "2023-10-29 04:00"],
      [1_698_534_000, 1_698_537_600, 1_698_541_200, 1_698_544_800, 1_698_548_400]
    ),
    (
      "America/New_York",
      [
        "2022-11-06 00:30", "2022-11-06 01:00", "2022-11-06 01:30", "2022-11-06 01:00", "2022-11-06 01:30",
        "2022-11-06 02:00", "2022-11-06 02:30", "2022-11-06 03:00",
      ],
      [
        1_667_709_000, 1_667_710_800, 1_667_712_600, 1_667_714_400, 1_667_716_200, 1_667_718_000, 1_667_719_800,
        1_667_721_600,
      ]
    ),
    (
      "Australia/Lord_Howe",
      [
        "2024-04-07 01:00", "2024-04-07 01:30", "2024-04-07 01:30", "2024-04-07 02:00", "2024-04-07 02:30",
        "2024-04-07 03:00",
      ],
      [1_712_412_000, 1_712_413_800, 1_712_415_600, 1_712_417_400, 1_712_419_200, 1_712_421_000]
    ),
  ])
  func theRepeatedHourIsReadAsPandasReadsIt(zone: String, texts: [String], seconds: [Int64]) throws {
    let zone = try LocalZone(zone)
    let expected = seconds.map(Timestamp.init(seconds:))
    var reader = TimeReader(format: .iso, localZone: zone)
    let times = try texts.map { try reader.read($0) }
    #expect(reader.moments(of: times) == expected)
    // From the newest to the oldest.
    #expect(reader.moments(of: times.reversed()) == expected.reversed())
    #expect(expected.map(reader.style.text) == texts)
    // Where only one of the two is there, it is the first.
    #expect(
      reader.moments(of: [times[0], times[2], times[4]]) == [expected[0], expected[1], expected[4]] || texts.count == 8)
    let year = Int64(365 * 86_400_000)
    let later = times.map { Timestamp(milliseconds: $0.milliseconds + year) }
    #expect(Set(reader.moments(of: times + later)).count == 2 * times.count - (texts.count == 8 ? 2 : 1))
  }

  /// [pandas.Timestamp(s).tz_localize(ZONE).value // 10**9 for s in ("1950-07-01 12:00", "1975-01-15 12:00",
  /// "1999-07-15 12:00", "2024-01-15 12:00", "2037-07-15 12:00", "2090-07-15 12:00")]
  @Test(
    arguments: [
      ("Europe/Berlin", [-615_474_000, 159_015_600, 932_032_800, 1_705_316_400, 2_131_264_800, 3_803_796_000]),
      ("America/New_York", [-615_456_000, 159_037_200, 932_054_400, 1_705_338_000, 2_131_286_400, 3_803_817_600]),
      ("Asia/Kolkata", [-615_490_200, 158_999_400, 932_020_200, 1_705_300_200, 2_131_252_200, 3_803_783_400]),
      ("Australia/Sydney", [-615_506_400, 158_979_600, 932_004_000, 1_705_280_400, 2_131_236_000, 3_803_767_200]),
      ("America/Sao_Paulo", [-615_459_600, 159_030_000, 932_050_800, 1_705_330_800, 2_131_282_800, 3_803_814_000]),
      ("Asia/Tehran", [-615_483_000, 159_006_600, 932_023_800, 1_705_307_400, 2_131_259_400, 3_803_790_600]),
      ("Pacific/Apia", [-615_430_800, 159_058_800, 932_079_600, 1_705_273_200, 2_131_225_200, 3_803_756_400]),
    ] as [(String, [Int64])])
  func offsetsAreThoseOfPandas(zone: String, seconds: [Int64]) throws {
    let zone = try LocalZone(zone)
    let texts = [
      "1950-07-01 12:00", "1975-01-15 12:00", "1999-07-15 12:00", "2024-01-15 12:00", "2037-07-15 12:00",
      "2090-07-15 12:00",
    ]
    for (text, seconds) in zip(texts, seconds) {
      let moment = Timestamp(seconds: seconds)
      #expect(try zone.moments(ofLocal: clock(text)) == .one(moment), "\(zone) \(text)")
      #expect(try zone.local(of: moment) == clock(text))
    }
  }

  // pandas.Timestamp(TEXT).tz_localize(ZONE) raises ValueError.
  @Test(arguments: [
    ("Europe/Berlin", "2024-03-31 02:30"), ("America/New_York", "2024-03-10 02:00"),
    ("Europe/London", "2024-03-31 01:59"),
  ])
  func whatNeverWasIsRefused(zone: String, text: String) throws {
    let zone = try LocalZone(zone)
    var reader = TimeReader(format: .iso, localZone: zone)
    #expect(throws: TimeTextError.never(text, in: zone)) { try reader.read(text) }
    #expect(
      "\(TimeTextError.never(text, in: zone))" == "\"\(text)\" never was in \(zone): clocks were put forward over it")
    #expect(try zone.moments(ofLocal: clock(text)) == .none)
  }

  @Test func theMissingHourIsNoGap() throws {
    var reader = TimeReader(format: try TimeFormat("dd.MM.yyyy HH:mm"), localZone: try LocalZone("Europe/Berlin"))
    let texts = ["31.03.2024 01:00", "31.03.2024 03:00", "31.03.2024 04:00"]
    let times = try texts.map { try reader.read($0) }
    let moments = reader.moments(of: times)
    #expect(Frequency.inferred(from: moments) == .hours(1) && Regularity(of: moments)?.share == 1)
    let index = TimeIndex(start: moments[0], frequency: .hours(1), count: 3)
    let style = reader.style.fitted(to: index, further: 24)
    #expect((0..<3).map { style.text(of: index[$0]) } == texts)
    #expect(style.text(of: index[23]) == "01.04.2024 01:00")
  }

  @Test func rowsInNoOrderTakeWhatIsNamedAgainForTheSecondPass() throws {
    let zone = try LocalZone("Europe/Berlin")
    let texts = ["2023-10-29 04:00", "2023-10-29 02:00", "2023-10-29 01:00", "2023-10-29 03:00", "2023-10-29 02:00"]
    let moments = zone.moments(ofLocal: try texts.map(clock))
    #expect(moments.map { ($0.milliseconds / 1000 - 1_698_534_000) / 3600 } == [4, 1, 0, 3, 2])
  }

  @Test func daysStayDaysOfThePlace() throws {
    let zone = try LocalZone("America/Sao_Paulo")
    // The clock was put forward from midnight to one on 2018-11-04.
    for texts in [["2018-11-03", "2018-11-04"], ["2018-11-03 00:00", "2018-11-04 00:00"]] {
      var reader = TimeReader(format: .iso, localZone: zone)
      let times = try texts.map { try reader.read($0) }
      #expect(reader.moments(of: times) == times && reader.style.zone == .none)
      #expect(times.map(reader.style.text) == texts)
    }
    var reader = TimeReader(format: .iso, localZone: zone)
    let times = try ["2018-11-02 06:00", "2018-11-03 06:00", "2018-11-04 06:00"].map { try reader.read($0) }
    let moments = reader.moments(of: times)
    #expect(Frequency.inferred(from: Array(moments.suffix(2))) == .hours(23))
    let readings = Readings([.init(name: "a", times: moments, values: [1, 2, 3])], style: reader.style)
    let daily = readings.onClock(ofSteps: nil)
    #expect(daily.series[0].times == times && daily.style.zone == .none)
    #expect(readings.onClock(ofSteps: .hours(1)) == readings)
    #expect(readings.onClock(ofSteps: .days(1)) == daily)
  }

  @Test func textsWithOffsetsArePrintedWithThatOfTheirTime() throws {
    var reader = TimeReader(format: .iso, localZone: try LocalZone("America/New_York"))
    let texts = ["2022-11-06T01:45:00-04:00", "2022-11-06T01:00:00-05:00"]
    let times = try texts.map { try reader.read($0) }
    let moments = reader.moments(of: times)
    #expect(moments[1].milliseconds - moments[0].milliseconds == 900_000)
    #expect(moments.map { reader.style.text(of: reader.style.time(of: $0)) } == texts)
    #expect(
      reader.style.text(of: Timestamp(milliseconds: moments[0].milliseconds - 7_200_000)) == "2022-11-05T23:45:00-04:00"
    )
  }

  @Test func zonesThatAreNone() throws {
    #expect(throws: LocalZoneError.unknown("Europe/Berln", near: "Europe/Berlin")) { try LocalZone("Europe/Berln") }
    #expect(throws: LocalZoneError.unknown("berlin", near: "Europe/Berlin")) { try LocalZone("berlin") }
    #expect(throws: LocalZoneError.unknown("Mars/Olympus_Mons_Station", near: nil)) {
      try LocalZone("Mars/Olympus_Mons_Station")
    }
    #expect(
      "\(LocalZoneError.unknown("Europe/Berln", near: "Europe/Berlin"))"
        == "\"Europe/Berln\" is no time zone; did you mean Europe/Berlin?")
    #expect(
      "\(LocalZoneError.unknown("here", near: nil))"
        == "\"here\" is no time zone; zones have names such as Europe/Berlin")
    #expect(try LocalZone("UTC").moments(ofLocal: clock("2020-01-01 12:00")) == .one(clock("2020-01-01 12:00")))
  }
}
