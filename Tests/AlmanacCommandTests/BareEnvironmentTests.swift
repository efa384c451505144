import Foundation
import Testing

/// Runs without what a shell gives: no home, no PATH, no locale, no terminal, folders that may not be written to.
@Suite struct BareEnvironmentTests {
  private func shell(_ command: String, in workspace: Workspace, folder: String = ".") throws -> Workspace.Outcome {
    try Workspace.run(
      URL(fileURLWithPath: "/bin/sh"), ["-c", command.replacing("ALMANAC", with: "'\(Workspace.binary.path)'")],
      in: workspace.folder.appendingPathComponent(folder))
  }

  private func chart(_ workspace: Workspace) throws {
    try workspace.sales()
    try workspace.write(
      try workspace.read("sales.yaml") + "\n  - use: plot\n    with: {path: out/sales.gp}\n", to: "sales.yaml")
  }

  @Test(arguments: ["", "LC_ALL=C", "LC_ALL=xx_XX.nothing TZ=Nowhere/Else", "HOME=/nowhere LANG=de_DE.UTF-8"])
  func anEmptyEnvironmentIsEnough(variables: String) throws {
    let workspace = try Workspace()
    try chart(workspace)
    let plain = try workspace.almanac("run", "sales.yaml", "-q")
    #expect(plain.code == 0 && plain.errors == "", "\(plain.errors)")
    let (forecast, picture) = (try workspace.bytes("out/sales.csv"), try workspace.bytes("out/sales.svg"))
    try FileManager.default.removeItem(atPath: workspace.path("out"))
    let outcome = try shell(
      "cd / && exec env -i \(Workspace.sanitizerOptions) \(variables) ALMANAC run '\(workspace.path("sales.yaml"))' -q",
      in: workspace)
    #expect(outcome.code == 0 && outcome.errors == "" && outcome.output == "", "\(outcome.errors)")
    #expect(try workspace.bytes("out/sales.csv") == forecast)
    #expect(try workspace.bytes("out/sales.svg") == picture)
  }

  @Test func outputsKeepToTheMask() throws {
    let workspace = try Workspace()
    try workspace.sales(run: "metrics: m.prom")
    #expect(try shell("umask 077; ALMANAC run sales.yaml -q", in: workspace).code == 0)
    #expect(try shell("umask 077; ALMANAC run sales.yaml -q", in: workspace).code == 0)
    for file in ["out/sales.csv", "m.prom", ".almanac/sales/history.sqlite"] {
      let mode = try FileManager.default.attributesOfItem(atPath: workspace.path(file))[.posixPermissions] as? Int
      #expect(mode == 0o600, "\(file)")
    }
  }

  @Test func closedAndFullStreamsEndNothing() throws {
    let workspace = try Workspace()
    try workspace.sales()
    for streams in [">/dev/full 2>/dev/full", ">&- 2>&- <&-"] {
      #expect(try shell("exec ALMANAC run sales.yaml \(streams)", in: workspace).code == 0)
      #expect(workspace.exists("out/sales.csv"))
      try FileManager.default.removeItem(atPath: workspace.path("out"))
    }
  }

  /// As a user without rights: the command and the pipeline in folders that may be read only, outputs and state elsewhere.
  @Test func readOnlyFoldersOutsideTheOutputs() throws {
    let workspace = try Workspace()
    try workspace.sales(run: "state: var/state")
    try workspace.copyBinary()
    try FileManager.default.createDirectory(atPath: workspace.path("out"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: workspace.path("var"), withIntermediateDirectories: true)
    let isRoot = geteuid() == 0
    let asUser = isRoot ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : ""
    let command = "exec \(asUser) env -i \(Workspace.sanitizerOptions) ./almanac run sales.yaml -q"
    for file in ["sales.csv", "sales.yaml"] { #expect(chmod(workspace.path(file), 0o444) == 0) }
    for folder in ["out", "var"] { #expect(chmod(workspace.path(folder), 0o777) == 0) }
    #expect(chmod(workspace.path("almanac"), 0o555) == 0 && chmod(workspace.folder.path, 0o555) == 0)
    defer { chmod(workspace.folder.path, 0o755) }
    let outcome = try shell(command, in: workspace)
    #expect(outcome.code == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(workspace.exists("out/sales.csv") && workspace.exists("var/state/history.sqlite"))

    // A history that may only be read: one warning, and the forecast all the same.
    #expect(chmod(workspace.path("var/state/history.sqlite"), 0o444) == 0)
    let readOnly = try shell(command, in: workspace)
    #expect(readOnly.code == 0)
    #expect(
      readOnly.errors
        == "almanac: warning: this run is not recorded: the history var/state/history.sqlite cannot be written: it may "
        + "only be read; let the user who runs the pipeline write to it, or remove it\n")
  }
}
