import Foundation
import Testing

/// Runs that are told to end at any moment: what is told of them is what happened, and nothing is left behind.
@Suite struct DisturbedRunTests {
  /// Everything in the workspace, but for what runs keep for each other.
  private func files(_ workspace: Workspace) -> Set<String> {
    let kept = ["lock", "history.sqlite", "published.json"].map { ".almanac/sales/\($0)" } + [".almanac/.gitignore"]
    let found = FileManager.default.enumerator(atPath: workspace.path("."))?.allObjects as? [String] ?? []
    return Set(found).subtracting(kept).filter { name in
      // Trainings wait for --resume, and the saved model for the next run.
      !name.hasPrefix(".almanac/sales/checkpoint") && !name.hasPrefix(".almanac/sales/model")
        && ![".almanac", ".almanac/sales"].contains(name)
    }
  }

  private func start(_ workspace: Workspace, path: String? = nil) throws -> BackgroundProgram {
    let words = [Workspace.binary.path, "run", "sales.yaml", "--quiet", "--force"]
    let search = path.map { ["/usr/bin/env", "PATH=\($0):/usr/bin:/bin"] } ?? []
    let program = try BackgroundProgram(search + words, in: workspace.folder)
    // Others come before it in the same process.
    let file = "/proc/\(program.id)/exe"
    #expect(
      LockAndSignalTests.wait(upTo: 20) {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: file))?.hasSuffix("/almanac") ?? true
      })
    return program
  }

  @Test func `a signal at any moment is told as what came of it, and leaves nothing behind`() throws {
    let workspace = try Workspace()
    let tell = "on_failure: [sh, -c, \"echo $ALMANAC_RUN_ID $ALMANAC_EXIT_CODE >>told\"]"
    try workspace.sales(run: "metrics: m/sales.prom, \(tell)")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    let (usual, published) = (files(workspace), ["out/sales.csv", "out/sales.json"])
    let began = Date()
    #expect(try workspace.almanac("run", "sales.yaml", "-q", "--force").code == 0)
    let length = Date().timeIntervalSince(began)
    var generator = SystemRandomNumberGenerator()
    for number in 0..<24 {
      let known = Set(try workspace.runs().compactMap { $0["run"] as? String })
      try? FileManager.default.removeItem(atPath: workspace.path("told"))
      for name in published { try workspace.write("old", to: name) }
      let run = try start(workspace)
      usleep(UInt32(length * Double.random(in: number % 2 == 0 ? 0...1.1 : 0.5...1.1, using: &generator) * 1e6))
      let signal = number % 3 == 0 ? SIGINT : SIGTERM
      let ended = run.end(by: signal)
      let isNew = try published.map { try workspace.read($0) != "old" }
      #expect(isNew == [ended == 0, ended == 0], "signal \(signal): \(ended)")
      #expect(ended == 0 || ended == signal)
      let left = files(workspace).subtracting(["told"])
      #expect(left == usual, "\(left.symmetricDifference(usual))")
      let code = ended == 0 ? 0 : 128 + Int(ended)
      guard let record = try workspace.runs().first(where: { !known.contains($0["run"] as? String ?? "") }) else {
        // Before a run begins there is nothing to tell.
        #expect(ended != 0)
        continue
      }
      #expect(record["state"] as? String == (ended == 0 ? "published" : "interrupted"))
      #expect(record["exit_code"] as? Int == code)
      #expect(workspace.metric("last_run_exit_code", in: try workspace.read("m/sales.prom")) == Double(code))
      let told = (try? workspace.read("told")) ?? ""
      #expect(told == (ended == SIGTERM ? "\(record["run"] as? String ?? "") 143\n" : ""))
    }
  }

  /// A program that stands for curl: it marks that it was called at the end of a run, and works for a while.
  private func slowCurl(_ workspace: Workspace) throws {
    try workspace.write("https://service.example/x\n", to: "url")
    try workspace.write(
      """
      #!/bin/sh
      read address
      case $address in */start*) exit 0 ;; esac
      touch called
      sleep 1
      touch heard
      """, to: "bin/curl")
    #expect(chmod(workspace.path("bin/curl"), 0o755) == 0)
    // The service is called from the top of the file system.
    let script = try workspace.read("bin/curl").replacing("touch ", with: "touch \(workspace.path(""))/")
    try workspace.write(script, to: "bin/curl")
    #expect(chmod(workspace.path("bin/curl"), 0o755) == 0)
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func `a signal after the files are published makes a run no failure`(signal: Int32) throws {
    let workspace = try Workspace()
    let tell = "on_failure: [touch, told]"
    try workspace.sales(run: "heartbeat: {style: healthchecks, url_file: url}, metrics: m.prom, \(tell)")
    try slowCurl(workspace)
    let run = try start(workspace, path: workspace.path("bin"))
    #expect(LockAndSignalTests.wait(upTo: 20) { workspace.exists("called") })
    #expect(run.end(by: signal) == 0)
    #expect(workspace.exists("heard"))
    #expect(try workspace.runs().map { $0["state"] as? String } == ["published"])
    #expect(workspace.metric("last_run_exit_code", in: try workspace.read("m.prom")) == 0)
    #expect(workspace.exists("out/sales.csv") && !workspace.exists("told"))
    #expect(!workspace.exists(".almanac/sales/publication.json"))
  }

  @Test func `a signal after a failure does not keep it from being told`() throws {
    let workspace = try Workspace()
    try workspace.sales(run: "on_failure: [sh, -c, \"touch begun; sleep 1; echo $ALMANAC_EXIT_CODE >told\"]")
    try FileManager.default.removeItem(atPath: workspace.path("sales.csv"))
    let run = try start(workspace)
    #expect(LockAndSignalTests.wait(upTo: 20) { workspace.exists("begun") })
    #expect(run.end(by: SIGTERM) == 0)
    #expect(try workspace.read("told") == "66\n")
    #expect(try workspace.runs().map { $0["exit_code"] as? Int } == [66])
  }

  @Test func `a second signal waits for nothing, and the next run clears up`() throws {
    let workspace = try Workspace()
    try workspace.sales(run: "heartbeat: {style: healthchecks, url_file: url}")
    try slowCurl(workspace)
    let run = try start(workspace, path: workspace.path("bin"))
    #expect(LockAndSignalTests.wait(upTo: 20) { workspace.exists("called") })
    kill(run.id, SIGTERM)
    usleep(100_000)
    #expect(run.end(by: SIGINT) == SIGINT)
    #expect(!workspace.exists("heard"))
    try FileManager.default.removeItem(atPath: workspace.path("called"))
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
  }

  @Test func `a test that is told to end takes its files away`() throws {
    let workspace = try Workspace()
    try workspace.sales(method: "lstm\n    with: {hidden: 64, epochs: 100000, patience: 100000}")
    try workspace.write(
      try workspace.read("sales.yaml") + "\ntests:\n  - name: long\n    expect: {rows: 6}\n", to: "sales.yaml")
    try workspace.write("", to: "temporary/keep")
    let run = try BackgroundProgram(
      [
        "/usr/bin/env", "TMPDIR=\(workspace.path("temporary"))", Workspace.binary.path, "test", "sales.yaml",
        "--threads", "1",
      ], in: workspace.folder)
    let made = { (try? FileManager.default.contentsOfDirectory(atPath: workspace.path("temporary")))?.count ?? 0 }
    #expect(LockAndSignalTests.wait(upTo: 20) { made() == 2 })
    #expect(run.end(by: SIGTERM) == SIGTERM)
    #expect(made() == 1)
  }
}

