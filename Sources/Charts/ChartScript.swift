/// A self-contained gnuplot script: the data, then what to draw of it, once for each kind of picture.
///
/// `gnuplot NAME.gp` makes its pictures beside the script, from whatever folder it is called. Two variables that are
/// set before it is loaded change that: `folder`, where the pictures go, and `formats`, which of them are made
/// (`svg png` unless said otherwise).
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

  /// The width of the picture in pixels.
  static let width = 1200

  /// The height of the picture in pixels.
  var height: Int
  /// The data, in the order in which it is written.
  var blocks: [DataBlock] = []
  /// The commands that draw one picture, one a line.
  var commands: [String] = []

  /// Writes the script to a file.
  ///
  /// - Parameters:
  ///   - path: the file; one that is there is written over.
  ///   - pictures: what the script calls its pictures, without folder and extension: `co2` for `co2.svg`.
  /// - Throws: ``ChartError/unwritable(path:reason:)``.
  public func write(to path: String, pictures: String) throws(ChartError) {
    let stream = try GnuplotStream(file: path)
    stream.write(preamble(pictures: pictures))
    for block in blocks {
      stream.write("$\(block.name) << END\n")
      stream.send(columns: block.columns)
      stream.write("END\n")
    }
    stream.write(body)
    try stream.close()
  }

  private func preamble(pictures: String) -> String {
    """
    # A chart, with its data. It makes \(oneLine(pictures)).svg and \(oneLine(pictures)).png beside this file:
    #   gnuplot FILE
    # Elsewhere, or only one of them:
    #   gnuplot -e "folder='DIR'; formats='svg'" FILE
    set encoding utf8
    set locale 'C'
    slash = strlen(ARG0)
    while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
    picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').\(quoted(pictures))
    kinds = exists('formats') ? formats : 'svg png'

    """
  }

  private var body: String {
    let size = plain(Style.textSize)
    var lines = [
      "do for [kind in kinds] {",
      "reset",
      "if (kind eq 'svg') {",
      "set terminal svg size \(Self.width),\(height) dynamic noenhanced "
        + "font 'Liberation Sans,Arial,Helvetica,sans-serif,\(size)' background '#ffffff'",
      "lift = 0.35; squeeze = -4",
      "} else {",
      // svg sets the labels below an axis too low and takes a legend's text for wider than it is; lift and squeeze
      // undo that. pngcairo counts points of 1/72 inch at 96 pixels an inch, svg counts pixels.
      "set terminal pngcairo size \(Self.width),\(height) noenhanced "
        + "font 'Liberation Sans,\(size)' fontscale 0.75 background '#ffffff'",
      "lift = 0; squeeze = 0",
      "}",
      "set output picture.'.'.kind",
    ]
    lines += commands
    lines += ["unset output", "}"]
    return lines.map { $0 + "\n" }.joined()
  }

  // A comment that ended in a backslash would go on in the next line.
  private func oneLine(_ text: String) -> String { String(text.filter { !$0.isNewline && $0 != "\\" }) }
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
