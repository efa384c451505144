/// The look that all charts share. Colours are from Okabe and Ito's palette, which stays readable with any of the
/// common colour-vision deficiencies, and greys.
enum Style {
  static let ink = "#222222"
  static let history = "#444444"
  static let forecast = "#0072B2"
  static let heldOutForecast = "#D55E00"
  static let baseline = "#009E73"
  static let quiet = "#666666"
  static let marker = "#999999"
  static let grid = "#E4E4E4"
  static let bar = "#A9B4BC"

  static let textSize = 15.0
  static let titleSize = 21.0
  static let smallSize = 13.0

  /// Opacity of one interval; nested ones lie on top of each other and so grow darker inward.
  static let intervalOpacity = 0.16

  /// A whole-picture position from the left, in pixels, as gnuplot counts it.
  static func x(_ pixels: Double) -> String { "screen \(decimal(pixels / Double(ChartScript.width), places: 5))" }

  /// A position from the top, in pixels.
  static func y(_ pixels: Double, of height: Int) -> String {
    "screen \(decimal(1 - pixels / Double(height), places: 5))"
  }

  /// The option that sets the size of a text.
  ///
  /// Only the size: svg would take a list of faces, or a bold one, for the name of one face.
  static func font(_ size: Double) -> String { "font ',\(plain(size))'" }

  /// The commands for a title and, where there is one, a line below it.
  static func heading(_ title: String, _ subtitle: String?, left: Double, height: Int) -> [String] {
    let room = Double(ChartScript.width) - left - 12
    let above = label(
      fitting(title, width: room, size: titleSize), at: x(left), y(28, of: height), "left \(font(titleSize))",
      color: ink)
    guard let subtitle else { return [above] }
    let below = fitting(subtitle, width: room, size: textSize)
    return [above, label(below, at: x(left), y(55, of: height), "left")]
  }

  /// The command for a text at a position that gnuplot understands; the options say how it lies there.
  static func label(_ text: String, at x: String, _ y: String, _ options: String, color: String = quiet) -> String {
    "set label \(quoted(text)) at \(x), \(y) \(options) textcolor rgb '\(color)'"
  }

  /// The command for a text in place of a plot.
  static let noValues = label("no values", at: "graph 0.5", "graph 0.5", "center")

  /// The command that places the inside of a plot, in pixels from the picture's upper left corner.
  static func margins(left: Double, right: Double, top: Double, bottom: Double, of height: Int) -> String {
    "set lmargin at \(x(left)); set rmargin at \(x(right)); "
      + "set tmargin at \(y(top, of: height)); set bmargin at \(y(bottom, of: height))"
  }

  /// The commands for a frame of one line at the bottom, quiet tics, and light lines across.
  static let frame = [
    "set border 1 linecolor rgb '\(marker)'",
    "set grid noxtics ytics linetype 1 linecolor rgb '\(grid)' linewidth 1",
    "set xtics out nomirror scale 0.5 offset 0, lift textcolor rgb '\(quiet)'",
    "set ytics out nomirror scale 0 textcolor rgb '\(quiet)'",
  ]

  /// The command for a line across the plot, from below to above.
  static func vertical(at position: String, color: String, dashes: String, isInFront: Bool = false) -> String {
    "set arrow from first \(position), graph 0 to first \(position), graph 1 nohead \(isInFront ? "front " : "")"
      + "linecolor rgb '\(color)' linewidth 1 dashtype \(dashes)"
  }

  /// The command for a text above such a line.
  static func heading(_ text: String, above position: String) -> String {
    label(text, at: "first \(position)", "graph 1", "center offset character 0, 0.5 \(font(smallSize))")
  }

  /// The command that sets the tics of an axis, `x` or `y`.
  static func tics(_ axis: String, _ tics: [Tic]) -> String {
    let list = tics.map { "\(ticLabel($0.label, second: $0.second)) \(gnuplotNumber($0.at))" }
    return "set \(axis)tics (\(list.joined(separator: ", ")))"
  }

  /// The command that sets the range of an axis.
  static func range(_ axis: String, _ range: ClosedRange<Double>) -> String {
    "set \(axis)range [\(gnuplotNumber(range.lowerBound)):\(gnuplotNumber(range.upperBound))]"
  }

  /// A constant in a gnuplot expression; always with a point or exponent, since gnuplot divides whole numbers as such.
  static func gnuplotNumber(_ value: Double) -> String { "\(value)" }
}
