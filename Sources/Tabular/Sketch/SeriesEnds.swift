import TimeSeries

/// Where the columns of each series end: the newest rows of a table, by series.
struct SeriesEnds {
  /// The rows of one series that were looked at.
  struct Rows {
    fileprivate(set) var count = 0
    /// By column: the number of the last row that says something, and how many do.
    fileprivate var last: [Int: Int] = [:]
    fileprivate var said: [Int: Int] = [:]
    /// By column: the row from which on each says something.
    fileprivate var unbroken: [Int: Int] = [:]

    /// The rows after the last that a column says something in; 0 where it never does.
    func rowsAhead(of column: Int) -> Int { last[column].map { count - 1 - $0 } ?? 0 }

    /// Whether a column has values in most of the rows up to its last.
    func isMostlySaid(_ column: Int) -> Bool { (said[column] ?? 0) * 2 > (last[column] ?? 0) }

    /// Whether a column says something in each row after the last of another.
    func isSaid(_ column: Int, after other: Int) -> Bool {
      guard let start = unbroken[column], let end = last[other] else { return false }
      return last[column] == count - 1 && start <= end + 1
    }

    fileprivate mutating func add(_ columns: [Int], isSaid: (Int) -> Bool) {
      for column in columns where isSaid(column) {
        if last[column] != count - 1 || count == 0 { unbroken[column] = count }
        last[column] = count
        said[column, default: 0] += 1
      }
      count += 1
    }
  }

  private(set) var series: [Rows] = []

  /// Looks at the rows that the columns were told by, in the order of time; where the table goes on behind them, at its last
  /// rows, in their own order.
  ///
  /// - Parameter lookedAt: the rows at the beginning of the table that the columns were told by.
  init(
    _ table: Table, _ texts: [ColumnTexts], _ time: TimeSketch, keys: [Int], measures: [Int], lookedAt: Int
  ) {
    var places: [[String]: Int] = [:]
    func add(_ name: [String], isSaid: (Int) -> Bool) {
      let place = places[name] ?? series.count
      if place == series.count {
        places[name] = place
        series.append(Rows())
      }
      series[place].add(measures, isSaid: isSaid)
    }
    let known = time.times.compactMap { $0 }
    let isNewestFirst = zip(known, known.dropFirst()).count { $0 > $1 } * 2 > known.count
    if table.rowCount <= lookedAt || isNewestFirst {
      let order = time.times.indices.filter { time.times[$0] != nil }.sorted {
        (time.times[$0] ?? .init(milliseconds: 0), $0) < (time.times[$1] ?? .init(milliseconds: 0), $1)
      }
      for row in order {
        add(keys.map { texts[$0].texts[row] }) { !texts[$0].texts[row].saysNothing }
      }
    } else {
      for row in (table.rowCount - lookedAt)..<table.rowCount where !table.isBlank(row: row) {
        func text(_ column: Int) -> String {
          column < table.cellCount(ofRow: row) ? table.text(row: row, column: column) : ""
        }
        add(keys.map(text)) { !text($0).saysNothing }
      }
    }
  }

  /// The rows after the last of a column in the series that has the fewest of those that have any.
  func rowsAhead(of column: Int) -> Int {
    series.map { $0.rowsAhead(of: column) }.filter { $0 >= 2 }.min() ?? 0
  }
}