/// The file of each network is an output like any other.
@Suite struct NumberedModelTests {
  private static let networks = "gru\n    with: {hidden: 2, epochs: 1, members: 3}"

  @Test(arguments: [
    networks,
    "ensemble\n    with: {members: [{use: theta}, {use: gru, with: {hidden: 2, epochs: 1, members: 2}}, {use: lstm}]}",
  ])
  func `the second and third network take no other output's place`(method: String) throws {
    let workspace = try Workspace()
    try workspace.sales(method: method)
    let more = "\n    - use: write\n      with: {path: out/PATH, model: out/sales.safetensors}\n"
    let text = try workspace.read("sales.yaml") + more.replacing("\n  ", with: "\n")
    for name in ["sales.2.safetensors", "sales.3.safetensors"] {
      try workspace.write(text.replacing("PATH", with: name), to: "sales.yaml")
      let outcome = try workspace.almanac("validate", "sales.yaml")
      #expect(outcome.code == 78)
      #expect(
        (outcome.output + outcome.errors).contains("out/\(name) is written by this stage already; give it another path")
      )
    }
    try workspace.write(text.replacing("PATH", with: "sales.4.safetensors"), to: "sales.yaml")
    #expect(try workspace.almanac("validate", "sales.yaml").code == 0)
  }

  @Test func `a folder in the place of the second network is found before anything is trained`() throws {
    let workspace = try Workspace()
    try workspace.sales(method: Self.networks)
    try workspace.write(
      try workspace.read("sales.yaml").replacing("scores: out", with: "model: out/m.safetensors, scores: out"),
      to: "sales.yaml")
    try workspace.write("theirs", to: "out/m.2.safetensors/inner")
    let outcome = try workspace.almanac("run", "sales.yaml")
    #expect(outcome.code == 73)
    #expect(outcome.errors.contains("out/m.2.safetensors is a folder; give the path of a file"))
    #expect(try workspace.read("out/m.2.safetensors/inner") == "theirs")
    #expect(!workspace.exists("out/m.safetensors"))
  }
}

