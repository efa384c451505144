import Foundation
import Testing

/// Outputs, and what else a run writes, never take the place of what it needs, on the built binary.
@Suite struct OutputPlaceTests {
  /// Thirty days, and a pipeline whose output is given.
  private func daily(
    _ workspace: Workspace, input: String = "in.csv", output: String = "out.csv", run: String = "", source: String = ""
  ) throws {
    let rows = (1...30).map { "2024-01-\($0 < 10 ? "0" : "")\($0),\($0 % 7)\n" }
    if input != "-" { try workspace.write("day,value\n" + rows.joined(), to: input) }
    try workspace.write(
      """
      version: 1
      name: daily
      run: {\(run)}
      stages:
        - use: csv
          with: {path: "\(input)"\(source)}
        - use: window
          with: {lookback: 7, horizon: 3}
        - use: naive
        - use: write
          with: {path: "\(output)"}
      """, to: "daily.yaml")
  }

  @Test(arguments: ["p", "é"])
  func aPipelineFileMayHaveANameOfOneLetter(name: String) throws {
    let workspace = try Workspace()
    try daily(
      workspace, input: "i", output: "o", run: "state: s, metrics: m", source: ", bad_rows: quarantine, quarantine: q")
    try FileManager.default.moveItem(atPath: workspace.path("daily.yaml"), toPath: workspace.path(name))
    for command in ["validate", "show", "plan", "run", "runs"] {
      let outcome = try workspace.almanac(command, name)
      #expect(outcome.code == 0, "\(command): \(outcome.errors)")
    }
    for file in ["o", "m", "q", "s/history.sqlite"] { #expect(workspace.exists(file), "\(file)") }
    #expect(try workspace.almanac("model", "s").code == 0)
    #expect(try workspace.almanac("model", "x").code == 66)
    #expect(try workspace.almanac("init", "i", "-o", "x").code == 0)
    #expect(try workspace.almanac("init", "i", "-o", "x").code == 73)
    #expect(try workspace.almanac("init", "i", "-o", "ü/é").code == 0)
  }

  @Test(arguments: ["o", "é", "a/o", "./o", "a//é"])
  func anOutputMayHaveANameOfOneLetter(path: String) throws {
    let workspace = try Workspace()
    try daily(workspace, output: path)
    let outcome = try workspace.almanac("run", "daily.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output == "published \(path)\n")
    #expect(workspace.exists(path))
  }

  @Test(arguments: [
    (".", ". names a folder; give the path of a file"), ("a/", "a/ names a folder; give the path of a file"),
    ("..", ".. names a folder; give the path of a file"),
    (
      "-",
      "- is standard output, which `almanac run --output -` writes to; give the path of a file, such as ./- for one of "
        + "this name"
    ),
  ])
  func whatNamesNoFileIsNoOutput(path: String, words: String) throws {
    let workspace = try Workspace()
    try daily(workspace, output: path)
    let message = "daily.yaml:11:18: error: stages[3] (write): \(words)\n"
    for command in ["validate", "run"] {
      let outcome = try workspace.almanac(command, "daily.yaml")
      #expect((outcome.code, outcome.errors) == (78, message))
    }
    try daily(workspace, run: "metrics: \"\(path)\"")
    #expect(try workspace.almanac("run", "daily.yaml").errors == "daily.yaml:3:16: error: run: metrics: \(words)\n")
  }

  /// Every way to name the input, the pipeline file, or what else the run needs.
  static let taken = [
    "./in.csv", "in.csv", ".//in.csv", "x/../in.csv", "soft", "hard", "self/in.csv", "daily.yaml", "self/./daily.yaml",
    ".almanac/daily/lock", ".almanac/daily/new/file", "self/.almanac/other/model", "PATH/in.csv", "PATH/daily.yaml",
  ]

  @Test(arguments: taken)
  func nothingThatARunNeedsIsWrittenOver(path: String) throws {
    let workspace = try Workspace()
    try daily(workspace)
    #expect(symlink("in.csv", workspace.path("soft")) == 0)
    #expect(symlink(".", workspace.path("self")) == 0)
    #expect(link(workspace.path("in.csv"), workspace.path("hard")) == 0)
    let path = path.replacing("PATH", with: workspace.folder.path)
    let before = try workspace.read("in.csv")
    for (field, place) in [("write.with.path", "11:18"), ("run.metrics", "3:6")] {
      for command in ["validate", "run"] {
        let outcome = try workspace.almanac(command, "daily.yaml", "--set", "\(field)=\(path)")
        #expect(outcome.code == 78)
        #expect(outcome.errors.hasPrefix("daily.yaml:\(place): error: "), "\(outcome.errors)")
        #expect(outcome.errors.hasSuffix("; give another path\n"), "\(outcome.errors)")
      }
    }
    let outcome = try workspace.almanac(
      "run", "daily.yaml", "--set", "csv.with.bad_rows=quarantine", "--set", "csv.with.quarantine=\(path)")
    #expect(outcome.code == 78)
    #expect(try workspace.read("in.csv") == before)
    #expect(try workspace.read("daily.yaml").hasPrefix("version: 1"))
  }

  @Test func outputsKeepOutOfEachOthersPlaces() throws {
    let workspace = try Workspace()
    try daily(workspace, output: "new/out.csv")
    #expect(symlink("new/out.csv", workspace.path("ahead")) == 0)
    for path in ["./new//out.csv", "new/x/../out.csv", "ahead", "\(workspace.folder.path)/new/out.csv"] {
      for field in ["run.metrics", "write.with.gates"] {
        let outcome = try workspace.almanac("validate", "daily.yaml", "--set", "\(field)=\(path)")
        #expect(outcome.code == 78, "\(field) \(path)")
        #expect(outcome.errors.contains("\(path) is the place of new/out.csv, which stages[3] (write) writes"))
      }
    }
    #expect(try workspace.almanac("validate", "daily.yaml", "--set", "run.metrics=new/out.prom").code == 0)
  }

  @Test func theStateHasAFolderOfItsOwn() throws {
    let workspace = try Workspace()
    try daily(workspace, run: "state: .")
    let outcome = try workspace.almanac("run", "daily.yaml")
    #expect(outcome.code == 78)
    #expect(
      outcome.errors.contains(
        "3:14: error: run: the state folder . would hold the pipeline file, too; give `state` a folder of its own"))
    #expect(outcome.errors.contains("out.csv lies in ., which runs keep their state in; give another path"))
    #expect(!workspace.exists("lock"))
  }

  @Test func whatPluginsTestsAndNoticesAreMadeOfIsKept() throws {
    let workspace = try Workspace()
    try daily(workspace)
    for name in ["alarm.sh", "address", "plug.sh", "test.csv", "model.safetensors"] {
      try workspace.write("x", to: name)
    }
    let text = try workspace.read("daily.yaml").replacing(
      "run: {}",
      with: """
        run:
          on_failure: [sh, alarm.sh, ., out.csv]
          heartbeat: {style: cronitor, url_file: address}
        tests:
          - name: other readings
            input: {path: test.csv}
        """)
    try workspace.write(text, to: "daily.yaml")
    for (path, words) in [
      ("alarm.sh", "alarm.sh of run.on_failure"), ("address", "address of run.heartbeat"),
      ("test.csv", "test.csv, which tests[0] (other readings) reads"),
    ] {
      let outcome = try workspace.almanac("validate", "daily.yaml", "--set", "write.with.path=./\(path)")
      #expect(outcome.code == 78)
      #expect(outcome.errors.contains("./\(path) is the place of \(words); give another path"), "\(outcome.errors)")
    }
  }

  @Test func aProgramMayBeToldOfAnOutput() throws {
    let workspace = try Workspace()
    try daily(workspace, run: "on_failure: [cp, out.csv, ., daily.csv]")
    for _ in 0..<2 { #expect(try workspace.almanac("run", "daily.yaml", "--force").code == 0) }
  }

  @Test(arguments: ["soft", "hard", "x/../in.csv"])
  func aFolderWhoseNameIsNoTextHoldsPlacesToo(path: String) throws {
    let workspace = try Workspace()
    try daily(workspace)
    let script = """
      bad=$(printf 'bad\\377'); mkdir "$bad"; cp in.csv daily.yaml "$bad"; cd "$bad"; ln -s in.csv soft; ln in.csv hard
      exec "$0" validate daily.yaml --set write.with.path=\(path)
      """
    let outcome = try Workspace.run(
      URL(fileURLWithPath: "/bin/sh"), ["-c", script, Workspace.binary.path], in: workspace.folder)
    #expect(outcome.code == 78, "\(outcome.errors)")
  }

  @Test func aRedirectedInputIsKept() throws {
    let workspace = try Workspace()
    try daily(workspace, output: "in.csv")
    let before = try workspace.read("in.csv")
    let words = ["-c", "\"$0\" run daily.yaml --input - < in.csv", Workspace.binary.path]
    let outcome = try Workspace.run(URL(fileURLWithPath: "/bin/sh"), words, in: workspace.folder)
    #expect(outcome.code == 78)
    #expect(outcome.errors.contains("in.csv is the place of standard input, which stages[0] (csv) reads"))
    #expect(try workspace.read("in.csv") == before)
  }

  @Test(arguments: ["folder", "pipe", "socket", "/dev/null", "/dev/stdout", "/dev/new", "/proc/self/fd/1", "link"])
  func whatIsNoRegularFileIsNotReplaced(path: String) throws {
    let workspace = try Workspace()
    try daily(workspace)
    try workspace.write("", to: "folder/x")
    #expect(mkfifo(workspace.path("pipe"), 0o600) == 0)
    #expect(mknod(workspace.path("socket"), S_IFSOCK | 0o600, 0) == 0)
    #expect(symlink("/dev/null", workspace.path("link")) == 0)
    for field in ["write.with.path", "csv.with.quarantine"] {
      let more = field == "csv.with.quarantine" ? ["--set", "csv.with.bad_rows=quarantine"] : []
      let outcome = try Workspace.run(
        Workspace.binary, ["run", "daily.yaml", "--set", "\(field)=\(path)"] + more, in: workspace.folder)
      #expect(outcome.code == 73, "\(field)")
      #expect(outcome.errors.contains("give the path of a file"), "\(outcome.errors)")
      #expect(!outcome.errors.contains("read 30"), "nothing is read before")
    }
    let outcome = try workspace.almanac("run", "daily.yaml", "--set", "run.metrics=\(path)")
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("almanac: warning: no metrics: \(path) "), "\(outcome.errors)")
    var status = stat()
    #expect(lstat(path.hasPrefix("/") ? path : workspace.path(path), &status) == (path == "/dev/new" ? -1 : 0))
    if path != "/dev/new", !path.hasPrefix("/proc") { #expect(status.st_mode & S_IFMT != S_IFREG) }
  }
}
