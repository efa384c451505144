import Foundation
import Testing

/// `almanac schedule` on the built binary.
@Suite struct ScheduleCommandTests {
  @Test func unitsNameEveryPlaceInFull() throws {
    let workspace = try Workspace()
    try workspace.sales(run: "metrics: m/a.prom, timeout: 20m")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    let outcome = try workspace.almanac("schedule", "sales.yaml", "--at", "06:30", "--user", "ann")
    #expect(outcome.code == 0 && outcome.errors == "", "\(outcome.errors)")
    let lines = Set(outcome.output.split(separator: "\n").map(String.init))
    let folder = workspace.folder.path
    for line in [
      "OnCalendar=*-*-* 06:30:00", "User=ann", "WorkingDirectory=\(folder)", "TimeoutStartSec=1800",
      "ReadWritePaths=\"\(folder)/.almanac/sales\" \"\(folder)/m\" \"\(folder)/out\"", "PrivateNetwork=yes",
      "RestrictAddressFamilies=AF_UNIX",
    ] { #expect(lines.contains(line), "\(line)") }
    #expect(outcome.output.contains(" run --quiet \"\(folder)/sales.yaml\"\n"))
  }

  @Test func cronLines() throws {
    let workspace = try Workspace()
    try workspace.sales()
    let outcome = try workspace.almanac("schedule", "./sales.yaml", "--cron", "--every", "6h")
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("0 */6 * * * '/"))
    #expect(outcome.output.hasSuffix("' run --quiet '\(workspace.path("sales.yaml"))'\n"))
    // The line does what it says, as cron's shell would do it.
    let command = outcome.output.replacing("0 */6 * * * ", with: "").replacing("\\%", with: "%")
    let cron = try Workspace.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["-i", "/bin/sh", "-c", command], in: URL(fileURLWithPath: "/"))
    #expect(cron.code == 0 && cron.output == "" && cron.errors == "", "\(cron.errors)")
    #expect(workspace.exists("out/sales.csv"))
  }

  @Test(arguments: [
    (
      ["--every", "7m"], "--every 7m does not divide an hour or a day evenly; give 1m to 30m, 1h to 12h, 1d, 1w or 1mo"
    ),
    (["--every", "soon"], "--every wants a duration such as 1d, not \"soon\""),
    (["--at", "25:00"], "--at wants a time of day such as 06:30, not \"25:00\""),
    (["--every", "1h", "--at", "06:30"], "--at goes with --every 1d, 1w or 1mo, not with 1h"),
    (["--on-calendar", "Mon", "--every", "1d"], "give either --on-calendar, or --every and --at"),
    (["--cron", "--install-to", "x"], "--install-to is for units, not for --cron"),
    (["--user", "a b"], "--user wants the name of a user, not \"a b\""),
    (["--cron", "--on-calendar", "Mon"], "cron knows no --on-calendar; give --every and --at"),
  ])
  func wrongUsage(arguments: [String], message: String) throws {
    let workspace = try Workspace()
    try workspace.sales()
    let outcome = try Workspace.run(
      Workspace.binary, ["schedule", "sales.yaml"] + arguments, in: workspace.folder)
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  /// Units for a pipeline in a folder whose name needs quotes, in `units`.
  private func installUnits(in workspace: Workspace) throws -> Workspace.Outcome {
    try workspace.sales()
    try FileManager.default.createDirectory(atPath: workspace.path("a b 50%"), withIntermediateDirectories: true)
    for file in ["sales.csv", "sales.yaml"] {
      try FileManager.default.moveItem(atPath: workspace.path(file), toPath: workspace.path("a b 50%/" + file))
    }
    return try workspace.almanac(
      "schedule", "a b 50%/sales.yaml", "--install-to", "units", "--every", "1w", "--user", "root")
  }

  @Test func unitsAreInstalled() throws {
    let workspace = try Workspace()
    let outcome = try installUnits(in: workspace)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.output == """
        wrote units/almanac-sales.service
        wrote units/almanac-sales.timer
        now: systemctl daemon-reload && systemctl enable --now almanac-sales.timer

        """)
    #expect(workspace.files().filter { $0.hasPrefix("units/") }.count == 2)
  }

  static let analyze = "/usr/bin/systemd-analyze"

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: ScheduleCommandTests.analyze), "needs systemd-analyze"))
  func systemdAcceptsTheUnits() throws {
    let workspace = try Workspace()
    #expect(try installUnits(in: workspace).code == 0)
    let verdict = try Workspace.run(
      URL(fileURLWithPath: Self.analyze),
      ["verify", workspace.path("units/almanac-sales.service"), workspace.path("units/almanac-sales.timer")],
      in: workspace.folder)
    #expect(verdict.code == 0 && verdict.errors == "" && verdict.output == "", "\(verdict.errors)\(verdict.output)")
  }
}
