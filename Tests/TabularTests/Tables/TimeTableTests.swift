import Testing

@testable import Tabular

@Suite struct TimeTableTests {
  @Test(arguments: cases) func isReadAsStated(_ file: SketchCase) {
    #expect(SketchOutcome(file.text).reading == file.reading, "\(file.name)")
    #expect(SketchOutcome(file.text).values == file.values, "\(file.name)")
  }

  static let cases: [SketchCase] = [
    SketchCase(
      "days of Germany", "Datum,Wert", 20, "Datum[dd.MM.yyyy] > Wert", "1 x 20: 01.01.2024=11.0 .. 20.01.2024=30.0"
    ) {
      "\(day($0, "dd.MM.yyyy")),\(whole($0))"
    },
    SketchCase(
      "days of America", "date,value", 20, "date[MM/dd/yyyy] > value", "1 x 20: 01/01/2024=11.0 .. 01/20/2024=30.0"
    ) {
      "\(day($0, "MM/dd/yyyy")),\(whole($0))"
    },
    SketchCase(
      "days of Britain", "date,value", 20, "date[dd/MM/yyyy] > value", "1 x 20: 01/01/2024=11.0 .. 20/01/2024=30.0"
    ) {
      "\(day($0, "dd/MM/yyyy")),\(whole($0))"
    },
    SketchCase(
      "twelve days that are months as well", "date,value", 12,
      "ask: column \"date\": \"01/01/2024\" can be read as dd/MM/yyyy (1 January 2024 to 12 January 2024, a day apart) or as MM/dd/yyyy (1 January 2024 to 1 December 2024, a month apart); set time_format: dd/MM/yyyy or MM/dd/yyyy",
      ""
    ) {
      "\(day($0, "dd/MM/yyyy")),\(whole($0))"
    },
    SketchCase(
      "years of two digits", "date,value", 20, "date[dd.MM.yy] > value", "1 x 20: 01.01.24=11.0 .. 20.01.24=30.0"
    ) {
      "\(day($0, "dd.MM.yy")),\(whole($0))"
    },
    SketchCase(
      "names of months", "date,value", 20, "date[dd-MMM-yyyy] > value", "1 x 20: 01-Jan-2024=11.0 .. 20-Jan-2024=30.0"
    ) {
      "\(day($0, "dd-MMM-yyyy")),\(whole($0))"
    },
    SketchCase(
      "names of months and short years", "month,value", 20, "month[MMM-yy] > value",
      "1 x 20: Jan-20=11.0 .. Aug-21=30.0"
    ) {
      "\(month($0, "MMM-yy")),\(whole($0))"
    },
    SketchCase(
      "names of weekdays in front", "date,value", 20, "date[EEE, dd MMM yyyy] > value",
      "1 x 20: Mon, 01 Jan 2024=11.0 .. Sat, 20 Jan 2024=30.0"
    ) {
      "\"\(day($0, "EEE, dd MMM yyyy"))\",\(whole($0))"
    },
    SketchCase(
      "months of a year with a slash", "month,value", 20, "month[MM/yyyy] > value",
      "1 x 20: 01/2020=11.0 .. 08/2021=30.0"
    ) {
      "\(month($0, "MM/yyyy")),\(whole($0))"
    },
    SketchCase("months as six digits", "month,value", 20, "month[yyyyMM] > value", "1 x 20: 202001=11.0 .. 202108=30.0")
    {
      "\(month($0, "yyyyMM")),\(whole($0))"
    },
    SketchCase(
      "months of the statistics office", "TIME,value", 20, "TIME[yyyy'M'MM] > value",
      "1 x 20: 2020M01=11.0 .. 2021M08=30.0"
    ) {
      "\(month($0, "yyyy'M'MM")),\(whole($0))"
    },
    SketchCase(
      "days as eight digits", "day,value", 20, "day[yyyyMMdd] > value", "1 x 20: 20240101=11.0 .. 20240120=30.0"
    ) {
      "\(day($0, "yyyyMMdd")),\(whole($0))"
    },
    SketchCase("years", "year,value", 20, "year[yyyy] > value", "1 x 20: 2000=11.0 .. 2019=30.0") {
      "\(2000 + $0),\(whole($0))"
    },
    SketchCase("years that descend", "year,value", 20, "year[yyyy] > value", "1 x 20: 2001=30.0 .. 2020=11.0") {
      "\(2020 - $0),\(whole($0))"
    },
    SketchCase("quarters", "quarter,gdp", 20, "quarter[yyyy-'Q'Q] > gdp", "1 x 20: 2010-Q1=11.3 .. 2014-Q4=30.6") {
      "\(2010 + $0 / 4)-Q\($0 % 4 + 1),\(tenths($0))"
    },
    SketchCase(
      "quarters in front of years", "period,gdp", 20, "period['Q'Q yyyy] > gdp", "1 x 20: Q1 2010=11.3 .. Q4 2014=30.6"
    ) {
      "Q\($0 % 4 + 1) \(2010 + $0 / 4),\(tenths($0))"
    },
    SketchCase("weeks", "week,cases", 20, "week[YYYY-'W'ww] > cases", "1 x 20: 2024-W01=11.0 .. 2024-W20=30.0") {
      "2024-W\($0 < 9 ? "0" : "")\($0 + 1),\(whole($0))"
    },
    SketchCase(
      "epoch seconds", "timestamp,value", 20, "timestamp[epoch] > value", "1 x 20: 1704067200=11.0 .. 1704068340=30.0"
    ) {
      "\(1704067200 + $0 * 60),\(whole($0))"
    },
    SketchCase(
      "epoch milliseconds", "timestamp,value", 20, "timestamp[epoch-ms] > value",
      "1 x 20: 1704067200000=11.0 .. 1704068340000=30.0"
    ) {
      "\((1704067200 + $0 * 60) * 1000),\(whole($0))"
    },
    SketchCase(
      "epoch seconds with decimals", "time,value", 20, "time[epoch] > value",
      "1 x 20: 1704067200=11.0 .. 1704068340=30.0"
    ) {
      "\(1704067200 + $0 * 60).0,\(whole($0))"
    },
    SketchCase(
      "ISO with zone", "time,value", 20, "time[iso] > value",
      "1 x 20: 2024-01-01T00:00:00+01:00=11.0 .. 2024-01-01T19:00:00+01:00=30.0"
    ) {
      "\(hour($0, "yyyy-MM-dd'T'HH:mm:ss"))+01:00,\(whole($0))"
    },
    SketchCase(
      "pandas with zone", "time,value", 20, "time[iso] > value",
      "1 x 20: 2024-01-01 00:00:00+00:00=11.0 .. 2024-01-01 19:00:00+00:00=30.0"
    ) {
      "\(hour($0, "yyyy-MM-dd HH:mm:ss"))+00:00,\(whole($0))"
    },
    SketchCase(
      "a zone's name behind", "time,value", 20, "time[iso] > value",
      "1 x 20: 2024-01-01 00:00:00 UTC=11.0 .. 2024-01-01 19:00:00 UTC=30.0"
    ) {
      "\(hour($0, "yyyy-MM-dd HH:mm:ss")) UTC,\(whole($0))"
    },
    SketchCase(
      "AM and PM", "time,value", 20, "time[MM/dd/yyyy hh:mm a] > value",
      "1 x 20: 01/13/2024 12:00 PM=11.0 .. 01/14/2024 07:00 AM=30.0"
    ) {
      "\(hour($0 + 300, "MM/dd/yyyy hh:mm a")),\(whole($0))"
    },
    SketchCase(
      "date and time of day", "Date,Time,Load", 30, "Date+Time[iso] > Load",
      "1 x 30: 2024-01-01 00:00=11.0 .. 2024-01-02 05:00=17.0"
    ) {
      "\(hour($0, "yyyy-MM-dd")),\(hour($0, "HH:mm")),\(whole($0))"
    },
    SketchCase(
      "date and hour", "date,hour,load", 30, "date+hour[yyyy-MM-dd H] > load",
      "1 x 30: 2024-01-01 0=11.0 .. 2024-01-02 5=17.0"
    ) {
      "\(hour($0, "yyyy-MM-dd")),\($0 % 24),\(whole($0))"
    },
    SketchCase(
      "date and hours from 1 to 24", "date,hour,load", 48, "date+hour[yyyy-MM-dd H] > load",
      "1 x 48: 2024-01-01 1=11.0 .. 2024-01-03 0=19.0"
    ) {
      "\(hour($0, "yyyy-MM-dd")),\($0 % 24 + 1),\(whole($0))"
    },
    SketchCase(
      "date and half hours from 1 to 48", "SETTLEMENT_DATE,SETTLEMENT_PERIOD,ND", 96,
      "ask: column \"SETTLEMENT_PERIOD\" numbers the parts of a day, which are no series; write the time of day where the file is made",
      ""
    ) {
      "\(day($0 / 48)),\($0 % 48 + 1),\(large($0))"
    },
    SketchCase(
      "year, month, day", "year,month,day,flow", 20, "year+month+day[yyyy M d] > flow",
      "1 x 20: 2024 1 1=11.3 .. 2024 1 20=30.6"
    ) {
      "2024,1,\($0 + 1),\(tenths($0))"
    },
    SketchCase(
      "year and month", "Year,Month,Sales", 24, "Year+Month[yyyy M] > Sales", "1 x 24: 2020 1=11.0 .. 2021 12=37.0"
    ) {
      "\(2020 + $0 / 12),\($0 % 12 + 1),\(whole($0))"
    },
    SketchCase(
      "year and name of month", "Year,Month,Sales", 24, "Year+Month[yyyy MMM] > Sales",
      "1 x 24: 2020 Jan=11.0 .. 2021 Dec=37.0"
    ) {
      "\(month($0, "yyyy,MMM")),\(whole($0))"
    },
    SketchCase(
      "year and quarter", "Year,Quarter,Sales", 24, "Year+Quarter[yyyy 'Q'Q] > Sales",
      "1 x 24: 2010 Q1=11.0 .. 2015 Q4=37.0"
    ) {
      "\(2010 + $0 / 4),Q\($0 % 4 + 1),\(whole($0))"
    },
    SketchCase(
      "year and week", "Year,Week,Cases", 24, "Year+Week[YYYY w] > Cases", "1 x 24: 2024 1=11.0 .. 2024 24=37.0"
    ) {
      "2024,\($0 + 1),\(whole($0))"
    },
    SketchCase(
      "year and day of the year", "YEAR,DOY,T", 24,
      "ask: 96 % of the rows have the time of another, and no column names series: are they events, to be counted, summed or averaged for each time?",
      ""
    ) { "2024,\($0 + 1),\(tenths($0))" },
    SketchCase(
      "month and year the other way round", "Month,Year,Sales", 24, "Year+Month[yyyy M] > Sales",
      "1 x 24: 2020 1=11.0 .. 2021 12=37.0"
    ) {
      "\($0 % 12 + 1),\(2020 + $0 / 12),\(whole($0))"
    },
    SketchCase(
      "decimal years", "year,co2", 24,
      "ask: column \"year\" seems to say times, such as \"2000.00\", in a form that is not known", ""
    ) {
      "\(2000 + $0 / 4).\(["00", "25", "50", "75"][$0 % 4]),\(tenths($0))"
    },
    SketchCase(
      "intervals", "Zeitraum;Verbrauch", 24,
      "Zeitraum[dd.MM.yyyy HH:mm - dd.MM.yyyy HH:mm] > Verbrauch | ; | decimal comma",
      "1 x 24: 01.01.2024 00:00=11.3 .. 01.01.2024 05:45=37.4"
    ) {
      "\(quarterHour($0, "dd.MM.yyyy HH:mm")) - \(quarterHour($0 + 1, "dd.MM.yyyy HH:mm"));\(tenths($0, ","))"
    },
    SketchCase(
      "intervals of ENTSO-E", "MTU,Day-ahead Price [EUR/MWh]", 24,
      "MTU[dd.MM.yyyy HH:mm - dd.MM.yyyy HH:mm] > Day-ahead Price [EUR/MWh]",
      "1 x 24: 01.01.2024 00:00=11.3 .. 01.01.2024 23:00=37.4"
    ) {
      "\(hour($0, "dd.MM.yyyy HH:mm")) - \(hour($0 + 1, "dd.MM.yyyy HH:mm")),\(tenths($0))"
    },
    SketchCase(
      "start and end", "start,end,energy", 24, "start[iso] > energy",
      "1 x 24: 2024-01-01 00:00=11.3 .. 2024-01-01 05:45=37.4"
    ) {
      "\(quarterHour($0)),\(quarterHour($0 + 1)),\(tenths($0))"
    },
    SketchCase(
      "day, from and to", "Datum;von;bis;Erzeugung", 24, "Datum+von[dd.MM.yyyy HH:mm] > Erzeugung | ; | decimal comma",
      "1 x 24: 01.01.2024 00:00=11.3 .. 01.01.2024 05:45=37.4"
    ) { "\(quarterHour($0, "dd.MM.yyyy;HH:mm"));\(quarterHour($0 + 1, "HH:mm"));\(tenths($0, ","))" },
    SketchCase(
      "created and updated", "created_at,updated_at,amount", 20, "created_at[iso] > amount",
      "1 x 20: 2024-01-01 00:00=11.0 .. 2024-01-20 00:00=30.0"
    ) {
      "\(hour($0 * 24)),\(hour($0 * 31 + 7)),\(whole($0))"
    },
    SketchCase(
      "order date and ship date", "Order Date,Ship Date,Sales", 20, "Order Date[MM/dd/yyyy] > Sales",
      "1 x 20: 01/01/2024=11.0 .. 01/20/2024=30.0"
    ) {
      "\(day($0, "MM/dd/yyyy")),\(day($0 + 3 + $0 % 3, "MM/dd/yyyy")),\(whole($0))"
    },
    SketchCase(
      "serial days of a spreadsheet", "date,value", 20,
      "ask: column \"date\": 45292 looks like the number of a day in a spreadsheet; write dates where the file is made, or have the rows counted",
      ""
    ) { "\(45292 + $0),\(whole($0))" },
    SketchCase("hours since the start", "hours,value", 20, " > value", "1 x 20: 1=11.3 .. 20=30.6") {
      "\($0),\(tenths($0))"
    },
    SketchCase("seconds since the start", "time,value", 20, "time[steps] > value", "1 x 20: 0=11.3 .. 190=30.6") {
      "\($0 * 10),\(tenths($0))"
    },
    SketchCase(
      "seconds since the start with decimals", "Time (s),Voltage (V)", 20, " > Voltage (V)", "1 x 20: 1=11.3 .. 20=30.6"
    ) {
      "0.\(String(1000 + $0).dropFirst()),\(tenths($0))"
    },
    SketchCase(
      "clock times only", "time,value", 20,
      "ask: column \"time\" seems to say times, such as \"00:00\", in a form that is not known", ""
    ) { "\(hour($0, "HH:mm")),\(tenths($0))" },
    SketchCase(
      "names of months only", "month,value", 12,
      "ask: column \"month\" seems to say times, such as \"January\", in a form that is not known", ""
    ) { "\(month($0, "MMMM")),\(whole($0))" },
    SketchCase(
      "days without a year", "date,value", 20,
      "ask: column \"date\" seems to say times, such as \"01.01.\", in a form that is not known", ""
    ) { "\(day($0, "dd.MM.")),\(whole($0))" },
    SketchCase(
      "weekdays only", "day,value", 21,
      "ask: column \"day\" seems to say times, such as \"Mon\", in a form that is not known", ""
    ) { "\(day($0, "EEE")),\(whole($0))" },
    SketchCase(
      "fiscal years", "year,value", 20,
      "ask: column \"year\": \"2000/01\" seems to name a year of accounts, and where that begins is not said; write the date on which each begins in its place, such as 2019-07-01",
      ""
    ) {
      "\(2000 + $0)/\(String(101 + $0).dropFirst()),\(whole($0))"
    },
    SketchCase(
      "two forms in one column", "date,value", 24,
      "ask: column \"date\" seems to say times, such as \"2024-01-01\", in a form that is not known", ""
    ) {
      "\($0 < 12 ? day($0) : day($0, "dd.MM.yyyy")),\(whole($0))"
    },
    SketchCase(
      "times with fractions", "time,value", 20, "time[iso] > value",
      "1 x 20: 2024-01-01 00:00:10.500=11.3 .. 2024-01-01 00:00:29.500=30.6"
    ) {
      "2024-01-01 00:00:\(10 + $0).500,\(tenths($0))"
    },
    SketchCase(
      "months in German", "Monat;Umsatz", 14, "Monat[MMMM yyyy] > Umsatz | ;",
      "1 x 14: Januar 2020=11.0 .. Februar 2021=19.0"
    ) {
      "\(["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"][$0 % 12]) \(2020 + $0 / 12);\(whole($0))"
    },
    SketchCase(
      "months in French", "Mois;Ventes", 14, "Mois[MMM. yyyy] > Ventes | ;",
      "1 x 14: janv. 2020=11.0 .. févr. 2021=19.0"
    ) {
      "\(["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."][$0 % 12]) \(2020 + $0 / 12);\(whole($0))"
    },
    SketchCase(
      "half years", "period,value", 20, "period[yyyy-'H'P] > value", "1 x 20: 2000-H1=11.0 .. 2009-H2=30.0"
    ) { "\(2000 + $0 / 2)-H\($0 % 2 + 1),\(whole($0))" },
    SketchCase(
      "weeks of spreadsheets", "week,value", 20, "week['W'w YYYY] > value", "1 x 20: W1 2024=11.0 .. W20 2024=30.0"
    ) { "W\($0 + 1) 2024,\(whole($0))" },
    SketchCase(
      "weeks as six digits", "yearweek,value", 40, "yearweek[YYYYww] > value", "1 x 40: 202401=11.0 .. 202440=36.0"
    ) {
      "2024\(String(101 + $0).dropFirst()),\(whole($0))"
    },
    SketchCase(
      "year, month, day and hour as ten digits", "time,value", 30, "time[yyyyMMddHH] > value",
      "1 x 30: 2024010100=11.0 .. 2024010205=17.0"
    ) {
      "\(hour($0, "yyyyMMddHH")),\(whole($0))"
    },
    SketchCase(
      "date and time as twelve digits", "time,value", 30, "time[yyyyMMddHHmm] > value",
      "1 x 30: 202401010000=11.0 .. 202401020500=17.0"
    ) {
      "\(hour($0, "yyyyMMddHHmm")),\(whole($0))"
    },
    SketchCase(
      "times of SAP", "CALDAY,CALTIME,VALUE", 30, "CALDAY+CALTIME[yyyyMMdd HHmmss] > VALUE",
      "1 x 30: 20240101 000000=11.0 .. 20240102 050000=17.0"
    ) { "\(hour($0, "yyyyMMdd,HHmmss")),\(whole($0))" },
    SketchCase(
      "hours of clocks without a zero", "date,time,value", 30, "date+time[M/d/yyyy H:mm] > value",
      "1 x 30: 1/1/2024 0:00=11.0 .. 1/2/2024 5:00=17.0"
    ) {
      "\(hour($0, "M/d/yyyy,H:mm")),\(whole($0))"
    },
    SketchCase(
      "days as digits, store after store", "store,day_id,sales", 40, "day_id[yyyyMMdd] > sales | by store",
      "2 x 20: 20240101=11.0 .. 20240120=30.0"
    ) { "\($0 / 20 + 1),\(day($0 % 20, "yyyyMMdd")),\(whole($0))" },
    SketchCase(
      "year, month, day and hour of the weather from space", "YEAR,MO,DY,HR,T2M", 30, "YEAR+MO+DY+HR[yyyy M d H] > T2M",
      "1 x 30: 2024 1 1 0=11.3 .. 2024 1 2 5=17.6"
    ) { "\(hour($0, "yyyy,M,d,H")),\(tenths($0))" },
    SketchCase(
      "one day", "Date,Time,Load", 24, "Date+Time[iso] > Load", "1 x 24: 2024-01-01 00:00=11.0 .. 2024-01-01 23:00=37.0"
    ) {
      "\(hour($0, "yyyy-MM-dd,HH:mm")),\(whole($0))"
    },
    SketchCase(
      "a day on which the file was made", "exported,time,load", 24, "time[iso] > load",
      "1 x 24: 2024-01-01 00:00=11.0 .. 2024-01-01 23:00=37.0"
    ) {
      "2024-02-01,\(hour($0)),\(whole($0))"
    },
    SketchCase(
      "hours that end a day", "date;hour;load", 48, "date+hour[dd.MM.yyyy HH:mm] > load | ;",
      "1 x 48: 01.01.2024 01:00=11.0 .. 03.01.2024 00:00=19.0"
    ) {
      "\(hour($0, "dd.MM.yyyy"));\($0 % 24 < 9 ? "0" : "")\($0 % 24 + 1):00;\(whole($0))"
    },
    SketchCase(
      "days without leading zeros", "date,value", 40, "date[d.M.yyyy] > value", "1 x 40: 1.1.2024=11.0 .. 9.2.2024=36.0"
    ) {
      "\(day($0, "d.M.yyyy")),\(whole($0))"
    },
    SketchCase(
      "quarter hours with their end", "MTU,Load", 20, "MTU[dd.MM.yyyy HH:mm - HH:mm] > Load",
      "1 x 20: 01.01.2024 00:00=11.0 .. 01.01.2024 04:45=30.0"
    ) {
      "\(quarterHour($0, "dd.MM.yyyy HH:mm")) - \(quarterHour($0 + 1, "HH:mm")),\(whole($0))"
    },
    SketchCase(
      "hours with their end, of the same form", "MTU,Load", 20, "MTU[dd.MM.yyyy HH:mm - dd.MM.yyyy HH:mm] > Load",
      "1 x 20: 01.01.2024 00:00=11.0 .. 01.01.2024 19:00=30.0"
    ) {
      "\(hour($0, "dd.MM.yyyy HH:mm")) - \(hour($0 + 1, "dd.MM.yyyy HH:mm")),\(whole($0))"
    },
    SketchCase(
      "intervals of ISO 8601", "interval,value", 20,
      "interval[yyyy-MM-dd'T'HH:mm:ssX/yyyy-MM-dd'T'HH:mm:ssX] > value",
      "1 x 20: 2024-01-01T00:00:00Z=11.0 .. 2024-01-01T19:00:00Z=30.0"
    ) {
      "\(hour($0, "yyyy-MM-dd'T'HH:mm")):00Z/\(hour($0 + 1, "yyyy-MM-dd'T'HH:mm")):00Z,\(whole($0))"
    },
    SketchCase(
      "weeks with their end", "Week,searches", 20, "Week[yyyy-MM-dd - yyyy-MM-dd] > searches",
      "1 x 20: 2024-01-01=11.0 .. 2024-05-13=30.0"
    ) {
      "\(day(7 * $0)) - \(day(7 * $0 + 6)),\(whole($0))"
    },
    SketchCase(
      "the end of an interval that looks like an offset", "time,value", 20, "time[yyyy-MM-dd HH:mm-HH:mm] > value",
      "1 x 20: 2024-01-01 00:00=11.0 .. 2024-01-01 04:45=30.0"
    ) {
      "\(quarterHour($0))-\(quarterHour($0 + 1, "HH:mm")),\(whole($0))"
    },
    SketchCase(
      "a date, and the interval in a column of its own", "Datum;von - bis;Wert", 96,
      "Datum+von - bis[dd.MM.yyyy HH:mm - HH:mm] > Wert | ;",
      "1 x 96: 01.01.2024 00:00=11.0 .. 01.01.2024 23:45=14.0"
    ) {
      "\(quarterHour($0, "dd.MM.yyyy"));\(quarterHour($0, "HH:mm")) - \(quarterHour($0 + 1, "HH:mm"));\(whole($0))"
    },
    SketchCase(
      "days of the year", "date,value", 40, "date[yyyy-DDD] > value", "1 x 40: 2024-001=11.0 .. 2024-040=36.0"
    ) {
      "2024-0\($0 < 9 ? "0" : "")\($0 + 1),\(whole($0))"
    },
    SketchCase(
      "a year and the day of it", "year,doy,value", 40, "year+doy[yyyy D] > value",
      "1 x 40: 2024 1=11.0 .. 2024 40=36.0"
    ) {
      "2024,\($0 + 1),\(whole($0))"
    },
    SketchCase(
      "a year, the day of it and the hour", "Year,DOY,Hour,value", 960, "Year+DOY+Hour[yyyy D H] > value",
      "1 x 960: 2024 1 0=11.0 .. 2024 40 23=17.0"
    ) {
      "2024,\($0 / 24 + 1),\($0 % 24),\(whole($0))"
    },
    SketchCase(
      "half years without a dash", "half,value", 20, "half[yyyy'H'P] > value", "1 x 20: 2000H1=11.0 .. 2009H2=30.0"
    ) {
      "\(2000 + $0 / 2)H\($0 % 2 + 1),\(whole($0))"
    },
    SketchCase(
      "half years before their year", "period,value", 20, "period['H'P yyyy] > value",
      "1 x 20: H1 2000=11.0 .. H2 2009=30.0"
    ) {
      "H\($0 % 2 + 1) \(2000 + $0 / 2),\(whole($0))"
    },
    SketchCase(
      "half years of the statistics office", "TIME_PERIOD,value", 20, "TIME_PERIOD[yyyy-'S'P] > value",
      "1 x 20: 2000-S1=11.0 .. 2009-S2=30.0"
    ) {
      "\(2000 + $0 / 2)-S\($0 % 2 + 1),\(whole($0))"
    },
    SketchCase(
      "quarters of France", "periode,valeur", 20, "periode[yyyy-'T'Q] > valeur", "1 x 20: 2000-T1=11.0 .. 2004-T4=30.0"
    ) {
      "\(2000 + $0 / 4)-T\($0 % 4 + 1),\(whole($0))"
    },
    SketchCase(
      "years of accounts", "year,value", 12,
      "ask: column \"year\": \"FY2000\" seems to name a year of accounts, and where that begins is not said; write the date on which each begins in its place, such as 2019-07-01",
      ""
    ) {
      "FY\(2000 + $0),\(whole($0))"
    },
    SketchCase(
      "years of accounts that could be months", "season,value", 10,
      "ask: column \"season\": \"2001/02\" seems to name a year of accounts, and where that begins is not said; write the date on which each begins in its place, such as 2019-07-01",
      ""
    ) {
      "\(2001 + $0)/\($0 < 8 ? "0" : "")\($0 + 2),\(whole($0))"
    },
    SketchCase(
      "steps in the header", "item,store," + (1...12).map { "d_\($0)" }.joined(separator: ","), 3,
      "[d_#] across d_1..d_12 | by item | static store", "3 x 12: 1=11.0 .. 12=30.0"
    ) { row in
      "item_\(row),CA_1," + (0..<12).map { "\(whole(row + ($0 == 11 ? 19 : $0)))" }.joined(separator: ",")
    },
    SketchCase(
      "columns aligned by blanks", "  date        value  other", 20, "date[iso] > value | blanks",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "  \(day($0))   \(whole($0) < 10 ? " " : "")\(whole($0))   \(large($0))"
    },
    SketchCase(
      "numbers aligned by blanks, below remarks", "# made by hand\n# year month mean value of it", 24,
      "1+2[yyyy M] > 3 | blanks | comment # | no header", "1 x 24: 2020 1=10.0 .. 2021 12=13.2"
    ) {
      "\(2020 + $0 / 12)   \($0 % 12 < 9 ? " " : "")\($0 % 12 + 1)   1\($0 % 10).\($0 % 7)"
    },
  ]
}
