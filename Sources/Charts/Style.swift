/// The colours of a chart. The script knows all themes and draws in one of them.
public enum Theme: String, Sendable, Hashable, CaseIterable {
  /// On white, for pages and print.
  case light
  /// On near black.
  case dark
}

/// What a colour is for. Scripts name colours by it, and no two of a theme are equal, so that whoever has a picture can
/// tell what each of its parts is.
///
/// The hues are from Okabe and Ito's palette, which stays readable with any of the common colour-vision deficiencies; those
/// of the dark theme are lighter. Kinds of lines differ in width and dashes too.
public enum Tint: String, Sendable, Hashable, CaseIterable {
  /// Behind everything.
  case background
  /// Titles.
  case ink
  /// Labels of axes and legends.
  case quiet
  /// Labels at the tics of an axis of time.
  case time
  /// Lines below a plot and where something begins.
  case marker
  /// The origin of a forecast.
  case origin
  /// Lines across a plot.
  case grid
  /// What was read.
  case history
  /// What is forecast.
  case forecast
  /// What was held out.
  case truth
  /// What was forecast for it.
  case backtest
  /// A plain forecast beside it.
  case baseline
  /// Bars of others.
  case bar
  /// A further line.
  case fourth
  /// A further line.
  case fifth
  /// What should be looked at.
  case alarm

  /// The colour as six digits behind a `#`.
  public func color(_ theme: Theme) -> String {
    let (light, dark) =
      switch self {
      case .background: ("#ffffff", "#14171c")
      case .ink: ("#222222", "#eceef1")
      case .quiet: ("#5c6064", "#a9b0b9")
      case .time: ("#5c6065", "#a9b0ba")
      case .marker: ("#8c8f93", "#79808a")
      case .origin: ("#8c8f94", "#79808b")
      case .grid: ("#e4e5e7", "#2b3038")
      case .history: ("#444444", "#c3c8cf")
      case .forecast: ("#0072b2", "#56b4e9")
      case .truth: ("#000000", "#ffffff")
      case .backtest: ("#d55e00", "#f3904f")
      case .baseline: ("#009e73", "#3fcf9f")
      case .bar: ("#a9b4bc", "#5a6570")
      case .fourth: ("#a14f86", "#e09ac4")
      case .fifth: ("#9a7300", "#e8c04a")
      case .alarm: ("#c1121f", "#ff7b7b")
      }
    return theme == .light ? light : dark
  }

  /// The name of the script's variable that holds it.
  var name: String { "color_\(rawValue)" }
}

/// The look that all charts share.
enum Style {
  static let textSize = 15.0
  static let titleSize = 21.0
  static let smallSize = 13.0

  /// The option that sets the size of a text.
  ///
  /// Only the size: svg would take a list of faces, or a bold one, for the name of one face.
  static func font(_ size: Double) -> String { "font ',\(plain(size))'" }

  /// The option that colours a line.
  static func line(_ tint: Tint) -> String { "linecolor rgb \(tint.name)" }

  /// The command for a text at a position that gnuplot understands; the options say how it lies there.
  static func label(_ text: String, at x: String, _ y: String, _ options: String, color: Tint = .quiet) -> String {
    "set label \(quoted(text)) at \(x), \(y) \(options) textcolor rgb \(color.name)"
  }

  /// The command for a text in place of a plot.
  static let noValues = label("no values", at: "graph 0.5", "graph 0.5", "center")

  /// The commands for a frame of one line at the bottom, quiet tics, and light lines across.
  static let frame = [
    "set border 1 \(line(.marker))",
    "set grid noxtics ytics linetype 1 \(line(.grid)) linewidth 1",
    "set xtics out nomirror scale 0.5 offset 0, lift textcolor rgb \(Tint.time.name)",
    "set ytics out nomirror scale 0 textcolor rgb \(Tint.quiet.name)",
  ]

  /// The command for a line across the plot, from below to above.
  static func vertical(at position: String, color: Tint, dashes: String, isInFront: Bool = false) -> String {
    "set arrow from first \(position), graph 0 to first \(position), graph 1 nohead \(isInFront ? "front " : "")"
      + "\(line(color)) linewidth 1 dashtype \(dashes)"
  }

  /// The command for a line across the plot, from left to right.
  static func horizontal(at position: String, color: Tint, dashes: String) -> String {
    "set arrow from graph 0, first \(position) to graph 1, first \(position) nohead "
      + "\(line(color)) linewidth 1 dashtype \(dashes)"
  }

  /// The command for a text above an upright line.
  static func heading(_ text: String, above position: String, color: Tint = .quiet) -> String {
    label(text, at: "first \(position)", "graph 1", "center offset character 0, 0.5 \(font(smallSize))", color: color)
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

/// A picture's size in pixels, and positions in it, counted from its upper left corner.
public struct Canvas: Sendable, Hashable {
  /// From left to right.
  public var width: Double
  /// From above to below.
  public var height: Double

  /// A size.
  public init(width: Double = 1200, height: Double = 600) { (self.width, self.height) = (width, height) }

  /// A position from the left as gnuplot counts it.
  func x(_ pixels: Double) -> String { "screen \(decimal(pixels / width, places: 5))" }

  /// A position from the top as gnuplot counts it.
  func y(_ pixels: Double) -> String { "screen \(decimal(1 - pixels / height, places: 5))" }

  /// The command that places the inside of a plot.
  func margins(_ frame: PlotFrame) -> String {
    "set lmargin at \(x(frame.left)); set rmargin at \(x(frame.right)); "
      + "set tmargin at \(y(frame.top)); set bmargin at \(y(frame.bottom))"
  }

  /// The command for a text at a position.
  func label(_ text: String, _ left: Double, _ top: Double, _ options: String, color: Tint = .quiet) -> String {
    Style.label(text, at: x(left), y(top), options, color: color)
  }

  /// The commands for a title and, where there is one, a line below it; nothing for an empty title.
  func heading(_ title: String, _ subtitle: [String], left: Double) -> [String] {
    let room = width - left - 12
    var lines: [String] = []
    if !title.isEmpty {
      lines.append(
        label(
          fitting(title, width: room, size: Style.titleSize), left, 28, "left \(Style.font(Style.titleSize))",
          color: .ink))
    }
    if !subtitle.isEmpty {
      lines.append(label(fitting(subtitle, width: room, size: Style.textSize), left, title.isEmpty ? 22 : 55, "left"))
    }
    return lines
  }

  /// The room that they take.
  static func headingHeight(_ title: String, _ subtitle: [String]) -> Double {
    title.isEmpty ? (subtitle.isEmpty ? 8 : 40) : subtitle.isEmpty ? 50 : 76
  }
}

/// The inside of a plot, between its axes, in pixels from the picture's upper left corner.
public struct PlotFrame: Sendable, Hashable {
  /// Its left end.
  public var left: Double
  /// Its right end.
  public var right: Double
  /// Its upper end.
  public var top: Double
  /// Its lower end.
  public var bottom: Double
}
