import Foundation
import Testing

/// The example of a package with a stage of its own: it is built as a user would build it, and run.
@Suite struct PluginPackageTests {
  @Test(
    .disabled(if: Workspace.isSanitized, "the sanitizer is not in a package that is built by itself"),
    .enabled(
      if: FileManager.default.isWritableFile(atPath: Workspace.binary.deletingLastPathComponent().path),
      "nothing can be built where only the temporary folder can be written to"))
  func thePackageBuildsAndItsStageRuns() throws {
    let package = Workspace.repository.appendingPathComponent("pipelines/plugins/swift-stage")
    // Beside the products of these tests, so that the second time only what has changed is built.
    let scratch = Workspace.binary.deletingLastPathComponent().appendingPathComponent("swift-stage")
    // The plan of the last build does not notice files that have moved in a package it depends on.
    for plan in ["debug.yaml", "debug/description.json"] {
      try? FileManager.default.removeItem(at: scratch.appendingPathComponent(plan))
    }
    let build = try Workspace.run(
      URL(fileURLWithPath: "/usr/bin/env"),
      [
        "swift", "build", "--package-path", package.path, "--scratch-path", scratch.path, "--disable-index-store",
        "-debug-info-format", "none", "--product", "almanac-seasons",
      ], in: package, environment: ["ALMANAC_OPTIMIZED": ""])
    try #require(build.code == 0, "\(build.output)\(build.errors)")
    let binary = scratch.appendingPathComponent("debug/almanac-seasons")

    let workspace = try Workspace()
    try workspace.write("day,load\n" + (0..<40).map { "\($0 + 1),\($0 % 4 + $0 / 4)\n" }.joined(), to: "data.csv")
    try workspace.write(
      """
      version: 1
      name: test
      stages:
        - use: csv
          with: {path: data.csv, time: day, time_format: steps, target: load}
        - use: window
          with: {lookback: 8, horizon: 5}
        - use: season-average
          with: {season: 4, seasons: 2}
        - use: write
          with: {path: forecast.csv}

      """, to: "p.yaml")
    let outcome = try Workspace.run(binary, ["run", "p.yaml"], in: workspace.folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    // The last two seasons are 8 9 10 11 and 9 10 11 12.
    #expect(
      try workspace.read("forecast.csv")
        == "series,time,step,forecast\nload,41,1,8.5\nload,42,2,9.5\nload,43,3,10.5\nload,44,4,11.5\nload,45,5,8.5\n")

    let help = try Workspace.run(binary, ["stages", "season-average"], in: workspace.folder)
    #expect(help.output.contains("  season: whole number, at least 1, in steps, required\n"))
    let short = try Workspace.run(
      binary, ["validate", "--set", "window.with.lookback=7", "p.yaml"], in: workspace.folder)
    #expect(short.code == 78)
    #expect(
      short.errors
        == "p.yaml:9:32: error: stages[2] (season-average): seasons wants a lookback of at least 8 in the window stage\n"
    )
  }
}