/// Whatever befalls the files that runs keep for each other, the next night publishes.
@Suite struct DamagedStateRunTests {
  @Test(arguments: [
    "lock", "publication.json", "published.json", "forecast.json", "history.sqlite", "history.sqlite-journal", "model",
    "model/manifest.json", "model/model.json", "model/backtest.json", "checkpoint", "checkpoint/run.json",
  ])
  func `a run mends what is left of its state`(name: String) throws {
    let workspace = try Workspace()
    try workspace.sales(run: "retrain: every 7d, on_series_error: keep, metrics: m.prom")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    let expected = try workspace.bytes("out/sales.csv")
    try workspace.write("victim", to: "victim")
    let path = workspace.path(".almanac/sales/\(name)")
    for damage in ["empty", "cut", "rubbish", "folder", "pipe", "link", "closed"] {
      let before = try? Data(contentsOf: URL(fileURLWithPath: path))
      if damage != "cut", damage != "closed" { try? FileManager.default.removeItem(atPath: path) }
      if name.contains("/") {
        let folder = parent(of: path)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      switch damage {
      case "empty": try Data().write(to: URL(fileURLWithPath: path))
      case "cut":
        guard let before, before.count > 1 else { continue }
        try before.prefix(before.count / 2).write(to: URL(fileURLWithPath: path))
      case "rubbish": try Data("rubbish \u{0}{".utf8).write(to: URL(fileURLWithPath: path))
      case "folder": try FileManager.default.createDirectory(atPath: path + "/inner", withIntermediateDirectories: true)
      case "pipe": #expect(mkfifo(path, 0o644) == 0)
      case "link": #expect(symlink(workspace.path("victim"), path) == 0)
      default:
        // A link that was left where it is would have its target closed.
        guard (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil, chmod(path, 0) == 0 else {
          continue
        }
      }
      let outcome = try workspace.almanac("run", "sales.yaml", "-q", "--resume")
      #expect(outcome.code == 0, "\(damage): \(outcome.errors)")
      #expect(try workspace.bytes("out/sales.csv") == expected)
      #expect(try workspace.read("victim") == "victim")
      let forced = try workspace.almanac("run", "sales.yaml", "-q", "--force")
      #expect(forced.code == 0 && !forced.errors.contains("not recorded"), "\(damage): \(forced.errors)")
      let idle = try workspace.almanac("run", "sales.yaml")
      #expect(idle.output.hasPrefix("nothing to do: "), "\(damage): \(idle.output) \(idle.errors)")
      #expect(try workspace.almanac("runs", "sales.yaml").code == 0)
    }
  }

  @Test(
    .enabled(if: geteuid() == 0),
    arguments: ["lock", "published.json", "model", "model/manifest.json", "checkpoint", "publication.json"])
  func `a run without rights mends what it may not read and what root has left`(name: String) throws {
    let workspace = try Workspace()
    try workspace.sales(run: "retrain: every 7d")
    try workspace.copyBinary()
    let words = "setpriv --reuid=65534 --regid=65534 --clear-groups ./almanac run sales.yaml --force -q"
    let run = { (more: String...) in
      try Workspace.run(
        URL(fileURLWithPath: "/usr/bin/env"), (words.split(separator: " ").map(String.init)) + more,
        in: workspace.folder)
    }
    let give = { (user: uid_t, path: String) in
      let found = FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []
      for inner in [path] + found.map({ path + "/" + $0 }) { lchown(inner, user, user) }
    }
    give(65_534, workspace.folder.path)
    #expect(try run().code == 0)
    let path = workspace.path(".almanac/sales/\(name)")
    for what in ["closed", "root's", "a folder of root's"] {
      if what == "a folder of root's" {
        try? FileManager.default.removeItem(atPath: path)
        try workspace.write("", to: ".almanac/sales/\(name)/inner/deep")
      } else if !FileManager.default.fileExists(atPath: path) {
        try workspace.write("{}", to: ".almanac/sales/\(name)")
        give(65_534, path)
      }
      if what == "closed" { #expect(chmod(path, 0) == 0) } else { give(0, path) }
      let outcome = try run("--resume")
      #expect(outcome.code == 0, "\(what): \(outcome.errors)")
      #expect(try run().code == 0)
    }
  }

  private func parent(of path: String) -> String { String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }

  @Test func `a set that a damaged journal left mixed is published anew`() throws {
    let workspace = try Workspace()
    try workspace.sales()
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    let whole = try workspace.bytes("out/sales.json")
    try workspace.write("of another run", to: "out/sales.json")
    try workspace.write("{\"moves\":[{\"made\"", to: ".almanac/sales/publication.json")
    let outcome = try workspace.almanac("run", "sales.yaml", "-q")
    #expect(outcome.code == 0)
    #expect(
      outcome.errors
        == "almanac: warning: .almanac/sales/publication.json, the journal of a publication that was interrupted, is damaged: "
        + "it is kept as publication.json.damaged-1, and outputs that do not belong together are published anew\n")
    #expect(try workspace.bytes("out/sales.json") == whole)
    #expect(try workspace.runs().first?["warnings"] as? [String] != [])
    #expect(try workspace.almanac("run", "sales.yaml", "-q").errors == "")
  }

  @Test func `a record of the future is told of and does not rest the runs to come`() throws {
    let workspace = try Workspace()
    try workspace.sales(run: "retrain: every 7d")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    var record = try #require(
      try JSONSerialization.jsonObject(with: workspace.bytes(".almanac/sales/published.json")) as? [String: Any])
    // Seconds since 2001: in the year 2060.
    record["published"] = 1_867_500_000.0
    try JSONSerialization.data(withJSONObject: record).write(
      to: URL(fileURLWithPath: workspace.path(".almanac/sales/published.json")))
    let next = try workspace.almanac("run", "sales.yaml")
    #expect(next.code == 0 && next.output.contains("published out/sales.csv"))
    #expect(
      next.errors.contains(
        "almanac: warning: the last run says that it published at 2060-03-06T14:00:00Z, which is later than now: the clock "
          + "was ahead then, or is behind now\n"))
    let last = try workspace.almanac("run", "sales.yaml")
    #expect(last.output.hasPrefix("nothing to do") && last.errors == "")
  }
}
