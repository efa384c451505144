import Foundation
import Testing
import TimeSeries

@testable import Charts

/// A folder of its own for one test, removed with it.
final class Folder {
  let path: String

  init(named name: String = "charts") throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(name)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  /// Writes a program that stands in for gnuplot.
  func program(_ name: String, _ body: String) throws -> Gnuplot {
    // By a child, because a program cannot be started while a test beside this one, forked meanwhile, holds it open.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let save = #"printf '#!/bin/sh\n%s\n' "$1" > "$2" && chmod 755 "$2""#
    process.arguments = ["-c", save, "sh", body, "\(path)/\(name)"]
    try process.run()
    process.waitUntilExit()
    return Gnuplot(executable: "\(path)/\(name)")
  }
}

/// The gnuplot that this machine has; Almanac's tests need one.
func installedGnuplot() throws -> Gnuplot {
  try Gnuplot(searching: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
}

func text(of script: ChartScript, pictures: String = "chart") throws -> String {
  let folder = try Folder()
  try script.write(to: "\(folder.path)/a.gp", pictures: pictures)
  return try folder.text("a.gp")
}

/// Draws a chart and gives its SVG; a PNG is made too and looked at.
func draw(_ chart: some Chart, height: Int = 600) throws -> String {
  let folder = try Folder()
  try chart.script.write(to: "\(folder.path)/a.gp", pictures: "a")
  #expect(try complaints(of: "\(folder.path)/a.gp", in: folder) == "")
  let paths = try installedGnuplot().render("\(folder.path)/a.gp", pictures: "a", into: folder.path)
  #expect(paths == ["\(folder.path)/a.svg", "\(folder.path)/a.png"])
  #expect(try pngSize(folder.bytes("a.png")) == [1200, height])
  return try folder.text("a.svg")
}

/// All that gnuplot says while it draws a script in every format; it only warns of much that is wrong.
func complaints(of script: String, in folder: Folder) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: try installedGnuplot().executable)
  process.arguments = ["-d", "-e", "folder='\(folder.path)'; formats='svg png pdf'; theme='dark'", script]
  let said = "\(folder.path)/said"
  try Data().write(to: URL(fileURLWithPath: said))
  process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: said))
  process.standardOutput = process.standardError
  try process.run()
  process.waitUntilExit()
  return try folder.text("said")
}

/// Width and height from a PNG's header, after a look at its signature.
func pngSize(_ data: Data) -> [Int] {
  let bytes = [UInt8](data)
  guard bytes.count > 24, bytes[0..<8] == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] else { return [] }
  return [16, 20].map { start in bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
}

/// The texts of a picture, in the order in which they are drawn.
func texts(_ svg: String) -> [String] {
  svg.components(separatedBy: "<text").dropFirst().map { part in
    let text = part[(part.firstIndex(of: ">").map(part.index(after:)) ?? part.startIndex)...]
    return String(text[..<(text.range(of: "</text>")?.lowerBound ?? text.endIndex)]).trimmingCharacters(
      in: .whitespaces)
  }
}

extension TimeIndex {
  static func months(_ count: Int, from year: Int = 2020) -> TimeIndex {
    TimeIndex(start: CivilTime(year: year, month: 1, day: 1).timestamp, frequency: .months(1), count: count)
  }
}

extension ForecastChart.Panel {
  /// A panel with given values at the end of an index.
  static func made(
    name: String = "x", _ values: [Double], on index: TimeIndex? = nil, forecast: [Double],
    intervals: [Forecast.Interval] = []
  ) -> Self {
    let index = index.map { TimeIndex(start: $0.start, frequency: $0.frequency, count: values.count) }
    let history = Series(name: name, index: index ?? .months(values.count), values: values)
    return .init(
      history: history,
      forecast: .init(
        name: name, index: history.index.following(forecast.count), point: forecast, intervals: intervals))
  }

  /// A panel with everything that there is.
  static var whole: Self {
    var panel = made(
      name: "temp_1", [1, 3, 2, 4, 3, 5], forecast: [4, 6],
      intervals: [
        .init(level: 0.8, lower: [3, 4.5], upper: [5, 7.5]), .init(level: 0.95, lower: [2.5, 4], upper: [5.5, 8]),
      ])
    let held = panel.history.index.prefix(4).following(2)
    panel.fold = .init(
      truth: Series(name: "temp_1", index: held, values: [3, 5]),
      forecast: .init(name: "temp_1", index: held, point: [2.8, 5.4]))
    panel.baseline = Series(name: "seasonal naive", index: held, values: [2, 4])
    panel.scores = ["MASE 0.62", "seasonal naive 1.31"]
    return panel
  }
}

struct Point: Equatable {
  var x: Double
  var y: Double
}

/// The lines of a colour in an SVG, each as its points: a path that is lifted off counts as two.
func lines(_ tint: Tint, _ svg: String) -> [[Point]] {
  svg.components(separatedBy: "<path stroke='\(rgb(tint.color(.light)))'").dropFirst().flatMap { part -> [[Point]] in
    let element = part[..<(part.range(of: "/>")?.lowerBound ?? part.endIndex)]
    guard let start = element.range(of: " d='")?.upperBound else { return [] }
    let path = element[start...].prefix { $0 != "'" }
    return path.split(separator: "M").map { points(String($0).replacingOccurrences(of: "L", with: " ")) }
      .filter { $0.count > 1 }
  }
}

/// The filled areas of a colour in an SVG, each as its corners without the one that closes it.
func areas(_ svg: String, color: Tint = .forecast) -> [[Point]] {
  svg.components(separatedBy: "<polygon fill = '\(rgb(color.color(.light)))'").dropFirst().map { part in
    guard let start = part.range(of: "points = '")?.upperBound else { return [] }
    let corners = points(String(part[start...].prefix { $0 != "'" }))
    return corners.last == corners.first ? Array(corners.dropLast()) : corners
  }.filter { corners in
    // gnuplot begins a band that begins in a point with an area of no size.
    corners.contains { $0 != corners[0] }
  }
}

private func points(_ text: String) -> [Point] {
  text.split(whereSeparator: \.isWhitespace).compactMap { pair in
    let numbers = pair.split(separator: ",").compactMap { Double($0) }
    return numbers.count == 2 ? Point(x: numbers[0], y: numbers[1]) : nil
  }
}

private func rgb(_ color: String) -> String {
  let digits = Array(color.dropFirst())
  let parts = [0, 2, 4].map { start -> String in
    let number = String(Int(String(digits[start...start + 1]), radix: 16) ?? 0)
    return String(repeating: " ", count: 3 - number.count) + number
  }
  return "rgb(\(parts.joined(separator: ", ")))"
}
