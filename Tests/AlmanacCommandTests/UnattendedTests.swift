import Foundation
import Testing

/// What stands around a run that nobody watches, on the built binary.
@Suite struct UnattendedTests {
  /// Ten years of months, and a pipeline whose settings and checks are given.
  static func sales(_ workspace: Workspace, run: String = "", check: String = "", method: String = "theta") throws {
    let rows = (0..<120).map { month in
      let season = [3, 1, -2, -4, -3, 0, 2, 4, 5, 2, -3, -5][month % 12]
      return "\(2010 + month / 12)-\(month % 12 < 9 ? "0" : "")\(month % 12 + 1),\(100 + month + season * 3)\n"
    }
    try workspace.write("month,sales\n" + rows.joined(), to: "sales.csv")
    try workspace.write(
      """
      version: 1
      name: sales
      run: {\(run)}
      stages:
        - use: csv
          with: {path: sales.csv, time: month, target: sales}
      \(check.isEmpty ? "" : "  - use: check\n    with: \(check)\n")
        - use: window
          with: {lookback: 18, horizon: 6}
        - use: \(method)
        - use: evaluate
          with: {folds: 2, season: 12}
        - use: write
          with: {path: out/sales.csv, scores: out/sales.json}
      """, to: "sales.yaml")
  }

  private func runs(_ workspace: Workspace, _ arguments: String...) throws -> [[String: Any]] {
    let outcome = try Workspace.run(
      Workspace.binary, ["runs", "sales.yaml", "--json"] + arguments, in: workspace.folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
  }

  private func metric(_ name: String, in text: String) -> Double? {
    text.split(separator: "\n").first { $0.hasPrefix("almanac_\(name){") }
      .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
  }

  // MARK: - History

  @Test func everyRunIsRemembered() throws {
    let workspace = try Workspace()
    try Self.sales(workspace)
    #expect(try workspace.almanac("runs", "sales.yaml").output == "no runs yet\n")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    try FileManager.default.moveItem(atPath: workspace.path("sales.csv"), toPath: workspace.path("away.csv"))
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 66)
    let runs = try runs(workspace)
    #expect(runs.map { $0["state"] as? String } == ["failed", "published"])
    #expect(runs.map { $0["exit_code"] as? Int } == [66, 0])
    let message = try #require(runs[0]["message"] as? String)
    #expect(message.hasPrefix("stages[0] (csv): ") && message.contains("sales.csv"))
    #expect(runs[1]["published"] as? [String] == ["out/sales.csv", "out/sales.json"])
    #expect(runs[1]["readings"] as? Int == 120)
    #expect(runs[1]["model"] as? String == "trained")
    #expect((runs[1]["stages"] as? [String: Double])?.keys.contains("stages[0] (csv)") == true)
    #expect(((runs[1]["scores"] as? [String: [String: Double]])?["model"]?["mase"] ?? 9) < 1)
    #expect(try self.runs(workspace, "--last", "1").count == 1)

    let id = try #require(runs[1]["run"] as? String)
    let details = try workspace.almanac("runs", String(id.prefix(19)))
    #expect(details.output.hasPrefix("run         \(id)\npipeline    sales (sales.yaml)\n"))
    #expect(details.output.contains("published   out/sales.csv\n"))
    let missing = try workspace.almanac("runs", "19990101T")
    #expect(missing.code == 1)
    #expect(missing.errors == "almanac: error: no run's name begins with 19990101T\n")
  }

  @Test func sameInputAndFileHaveTheSameFingerprints() throws {
    let workspace = try Workspace()
    try Self.sales(workspace)
    _ = try workspace.almanac("run", "sales.yaml", "-q")
    _ = try workspace.almanac("run", "sales.yaml", "-q", "--set", "run.seed=9")
    try workspace.write(try workspace.read("sales.csv") + "2020-01,230\n", to: "sales.csv")
    _ = try workspace.almanac("run", "sales.yaml", "-q")
    let runs = try runs(workspace)
    let (files, inputs) = (runs.map { $0["pipeline_hash"] as? String }, runs.map { $0["input_hash"] as? String })
    #expect(files[0] == files[2] && files[0] != files[1])
    #expect(inputs[1] == inputs[2] && inputs[0] != inputs[1])
  }

