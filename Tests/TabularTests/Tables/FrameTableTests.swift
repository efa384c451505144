import Testing

@testable import Tabular

@Suite struct FrameTableTests {
  @Test(arguments: cases) func isReadAsStated(_ file: SketchCase) {
    #expect(SketchOutcome(file.text).reading == file.reading, "\(file.name)")
    #expect(SketchOutcome(file.text).values == file.values, "\(file.name)")
  }

  static let cases: [SketchCase] = [
    SketchCase(
      "a title", "Sales of the shop\ndate,sales", 20, "date[iso] > sales | skip 1",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0))"
    },
    SketchCase(
      "who made the file and when, above the names",
      "Readings,made on,01-02-2024 10:00 UTC\nDevice,Clock,Glucose mg/dL", 20,
      "Clock[iso] > Glucose mg/dL | skip 1",
      "1 x 20: 2024-01-01 00:00=11.0 .. 2024-01-01 04:45=30.0"
    ) {
      "meter,\(quarterHour($0)),\(whole($0))"
    },
    SketchCase(
      "a title and an empty line", "Sales of the shop\n\ndate,sales", 20, "date[iso] > sales | skip 2",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0))"
    },
    SketchCase(
      "a title padded by delimiters", "Sales of the shop,,\n,,\ndate,sales,cost", 20, "date[iso] > sales | skip 2",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0)),\(whole($0 + 5))"
    },
    SketchCase(
      "remarks", "# source: x\n# unit: y\ndate,sales", 20, "date[iso] > sales | comment #",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0))"
    },
    SketchCase(
      "lines of settings", "Station,Ulm\nSerial,12345\nInterval,60\n\ntime,temp,hum", 20,
      "time[iso] > temp | skip 4", "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) { "\(hour($0)),\(tenths($0)),\(whole($0))" },
    SketchCase("no header", "", 20, "1[iso] > 2 | no header", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0") {
      "\(day($0)),\(whole($0))"
    },
    SketchCase(
      "no header and a key", "", 20, "1[iso] > 3 | by 2 | no header", "2 x 10: 2024-01-01=11.0 .. 2024-01-10=13.0"
    ) {
      "\(day($0 / 2)),\($0 % 2 == 0 ? "north" : "south"),\(whole($0))"
    },
    SketchCase(
      "no header, times and two numbers", "", 20, "1[iso] > 2,3 | no header",
      "2 x 20: 2024-01-01 00:00=11.0 .. 2024-01-01 19:00=30.0"
    ) {
      "\(hour($0)),\(whole($0)),\(whole($0 + 3))"
    },
    SketchCase(
      "a row of units", "time,flow,level\n,m3/s,cm", 20, "time[iso] > flow | skip below 1",
      "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\(hour($0)),\(tenths($0)),\(whole($0))"
    },
    SketchCase(
      "a row of units in brackets", "time;T;RH\n[UTC];[°C];[%]", 20, "time[iso] > T | ; | skip below 1",
      "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\(hour($0));\(tenths($0));\(whole($0))"
    },
    SketchCase(
      "two rows of names", "date,North,North,South,South\n,sales,cost,sales,cost", 20,
      "date[iso] > North | skip below 1", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0)),\(whole($0 + 1)),\(whole($0 + 2)),\(whole($0 + 3))"
    },
    SketchCase(
      "the header again in the middle", "date,sales", 21, "date[iso] > sales",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-21=16.0"
    ) {
      $0 == 10 ? "date,sales" : "\(day($0)),\(whole($0))"
    },
    SketchCase(
      "a total at the end", "date,sales", 20, after: "Total,512\n",
      "date[iso] > sales | where `date` not like \"*Total*\"", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0))"
    },
    SketchCase(
      "a footnote", "date,sales", 30, after: "Source: the shop\n", "date[iso] > sales | short rows",
      "1 x 30: 2024-01-01=11.0 .. 2024-01-30=17.0, 1 set aside"
    ) {
      "\(day($0)),\(whole($0))"
    },
    SketchCase(
      "a footnote behind an empty line", "date,sales,cost", 30, after: ",,\n\"Source: the shop, 2024\",,\n",
      "date[iso] > sales", "1 x 30: 2024-01-01=11.0 .. 2024-01-30=17.0, 1 set aside"
    ) {
      "\(day($0)),\(whole($0)),\(whole($0 + 4))"
    },
    SketchCase(
      "a grand total in German", "Datum;Umsatz", 24, after: "Gesamt;1.234,5\n",
      "Datum[dd.MM.yyyy] > Umsatz | ; | decimal comma | groups point | where `Datum` not like \"*Gesamt*\"",
      "1 x 24: 01.01.2024=11.3 .. 24.01.2024=37.4"
    ) {
      "\(day($0, "dd.MM.yyyy"));\(tenths($0, ","))"
    },
    SketchCase(
      "subtotals each quarter", "month,sales", 32, "month[iso] > sales | where `month` not like \"*Total*\"",
      "1 x 24: 2020-01=11.0 .. 2021-12=35.0"
    ) {
      $0 % 4 == 3 ? "Q\($0 % 16 / 4 + 1) Total,99" : "\(month($0 / 4 * 3 + $0 % 4)),\(whole($0))"
    },
    SketchCase(
      "a total without a name", "date,sales", 24, after: ",512\n", "date[iso] > sales",
      "1 x 24: 2024-01-01=11.0 .. 2024-01-24=37.0, 1 set aside"
    ) {
      "\(day($0)),\(whole($0))"
    },
    SketchCase(
      "an R table with row names", "\"\",\"date\",\"value\"", 20, "date[iso] > value",
      "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6"
    ) {
      "\"\($0 + 1)\",\"\(day($0))\",\(tenths($0))"
    },
    SketchCase("a pandas index", ",date,value", 20, "date[iso] > value", "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6") {
      "\($0),\(day($0)),\(tenths($0))"
    },
    SketchCase(
      "dates as a nameless index", ",value", 20, "1[iso] > value", "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6"
    ) { "\(day($0)),\(tenths($0))" },
    SketchCase(
      "two tables, one below the other", "date,sales", 20, after: "\nstore,city\n1,Ulm\n2,Bonn\n",
      "ask: column \"sales\" cannot be read as numbers: 3 of 23 cells are no numbers, such as \"city\"", ""
    ) {
      "\(day($0)),\(whole($0))"
    },
    SketchCase(
      "a file of InfluxDB",
      "#group,false,false,true,true\n#datatype,string,long,dateTime:RFC3339,double\n#default,_result,,,\n,result,table,_time,_value",
      20, "_time[iso] > _value | comment #", "1 x 20: 2024-01-01T00:00:00Z=11.3 .. 2024-01-01T19:00:00Z=30.6"
    ) {
      ",,0,\(hour($0, "yyyy-MM-dd'T'HH:mm:ss'Z'")),\(tenths($0))"
    },
    SketchCase(
      "a file of the USGS", "# remarks\nagency_cd\tsite_no\tdatetime\tdischarge\n5s\t15s\t20d\t14n", 20,
      "datetime[iso] > discharge | tab | comment # | skip below 1", "1 x 20: 2024-01-01=1345.0 .. 2024-01-20=8848.0"
    ) {
      "USGS\t01646500\t\(day($0))\t\(large($0))"
    },
    SketchCase(
      "a bank's report", "Account,12345\nFrom,01/01/2024\nTo,31/01/2024\nDate,Text,Amount,Balance", 20,
      "Date[dd/MM/yyyy] > Amount | skip 3", "1 x 20: 01/01/2024=-14.05 .. 20/01/2024=-34.32"
    ) {
      "\(day($0, "dd/MM/yyyy")),Card \($0),-\(cents($0)),\(large($0)).00"
    },
    SketchCase(
      "Google Analytics",
      "# ----------------------------------------\n# All Web Site Data\n# 20240101-20240131\n# ----------------------------------------\n\nDay Index,Sessions",
      20, after: ",602\n", "Day Index[M/d/yy] > Sessions | comment #",
      "1 x 20: 1/1/24=11.0 .. 1/20/24=30.0, 1 set aside"
    ) {
      "\(day($0, "M/d/yy")),\(whole($0))"
    },
    SketchCase(
      "Google Trends", "Category: All categories\n\nWeek,garden: (Worldwide)", 20,
      "Week[iso] > garden: (Worldwide) | skip 2", "1 x 20: 2024-01-01=11.0 .. 2024-05-13=30.0"
    ) {
      "\(day($0 * 7)),\(whole($0))"
    },
    SketchCase(
      "names behind a mark of remarks", "# time,value", 20, "# time[iso] > value",
      "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\(hour($0)),\(tenths($0))"
    },
    SketchCase(
      "remarks with commas above names", "# made by: x, y\n# for: a, b\ntime,value", 20,
      "time[iso] > value | comment #", "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) { "\(hour($0)),\(tenths($0))" },
    SketchCase(
      "settings above a wide table", "Logger,A7\nStart,2024-01-01\ntime,t1,t2,t3,t4,t5", 20,
      "time[iso] > t1,t2,t3,t4,t5 | skip 2", "5 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) { "\(hour($0)),\(tenths($0)),\(tenths($0 + 1)),\(tenths($0 + 2)),\(tenths($0 + 3)),\(tenths($0 + 4))" },
    SketchCase("one column under a nameless index of numbers", ",y", 20, " > y", "1 x 20: 1=11.3 .. 20=30.6") {
      "\($0),\(tenths($0))"
    },
  ]
}
