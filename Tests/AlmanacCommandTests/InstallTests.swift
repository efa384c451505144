import Foundation
import Testing

/// What Scripts/install puts somewhere, and what Scripts/uninstall takes away again.
@Suite(.enabled(if: Workspace.hasPython(with: "json"), "needs python3"))
struct InstallTests {
  private static func run(_ script: String, _ arguments: String..., in workspace: Workspace) throws -> Workspace.Outcome
  {
    try Workspace.run(
      Workspace.repository.appending(path: "Scripts/\(script)"), arguments, in: workspace.folder,
      environment: ["SOURCE_DATE_EPOCH": "1700000000"])
  }

  private static func install(in workspace: Workspace) throws -> Workspace.Outcome {
    try run("install", "--prefix", workspace.path("prefix"), "--binary", Workspace.binary.path, in: workspace)
  }

  private static let hasMandoc =
    (try? Workspace.run(
      URL(filePath: "/usr/bin/env"), ["which", "mandoc"], in: Workspace.repository
    ).code) == 0

  @Test func `what is installed is recorded, works, and is removed to the last file`() throws {
    let workspace = try Workspace()
    // A file of somebody else in a folder that both use.
    try workspace.write("mine", to: "prefix/share/man/man1/other.1")
    let outcome = try Self.install(in: workspace)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let found = workspace.files().filter { $0 != "prefix/share/man/man1/other.1" }
    let recorded = try workspace.read("prefix/share/almanac/installed").split(separator: "\n").map { "prefix/\($0)" }
    #expect((recorded + ["prefix/share/almanac/installed"]).sorted() == found)
    for (words, _) in try FirstMinutesTests.commands() {
      #expect(found.contains("prefix/share/man/man1/\(words.joined(separator: "-")).1"), "\(words)")
    }
    for file in [
      "bin/almanac", "share/man/man5/almanac-pipeline.5", "share/bash-completion/completions/almanac",
      "share/zsh/site-functions/_almanac", "share/fish/vendor_completions.d/almanac.fish",
      "share/almanac/almanac.schema.json", "share/almanac/pipelines/mauna-loa.yaml",
      "share/almanac/sample-data/co2.csv",
      "share/almanac/systemd/almanac@.service", "share/almanac/systemd/almanac@.timer", "share/doc/almanac/README.md",
    ] {
      #expect(found.contains("prefix/\(file)"), "\(file)")
    }
    let service = try workspace.read("prefix/share/almanac/systemd/almanac@.service")
    #expect(service.contains("ExecStart=\(workspace.path("prefix"))/bin/almanac run --quiet /etc/almanac/%i.yaml\n"))
    let validated = try Workspace.run(
      URL(filePath: workspace.path("prefix/bin/almanac")), ["validate", "prefix/share/almanac/pipelines"],
      in: workspace.folder)
    #expect(validated.code == 0, "\(validated.errors)")

    // Once more: the same files.
    #expect(try Self.install(in: workspace).code == 0)
    #expect(workspace.files().filter { $0 != "prefix/share/man/man1/other.1" } == found)

    let removed = try Self.run("uninstall", "--prefix", workspace.path("prefix"), in: workspace)
    #expect(removed.code == 0, "\(removed.errors)")
    #expect(workspace.files() == ["prefix/share/man/man1/other.1"])
    #expect(!workspace.exists("prefix/bin"))
    let again = try Self.run("uninstall", "--prefix", workspace.path("prefix"), in: workspace)
    #expect(again.code == 1 && again.errors.contains("give the --prefix that almanac was installed with"))
  }

  @Test func `nothing of anybody else is written over`() throws {
    let workspace = try Workspace()
    try workspace.write("another program", to: "prefix/bin/almanac")
    let outcome = try Self.install(in: workspace)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("bin/almanac is there already, and not from an installation of this kind"))
    #expect(workspace.files() == ["prefix/bin/almanac"])
    #expect(try workspace.read("prefix/bin/almanac") == "another program")
  }

  @Test(arguments: ["../escape", "/etc/passwd", "a/../../b", ""])
  func `a record that names other places removes nothing there`(line: String) throws {
    let workspace = try Workspace()
    try workspace.write("mine", to: "escape")
    try workspace.write("mine", to: "b")
    try workspace.write("\(line)\n", to: "prefix/share/almanac/installed")
    let outcome = try Self.run("uninstall", "--prefix", workspace.path("prefix"), in: workspace)
    #expect(outcome.code == 1, "\(outcome.output)")
    #expect(workspace.files() == ["b", "escape", "prefix/share/almanac/installed"])
  }

  @Test(.enabled(if: hasMandoc, "needs mandoc"))
  func `manual pages have no warnings, and name every option and stage`() throws {
    let workspace = try Workspace()
    let made = try Self.run("manual-pages", Workspace.binary.path, workspace.path("man"), in: workspace)
    #expect(made.code == 0, "\(made.errors)")
    let pages = workspace.files()
    #expect(pages.count >= 20)
    let lint = try Workspace.run(
      URL(filePath: "/usr/bin/env"), ["mandoc", "-Tlint", "-W", "warning"] + pages, in: workspace.folder)
    #expect(lint.code == 0 && lint.output.isEmpty, "\(lint.output)")
    let run = try workspace.read("man/man1/almanac-run.1")
    #expect(
      run.contains(".It Fl -set Ar path=value\n") && run.contains(".Sh EXIT STATUS\n")
        && run.contains(".Dl almanac run "))
    #expect(run.contains(".Dd November 14, 2023\n"))
    let pipeline = try workspace.read("man/man5/almanac-pipeline.5")
    let stages = try workspace.almanac("stages").output.split(separator: "\n").filter { $0.hasPrefix("  ") }
    #expect(stages.count >= 40)
    for stage in stages {
      let name = stage.split(separator: " ")[0]
      #expect(pipeline.contains("\n.Ss \(name) ("), "\(name)")
    }
  }
}
