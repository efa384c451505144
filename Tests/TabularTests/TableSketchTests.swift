import Testing
import TimeSeries

@testable import Tabular

@Suite struct TableSketchTests {
  private func sketch(_ text: String) throws -> TableSketch {
    try TableSketch(table(text, CSVFormat(header: false)))
  }

  @Test func aWideTable() throws {
    let text = "date,HUFL,OT,up\n2016-07-01 00:00:00,5.8,30.5,yes\n2016-07-01 01:00:00,5.6,,no\n"
    let found = try sketch(text)
    #expect(found.format == CSVFormat(delimiter: .byte(UInt8(ascii: ","))))
    #expect(found.columns.map(\.name) == ["date", "HUFL", "OT", "up"])
    #expect(found.columns.map(\.role) == [.time, .target, .target, .flag])
    #expect(found.layout == ReadingLayout(time: ["date"], timeFormat: .iso, targets: ["HUFL", "OT"]))
    let layout = try #require(found.layout)
    #expect(try table(text, found.format).readings(layout).readings.series.map(\.name) == ["HUFL", "OT"])
  }

  @Test func aLongTable() throws {
    let found = try sketch("ds,unique_id,y\n2020-01,A,1\n2020-01,B,2\n2020-02,A,3\n2020-02,B,4\n")
    #expect(found.layout == ReadingLayout(.long(keys: ["unique_id"]), time: ["ds"], timeFormat: .iso, targets: ["y"]))
  }

  @Test func aLongTableWithANumberForAKey() throws {
    let found = try sketch("day,shop,y\n2020-01-01,1,7\n2020-01-01,2,7\n2020-01-02,1,7\n2020-01-02,2,8\n")
    #expect(found.layout == ReadingLayout(.long(keys: ["shop"]), time: ["day"], timeFormat: .iso, targets: ["y"]))
  }

  /// Columns are told by the first 20,000 rows; where they end, the last ones tell.
  @Test(arguments: [false, true])
  func whatIsKnownAheadInManyRows(isLong: Bool) throws {
    let hours = 10_100
    let rows = (0..<2 * hours).map { (row: Int) -> String in
      let hour = isLong ? row % hours : row
      let load = hour >= (isLong ? hours : 2 * hours) - 24 ? "" : "\(50 + hour % 24)"
      let town = isLong ? (row < hours ? "Ulm," : "Bonn,") : ""
      return "\(town)\(1_577_836_800 + 3600 * hour),\(load),\(hour * hour % 31)"
    }
    let head = (isLong ? "town," : "") + "time,load,temperature"
    let found = try sketch(([head] + rows).joined(separator: "\n") + "\n")
    #expect(found.layout?.targets == ["load"] && found.layout?.future == ["temperature"])
    let place = isLong ? "the rows of each series do" : "the file does"
    #expect(found.notes.contains { $0.hasPrefix("\"load\" ends 24 rows before \(place):") }, "\(found.notes)")
  }

  @Test func someSeriesThatEndBeforeOthersAreNotTheFuture() throws {
    // Two shops that closed, each with all columns: nothing is known ahead.
    let rows = (0..<60).map { (row: Int) -> String in
      let (shop, day) = (["a", "b", "c"][row / 20], row % 20 + 1)
      let cells = shop != "c" && day > 16 ? "," : "\(day * day % 13),\(day % 7)"
      return "\(shop),2024-01-\(day < 10 ? "0" : "")\(day),\(cells)"
    }
    #expect(try sketch((["shop,day,sales,price"] + rows).joined(separator: "\n") + "\n").layout?.future == [])
  }

  @Test func aRowASeries() throws {
    let numbers = (1...9).map(String.init).joined(separator: "\",\"")
    let header = (1...10).map { "\"V\($0)\"" }.joined(separator: ",")
    let found = try sketch("\(header)\n\"H1\",\"\(numbers)\"\n\"H2\",\"\(numbers)\"\n\"H3\",\"7\",,,,,,,,\n")
    #expect(found.layout == ReadingLayout(.rows(key: "V1")))
    #expect(found.format.header)
  }

  @Test func numbersThatAreNamedAsTimes() throws {
    let years = ReadingLayout(time: ["year"], timeFormat: try TimeFormat("yyyy"), targets: ["v"])
    #expect(try sketch("year,v\n1958,1\n1959,2\n").layout == years)
    #expect(try sketch("v,size\n1,1958\n2,1959\n").layout == ReadingLayout(targets: ["v"]))
  }

  @Test func withoutAHeader() throws {
    let found = try sketch("2020-01-01,1\n2020-01-02,2\n")
    #expect(!found.format.header)
    #expect(found.layout == ReadingLayout(time: ["1"], timeFormat: .iso, targets: ["2"]))
    #expect(try !sketch("1,2\n3,4\n").format.header)
    // One word above numbers is enough, though other names are numbers.
    #expect(try sketch("0,1,OT\n1,2,3\n4,5,6\n").format.header)
  }

  @Test func decimalCommasAndAnOrderThatCannotBeTold() throws {
    let found = try sketch("tag;wert\n1/2/2020;1,5\n2/2/2020;2,25\n")
    #expect(found.columns.map(\.role) == [.time, .target])
    #expect(found.questions.count == 1)
    #expect(found.layout?.numbers == NumberForm(decimalComma: true))
    #expect(found.format.delimiter == .byte(UInt8(ascii: ";")))
  }

  @Test func nothingToForecast() throws {
    let found = try sketch("a,b,c\nx,,2020-01-01\ny,NA,2020-01-02\n")
    #expect(found.columns.map(\.role) == [.text, .empty, .time])
    #expect(found.layout == nil)
  }
}
