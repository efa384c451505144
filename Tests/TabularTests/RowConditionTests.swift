import Testing

@testable import Tabular

@Suite struct RowConditionTests {
  private static let table = #"""
    store,item,price,Product line,day,note
    1,a,3.5,Food and drink,2024-01-01,Total sales
    01,b c,10,Sports,2024-01-15,total
    2,a,,Sports,2024-02-01,NA
    1.0,d,-2,Food and drink,2024-10-01,Grand Total
    x,é,abc,"say ""hi""",2024-02-10,
    """#

  /// The rows, from 1, for which a condition holds; what is wrong with it otherwise.
  private func rows(_ condition: String, decimalComma: Bool = false, of text: String = table) -> String {
    do {
      let condition = try RowCondition(condition)
      let table = try Table(csv: Array(text.utf8).span, source: "x")
      let positions = try condition.columns.map { try table.column($0) }
      let bytes = table.cells.bytes.span
      return (0..<table.rowCount).filter { row in
        condition.holds(
          bytes, decimalComma: decimalComma,
          cell: { positions[$0] < table.cellCount(ofRow: row) ? table.range(row: row, column: positions[$0]) : nil },
          isMissing: { $0.text == "NA" })
      }.map { String($0 + 1) }.joined(separator: " ")
    } catch { return "\(error)" }
  }

  @Test(arguments: [
    ("store == 1", "1 2 4"), ("store == \"1\"", "1"), ("store != 1", "3 5"), ("store == 2.00", "3"),
    ("store == x", "5"),
    ("price < 3.5", "4"), ("price <= 3.5", "1 4"), ("price > -2", "1 2 5"), ("price >= 10", "2 5"),
    ("item in [a, \"b c\"]", "1 2 3"), ("item not in [a, 'b c']", "4 5"), ("item == é", "5"), ("item == A", ""),
    ("price == missing", "3"), ("price != missing", "1 2 4 5"), ("note == missing", "3 5"),
    ("note in [missing, total]", "2 3 5"),
    ("note == NA", "3"), ("price != 3.5", "2 3 4 5"), ("not price < 3.5", "1 2 3 5"),
    ("`Product line` == Sports", "2 3"), ("`Product line` == 'say \"hi\"'", "5"),
    ("`Product line` == \"say \"\"hi\"\"\"", "5"),
    ("day >= 2024-02-01", "3 4 5"), ("day < 2024-02 and day > 2024-01-10", "2"),
    ("note like \"Total*\"", "1"), ("note like *otal", "2 4"), ("note like ?otal*", "1 2"),
    ("note like '*a*a*'", "1 4"),
    ("note not like \"*t*\"", "3 5"), ("item like ?", "1 3 4 5"), ("note like *", "1 2 3 4"),
  ])
  func comparisonsHold(condition: String, rows: String) { #expect(self.rows(condition) == rows) }

  @Test(arguments: [
    ("store == 1 and item == a", "1"), ("store == 2 or item == d", "3 4"),
    ("store == 1 and item == a or store == 2", "1 3"), ("store == 1 and (item == a or store == 2)", "1"),
    ("not store == 1 and item == a", "3"), ("not (store == 1 and item == a)", "2 3 4 5"), ("not not store == 2", "3"),
    ("store == 1 and (item in [a, \"b c\"] or not price < 3.5)", "1 2"), ("store==1 and item==a", "1"),
    ("  store\n==\t1  ", "1 2 4"), ("price == `store`", ""), ("store < `price`", "1 2"),
    ("`store` == `store`", "1 2 3 4 5"),
  ])
  func conditionsAreJoined(condition: String, rows: String) { #expect(self.rows(condition) == rows) }

  @Test func numbersOfCellsMayHaveACommaBeforeDecimals() {
    let text = "a;b\n1,5;x\n2,5;y\n"
    #expect(rows("a < 2", decimalComma: true, of: text) == "1")
    #expect(rows("a == 2.50", decimalComma: true, of: text) == "2")
  }

  @Test func aCellThatARowLacksIsMissing() {
    #expect(rows("b == missing", of: "a,b\n1\n2,3\n") == "1")
    #expect(rows("b > 0", of: "a,b\n1\n2,3\n") == "2")
  }

  @Test func columnsAreNamedInTheOrderOfTheirFirstUse() throws {
    let condition = try RowCondition("b == 1 or (`a x` in [`c`, 2] and not b like x*) or größe_2.m > 1")
    #expect(condition.columns == ["b", "a x", "c", "größe_2.m"])
    #expect(condition.description.hasPrefix("b == 1"))
    #expect(try RowCondition("1 == 2 and `and` == missing and `a``b` == x").columns == ["1", "and", "a`b"])
  }

  @Test(arguments: [
    ("", 1, "the end where a column, `not` or `(` is expected"), ("store = 1", 7, "`=` is written `==`"),
    ("store <> 1", 7, "`<>` is written `!=`"), ("store == ", 10, "the end where a value is expected"),
    ("store", 6, "the end where ==, !=, <, <=, >, >=, in or like is expected"),
    ("store == 1 item == a", 12, "\"item\" where `and`, `or` or the end is expected"),
    ("store == 1 && item == a", 12, "\"&\" where `and`, `or` or the end is expected; write `and`"),
    ("store == 1 AND item == a", 12, "\"AND\" where `and`, `or` or the end is expected; write `and`"),
    ("store == and", 10, "\"and\" where a value is expected; a text that is a word of conditions stands in quotes"),
    ("\"store\" == 1", 1, "\"\"\" where a column, `not` or `(` is expected; a column of any name stands in backticks"),
    ("!store == 1", 1, "\"!\" where a column, `not` or `(` is expected; write `not`"),
    ("(store == 1", 12, "the end where `and`, `or` or the `)` for the `(` at 1 is expected"),
    ("store == 1)", 11, "\")\" where `and`, `or` or the end is expected"),
    ("item in a", 9, "\"a\" where `[` is expected"),
    ("item in [a b]", 12, "\"b\" where `,` or the `]` for the `[` at 9 is expected"),
    ("item in []", 10, "\"]\" where a value is expected"),
    ("item not == a", 10, "\"=\" where `in` or `like` is expected"),
    ("item == \"a", 9, "the \" is never closed"), ("`item == a", 1, "the ` is never closed"),
    ("price < missing", 7, "`missing` is neither below nor above anything; use == or !="),
    ("Product line == 1", 9, "\"line\" where ==, !=, <, <=, >, >=, in or like is expected"),
    ("in == 1", 1, "\"in\" where a column, `not` or `(` is expected"),
  ])
  func faultsAreToldWithTheirPlace(condition: String, position: Int, problem: String) {
    #expect(rows(condition) == "at \(position): \(problem); in: \(condition)")
    #expect(throws: RowCondition.Fault(position: position, problem: problem, text: condition)) {
      try RowCondition(condition)
    }
  }

  @Test func lengthAndNestingAreBounded() throws {
    let deep = String(repeating: "(", count: 49) + "a == 1" + String(repeating: ")", count: 49)
    #expect(try RowCondition(deep).columns == ["a"])
    #expect(rows("(" + deep + ")").hasPrefix("at 51: conditions are nested more than 50 deep; in: "))
    #expect(
      rows(String(repeating: "not ", count: 60) + "a == 1").hasPrefix(
        "at 201: conditions are nested more than 50 deep; "))
    #expect(try RowCondition((0..<500).map { "a == \($0)" }.joined(separator: " or ")).columns == ["a"])
    let long = rows("a == " + String(repeating: "1", count: 10_000))
    #expect(long.hasPrefix("at 10001: the condition has more than 10000 characters; in: a == 1") && long.count < 300)
  }

  @Test func aPatternOfManyStarsEndsSoon() {
    let text = "a\n" + String(repeating: "x", count: 100_000) + "\n"
    #expect(rows("a like '*x*x*x*x*x*x*x*x*x*y'", of: text) == "")
  }
}
