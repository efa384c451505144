/// Where things stand in a picture of small multiples, in pixels from its upper left corner.
struct Layout: Sendable, Equatable {
  /// The room of one panel, tics and labels included.
  struct Cell: Sendable, Equatable {
    var left: Double
    var top: Double
    var width: Double
    var height: Double
  }

  let margin: Double
  let columns: Int
  let rows: Int
  /// Where title, legend and the plot of a single panel begin.
  var left: Double
  var legendHeight = 0.0
  /// The room above a plot for its name, and for its scores where there are any.
  var panelHeading = 24.0
  let headingHeight: Double
  /// What was asked for.
  private let wish: Canvas

  init(count: Int, title: String, subtitle: [String], canvas: Canvas) {
    margin = canvas.width < 600 ? 12 : 24
    let most = max(1, Int(canvas.width / 280))
    columns = min(most, count <= 3 ? max(1, count) : count == 4 ? 2 : count <= 9 ? 3 : 4)
    rows = max(1, (count + columns - 1) / columns)
    isSingle = count == 1
    left = margin
    headingHeight = Canvas.headingHeight(title, subtitle)
    wish = canvas
  }

  /// Whether there is one panel, which then has the picture to itself.
  let isSingle: Bool

  private var cellsTop: Double { headingHeight + legendHeight + (isSingle ? 2 : 12) }
  private var cellHeight: Double {
    rows == 1 ? wish.height - cellsTop - 4 : wish.height * 254 / 600 + panelHeading
  }

  /// The whole picture.
  var canvas: Canvas {
    Canvas(width: wish.width, height: (cellsTop + Double(rows) * cellHeight + 4).rounded())
  }

  /// The room of a panel, counted along the rows.
  func cell(_ position: Int) -> Cell {
    let width = (wish.width - margin) / Double(columns)
    return Cell(
      left: margin / 2 + Double(position % columns) * width, top: cellsTop + Double(position / columns) * cellHeight,
      width: width, height: cellHeight)
  }

  /// Where the plot of a single panel begins.
  func plotLeft(_ axis: ValueAxis, hasLabel: Bool) -> Double { margin / 2 + Layout.axisWidth(axis, hasLabel: hasLabel) }

  /// The room that the labels beside a plot take.
  static func axisWidth(_ axis: ValueAxis, hasLabel: Bool) -> Double {
    axis.labelWidth(size: Style.textSize) + 18 + (hasLabel ? 24 : 0)
  }
}
