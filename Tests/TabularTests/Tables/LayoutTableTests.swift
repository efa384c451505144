import Testing

@testable import Tabular

@Suite struct LayoutTableTests {
  @Test(arguments: cases) func isReadAsStated(_ file: SketchCase) {
    #expect(SketchOutcome(file.text).reading == file.reading, "\(file.name)")
    #expect(SketchOutcome(file.text).values == file.values, "\(file.name)")
  }

  static let cases: [SketchCase] = [
    SketchCase(
      "a column of names", "date,store,sales", 40, "date[iso] > sales | by store",
      "2 x 20: 2024-01-01=11.0 .. 2024-01-20=18.0"
    ) {
      "\(day($0 / 2)),\($0 % 2 == 0 ? "north" : "south"),\(whole($0))"
    },
    SketchCase(
      "numbers for names", "date,store,sales", 40, "date[iso] > sales | by store",
      "4 x 10: 2024-01-01=11.0 .. 2024-01-10=15.0"
    ) {
      "\(day($0 / 4)),\($0 % 4 + 1),\(whole($0))"
    },
    SketchCase(
      "two names", "date,store,item,sales", 48, "date[iso] > sales | by store+item",
      "4 x 12: 2024-01-01=11.0 .. 2024-01-12=29.0"
    ) {
      "\(day($0 / 4)),\($0 / 2 % 2 + 1),\($0 % 2 + 1),\(whole($0))"
    },
    SketchCase(
      "the rows of M5", "id,item_id,store_id,d_1,d_2,d_3,d_4,d_5,d_6,d_7,d_8,d_9,d_10", 4,
      "[d_#] across d_1..d_10 | by id | static item_id,store_id", "4 x 10: 1=11.0 .. 10=12.0"
    ) { row in
      "I\(row)_CA,I\(row),CA," + (0..<10).map { "\(whole(row * 3 + $0))" }.joined(separator: ",")
    },
    SketchCase("the rows of M4", "V1,V2,V3,V4,V5,V6,V7,V8,V9,V10", 4, "rows of V1", "4 x 9: 1=11.0 .. 9=25.0") { row in
      "H\(row + 1)," + (0..<9).map { "\(whole(row * 3 + $0))" }.joined(separator: ",")
    },
    SketchCase(
      "years across", "Country,Code,2010,2011,2012,2013,2014,2015,2016,2017,2018,2019", 5,
      "[yyyy] across 2010..2019 | by Country | static Code", "5 x 10: 2010=11.3 .. 2019=12.6"
    ) { row in
      "Land \(row),L\(row)," + (0..<10).map { tenths(row * 3 + $0) }.joined(separator: ",")
    },
    SketchCase(
      "the file of the World Bank",
      "\"Data Source\",\"World Development Indicators\",\n\n\"Country Name\",\"Country Code\",\"Indicator Name\",\"Indicator Code\",\"2010\",\"2011\",\"2012\",\"2013\",\"2014\",\"2015\",\"2016\",\"2017\",\"2018\",",
      5, "[yyyy] across 2010..2018 | by Country Name | skip 2 | static Country Code,Indicator Name,Indicator Code",
      "5 x 9: 2010=11.3 .. 2018=25.9"
    ) { row in
      "\"Land \(row)\",\"L\(row)\",\"Population, total\",\"SP.POP.TOTL\","
        + (0..<9).map { "\"\(tenths(row * 3 + $0))\"," }.joined()
    },
    SketchCase(
      "months across", "Region,2020-01,2020-02,2020-03,2020-04,2020-05,2020-06,2020-07,2020-08", 3,
      "[iso] across 2020-01..2020-08 | by Region", "3 x 8: 2020-01=11.0 .. 2020-08=39.0"
    ) { row in
      "R\(row)," + (0..<8).map { "\(whole(row * 3 + $0))" }.joined(separator: ",")
    },
    SketchCase(
      "quarters across", "Item,Q1 2020,Q2 2020,Q3 2020,Q4 2020,Q1 2021,Q2 2021,Q3 2021,Q4 2021", 3,
      "['Q'Q yyyy] across Q1 2020..Q4 2021 | by Item", "3 x 8: Q1 2020=11.0 .. Q4 2021=39.0"
    ) { row in
      "R\(row)," + (0..<8).map { "\(whole(row * 3 + $0))" }.joined(separator: ",")
    },
    SketchCase(
      "days across with places",
      "Province/State,Country/Region,Lat,Long,1/22/20,1/23/20,1/24/20,1/25/20,1/26/20,1/27/20,1/28/20,1/29/20", 3,
      "[M/dd/yy] across 1/22/20..1/29/20 | by Country/Region | static Lat,Long", "3 x 8: 1/22/20=0.0 .. 1/29/20=21.0"
    ) { row in
      ",Land \(row),1\(row).5,2\(row).5," + (0..<8).map { "\(row + $0 * 3)" }.joined(separator: ",")
    },
    SketchCase(
      "a year by months", "Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec", 4, "Year[yyyy MMM] across Jan..Dec",
      "1 x 48: 2018 Jan=11.3 .. 2021 Dec=16.3"
    ) { row in
      "\(2018 + row)," + (0..<12).map { tenths(row * 3 + $0) }.joined(separator: ",")
    },
    SketchCase(
      "a year by months with a mean", "Year,JAN,FEB,MAR,APR,MAY,JUN,JUL,AUG,SEP,OCT,NOV,DEC,Annual", 4,
      "Year[yyyy MMM] across JAN..DEC", "1 x 48: 2018 JAN=11.3 .. 2021 DEC=16.3"
    ) { row in
      "\(2018 + row)," + (0..<12).map { tenths(row * 3 + $0) }.joined(separator: ",") + ",20.0"
    },
    SketchCase(
      "a year by numbers of months", "Year,1,2,3,4,5,6,7,8,9,10,11,12", 4, "Year[yyyy M] across 1..12",
      "1 x 48: 2018 1=11.3 .. 2021 12=16.3"
    ) {
      row in
      "\(2018 + row)," + (0..<12).map { tenths(row * 3 + $0) }.joined(separator: ",")
    },
    SketchCase(
      "a year by quarters", "Year,Q1,Q2,Q3,Q4", 5, "Year[yyyy 'Q'Q] across Q1..Q4",
      "1 x 20: 2016 Q1=11.3 .. 2020 Q4=23.8"
    ) { row in
      "\(2016 + row)," + (0..<4).map { tenths(row * 3 + $0) }.joined(separator: ",")
    },
    SketchCase(
      "a year by months of several places", "Station,Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec", 6,
      "Year[yyyy MMM] across Jan..Dec | by Station", "2 x 36: 2018 Jan=11.3 .. 2020 Dec=26.2"
    ) { row in
      "\(row < 3 ? "Ulm" : "Kiel"),\(2018 + row % 3)," + (0..<12).map { tenths(row * 3 + $0) }.joined(separator: ",")
    },
    SketchCase(
      "a month by years", "Month,2019,2020,2021,2022", 12,
      "ask: column \"Month\" seems to say times, such as \"Jan\", in a form that is not known", ""
    ) { row in
      "\(month(row, "MMM"))," + (0..<4).map { tenths(row * 3 + $0) }.joined(separator: ",")
    },
    SketchCase(
      "a day by hours", "Date,H1,H2,H3,H4,H5,H6,H7,H8,H9,H10,H11,H12,H13,H14,H15,H16,H17,H18,H19,H20,H21,H22,H23,H24",
      10,
      "ask: columns \"H1\" to \"H24\" are the parts of a day, which are no series; write a row for each where the file is made",
      ""
    ) { row in
      "\(day(row))," + (0..<24).map { tenths(row * 3 + $0) }.joined(separator: ",")
    },
    SketchCase(
      "a day by clocks", "Date,00:00,01:00,02:00,03:00,04:00,05:00,06:00,07:00,08:00,09:00,10:00,11:00", 10,
      "ask: columns \"00:00\" to \"11:00\" are the parts of a day, which are no series; write a row for each where the file is made",
      ""
    ) { row in
      "\(day(row))," + (0..<12).map { tenths(row * 3 + $0) }.joined(separator: ",")
    },
    SketchCase(
      "long with kinds of measure", "time,sensor,metric,value", 48, "time[iso] > value | by sensor+metric",
      "4 x 12: 2024-01-01 00:00=11.3 .. 2024-01-01 11:00=29.1"
    ) {
      "\(hour($0 / 4)),\($0 / 2 % 2 == 0 ? "a" : "b"),\($0 % 2 == 0 ? "temp" : "hum"),\(tenths($0))"
    },
    SketchCase(
      "long with units beside", "date,indicator,unit,value", 40, "date[iso] > value | by indicator",
      "2 x 20: 2024-01-01=11.3 .. 2024-01-20=18.9"
    ) {
      "\(day($0 / 2)),\($0 % 2 == 0 ? "rain,mm" : "sun,h"),\(tenths($0))"
    },
    SketchCase(
      "a single name all the way", "date,store,sales", 20, "date[iso] > sales",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),north,\(whole($0))"
    },
    SketchCase(
      "names that follow one another", "date,phase,value", 20, "date[iso] > value",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\($0 < 10 ? "one" : "two"),\(whole($0))"
    },
    SketchCase(
      "several measures of stores", "date,store,sales,customers", 40, "date[iso] > sales | by store",
      "2 x 20: 2024-01-01=1345.0 .. 2024-01-20=8351.0"
    ) {
      "\(day($0 / 2)),\($0 % 2 + 1),\(large($0)),\(whole($0))"
    },
    SketchCase(
      "statics of stores", "date,store,city,size,sales", 40, "date[iso] > sales | by store",
      "2 x 20: 2024-01-01=11.0 .. 2024-01-20=18.0"
    ) {
      "\(day($0 / 2)),\($0 % 2 + 1),\($0 % 2 == 0 ? "Ulm,120" : "Kiel,80"),\(whole($0))"
    },
    SketchCase(
      "the columns of FRED", "observation_date,UNRATE", 24, "observation_date[iso] > UNRATE",
      "1 x 24: 2020-01-01=11.3 .. 2021-12-01=37.4"
    ) {
      "\(month($0))-01,\(tenths($0))"
    },
    SketchCase(
      "Eurostat's rows", "DATAFLOW,LAST UPDATE,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG", 24,
      "TIME_PERIOD[iso] > OBS_VALUE | by geo", "2 x 12: 2020-01=11.3 .. 2020-12=20.7"
    ) {
      "ESTAT:UNE(1.0),15/01/24 23:00:00,M,PC_ACT,\($0 % 2 == 0 ? "DE" : "FR"),\(month($0 / 2)),\(tenths($0)),\($0 == 23 ? "p" : "")"
    },
    SketchCase(
      "our world in data", "Entity,Code,Year,Cases", 24, "Year[yyyy] > Cases | by Entity",
      "2 x 12: 2000=11.0 .. 2011=15.0"
    ) {
      "\($0 < 12 ? "Chad,TCD" : "Peru,PER"),\(2000 + $0 % 12),\(whole($0))"
    },
    SketchCase(
      "electricity.txt", "\"\";\"MT_001\";\"MT_002\";\"MT_003\"", 20,
      "1[iso] > MT_001,MT_002,MT_003 | ; | decimal comma",
      "3 x 20: 2024-01-01 00:00:00=11.3 .. 2024-01-01 04:45:00=30.6"
    ) {
      "\"\(quarterHour($0, "yyyy-MM-dd HH:mm:ss"))\";\(tenths($0, ","));\(tenths($0 + 1, ","));\(tenths($0 + 2, ","))"
    },
    SketchCase(
      "several series of Prometheus", "\"Time\",\"{host=\"\"a\"\"}\",\"{host=\"\"b\"\"}\"", 20,
      "Time[iso] > {host=\"a\"},{host=\"b\"}", "2 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\(hour($0)),\(tenths($0)),\(tenths($0 + 1))"
    },
    SketchCase(
      "names and values of Grafana", "\"Series\";\"Time\";\"Value\"", 24, "Time[iso] > Value | by Series | ;",
      "2 x 12: 2024-01-01T00:00:00+01:00=11.3 .. 2024-01-01T11:00:00+01:00=15.0"
    ) {
      "\($0 < 12 ? "cpu" : "mem");\(hour($0 % 12, "yyyy-MM-dd'T'HH:mm:ss"))+01:00;\(tenths($0))"
    },
    SketchCase(
      "rows of the series that are transposed",
      "date,2024-01-01,2024-01-02,2024-01-03,2024-01-04,2024-01-05,2024-01-06,2024-01-07,2024-01-08", 2,
      "[iso] across 2024-01-01..2024-01-08 | by date", "2 x 8: 2024-01-01=11.0 .. 2024-01-08=39.0"
    ) { row in
      "\(["sales", "cost"][row])," + (0..<8).map { "\(whole(row * 3 + $0))" }.joined(separator: ",")
    },
    SketchCase(
      "one row across", "name,2010,2011,2012,2013,2014,2015,2016,2017,2018,2019", 1,
      "[yyyy] across 2010..2019 | by name", "1 x 10: 2010=11.0 .. 2019=12.0"
    ) { row in
      "sales," + (0..<10).map { "\(whole(row * 3 + $0))" }.joined(separator: ",")
    },
    SketchCase(
      "numbers of months by years", "Month,2019,2020,2021,2022", 12,
      "ask: columns \"2019\" to \"2022\" seem to be years, and the rows parts of them; write a row for each time where the file is made",
      ""
    ) { row in
      "\(row + 1)," + (0..<4).map { tenths(row * 3 + $0) }.joined(separator: ",")
    },
    SketchCase(
      "places by years", "2015,2016,2017,2018,2019", 12,
      "ask: columns \"2015\" to \"2019\" seem to be years, and the rows parts of them; write a row for each time where the file is made",
      ""
    ) { row in
      (0..<5).map { tenths(row * 3 + $0) }.joined(separator: ",")
    },
    SketchCase(
      "a name and an id of it", "date,store_id,store,sales", 40, "date[iso] > sales | by store",
      "2 x 20: 2024-01-01=11.0 .. 2024-01-20=18.0"
    ) {
      "\(day($0 / 2)),\($0 % 2 + 7),\($0 % 2 == 0 ? "Ulm" : "Kiel"),\(whole($0))"
    },
  ]
}
