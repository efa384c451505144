import Foundation
import Testing

/// Metrics, heartbeats, and the program for failures, on the built binary.
@Suite struct NotificationRunTests {
  @Test func metricsMoveWithTheRunsAndTheLastSuccessOnlyWithSuccess() throws {
    let workspace = try Workspace()
    try workspace.sales(run: "metrics: metrics/almanac.prom")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    let first = try workspace.read("metrics/almanac.prom")
    #expect(workspace.metric("last_run_exit_code", in: first) == 0)
    #expect(workspace.metric("readings", in: first) == 120)
    let success = try #require(workspace.metric("last_success_timestamp_seconds", in: first))
    #expect(success == workspace.metric("last_run_timestamp_seconds", in: first))
    try workspace.write("month,sales\n2010-01,a\n", to: "sales.csv")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 65)
    let second = try workspace.read("metrics/almanac.prom")
    #expect(workspace.metric("last_run_exit_code", in: second) == 65)
    #expect(workspace.metric("last_success_timestamp_seconds", in: second) == success)
    #expect(try #require(workspace.metric("last_run_timestamp_seconds", in: second)) > success)
    #expect(workspace.metric("readings", in: second) == 120)
    #expect(workspace.files().filter { $0.hasPrefix("metrics/") } == ["metrics/almanac.prom"])
  }

  @Test func metricsThatCannotBeWrittenStopNothing() throws {
    let workspace = try Workspace()
    try workspace.sales(run: "metrics: metrics")
    try workspace.write("", to: "metrics/keep")
    let outcome = try workspace.almanac("run", "sales.yaml", "-q")
    #expect(outcome.code == 0)
    #expect(outcome.errors == "almanac: warning: no metrics: metrics is a folder; give the path of a file\n")
  }

  @Test func theProgramForFailuresIsToldWhy() throws {
    let workspace = try Workspace()
    try workspace.sales(run: "on_failure: [./tell, hello]")
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
    try workspace.sales(run: "heartbeat: {style: healthchecks, url_file: secret.url}")
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
    try workspace.sales(run: "heartbeat: {style: cronitor, url_file: secret.url}")
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
    try workspace.sales(run: "heartbeat: {style: cronitor, url_file: secret.url, timeout: 300ms}")
    let outcome = try workspace.almanac("run", "sales.yaml", "-q", environment: ["http_proxy": ""])
    #expect(outcome.code == 0)
    #expect(
      outcome.errors
        == String(
          repeating: "almanac: warning: no heartbeat: the service did not answer within 300ms\n", count: 2))
  }
}