  @Test func aDamagedHistoryStopsNothing() throws {
    let workspace = try Workspace()
    try Self.sales(workspace)
    try workspace.write(String(repeating: "rubbish ", count: 200), to: ".almanac/sales/history.sqlite")
    let damaged = try workspace.almanac("runs", "sales.yaml")
    #expect(damaged.code == 73)
    #expect(
      damaged.errors
        == "almanac: error: the history .almanac/sales/history.sqlite cannot be read: file is not a database; the next "
        + "run puts a damaged one aside and begins a new one\n")
    let outcome = try workspace.almanac("run", "sales.yaml", "--quiet")
    #expect(outcome.code == 0)
    #expect(
      outcome.errors.hasPrefix("almanac: warning: the history of runs was damaged; it is kept as history.damaged-"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try runs(workspace).count == 1)
    #expect(try workspace.almanac("run", "sales.yaml", "--quiet").errors == "")
  }

  /// A network that trains far longer than a test waits, so that it can be ended at work.
  private func longRun(_ workspace: Workspace, run: String = "") throws -> BackgroundProgram {
    try Self.sales(workspace, run: run, method: "lstm\n    with: {hidden: 64, epochs: 100000, patience: 100000}")
    let process = try BackgroundProgram(
      [Workspace.binary.path, "run", "sales.yaml", "--quiet", "--threads", "1"], in: workspace.folder)
    let deadline = Date() + 20
    while Date() < deadline, !((try? runs(workspace).first?["state"] as? String) == "running") {
      usleep(50_000)
    }
    return process
  }

  @Test func aKilledRunIsSeenAsSuch() throws {
    let workspace = try Workspace()
    let process = try longRun(workspace)
    #expect(try runs(workspace).map { $0["state"] as? String } == ["running"])
    #expect(process.end(by: SIGKILL) == SIGKILL)
    #expect(try runs(workspace).map { $0["state"] as? String } == ["killed"])
    let id = try #require(try runs(workspace)[0]["run"] as? String)
    try Self.sales(workspace)
    let next = try workspace.almanac("run", "sales.yaml", "--quiet")
    #expect(next.code == 0)
    #expect(
      next.errors == "almanac: warning: the run before this one, \(id), was killed, or the machine stopped\n")
    #expect(try workspace.almanac("run", "sales.yaml", "--quiet").errors == "")
    #expect(try runs(workspace).map { $0["state"] as? String } == ["unchanged", "published", "killed"])
  }

  @Test func aRunThatIsToldToEndTellsOfIt() throws {
    let workspace = try Workspace()
    let hook = "on_failure: [sh, -c, \"echo $ALMANAC_EXIT_CODE $ALMANAC_MESSAGE >told\"], metrics: m.prom"
    let process = try longRun(workspace, run: hook)
    #expect(process.end(by: SIGTERM) == SIGTERM)
    #expect(try workspace.read("told") == "143 ended by signal 15\n")
    #expect(metric("last_run_exit_code", in: try workspace.read("m.prom")) == 143)
    #expect(try runs(workspace).map { $0["state"] as? String } == ["interrupted"])
  }

  // MARK: - Metrics, heartbeat, and the program for failures

  @Test func metricsMoveWithTheRunsAndTheLastSuccessOnlyWithSuccess() throws {
    let workspace = try Workspace()
    try Self.sales(workspace, run: "metrics: metrics/almanac.prom")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    let first = try workspace.read("metrics/almanac.prom")
    #expect(metric("last_run_exit_code", in: first) == 0)
    #expect(metric("readings", in: first) == 120)
    let success = try #require(metric("last_success_timestamp_seconds", in: first))
    #expect(success == metric("last_run_timestamp_seconds", in: first))
    try workspace.write("month,sales\n2010-01,a\n", to: "sales.csv")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 65)
    let second = try workspace.read("metrics/almanac.prom")
    #expect(metric("last_run_exit_code", in: second) == 65)
    #expect(metric("last_success_timestamp_seconds", in: second) == success)
    #expect(try #require(metric("last_run_timestamp_seconds", in: second)) > success)
    #expect(metric("readings", in: second) == 120)
    #expect(workspace.files().filter { $0.hasPrefix("metrics/") } == ["metrics/almanac.prom"])
  }

  @Test func metricsThatCannotBeWrittenStopNothing() throws {
    let workspace = try Workspace()
    try Self.sales(workspace, run: "metrics: metrics")
    try workspace.write("", to: "metrics/keep")
    let outcome = try workspace.almanac("run", "sales.yaml", "-q")
    #expect(outcome.code == 0)
    #expect(outcome.errors == "almanac: warning: no metrics: metrics is a folder; give the path of a file\n")
  }

  @Test func theProgramForFailuresIsToldWhy() throws {
    let workspace = try Workspace()
    try Self.sales(workspace, run: "on_failure: [./tell, hello]")
    try workspace.write(
      """
      #!/bin/sh
      echo "$1 $ALMANAC_PIPELINE $ALMANAC_EXIT_CODE ${#ALMANAC_RUN_ID} $ALMANAC_MESSAGE" >told
      echo spoken
      exit 3
      """, to: "tell")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.path("tell"))
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    #expect(!workspace.exists("told"))
    try FileManager.default.removeItem(atPath: workspace.path("sales.csv"))
    let outcome = try workspace.almanac("run", "sales.yaml")
    #expect(outcome.code == 66)
    let lines = outcome.errors.split(separator: "\n").map(String.init)
    #expect(lines.suffix(2) == ["on_failure: spoken", "almanac: warning: on_failure: ./tell ended with 3"])
    let told = try workspace.read("told")
    #expect(told.hasPrefix("hello sales 66 2") && told.contains("stages[0] (csv): "))
    try FileManager.default.removeItem(atPath: workspace.path("tell"))
    let missing = try workspace.almanac("run", "sales.yaml", "-q")
    #expect(missing.code == 66)
    #expect(missing.errors.contains("almanac: warning: on_failure: there is no program ./tell; "))
  }

  /// A server that keeps the first lines and bodies of what it is asked, and answers with a given code.
  private func serve(_ workspace: Workspace, answering code: Int) throws -> (BackgroundProgram, port: String) {
    try workspace.write(
      """
      import http.server, os
      class Handler(http.server.BaseHTTPRequestHandler):
          def do_GET(self): self.answer("")
          def do_POST(self): self.answer(self.rfile.read(int(self.headers["content-length"])).decode())
          def answer(self, body):
              with open("asked", "a") as file: file.write(f"{self.command} {self.path} {body}\\n")
              self.send_response(\(code)); self.send_header("content-length", "0"); self.end_headers()
          def log_message(self, *words): pass
      server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
      with open("port.new", "w") as file: file.write(str(server.server_port))
      os.rename("port.new", "port")
      server.serve_forever()
      """, to: "server.py")
    let process = try BackgroundProgram(["python3", "server.py"], in: workspace.folder)
    let deadline = Date() + 20
    while Date() < deadline, !workspace.exists("port") { usleep(20_000) }
    return (process, try workspace.read("port"))
  }

  @Test func theHeartbeatHearsOfStartSuccessAndFailure() throws {
    let workspace = try Workspace()
    let (server, port) = try serve(workspace, answering: 200)
    defer { server.end(by: SIGTERM) }
    try workspace.write("http://127.0.0.1:\(port)/abc\n", to: "secret.url")
    try Self.sales(workspace, run: "heartbeat: {style: healthchecks, url_file: secret.url}")
    let outcome = try workspace.almanac("run", "sales.yaml", "-q", environment: ["http_proxy": ""])
    #expect(outcome.code == 0 && outcome.errors == "", "\(outcome.errors)")
    try workspace.write("month,sales\n2010-01,a\n", to: "sales.csv")
    #expect(try workspace.almanac("run", "sales.yaml", "-q", environment: ["http_proxy": ""]).code == 65)
    let asked = try workspace.read("asked").split(separator: "\n").map(String.init)
    #expect(asked.count == 4)
    let rid = #/GET /abc/start\?rid=([0-9a-f-]{36}) /#
    let first = try #require(asked[0].wholeMatch(of: rid))
    #expect(asked[1] == "GET /abc?rid=\(first.1) ")
    let second = try #require(asked[2].wholeMatch(of: rid))
    #expect(first.1 != second.1)
    #expect(asked[3].hasPrefix("POST /abc/65?rid=\(second.1) stages[0] (csv): "))
  }

  @Test func aHeartbeatThatFailsStopsNothingAndKeepsItsSecret() throws {
    let workspace = try Workspace()
    let (server, port) = try serve(workspace, answering: 500)
    try workspace.write("http://127.0.0.1:\(port)/abc", to: "secret.url")
    try Self.sales(workspace, run: "heartbeat: {style: cronitor, url_file: secret.url}")
    let refused = try workspace.almanac("run", "sales.yaml", "-q", environment: ["http_proxy": ""])
    #expect(refused.code == 0)
    let twice = { (text: String) in String(repeating: "almanac: warning: no heartbeat: \(text)\n", count: 2) }
    #expect(refused.errors == twice("the service refused it"))
    #expect(try workspace.read("asked").contains("/abc?series="))
    server.end(by: SIGTERM)
    let gone = try workspace.almanac("run", "sales.yaml", "-q", environment: ["http_proxy": ""])
    #expect(gone.code == 0 && gone.errors == twice("the service cannot be reached"))
    try workspace.write("ftp://somewhere", to: "secret.url")
    let odd = try workspace.almanac("run", "sales.yaml", "-q")
    #expect(odd.errors == twice("secret.url does not hold one address that begins with https://"))
    try FileManager.default.removeItem(atPath: workspace.path("secret.url"))
    #expect(try workspace.almanac("run", "sales.yaml", "-q").errors == twice("secret.url cannot be read"))
  }

  @Test func aServiceThatDoesNotAnswerIsWaitedForBriefly() throws {
    let workspace = try Workspace()
    // A socket that listens and never answers.
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = bind(socket, pointer, length)
        _ = listen(socket, 8)
        _ = getsockname(socket, pointer, &length)
      }
    }
    try workspace.write("http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/", to: "secret.url")
    try Self.sales(workspace, run: "heartbeat: {style: cronitor, url_file: secret.url, timeout: 300ms}")
    let outcome = try workspace.almanac("run", "sales.yaml", "-q", environment: ["http_proxy": ""])
    #expect(outcome.code == 0)
    #expect(
      outcome.errors
        == String(
          repeating: "almanac: warning: no heartbeat: the service did not answer within 300ms\n", count: 2))
  }

  // MARK: - Freshness

  @Test func oldReadingsWarnAndThenRefuse() throws {
    let workspace = try Workspace()
    try Self.sales(workspace, check: "{newest: {warn: 2mo, error: 1y}}")
    #expect(try workspace.almanac("run", "sales.yaml", "-q", "--force", "--now", "2020-01-20").errors == "")
    let late = try workspace.almanac("run", "sales.yaml", "-q", "--force", "--now", "2020-03-20")
    let words =
      "series \"sales\": the newest reading is of 2019-12, 110d ago, more than 2mo; is it still delivered?"
    #expect(late.code == 0 && late.errors == "almanac: warning: \(words)\n")
    let scores = try JSONSerialization.jsonObject(with: workspace.bytes("out/sales.json")) as? [String: Any]
    #expect(scores?["warnings"] as? [String] == [words])
    #expect(try runs(workspace)[0]["warnings"] as? [String] == [words])
    // What has not changed is looked at all the same.
    #expect(try workspace.almanac("run", "sales.yaml", "-q", "--now", "2020-03-20").errors == late.errors)
    #expect(try runs(workspace).map { $0["state"] as? String } == ["unchanged", "published", "published"])
    let before = try workspace.bytes("out/sales.csv")
    let tooLate = try workspace.almanac("run", "sales.yaml", "-q", "--now", "2021-03-20")
    #expect(tooLate.code == 5)
    #expect(
      tooLate.errors
        == "almanac: error: stages[1] (check): series \"sales\": the newest reading is of 2019-12, 475d ago, more than "
        + "1y; is it still delivered?\n")
    #expect(try workspace.bytes("out/sales.csv") == before)
    let odd = try workspace.almanac("run", "sales.yaml", "--now", "soon")
    #expect(odd.code == 64 && odd.errors.contains("--now wants a time such as 2026-05-01T06:30Z, not \"soon\""))
  }

  // MARK: - Logs

  @Test func logLinesAreJSONWithAVersionFirst() throws {
    let workspace = try Workspace()
    try Self.sales(workspace)
    let outcome = try workspace.almanac("run", "sales.yaml", "--log-format", "json", "--log-level", "debug")
    #expect(outcome.code == 0)
    let lines = try outcome.errors.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
    #expect(lines[0]["event"] as? String == "log")
    #expect((lines[0]["fields"] as? [String: Any])?["format"] as? Int == 1)
    #expect(Set(lines.map { $0["run"] as? String }).count == 1)
    for line in lines {
      #expect(line["time"] is String && line["level"] is String && line["event"] is String && line["message"] is String)
    }
    let events = Set(lines.compactMap { $0["event"] as? String })
    #expect(events.isSuperset(of: ["log", "read", "scored", "stage_ended", "published"]))
    let read = try #require(lines.first { $0["event"] as? String == "read" }?["fields"] as? [String: Any])
    #expect(read["readings"] as? Int == 120 && read["series"] as? Int == 1)
    // Quiet and well: not even the first line.
    let quiet = try workspace.almanac("run", "sales.yaml", "--log-format", "json", "--quiet")
    #expect(quiet.errors == "" && quiet.output == "")

    try FileManager.default.removeItem(atPath: workspace.path("sales.csv"))
    let failed = try workspace.almanac("run", "sales.yaml", "--log-format", "json", "--quiet")
    let last = try #require(failed.errors.split(separator: "\n").last)
    let fault = try #require(try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
    #expect(fault["level"] as? String == "error" && fault["event"] as? String == "failed")
    #expect(fault["stage"] as? String == "stages[0] (csv)")
    #expect((fault["fields"] as? [String: Any])?["exit_code"] as? Int == 66)
    let broken = try workspace.almanac("run", "none.yaml", "--log-format", "json")
    #expect(broken.code == 66 && broken.errors.contains("\"message\":\"there is no pipeline file none.yaml\""))
  }

  @Test func levelsChooseWhatIsTold() throws {
    let workspace = try Workspace()
    try Self.sales(workspace)
    #expect(try workspace.almanac("run", "sales.yaml", "--log-level", "error").errors == "")
    let debug = try workspace.almanac("run", "sales.yaml", "--force", "--log-level", "debug")
    #expect(debug.errors.contains("stages[0] (csv) took 0."))
    #expect(try workspace.almanac("run", "sales.yaml", "--log-level", "loud").code == 64)
  }

  // MARK: - Streams

  @Test func readingsComeAndForecastsGoAsStreams() throws {
    let workspace = try Workspace()
    try Self.sales(workspace)
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    let published = try workspace.read("out/sales.csv")
    try FileManager.default.removeItem(atPath: workspace.path("out"))
    try FileManager.default.removeItem(atPath: workspace.path(".almanac"))
    try FileManager.default.moveItem(atPath: workspace.path("sales.csv"), toPath: workspace.path("other.csv"))
    let command = "cat other.csv | '\(Workspace.binary.path)' run sales.yaml --input - --output - 2>errors"
    let piped = try Workspace.run(URL(fileURLWithPath: "/bin/sh"), ["-c", command], in: workspace.folder)
    #expect(piped.code == 0)
    #expect(piped.output == published)
    #expect(workspace.files() == ["errors", "other.csv", "sales.yaml"])
    #expect(!workspace.exists(".almanac/sales/history.sqlite"))
    let named = try workspace.almanac("run", "sales.yaml", "--input", "other.csv", "--output", "-", "-q")
    #expect(named.code == 0 && named.output == published)
    let bad = try Workspace.run(
      URL(fileURLWithPath: "/bin/sh"),
      ["-c", "printf 'month,sales\\n2010-01,a\\n' | '\(Workspace.binary.path)' run sales.yaml --input - --output -"],
      in: workspace.folder)
    #expect(bad.code == 65 && bad.output == "")
    #expect(bad.errors.contains("standard input:2"), "\(bad.errors)")
    let full = try Workspace.run(
      URL(fileURLWithPath: "/bin/sh"),
      ["-c", "'\(Workspace.binary.path)' run sales.yaml --input other.csv --output - -q >/dev/full"],
      in: workspace.folder)
    #expect(full.code == 73)
    #expect(
      full.errors
        == "almanac: error: the forecast cannot be written to standard output: No space left on device\n")
    #expect(try workspace.almanac("run", "sales.yaml", "--output", "x.csv").code == 64)
  }

  @Test func aFilterUsesTheSavedModelAndLeavesNothing() throws {
    let workspace = try Workspace()
    try Self.sales(workspace, run: "retrain: never", method: "lstm\n    with: {hidden: 3, epochs: 2}")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    #expect(try workspace.almanac("run", "sales.yaml", "-q", "--force").code == 0)
    #expect(try runs(workspace).map { $0["model"] as? String } == ["reused", "trained"])
    let published = try workspace.read("out/sales.csv")
    func state() throws -> [String: Date?] {
      let folder = workspace.path(".almanac/sales")
      let names = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
      return Dictionary(
        try names.map { name in
          (name, try FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.modificationDate] as? Date)
        }
      ) { first, _ in first }
    }
    let before = try state()
    let outcome = try workspace.almanac("run", "sales.yaml", "--input", "sales.csv", "--output", "-")
    #expect(outcome.code == 0 && outcome.output == published)
    #expect(outcome.errors.contains("using the model of "))
    #expect(try state() == before)
  }

  @Test func seriesMayBeForecastInParts() throws {
    let workspace = try Workspace()
    let names = ["a", "b", "c"]
    let rows = names.enumerated().map { number, name in
      (0..<60).map {
        "\(name),2024-0\($0 / 28 + 1)-\($0 % 28 < 9 ? "0" : "")\($0 % 28 + 1),\($0 % 7 * 3 + $0 / 9 + number)\n"
      }
      .joined()
    }
    try workspace.write(
      """
      version: 1
      name: load
      stages:
        - use: csv
          with: {path: all.csv, time: day, target: load, layout: long, series: where}
        - use: resample
          with: {every: 1d, fill: previous}
        - use: window
          with: {lookback: 14, horizon: 3}
        - use: theta
        - use: write
          with: {path: out.csv}
      """, to: "load.yaml")
    func forecast(_ rows: [String]) throws -> [Substring] {
      try workspace.write("where,day,load\n" + rows.joined(), to: "part.csv")
      let outcome = try workspace.almanac("run", "load.yaml", "--input", "part.csv", "--output", "-", "-q")
      #expect(outcome.code == 0, "\(outcome.errors)")
      return Array(outcome.output.split(separator: "\n").dropFirst())
    }
    let whole = try forecast(rows)
    #expect(whole.count == 9)
    #expect(try forecast([rows[0]]) + forecast([rows[1], rows[2]]) == whole)
  }
}
