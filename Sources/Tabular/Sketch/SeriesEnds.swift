import TimeSeries

/// Where the columns of each series end: the newest rows of a table, by series.
struct SeriesEnds {
  /// The rows of one series that were looked at.
  struct Rows {
    fileprivate(set) var rows: [Int] = []
    /// Whether a column says something in a row.
    fileprivate let isSaid: (_ column: Int, _ row: Int) -> Bool

    private func last(_ column: Int) -> Int? { rows.lastIndex { isSaid(column, $0) } }

    /// The rows after the last that a column says something in; 0 where it never does.
    func rowsAhead(of column: Int) -> Int { last(column).map { rows.count - 1 - $0 } ?? 0 }

    /// Whether a column has values in most of the rows up to its last.
    func isMostlySaid(_ column: Int) -> Bool {
      guard let end = last(column) else { return false }
      return rows[...end].count { isSaid(column, $0) } * 2 > end
    }

    /// Whether a column says something in each row after the last of another.
    func isSaid(_ column: Int, after other: Int) -> Bool {
      guard let end = last(other) else { return false }
      return rows[(end + 1)...].allSatisfy { isSaid(column, $0) }
    }
  }

  private(set) var series: [Rows] = []

  /// Looks at the rows that the columns were told by, in the order of time; where the table goes on behind them, at its last
  /// rows, in their own order.
  ///
  /// - Parameter lookedAt: the rows at the beginning of the table that the columns were told by.
  init(_ table: Table, _ texts: [ColumnTexts], _ time: TimeSketch, keys: [Int], lookedAt: Int) {
    let known = time.times.compactMap { $0 }
    let isNewestFirst = zip(known, known.dropFirst()).count { $0 > $1 } * 2 > known.count
    if table.rowCount <= lookedAt || isNewestFirst {
      let order = time.times.indices.filter { time.times[$0] != nil }.sorted {
        (time.times[$0] ?? .init(milliseconds: 0), $0) < (time.times[$1] ?? .init(milliseconds: 0), $1)
      }
      group(order, by: keys) { texts[$0].texts[$1] }
    } else {
      let rows = ((table.rowCount - lookedAt)..<table.rowCount).filter { !table.isBlank(row: $0) }
      group(rows, by: keys) { column, row in
        column < table.cellCount(ofRow: row) ? table.text(row: row, column: column) : ""
      }
    }
  }

  private mutating func group(_ rows: [Int], by keys: [Int], text: @escaping (_ column: Int, _ row: Int) -> String) {
    var places: [[String]: Int] = [:]
    for row in rows {
      let name = keys.map { text($0, row) }
      let place = places[name] ?? series.count
      if place == series.count {
        places[name] = place
        series.append(Rows { !text($0, $1).saysNothing })
      }
      series[place].rows.append(row)
    }
  }

  /// The rows after the last of a column in the series that has the fewest of those that have any.
  func rowsAhead(of column: Int) -> Int {
    series.map { $0.rowsAhead(of: column) }.filter { $0 >= 2 }.min() ?? 0
  }
}
