import Testing

@testable import Tabular

@Suite struct RoleTableTests {
  @Test(arguments: cases) func isReadAsStated(_ file: SketchCase) {
    #expect(SketchOutcome(file.text).reading == file.reading, "\(file.name)")
    #expect(SketchOutcome(file.text).values == file.values, "\(file.name)")
  }

  static let cases: [SketchCase] = [
    SketchCase(
      "ids beside measures", "id,date,temp", 20, "date[iso] > temp", "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6"
    ) {
      "\($0 + 1),\(day($0)),\(tenths($0))"
    },
    SketchCase(
      "ids that begin anywhere", "id,date,temp", 20, "date[iso] > temp", "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6"
    ) {
      "\($0 + 4711),\(day($0)),\(tenths($0))"
    },
    SketchCase(
      "ids with gaps", "record_id,date,temp", 20, "date[iso] > temp", "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6"
    ) {
      "\($0 * 3 + 4711),\(day($0)),\(tenths($0))"
    },
    SketchCase(
      "numbers of orders", "order_id,date,amount", 20, "date[iso] > amount",
      "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6"
    ) {
      "\($0 * 7 + 100345),\(day($0)),\(tenths($0))"
    },
    SketchCase(
      "ids that are the same", "station_id,date,temp", 20, "date[iso] > temp",
      "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6"
    ) {
      "10384,\(day($0)),\(tenths($0))"
    },
    SketchCase(
      "places on the map", "date,lat,lon,temp", 20, "date[iso] > temp", "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6"
    ) {
      "\(day($0)),48.\($0),9.\($0),\(tenths($0))"
    },
    SketchCase("flags", "date,holiday,sales", 20, "date[iso] > sales", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0") {
      "\(day($0)),\($0 % 7 == 0 ? 1 : 0),\(whole($0))"
    },
    SketchCase(
      "flags that are words", "date,open,sales", 20, "date[iso] > sales", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\($0 % 7 != 0),\(whole($0))"
    },
    SketchCase(
      "year and month beside a date", "date,year,month,sales", 20, "date[iso] > sales",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),2024,1,\(whole($0))"
    },
    SketchCase(
      "weekday numbers", "date,weekday,sales", 20, "date[iso] > sales", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\($0 % 7 + 1),\(whole($0))"
    },
    SketchCase("day of the year", "date,doy,temp", 20, "date[iso] > temp", "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6")
    { "\(day($0)),\($0 + 1),\(tenths($0))" },
    SketchCase(
      "cumulative seconds", "time,elapsed_s,power", 20, "time[iso] > power",
      "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\(hour($0)),\($0 * 3600),\(tenths($0))"
    },
    SketchCase(
      "epoch beside a date", "unix,date,close", 20, "date[iso] > close", "1 x 20: 2024-01-01=14.05 .. 2024-01-20=34.32"
    ) {
      "\(1704067200 + $0 * 86400),\(day($0)),\(cents($0))"
    },
    SketchCase(
      "epoch beside a date, newest first", "unix,date,symbol,close", 20, "date[iso] > close",
      "1 x 20: 2023-12-13=34.32 .. 2024-01-01=14.05"
    ) {
      "\(1704067200 - $0 * 86400),\(day(0 - $0)),BTC/USD,\(cents($0))"
    },
    SketchCase(
      "prices of shares", "Date,Open,High,Low,Close,Adj Close,Volume", 20, "Date[iso] > Adj Close",
      "1 x 20: 2024-01-01=22.87 .. 2024-01-20=41.14"
    ) {
      "\(day($0)),\(cents($0)),\(cents($0 + 1)),\(cents($0 + 2)),\(cents($0 + 3)),\(cents($0 + 4)),\(large($0))00"
    },
    SketchCase(
      "prices of coins", "timestamp,open,high,low,close,volume", 20, "timestamp[epoch-ms] > close",
      "1 x 20: 1704067200000=35.14 .. 1704068340000=24.41"
    ) {
      "\((1704067200 + $0 * 60) * 1000),\(cents($0)),\(cents($0 + 1)),\(cents($0 + 2)),\(cents($0 + 3)),\(tenths($0))"
    },
    SketchCase(
      "a constant column", "date,version,value", 20, "date[iso] > value", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) { "\(day($0)),3,\(whole($0))" },
    SketchCase(
      "an empty column", "date,spare,value", 20, "date[iso] > value", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) { "\(day($0)),,\(whole($0))" },
    SketchCase(
      "three sensors", "time,sensor1,sensor2,sensor3", 20, "time[iso] > sensor1,sensor2,sensor3",
      "3 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\(hour($0)),\(tenths($0)),\(tenths($0 + 1)),\(tenths($0 + 2))"
    },
    SketchCase(
      "three towns", "date,Ulm,Bonn,Kiel", 20, "date[iso] > Ulm,Bonn,Kiel", "3 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0)),\(whole($0 + 1)),\(whole($0 + 2))"
    },
    SketchCase(
      "measures of several kinds", "time,temperature,humidity,pressure", 20, "time[iso] > temperature",
      "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\(hour($0)),\(tenths($0)),\(whole($0)),10\(whole($0)).2"
    },
    SketchCase(
      "known ahead", "date,sales,price,promo", 30, "date[iso] > sales | future price,promo",
      "1 x 23: 2024-01-01=11.0 .. 2024-01-23=20.0, 7 ahead"
    ) {
      "\(day($0)),\($0 < 23 ? "\(whole($0))" : ""),\(cents($0)),\($0 % 3 == 0 ? 1 : 0)"
    },
    SketchCase(
      "known ahead of two shops", "shop,date,sales,promo", 60, "date[iso] > sales | by shop | future promo",
      "2 x 23: 2024-01-01=11.0 .. 2024-01-23=20.0, 7 ahead"
    ) {
      "\($0 < 30 ? "Ulm" : "Bonn"),\(day($0 % 30)),\($0 % 30 < 23 ? "\(whole($0 % 30))" : ""),\($0 % 4 == 0 ? 1 : 0)"
    },
    SketchCase(
      "a late measure", "date,sales,cost", 30, "date[iso] > sales", "1 x 30: 2024-01-01=11.0 .. 2024-01-30=17.0"
    ) {
      "\(day($0)),\(whole($0)),\($0 < 29 ? "\(whole($0 + 4))" : "")"
    },
    SketchCase(
      "a forecast beside what came", "Time,Actual Load,Forecast Load", 20, "Time[iso] > Actual Load",
      "1 x 20: 2024-01-01 00:00=1345.0 .. 2024-01-01 19:00=8848.0"
    ) {
      "\(hour($0)),\(large($0)),\(large($0) + 13)"
    },
    SketchCase(
      "a running balance", "Date,Amount,Balance", 20, "Date[iso] > Amount",
      "1 x 20: 2024-01-01=-14.05 .. 2024-01-20=-34.32"
    ) {
      "\(day($0)),-\(cents($0)),\(large($0)).00"
    },
    SketchCase("postal codes", "date,zip,sales", 20, "date[iso] > sales", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0")
    {
      "\(day($0)),\(10115 + $0 * 37 % 11),\(whole($0))"
    },
    SketchCase(
      "a cluster's number beside a value", "date,cluster,sales", 20, "date[iso] > sales",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\($0 % 3 + 1),\(whole($0))"
    },
    SketchCase(
      "quality codes", "time,value,quality", 20, "time[iso] > value",
      "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\(hour($0)),\(tenths($0)),\($0 % 5 == 0 ? 192 : 0)"
    },
    SketchCase(
      "a mean and its spread", "time,mean,std,min,max,count", 20, "time[iso] > mean",
      "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\(hour($0)),\(tenths($0)),1.\($0 % 10),\(whole($0) - 5),\(whole($0) + 5),60"
    },
    SketchCase(
      "numbers of rows that begin again", "n,date,shop,sales", 40, "date[iso] > sales | by shop",
      "2 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\($0 % 20 + 1),\(day($0 % 20)),\($0 < 20 ? "A" : "B"),\(whole($0))"
    },
    SketchCase("steps without a name of time", "step,loss", 20, "step[steps] > loss", "1 x 20: 1=11.3 .. 20=30.6") {
      "\($0 + 1),\(tenths($0))"
    },
    SketchCase("two measures without times", "gas,co2", 20, " > gas,co2", "2 x 20: 1=11.3 .. 20=30.6") {
      "\(tenths($0)),\(cents($0))"
    },
    SketchCase("one column", "value", 20, " > value", "1 x 20: 1=11.3 .. 20=30.6") { "\(tenths($0))" },
    SketchCase("one column without a header", "", 20, " > 1 | no header", "1 x 20: 1=11.3 .. 20=30.6") {
      "\(tenths($0))"
    },
    SketchCase("one column of dates", "date", 20, "nothing", "") { "\(day($0))" },
    SketchCase("words only", "name,city", 20, "nothing", "") { "Ann \($0),Town \($0 % 5)" },
    SketchCase(
      "numbers of people in a table without times", "name,age,height", 20,
      "ask: column \"name\" seems to say times, such as \"Ann 0\", in a form that is not known", ""
    ) {
      "Ann \($0),\(whole($0)),\(100 + whole($0))"
    },
    SketchCase(
      "a table of Kaggle houses", "Id,LotArea,YearBuilt,SalePrice", 20, " > LotArea", "1 x 20: 1=1345.0 .. 20=8848.0"
    ) {
      "\($0 + 1),\(large($0)),\(1950 + $0 * 17 % 60),\(large($0))00"
    },
    SketchCase(
      "rows of events with magnitudes", "time,latitude,longitude,depth,mag", 40, "time[iso] > depth",
      "1 x 40: 2024-01-01 00:00=11.3 .. 2024-01-09 03:00=36.6"
    ) {
      "\(hour($0 * 5 / 3 * 3)),35.\($0),-117.\($0),\(tenths($0)),\($0 % 5).\($0 % 10)"
    },
    SketchCase(
      "a target named y with others", "ds,y,temp,promo", 20, "ds[iso] > y", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0)),\(tenths($0)),\($0 % 2)"
    },
    SketchCase(
      "hours of the day as flags", "date,is_weekend,is_holiday,demand", 20, "date[iso] > demand",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\($0 % 7 > 4 ? 1 : 0),\($0 == 0 ? 1 : 0),\(whole($0))"
    },
    SketchCase(
      "a total over parts", "date,north,south,total", 20, "date[iso] > north,south,total",
      "3 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0)),\(whole($0 + 1)),\(whole($0) + whole($0 + 1))"
    },
    SketchCase(
      "a counter of a meter", "time,meter_reading_kwh", 20, "time[iso] > meter_reading_kwh",
      "1 x 20: 2024-01-01 00:00=12000.5 .. 2024-01-01 19:00=12057.5"
    ) {
      "\(hour($0)),\(12000 + $0 * 3).5"
    },
    SketchCase(
      "a SQL dump with ids and times of creation", "id,user_id,value,created_at", 20,
      "created_at[iso] > value", "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\($0 + 900),\($0 * 7919 % 1000 + 1),\(tenths($0)),\(hour($0))"
    },
    SketchCase(
      "a trend beside a measure", "date,t,sales", 20, "date[iso] > sales", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\($0 * 2),\(whole($0))"
    },
    SketchCase(
      "a straight line alone", "date,sales", 20, "date[iso] > sales", "1 x 20: 2024-01-01=0.0 .. 2024-01-20=38.0"
    ) { "\(day($0)),\($0 * 2)" },
    SketchCase("two straight lines", "date,a,b", 20, "date[iso] > a,b", "2 x 20: 2024-01-01=0.0 .. 2024-01-20=38.0") {
      "\(day($0)),\($0 * 2),\($0 * 3)"
    },
    SketchCase(
      "one cell with a unit of its own", "date,temp,hum", 30, "date[iso] > temp",
      "1 x 29: 2024-01-01=11.3 .. 2024-01-30=17.6, 1 set aside"
    ) {
      "\(day($0)),\(tenths($0))\($0 == 8 ? "n" : ""),\(whole($0))"
    },
    SketchCase(
      "a column half of which are numbers", "date,result,count", 30, "date[iso] > count",
      "1 x 30: 2024-01-01=11.0 .. 2024-01-30=17.0"
    ) {
      "\(day($0)),\($0 % 3 == 0 ? "late" : tenths($0)),\(whole($0))"
    },
    SketchCase(
      "the number of the week beside its start", "week_start,week_number,units", 20, "week_start[iso] > units",
      "1 x 20: 2024-01-01=11.0 .. 2024-05-13=30.0"
    ) { "\(day($0 * 7)),\($0 * 5 % 7 + 1),\(whole($0))" },
  ]
}
