/// A self-contained gnuplot script: the data, the colours, then what to draw, once for each kind of picture.
///
/// `gnuplot NAME.gp` makes its pictures beside the script, from whatever folder it is called. Three variables that are
/// set before it is loaded change that: `folder`, where the pictures go, `formats`, which of them are made (`svg png` unless
/// said otherwise; `pdf` is one more), and `theme`, `light` or `dark`.
///
/// The same chart gives the same bytes. No text of the data can run as a command: all of it stands in single quotes,
/// where gnuplot replaces nothing, and the terminals draw text as it is (`noenhanced`).
public struct ChartScript: Sendable, Equatable {
  /// Numbers that the script refers to by name.
  struct DataBlock: Sendable, Equatable {
    /// The name without the `$`.
    var name: String
    /// Columns of one length.
    var columns: [[Double]]
  }

  /// A plot of the picture: where it stands, and what its axes show.
  public struct Area: Sendable, Equatable {
    /// Where it stands.
    public var frame: PlotFrame
    /// What its axis from left to right shows; of times seconds since 1970.
    public var x: ClosedRange<Double>
    /// What its axis from below to above shows.
    public var y: ClosedRange<Double>
  }

  /// What the picture shows, for people who cannot see it.
  public var title: String
  /// The size of the picture.
  public var canvas: Canvas
  /// The theme that it is drawn in unless `theme` says otherwise.
  public var theme = Theme.light
  /// The data, in the order in which it is written.
  var blocks: [DataBlock] = []
  /// The commands that draw one picture, one a line.
  var commands: [String] = []
  /// Its plots.
  public internal(set) var areas: [Area] = []

  init(title: String, canvas: Canvas) { (self.title, self.canvas) = (title, canvas) }

  /// Writes the script to a file.
  ///
  /// - Parameters:
  ///   - path: the file; one that is there is written over.
  ///   - pictures: what the script calls its pictures, without folder and extension: `co2` for `co2.svg`.
  /// - Throws: ``ChartError/unwritable(path:reason:)``.
  public func write(to path: String, pictures: String) throws(ChartError) {
    let stream = try GnuplotStream(file: path)
    stream.write(preamble(pictures: pictures))
    send(to: stream)
    stream.write(body)
    try stream.close()
  }

  /// The commands that print one SVG picture on standard output.
  func printed() throws(ChartError) -> [UInt8] {
    let memory = try MemoryFile()
    let stream = try GnuplotStream(descriptor: memory.descriptor, named: "in memory")
    stream.write((["reset", "set encoding utf8", "set locale 'C'"] + colors + svgTerminal).asLines)
    send(to: stream)
    stream.write((commands + ["unset output"]).asLines)
    try stream.close()
    return try memory.bytes()
  }

  private func send(to stream: GnuplotStream) {
    for block in blocks {
      stream.write("$\(block.name) << END\n")
      stream.send(columns: block.columns)
      stream.write("END\n")
    }
  }

  private func preamble(pictures: String) -> String {
    """
    # A chart, with its data. It makes \(oneLine(pictures)).svg and \(oneLine(pictures)).png beside this file:
    #   gnuplot FILE
    # Elsewhere, only one of them, a page, or in the other theme:
    #   gnuplot -e "folder='DIR'; formats='svg pdf'; theme='\(theme == .light ? "dark" : "light")'" FILE
    set encoding utf8
    set locale 'C'
    slash = strlen(ARG0)
    while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
    picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').\(quoted(pictures))
    kinds = exists('formats') ? formats : 'svg png'
    theme = exists('theme') ? theme : '\(theme.rawValue)'
    \((["dark = theme eq 'dark'"] + themes).joined(separator: "\n"))

    """
  }

  private var themes: [String] {
    Tint.allCases.map { "\($0.name) = dark ? '\($0.color(.dark))' : '\($0.color(.light))'" }
  }

  private var colors: [String] { Tint.allCases.map { "\($0.name) = '\($0.color(theme))'" } }

  private var size: String { "\(plain(canvas.width)),\(plain(canvas.height))" }

  private var svgTerminal: [String] {
    [
      "set terminal svg size \(size) dynamic noenhanced "
        + "font 'Liberation Sans,Arial,Helvetica,sans-serif,\(plain(Style.textSize))' background color_background",
      "lift = 0.35; squeeze = -4",
    ]
  }

  private var body: String {
    let font = "font 'Liberation Sans,\(plain(Style.textSize))' fontscale 0.75 background color_background"
    let inches = "\(decimal(canvas.width / 96, places: 3))in,\(decimal(canvas.height / 96, places: 3))in"
    // svg sets the labels below an axis too low and takes a legend's text for wider than it is; lift and squeeze
    // undo that. The others count points of 1/72 inch at 96 pixels an inch, svg counts pixels.
    return
      (["do for [kind in kinds] {", "reset", "if (kind eq 'svg') {"] + svgTerminal + [
        "} else {",
        "if (kind eq 'pdf') {",
        "set terminal pdfcairo size \(inches) noenhanced \(font)",
        "} else {",
        "set terminal pngcairo size \(size) noenhanced \(font)",
        "}",
        "lift = 0; squeeze = 0",
        "}",
        "set output picture.'.'.kind",
      ] + commands + ["unset output", "}"]).asLines
  }

  // A comment that ended in a backslash would go on in the next line.
  private func oneLine(_ text: String) -> String { String(text.filter { !$0.isNewline && $0 != "\\" }) }
}

extension [String] {
  fileprivate var asLines: String { map { $0 + "\n" }.joined() }
}

/// The text as a gnuplot string in single quotes; control characters, line ends among them, become spaces, and letters that
/// no XML file may hold U+FFFD.
///
/// gnuplot reads a doubled quote as an apostrophe only where no other quote stands beside it, so apostrophes stand in
/// double quotes, in strings of nothing else that are joined to the rest.
func quoted(_ text: some StringProtocol) -> String {
  var result = "'"
  var isApostrophe = false
  var brackets = 0
  for scalar in text.unicodeScalars {
    // The svg terminal leaves `]]>` as it is, which no text of an XML file may hold: a space of no width parts it.
    if scalar == ">", brackets >= 2 { result += "\u{200B}" }
    brackets = scalar == "]" ? brackets + 1 : 0
    if (scalar == "'") != isApostrophe {
      result += isApostrophe ? "\".'" : "'.\""
      isApostrophe.toggle()
    }
    switch scalar {
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": result += " "
    case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + (isApostrophe ? "\"" : "'")
}

/// The text as the label of a tic, which gnuplot reads as a number format; `second` is a second line below it.
func ticLabel(_ text: String, second: String? = nil) -> String {
  // Single quotes know no line end, so it comes from a string in double quotes that holds nothing else.
  [text, second].compactMap { $0 }.map { quoted($0).replacing("%", with: "%%") }.joined(separator: ".\"\\n\".")
}
