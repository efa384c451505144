/// Axes of letters with curves of braille dots in them, two dots across and four down to a letter.
struct TerminalPicture {
  /// Axes, ticks and labels, by row and column.
  var letters: [[Character]]
  /// Where the plot lies among them: the axes are the first column and the last row.
  var columns: ClosedRange<Int>
  var rows: ClosedRange<Int>
  /// The curves, a letter a dot: `*` the history, `#` the bounds of the interval, `$` the forecast.
  var dots: [[Character]]

  /// The rows without their blank ends; those below the plot that hold labels alone.
  var lines: [[TerminalChart.Piece]] {
    let interval = interval
    let shown = letters.indices.filter { row in
      row <= rows.upperBound || letters[row].contains { $0 != " " && $0 != "+" }
    }
    return shown.map { row in
      var pieces: [TerminalChart.Piece] = []
      for column in 0...max(columns.upperBound, letters[row].count - 1) {
        let (letter, part) = cell(row, column, interval)
        if pieces.last?.part == part || letter == " " && !pieces.isEmpty {
          pieces[pieces.count - 1].text.append(letter)
        } else {
          pieces.append(.init(text: String(letter), part: part))
        }
      }
      while pieces.last?.text.last == " " {
        pieces[pieces.count - 1].text.removeLast()
        if pieces.last?.text.isEmpty == true { pieces.removeLast() }
      }
      return pieces
    }
  }

  /// The bits of braille, row by row.
  private static let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  private func cell(_ row: Int, _ column: Int, _ interval: [ClosedRange<Int>?]) -> (Character, TerminalChart.Part) {
    let letter = column < letters[row].count ? letters[row][column] : " "
    guard rows.contains(row), columns.contains(column) else { return (frame(letter, row, column), .frame) }
    if column == columns.lowerBound || row == rows.upperBound { return (frame(letter, row, column), .frame) }
    var (pattern, part): (UInt32, TerminalChart.Part) = (0, .interval)
    for down in 0..<4 {
      for across in 0..<2 {
        let (y, x) = (4 * (row - rows.lowerBound) + down, 2 * (column - columns.lowerBound) + across)
        guard y < dots.count else { continue }
        switch x < dots[y].count ? dots[y][x] : " " {
        case "$": part = .forecast
        case "*": if part != .forecast { part = .history }
        case "#": break
        // The inside of the interval is drawn thinly.
        default: if x >= interval.count || interval[x]?.contains(y) != true || (x + 2 * y) % 4 != 0 { continue }
        }
        pattern |= TerminalPicture.bits[down][across]
      }
    }
    guard pattern != 0, let scalar = Unicode.Scalar(0x2800 + pattern) else { return (" ", .frame) }
    return (Character(scalar), part)
  }

  /// Where the interval lies in each column of dots.
  private var interval: [ClosedRange<Int>?] {
    (0..<(dots.map(\.count).max() ?? 0)).map { x in
      let bounds = dots.indices.filter { x < dots[$0].count && dots[$0][x] == "#" }
      return bounds.isEmpty ? nil : bounds[0]...bounds[bounds.count - 1]
    }
  }

  /// A letter of the axes as a line; ticks stand on the line rather than before it.
  private func frame(_ letter: Character, _ row: Int, _ column: Int) -> Character {
    guard rows.contains(row) else { return letter }
    let isBottom = row == rows.upperBound
    switch column - columns.lowerBound {
    case -2, -1: return letter == "+" || letter == "-" ? " " : letter
    case 0:
      let tick = columns.lowerBound - 1
      let isTick = tick >= 0 && tick < letters[row].count && letters[row][tick] == "-"
      return isBottom ? (isTick ? "\u{253C}" : "\u{2514}") : isTick ? "\u{2524}" : "\u{2502}"
    default:
      guard isBottom, columns.contains(column) else { return letter }
      return letter == "+" ? "\u{252C}" : "\u{2500}"
    }
  }
}
