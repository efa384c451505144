import Glibc

/// The text of a picture that gnuplot drew, with names in it that mean something.
///
/// gnuplot gives each plot a title such as `gnuplot_plot_3`, which browsers show where the pointer rests; these go, and the
/// picture itself gets its own.
public struct SVGPicture: Sendable, Hashable {
  /// The file's text.
  public let text: String

  init(_ drawn: String, title: String) {
    var rest = drawn[...]
    var tidy = ""
    var isFirst = true
    while let start = rest.range(of: "<title>") {
      tidy += rest[..<start.lowerBound]
      rest = rest[start.upperBound...]
      guard let end = rest.range(of: "</title>") else { break }
      if isFirst { tidy += "<title>\(escapedForXML(title))</title>" }
      isFirst = false
      rest = rest[end.upperBound...]
    }
    text = tidy + rest
  }

  /// The picture without the head of its file and with its colours by name, to stand within a page: `fill` and `stroke`
  /// are `var(--ink)` and so on, see ``Tint``. Identifiers, which have to be unique in a page, get a name before them.
  ///
  /// - Parameters:
  ///   - theme: the one that it was drawn in.
  ///   - name: letters and digits.
  public func inline(_ theme: Theme, named name: String) -> String {
    guard let start = text.range(of: "<svg") else { return "" }
    // Texts of the data stand in these elements alone, and stay as they are.
    let (open, close) = ("<text", "</text>")
    var parts = text[start.lowerBound...].split(separator: open, omittingEmptySubsequences: false)
    var result = SVGPicture.named(SVGPicture.withoutTitle(parts.removeFirst()), theme, name)
    for part in parts {
      guard let end = part.range(of: close) else { continue }
      result += open + part[..<end.lowerBound] + SVGPicture.named(part[end.lowerBound...], theme, name)
    }
    return result
  }

  /// Without what only says that it is a picture by gnuplot.
  private static func withoutTitle(_ text: Substring) -> Substring {
    guard let start = text.range(of: "<title>"), let end = text.range(of: "</desc>") else { return text }
    return text[..<start.lowerBound] + text[end.upperBound...]
  }

  private static func named(_ text: Substring, _ theme: Theme, _ name: String) -> String {
    var result = String(text)
    for tint in Tint.allCases {
      let digits = Array(tint.color(theme).dropFirst())
      let parts = [0, 2, 4].map { Int(String(digits[$0...$0 + 1]), radix: 16) ?? 0 }
      // gnuplot writes #5c6064 as it is, or as rgb( 92,  96, 100), and for texts as rgb(92,96,100).
      let numbers = parts.map { String(repeating: " ", count: 3 - String($0).count) + String($0) }
      let forms = [numbers.joined(separator: ", "), parts.map(String.init).joined(separator: ",")]
      for form in forms.map({ "rgb(\($0))" }) + [tint.color(theme)] {
        result.replace(form, with: "var(--\(tint.rawValue))")
      }
    }
    // What a browser takes anyway, and the face of the page.
    for usual in [
      " stroke-linecap=\"butt\" stroke-linejoin=\"miter\"",
      " font-family=\"Liberation Sans,Arial,Helvetica,sans-serif\"",
    ] { result.replace(usual, with: "") }
    for quote in ["'", "\""] {
      result.replace("id=\(quote)", with: "id=\(quote)\(name)-")
      result.replace("xlink:href=\(quote)#", with: "xlink:href=\(quote)#\(name)-")
      result.replace("url(#", with: "url(#\(name)-")
    }
    return result
  }

  /// Tidies the picture of a file.
  static func tidy(_ path: String, title: String) throws(ChartError) {
    guard let file = fopen(path, "r+e") else {
      throw .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: max(0, ftell(file)))
    rewind(file)
    guard fread(&bytes, 1, bytes.count, file) == bytes.count else { throw .pictureIncomplete(path: path) }
    let text = Array(SVGPicture(String(decoding: bytes, as: UTF8.self), title: title).text.utf8)
    rewind(file)
    // It may have become longer as well as shorter.
    guard fwrite(text, 1, text.count, file) == text.count, fflush(file) == 0,
      ftruncate(fileno(file), text.count) == 0
    else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
  }
}

/// The text as it stands in an XML or HTML file; control characters, which no such file may hold and of which some steer the
/// direction of all the text behind them, become spaces.
///
/// Each scalar is escaped by itself: a quote that a combining mark follows is one character with it, and a quote all the
/// same.
///
/// - Parameter keepingLines: whether line ends stay.
package func escapedForXML(_ text: String, keepingLines: Bool = false) -> String {
  var result = ""
  result.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\n" where keepingLines: result += "\n"
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": result += " "
    case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
