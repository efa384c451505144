import Foundation
import Testing

@testable import Charts

@Suite struct GnuplotTests {
  static let chart = ForecastChart(title: "Two steps ahead", valueLabel: "°C", panels: [.whole])

  /// Runs a program to its end in a folder, and gives its status.
  func run(_ program: String, _ arguments: [String], in folder: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test func theScriptRunsAloneAndLeavesItsPicturesBesideItself() throws {
    let (folder, elsewhere) = (try Folder(), try Folder())
    let gnuplot = try installedGnuplot()
    try Self.chart.script.write(to: "\(folder.path)/co2.gp", pictures: "co2")
    #expect(try run(gnuplot.executable, ["\(folder.path)/co2.gp"], in: elsewhere.path) == 0)
    #expect(folder.names == ["co2.gp", "co2.png", "co2.svg"])
    #expect(elsewhere.names == [])
    #expect(try pngSize(folder.bytes("co2.png")) == [1200, 600])

    // From its own folder too, where its name has no folder in it.
    try FileManager.default.removeItem(atPath: "\(folder.path)/co2.svg")
    #expect(try run(gnuplot.executable, ["co2.gp"], in: folder.path) == 0)
    #expect(folder.names == ["co2.gp", "co2.png", "co2.svg"])

    // And elsewhere, one picture only, where it is asked for so.
    let wish = "folder='\(elsewhere.path)'; formats='svg'"
    #expect(try run(gnuplot.executable, ["-e", wish, "\(folder.path)/co2.gp"], in: "/") == 0)
    #expect(elsewhere.names == ["co2.svg"])
    #expect(try elsewhere.bytes("co2.svg") == folder.bytes("co2.svg"))
  }

  @Test func theSameChartGivesTheSameBytes() throws {
    let folders = try (0..<2).map { _ in try Folder() }
    for folder in folders {
      try Self.chart.script.write(to: "\(folder.path)/a.gp", pictures: "a")
      _ = try installedGnuplot().render("\(folder.path)/a.gp", pictures: "a", into: folder.path)
    }
    for name in ["a.gp", "a.svg", "a.png"] {
      #expect(try folders[0].bytes(name) == folders[1].bytes(name), "\(name)")
    }
    #expect(try !folders[0].text("a.svg").contains(folders[0].path))
  }

  @Test func namesOfAnyKindWork() throws {
    let folder = try Folder(named: "it's a | \"folder\" `x` {")
    let name = "|co2 'two' % {x}"
    try Self.chart.script.write(to: "\(folder.path)/\(name).gp", pictures: name)
    let made = try installedGnuplot().render(
      "\(folder.path)/\(name).gp", pictures: name, into: folder.path, formats: [.png])
    #expect(made == ["\(folder.path)/\(name).png"])
    #expect(try run(installedGnuplot().executable, ["\(name).gp"], in: folder.path) == 0)
    #expect(folder.names == ["gp", "png", "svg"].map { "\(name).\($0)" })
  }

  @Test func noFormatsStartNothing() throws {
    let nothing = Gnuplot(executable: "/nowhere/gnuplot")
    #expect(try nothing.render("/nowhere/a.gp", pictures: "a", into: "/nowhere", formats: []) == [])
  }

  @Test func theFirstGnuplotOfTheSearchPathIsTaken() throws {
    let (one, two) = (try Folder(), try Folder())
    // Neither a folder of that name nor a file that cannot be run.
    try FileManager.default.createDirectory(
      atPath: "\(one.path)/bin/gnuplot", withIntermediateDirectories: true)
    try "".write(toFile: "\(one.path)/gnuplot", atomically: true, encoding: .utf8)
    let program = try two.program("gnuplot", "exit 0")
    #expect(try Gnuplot(searching: "\(one.path)/bin::\(one.path):\(two.path)") == program)
  }

  // MARK: Errors, word for word

  func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func aMissingGnuplotIsNamedWithItsPackage() {
    #expect(
      message { _ = try Gnuplot(searching: "/nowhere/bin:/nowhere/else") }
        == "gnuplot was not found in PATH (/nowhere/bin:/nowhere/else); install the package gnuplot-nox, "
        + "or ask for no pictures")
    #expect(
      message { _ = try Gnuplot(searching: "") }
        == "gnuplot was not found in PATH (which is empty); install the package gnuplot-nox, or ask for no pictures")
    #expect(
      message { _ = try Gnuplot(executable: "/nowhere/gnuplot").render("a.gp", pictures: "a", into: ".") }
        == "cannot start /nowhere/gnuplot: No such file or directory; install the package gnuplot-nox, "
        + "or ask for no pictures")
  }

  @Test func anUnwritableScriptIsNamedWithTheReason() throws {
    let folder = try Folder()
    #expect(
      message { try Self.chart.script.write(to: "\(folder.path)/no/a.gp", pictures: "a") }
        == "cannot write the chart \(folder.path)/no/a.gp: No such file or directory")
    #expect(
      message { try Self.chart.script.write(to: folder.path, pictures: "a") }
        == "cannot write the chart \(folder.path): Is a directory")
    #expect(
      message { try Self.chart.script.write(to: "/dev/full", pictures: "a") }
        == "cannot write the chart /dev/full: No space left on device")
  }

  @Test func gnuplotsOwnMessageIsQuoted() throws {
    let folder = try Folder()
    let gnuplot = try installedGnuplot()
    let script = "\(folder.path)/bad.gp"
    try "set terminal svg\nplot nonsense\n".write(toFile: script, atomically: true, encoding: .utf8)
    #expect(
      message { _ = try gnuplot.render(script, pictures: "bad", into: folder.path) }
        == "gnuplot could not draw \(script): \"\(script)\" line 2: undefined variable: nonsense")
    #expect(
      message { _ = try gnuplot.render("\(folder.path)/none.gp", pictures: "none", into: folder.path) }
        == "gnuplot could not draw \(folder.path)/none.gp: line 0: Cannot load input from '\(folder.path)/none.gp'")
    let silent = try folder.program("silent", "cat > /dev/null; exit 3")
    #expect(
      message { _ = try silent.render(script, pictures: "bad", into: folder.path) }
        == "gnuplot could not draw \(script): it ended with status 3 and no message")
    let killed = try folder.program("killed", "echo 'line 1: out of memory' >&2; kill -9 $$")
    #expect(
      message { _ = try killed.render(script, pictures: "bad", into: folder.path) }
        == "gnuplot could not draw \(script): line 1: out of memory")
  }

  @Test func aGnuplotThatLeavesBeforeItHasReadDoesNotEndUs() throws {
    let folder = try Folder()
    let rude = try folder.program("rude", "exec <&-; echo 'no licence' >&2; exit 1")
    // More than a pipe holds, so that writing meets the closed end.
    let long = "\(folder.path)/" + String(repeating: "x", count: 1 << 20)
    let text = message { _ = try rude.render(long, pictures: "a", into: folder.path) }
    #expect(text.hasSuffix("x: no licence"))
  }

  @Test func aGnuplotThatHangsIsEnded() throws {
    let folder = try Folder()
    let slow = try folder.program("slow", "exec sleep 60")
    #expect(
      message { _ = try slow.render("a.gp", pictures: "a", into: folder.path, within: 0.2) }
        == "gnuplot did not finish drawing a.gp within 0.2 s and was ended")
  }

  @Test func aPictureThatIsMissingOrCutOffIsReported() throws {
    let folder = try Folder()
    let lazy = try folder.program("lazy", "cat > /dev/null")
    #expect(
      message { _ = try lazy.render("a.gp", pictures: "a", into: folder.path) }
        == "gnuplot left \(folder.path)/a.svg incomplete; is the disk full?")
    try Self.chart.script.write(to: "\(folder.path)/a.gp", pictures: "a")
    _ = try installedGnuplot().render("\(folder.path)/a.gp", pictures: "a", into: folder.path)
    let png = try folder.bytes("a.png")
    try png.prefix(png.count / 2).write(to: URL(fileURLWithPath: "\(folder.path)/a.png"))
    #expect(
      message { _ = try lazy.render("a.gp", pictures: "a", into: folder.path) }
        == "gnuplot left \(folder.path)/a.png incomplete; is the disk full?")
  }
}
