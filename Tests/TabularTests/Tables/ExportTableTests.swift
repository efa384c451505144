import Testing

@testable import Tabular

@Suite struct ExportTableTests {
  @Test(arguments: cases) func isReadAsStated(_ file: SketchCase) {
    #expect(SketchOutcome(file.text).reading == file.reading, "\(file.name)")
    #expect(SketchOutcome(file.text).values == file.values, "\(file.name)")
  }

  static let cases: [SketchCase] = [
    SketchCase(
      "a buoy whose names are a remark",
      "#YY  MM DD hh mm WDIR WVHT\n#yr  mo dy hr mn degT    m", 48,
      "#YY+MM+DD+hh+mm[yyyy M d H m] > WDIR | blanks | skip below 1",
      "1 x 48: 2024 1 1 0 50=211.0 .. 2024 1 2 23 50=219.0"
    ) {
      "2024 01 0\($0 / 24 + 1) \($0 % 24 < 10 ? "0" : "")\($0 % 24) 50 2\(whole($0))  1.\($0 % 10)"
    },
    SketchCase(
      "names behind a mark", "# time,value", 20, "# time[iso] > value", "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6"
    ) { "\(day($0)),\(tenths($0))" },
    SketchCase(
      "hours of days without a header", "", 96,
      "ask: column \"2\" numbers the parts of a day, which are no series; write the time of day where the file is made",
      ""
    ) {
      "2024-01-0\($0 / 24 + 1);\($0 % 24 + 1);\(tenths($0))"
    },
    SketchCase(
      "a device with its battery", "device_id,ts,temperature_c,battery_mv,fw", 40,
      "ts[iso] > temperature_c | by device_id",
      "2 x 20: 2024-01-01T00:00:00Z=11.3 .. 2024-01-01T19:00:00Z=18.9"
    ) {
      "dev-0\($0 % 2),\(hour($0 / 2, "yyyy-MM-dd'T'HH:mm:ss'Z'")),\(tenths($0)),37\(whole($0)),1.2.\($0 % 2)"
    },
    SketchCase(
      "amounts of SAP", "Buchungsdatum;Betrag;Währung", 20,
      "Buchungsdatum[dd.MM.yyyy] > Betrag | ; | decimal comma | groups point",
      "1 x 20: 01.01.2024=-1512.05 .. 20.01.2024=2475.32"
    ) {
      "\(day($0, "dd.MM.yyyy"));\(grouped($0, ".", ","))\($0 % 4 == 0 ? "-" : "");EUR"
    },
    SketchCase(
      "investing pages", "\"Date\",\"Price\",\"Open\",\"Vol.\",\"Change %\"", 20,
      "Date[MMM dd, yyyy] > Price | groups comma | units % | K", "1 x 20: Jan 22, 2024=2475.32 .. Feb 10, 2024=1512.05"
    ) {
      "\"\(day(40 - $0, "MMM dd, yyyy"))\",\"\(grouped($0, ",", "."))\",\"\(grouped($0 + 1, ",", "."))\",\"\($0 == 3 ? "-" : "\(tenths($0))\($0 % 2 == 0 ? "K" : "M")")\",\"-0.\(whole($0))%\""
    },
    SketchCase(
      "coins by the day", "timeOpen;timeClose;name;open;close;volume;timestamp", 20, "timeOpen[iso] > close | ;",
      "1 x 20: 2024-01-01T00:00:00.000Z=32.78 .. 2024-01-20T00:00:00.000Z=20.05"
    ) {
      "\"\(day($0))T00:00:00.000Z\";\"\(day($0))T23:59:59.999Z\";\"2781\";\(cents($0));\(cents($0 + 1));\(large($0)).12;\"\(day($0))T23:59:59.999Z\""
    },
    SketchCase(
      "candles without a header", "", 20, "1[epoch-ms] > 2 | no header",
      "1 x 20: 1704067200000=14.05 .. 1704068340000=34.32"
    ) {
      "\((1704067200 + $0 * 60) * 1000),\(cents($0)),\(cents($0 + 1)),\(cents($0 + 2)),\(cents($0 + 3)),\(large($0)).5,\((1704067200 + $0 * 60) * 1000 + 59999)"
    },
    SketchCase(
      "weather of a station",
      "\"STATION\",\"DATE\",\"LATITUDE\",\"LONGITUDE\",\"ELEVATION\",\"NAME\",\"PRCP\",\"TMAX\",\"TMIN\"", 20,
      "DATE[iso] > TMAX", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\"USW1\",\"\(day($0))\",\"40.7\",\"-73.9\",\"39.6\",\"NEW YORK, NY US\",\"0.\(whole($0))\",\"\(whole($0))\",\"\(whole($0) - 9)\""
    },
    SketchCase(
      "load of a country", "utc_timestamp,cet_cest_timestamp,DE_load_actual,DE_load_forecast", 20,
      "utc_timestamp[iso] > DE_load_actual", "1 x 20: 2024-01-01T00:00:00Z=1345.0 .. 2024-01-01T19:00:00Z=8848.0"
    ) {
      "\(hour($0, "yyyy-MM-dd'T'HH:mm:ss'Z'")),\(hour($0 + 1, "yyyy-MM-dd'T'HH:mm:ss"))+0100,\(large($0)),\(large($0 + 1))"
    },
    SketchCase(
      "yields with points for holidays", "DATE,DGS10", 24, "DATE[iso] > DGS10",
      "1 x 24: 2024-01-01=nan .. 2024-01-24=4.37, 4 missing"
    ) {
      "\(day($0)),\($0 % 7 == 0 ? "." : "4.\(whole($0))") "
    },
    SketchCase("spots of the sun", "", 24, "1+2[yyyy M] > 4 | ; | no header", "1 x 24: 2020 1=11.3 .. 2021 12=37.4") {
      "\(month($0, "yyyy;MM"));\(2020 + $0 / 12).\(String(1042 + $0 % 12 * 83).dropFirst());  \(tenths($0));  5.\($0 % 10);  \(300 + whole($0));1"
    },
    SketchCase(
      "shops of a chain", "Store,DayOfWeek,Date,Sales,Customers,Open,Promo,StateHoliday,SchoolHoliday", 60,
      "Date[iso] > Sales | by Store", "3 x 20: 2024-01-02=7854.0 .. 2024-01-21=1345.0"
    ) {
      "\($0 % 3 + 1),\(7 - $0 / 3 % 7),\(day(20 - $0 / 3)),\(large($0)),\(whole($0)),\($0 % 7 == 0 ? 0 : 1),\($0 % 2),\"\($0 == 5 ? "a" : "0")\",\($0 % 5 == 0 ? 1 : 0)"
    },
    SketchCase(
      "bicycles by the day",
      "instant,dteday,season,yr,mnth,holiday,weekday,workingday,weathersit,temp,hum,casual,registered,cnt", 24,
      "dteday[iso] > cnt", "1 x 24: 2024-01-01=1356.0 .. 2024-01-24=5833.0"
    ) {
      "\($0 + 1),\(day($0)),1,0,1,\($0 == 1 ? 1 : 0),\($0 % 7),\($0 % 7 < 5 ? 1 : 0),\($0 % 3 + 1),0.\(whole($0)),0.\(whole($0 + 1)),\(whole($0)),\(large($0)),\(large($0) + whole($0))"
    },
    SketchCase(
      "bicycles by the hour", "instant,dteday,season,yr,mnth,hr,weathersit,temp,casual,registered,cnt", 48,
      "dteday+hr[yyyy-MM-dd H] > cnt", "1 x 48: 2024-01-01 0=1356.0 .. 2024-01-02 23=3503.0"
    ) {
      "\($0 + 1),\(hour($0, "yyyy-MM-dd")),1,0,1,\($0 % 24),\($0 % 3 + 1),0.\(whole($0)),\(whole($0)),\(large($0)),\(large($0) + whole($0))"
    },
    SketchCase(
      "a household's power", "Date;Time;Global_active_power;Voltage", 30,
      "Date+Time[dd/M/yyyy HH:mm:ss] > Global_active_power | ;",
      "1 x 30: 13/1/2024 12:00:00=4.11 .. 14/1/2024 17:00:00=4.17, 1 missing"
    ) {
      "\(hour($0 + 300, "d/M/yyyy;HH:mm:ss"));\($0 == 4 ? "?" : "4.\(whole($0))");23\($0 % 10).84"
    },
    SketchCase(
      "the weather of Jena", "Date Time,p (mbar),T (degC)", 20, "Date Time[dd.MM.yyyy HH:mm:ss] > p (mbar)",
      "1 x 20: 01.01.2024 00:00:00=9911.3 .. 01.01.2024 19:00:00=9930.6"
    ) { "\(hour($0, "dd.MM.yyyy HH:mm:ss")),99\(tenths($0)),-\(tenths($0))" },
    SketchCase(
      "pages and days",
      "Page,2024-01-01,2024-01-02,2024-01-03,2024-01-04,2024-01-05,2024-01-06,2024-01-07,2024-01-08,2024-01-09", 3,
      "[iso] across 2024-01-01..2024-01-09 | by Page", "3 x 9: 2024-01-01=11.0 .. 2024-01-09=25.0, 3 missing"
    ) { row in
      "Main_\(row)," + (0..<9).map { $0 == 2 ? "" : "\(whole(row * 3 + $0)).0" }.joined(separator: ",")
    },
    SketchCase(
      "payments", "\"Datum\",\"Uhrzeit\",\"Name\",\"Währung\",\"Brutto\",\"Gebühr\",\"Netto\"", 30,
      "Datum+Uhrzeit[dd.MM.yyyy HH:mm:ss] > Brutto | decimal comma | groups point",
      "1 x 30: 01.01.2024 10:07:00=1512.05 .. 10.01.2024 12:07:09=3645.32"
    ) {
      "\"\(day($0 / 3, "dd.MM.yyyy"))\",\"1\($0 % 3):07:0\($0 % 10)\",\"Ann \($0)\",\"EUR\",\"\(grouped($0, ".", ","))\",\"-0,\(whole($0))\",\"\(grouped($0, ".", ","))\""
    },
    SketchCase(
      "users by numbers of days", "# ----\n# Start date: 20240101\n# ----\nNth day,Active users", 20,
      " > Active users | comment #", "1 x 20: 1=11.0 .. 20=30.0"
    ) { "\(String(10000 + $0).dropFirst()),\(whole($0))" },
    SketchCase(
      "clicks and shares", "Date,Clicks,Impressions,CTR,Position", 20, "Date[iso] > Clicks | units %",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0)),\(large($0)),\(tenths($0))%,\(tenths($0 + 3))"
    },
    SketchCase(
      "advertising with starts and ends", "Reporting starts,Reporting ends,Amount spent (EUR)", 20,
      "Reporting starts[iso] > Amount spent (EUR)", "1 x 20: 2024-01-01=14.05 .. 2024-01-20=34.32"
    ) { "\(day($0)),\(day($0)),\(cents($0))" },
    SketchCase(
      "kilowatts and watts", "Time,Power", 20,
      "ask: column \"Power\" cannot be read as numbers: its cells have different units: W, kW", ""
    ) {
      "\(hour($0)),\($0 % 3 == 0 ? "1.2 kW" : "\(whole($0))0 W")"
    },
    SketchCase(
      "thousands as a K that stands apart", "Time,Requests", 20,
      "ask: column \"Requests\" cannot be read as numbers: some cells have \"K\" behind the number, others nothing", ""
    ) {
      "\(hour($0)),\($0 % 3 == 0 ? "1.\(whole($0)) K" : "9\(whole($0))")"
    },
    SketchCase(
      "areas, elements and items", "Area Code,Area,Element Code,Element,Item Code,Item,Year Code,Year,Unit,Value,Flag",
      48, "Year[yyyy] > Value | by Area+Item", "4 x 12: 2000=1345.0 .. 2011=6952.0"
    ) {
      "\($0 < 24 ? "4,Chad" : "9,Peru"),5510,Production,\($0 / 12 % 2 == 0 ? "15,Wheat" : "27,Rice"),\(2000 + $0 % 12),\(2000 + $0 % 12),tonnes,\(large($0)),A"
    },
    SketchCase(
      "rates of a bank",
      "\"\";\"BBEX3.D.USD\";\"BBEX3.D.USD_FLAGS\"\n\"\";\"Rate\";\"\"\nEinheit;USD;\nStand vom;01.02.2024 15:00:00;",
      30, "ask: column \"BBEX3.D.USD\" cannot be read as numbers: 3 of 29 cells are no numbers, such as \"Rate\"", ""
    ) { "\(day($0));\($0 % 7 == 6 ? "." : "1,0\(whole($0))");\($0 % 7 == 6 ? "Kein Wert vorhanden" : "")" },
    SketchCase(
      "the weather of a state", "STATIONS_ID;MESS_DATUM;QN_9;TT_TU;RF_TU;eor", 30,
      "MESS_DATUM[yyyyMMddHH] > TT_TU,RF_TU | ; | missing -999.0",
      "2 x 30: 2024010100=11.3 .. 2024010205=17.6, 1 missing"
    ) { "       1048;\(hour($0, "yyyyMMddHH"));    3;  \($0 == 5 ? "-999.0" : tenths($0));  \(whole($0)).0;eor" },
    SketchCase(
      "the weather of a small state", "# remarks, many\n# STN,YYYYMMDD,   TG,   RH", 30,
      "YYYYMMDD[yyyyMMdd] > TG,RH | skip 1", "2 x 30: 20240101=11.0 .. 20240130=17.0"
    ) {
      "  260,\(day($0, "yyyyMMdd")),  \(whole($0)),  \($0 % 5 * 3)"
    },
    SketchCase(
      "energy of a market", "Datum von;Datum bis;Photovoltaik [MWh];Kernenergie [MWh]", 30,
      "Datum von[dd.MM.yyyy HH:mm] > Photovoltaik [MWh] | ; | decimal comma | groups point",
      "1 x 30: 01.01.2024 00:00=1512.05 .. 01.01.2024 07:15=3645.32"
    ) {
      "\(quarterHour($0, "dd.MM.yyyy HH:mm"));\(quarterHour($0 + 1, "dd.MM.yyyy HH:mm"));\(grouped($0, ".", ","));-"
    },
    SketchCase(
      "energy of a market in English", "Start date;End date;Photovoltaics [MWh]", 30,
      "Start date[MMM d, yyyy hh:mm a] > Photovoltaics [MWh] | ; | groups comma",
      "1 x 30: Jan 1, 2024 12:00 AM=1512.05 .. Jan 30, 2024 12:00 AM=3645.32"
    ) { "\(day($0, "MMM d, yyyy")) 12:00 AM;\(day($0 + 1, "MMM d, yyyy")) 12:00 AM;\(grouped($0, ",", "."))" },
    SketchCase(
      "lines of a shop", "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country", 40,
      "InvoiceDate[M/dd/yyyy H:mm] > Quantity | sum | units A", "1 x 10: 1/13/2024 2:00=85.0 .. 1/14/2024 23:00=101.0"
    ) {
      "\(536365 + $0 / 4),85\($0)A,\"CUP, RED\",\(whole($0)),\(hour($0 / 4 * 5 + 290, "M/d/yyyy H:mm")),\(cents($0)),17850,United Kingdom"
    },
    SketchCase(
      "cases of the world", "iso_code,continent,location,date,total_cases,new_cases,population", 40,
      "date[iso] > total_cases | by continent", "2 x 20: 2024-01-01=1000.0 .. 2024-01-20=1361.0"
    ) {
      "\($0 < 20 ? "AFG,Asia,Afghanistan" : "ALB,Europe,Albania"),\(day($0 % 20)),\(1000 + $0 * $0),\(whole($0)),\($0 < 20 ? 411 : 28)"
    },
    SketchCase(
      "series of the labour bureau", "Series ID,Year,Period,Value", 36, "Year+Period[yyyy 'M'MM] > Value",
      "1 x 36: 2020 M01=11.3 .. 2022 M12=28.8"
    ) { "LNS14000000,\(2020 + $0 / 12),M\(String(101 + $0 % 12).dropFirst()),\(tenths($0))" },
    SketchCase(
      "series of the labour bureau with means of years", "Series ID,Year,Period,Value", 39,
      "error: data.csv: 3 of 39 rows cannot be used, more than the 5 % that may be set aside:\ndata.csv:14: column \"Year\": \"2020 M13\" is not a time of the form yyyy 'M'MM (and 2 more such)\ncorrect the file, or raise most_bad_rows if the rest is what you want",
      ""
    ) {
      "LNS14000000,\(2020 + $0 / 13),M\(String(101 + $0 % 13).dropFirst()),\(tenths($0))"
    },
    SketchCase(
      "seasons of years", "Year,Season,Value", 24,
      "ask: column \"Season\" seems to name the parts of a year, which are no series; write the whole time where the file is made",
      ""
    ) {
      "\(2010 + $0 / 4),\(["Winter", "Spring", "Summer", "Autumn"][$0 % 4]),\(tenths($0))"
    },
    SketchCase(
      "halves of years in a column of their own", "Year,Half,Value", 24,
      "ask: column \"Half\" seems to name the parts of a year, which are no series; write the whole time where the file is made",
      ""
    ) {
      "\(2010 + $0 / 2),H\($0 % 2 + 1),\(tenths($0))"
    },
    SketchCase(
      "shares of a library with three rows of names", "Price,Close,High,Volume\nTicker,AAPL,AAPL,AAPL\nDate,,,", 30,
      "Price[iso] > Close | skip below 1", "1 x 30: 2024-01-01=14.05 .. 2024-01-30=21.32, 1 set aside"
    ) { "\(day($0)),\(cents($0)),\(cents($0 + 1)),\(large($0))" },
    SketchCase(
      "months and years of Germany", "Jahr;Monat;Wert", 24, "Jahr+Monat[yyyy MMM] > Wert | ; | decimal comma",
      "1 x 24: 2020 Jan=11.3 .. 2021 Dez=37.4"
    ) {
      "\(2020 + $0 / 12);\(["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"][$0 % 12]);\(tenths($0, ","))"
    },
    SketchCase(
      "periods of a library", "week,value", 20,
      "week[yyyy-MM-dd/yyyy-MM-dd] > value", "1 x 20: 2024-01-01=11.0 .. 2024-05-13=30.0"
    ) { "\(day($0 * 7))/\(day($0 * 7 + 6)),\(whole($0))" },
    SketchCase(
      "a total among the names", "date,region,sales", 60, "date[iso] > sales | by region",
      "3 x 20: 2024-01-01=11.0 .. 2024-01-20=38.0"
    ) {
      "\(day($0 / 3)),\(["North", "South", "Total"][$0 % 3]),\(whole($0))"
    },
    SketchCase(
      "blanks for delimiters without a header", "", 20,
      "1+2[iso] > 3 | blanks | no header", "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) { "\(hour($0)) \(tenths($0))" },
    SketchCase(
      "logs with commas in seconds", "time,value", 20,
      "error: data.csv:1: the header names 2 columns, but every row has 3 cells; correct the header", ""
    ) { "\(hour($0)):00,123,\(tenths($0))" },
    SketchCase(
      "both kinds of nobody's dates", "date,due,value", 20, "date[dd/MM/yyyy] > value",
      "1 x 20: 01/01/2024=11.0 .. 20/01/2024=30.0"
    ) {
      "\(day($0, "dd/MM/yyyy")),\(day($0 + 30, "MM/dd/yyyy")),\(whole($0))"
    },
    SketchCase(
      "a column of hashes", "date,value", 20,
      "ask: column \"date\" seems to say times, such as \"########\", in a form that is not known", ""
    ) { "########,\(whole($0))" },
    SketchCase(
      "epoch milliseconds that a spreadsheet cut", "timestamp,value", 20,
      "ask: 95 % of the rows have the time of another, and no column names series: are they events, to be counted, summed or averaged for each time?",
      ""
    ) {
      "1.70407E+12,\(whole($0))"
    },
    SketchCase(
      "temperatures in two units", "time,temp_c,temp_f", 20, "time[iso] > temp_c",
      "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\(hour($0)),\(tenths($0)),\(tenths($0 + 4))"
    },
    SketchCase(
      "a key that ends earlier", "date,store,sales", 50, "date[iso] > sales | by store",
      "2 x 20-30: 2024-01-01=11.0 .. 2024-01-30=17.0"
    ) {
      "\($0 < 30 ? day($0) : day($0 - 30)),\($0 < 30 ? "A" : "B"),\(whole($0))"
    },
    SketchCase(
      "two shops whose days never meet", "date,store,sales", 40, "date[iso] > sales | by store",
      "2 x 20: 2024-01-01=1345.0 .. 2024-02-08=8351.0"
    ) {
      "\(day($0)),\($0 % 2 == 0 ? "A" : "B"),\(large($0))"
    },
    SketchCase(
      "a shop after another", "date,store,sales", 40, "date[iso] > sales | by store",
      "2 x 20: 2024-01-01=1345.0 .. 2024-01-20=8848.0"
    ) {
      "\(day($0)),\($0 < 20 ? "A" : "B"),\(large($0))"
    },
    SketchCase(
      "codes in front of names", "date,code,value", 40, "date[iso] > value | by code",
      "4 x 10: 2024-01-01=11.3 .. 2024-01-10=15.5"
    ) {
      "\(day($0 / 4)),00\($0 % 4 + 1),\(tenths($0))"
    },
    SketchCase(
      "a measure that is nearly empty", "date,a,b", 30, "date[iso] > a,b",
      "2 x 30: 2024-01-01=11.3 .. 2024-01-30=nan, 27 missing"
    ) {
      "\(day($0)),\($0 % 10 == 0 ? tenths($0) : ""),\(whole($0))"
    },
    SketchCase(
      "negative and positive per cent", "date,change_pct", 20, "date[iso] > change_pct | units %",
      "1 x 20: 2024-01-01=11.3 .. 2024-01-20=-30.6"
    ) {
      "\(day($0)),\($0 % 2 == 0 ? "+" : "-")\(tenths($0))%"
    },
    SketchCase(
      "amounts with a sign and a currency", "date,amount", 20, "date[iso] > amount | units $",
      "1 x 20: 2024-01-01=14.05 .. 2024-01-20=-34.32"
    ) {
      "\(day($0)),\($0 % 2 == 0 ? "" : "-")$\(cents($0))"
    },
    SketchCase(
      "a currency of three letters in front", "date,amount", 20, "date[iso] > amount | units CHF",
      "1 x 20: 2024-01-01=14.05 .. 2024-01-20=34.32"
    ) {
      "\(day($0)),CHF \(cents($0))"
    },
    SketchCase(
      "blanks as groups without decimals", "date;amount", 20, "date[iso] > amount | ; | groups space",
      "1 x 20: 2024-01-01=1177.0 .. 2024-01-20=2310.0"
    ) {
      "\(day($0));\($0 % 9 + 1) \(100 + whole($0) * 7)"
    },
    SketchCase(
      "a hidden minus in brackets and currency", "date,amount", 20, "date[iso] > amount | units $",
      "1 x 20: 2024-01-01=-14.05 .. 2024-01-20=34.32"
    ) {
      "\(day($0)),\($0 % 3 == 0 ? "($\(cents($0)))" : "$\(cents($0))")"
    },
  ]
}
