import Foundation
import PipelineFile
import Stages
import TestSupport
import Testing
import TimeSeries

@testable import Operation
@testable import Pipelines

/// What stands around a run: metrics, the heartbeat's addresses, timetables and units.
@Suite struct OperationTests {
  private func record(failed: Bool = false) -> RunRecord {
    var record = RunRecord(
      id: "20260501T063000.125Z-47", pipeline: "grid \"A\"\\", file: "a.yaml", started: Timestamp(seconds: 1000),
      process: .own, version: "1", pipelineHash: "0")
    (record.ended, record.state, record.exitCode) = (1_002_500, failed ? .failed : .published, failed ? 65 : 0)
    (record.series, record.readings, record.rejected) = (2, 240, 1)
    record.scores = ["naive": ["mase": 1.25], "model": ["mae": 3, "mase": 0.5]]
    (record.newestReading, record.modelTrained) = (900_000, 1_002_000)
    return record
  }

  @Test func metricsOfASuccess() throws {
    let text = MetricsFile(record(), before: "").text
    try checkFormat(text)
    let label = #"pipeline="grid \"A\"\\""#
    let lines = Set(text.split(separator: "\n"))
    for line in [
      "almanac_last_run_timestamp_seconds{\(label)} 1002.5", "almanac_last_run_exit_code{\(label)} 0",
      "almanac_last_run_duration_seconds{\(label)} 2.5", "almanac_last_success_timestamp_seconds{\(label)} 1002.5",
      "almanac_readings{\(label)} 240", "almanac_rejected_rows{\(label)} 1", "almanac_series{\(label)} 2",
      "almanac_newest_reading_timestamp_seconds{\(label)} 900",
      "almanac_model_trained_timestamp_seconds{\(label)} 1002",
      #"almanac_score{\#(label),forecaster="model",metric="mase"} 0.5"#,
    ] { #expect(lines.contains(Substring(line)), "\(line)") }
  }

  @Test func aFailureKeepsWhatTheLastSuccessSaid() throws {
    let before = MetricsFile(record(), before: "").text
    var later = record(failed: true)
    (later.started, later.ended, later.readings) = (2_000_000, 2_001_000, 7)
    let text = MetricsFile(later, before: before).text
    try checkFormat(text)
    #expect(text.contains("almanac_last_run_timestamp_seconds{pipeline=\"grid \\\"A\\\"\\\\\"} 2001\n"))
    #expect(text.contains("exit_code{pipeline=\"grid \\\"A\\\"\\\\\"} 65\n"))
    for name in ["last_success_timestamp_seconds", "readings", "score", "series", "model_trained_timestamp_seconds"] {
      let kept = { (text: String) in text.split(separator: "\n").filter { $0.hasPrefix("almanac_\(name){") } }
      #expect(kept(text) == kept(before) && !kept(text).isEmpty, "\(name)")
    }
    // Before the first success there is none to tell of.
    #expect(!MetricsFile(later, before: "").text.contains("success"))
  }

  /// The rules that Prometheus' own checker holds such a file to.
  private func checkFormat(_ text: String) throws {
    #expect(text.hasSuffix("\n"))
    var helped: [String] = []
    var typed: [String] = []
    var seen: Set<Substring> = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      let words = line.split(separator: " ")
      if line.hasPrefix("# HELP ") {
        helped.append(String(words[2]))
        #expect(words.count > 3)
      } else if line.hasPrefix("# TYPE ") {
        typed.append(String(words[2]))
        #expect(words.count == 4 && words[3] == "gauge")
      } else {
        let match = try #require(
          line.wholeMatch(of: #/([a-z][a-z0-9_]*)\{([a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+\} -?[0-9.e+-]+/#), "\(line)")
        // Samples stand below the help and the type of their own metric, which comes once.
        #expect(helped.last == String(match.1) && typed.last == String(match.1))
        #expect(seen.insert(line.prefix { $0 != "}" }).inserted)
      }
    }
    #expect(helped == typed && Set(helped).count == helped.count && !helped.isEmpty)
  }

  @Test func addressesOfAHeartbeat() {
    let run = "20260501T063000.125Z-47"
    let checks = Heartbeat(style: .healthchecks, addressFile: "url")
    let rid = Heartbeat.uuid(of: run)
    #expect(rid.wholeMatch(of: #/[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}/#) != nil)
    #expect(rid == Heartbeat.uuid(of: run) && rid != Heartbeat.uuid(of: run + "1"))
    let base = "https://hc.example/abc/"
    #expect(checks.address(.start, run: run, base: base) == "https://hc.example/abc/start?rid=\(rid)")
    #expect(checks.address(.success, run: run, base: base) == "https://hc.example/abc?rid=\(rid)")
    let failure = Heartbeat.Beat.failure(code: 65, message: "a b&c=ä")
    #expect(checks.address(failure, run: run, base: base) == "https://hc.example/abc/65?rid=\(rid)")
    let cronitor = Heartbeat(style: .cronitor, addressFile: "url")
    let query = "https://c.example/k?env=prod"
    #expect(
      cronitor.address(.start, run: run, base: query)
        == "https://c.example/k?env=prod&series=20260501T063000.125Z-47&state=run")
    #expect(cronitor.address(.success, run: run, base: query).hasSuffix("&state=complete"))
    #expect(
      cronitor.address(failure, run: run, base: query).hasSuffix(
        "&state=fail&status_code=65&message=a%20b%26c%3D%C3%A4"))
  }

  @Test func timetables() throws {
    func both(_ distance: String, _ time: String? = nil) throws -> [String] {
      let table = try Timetable(
        every: try #require(Frequency(distance)), at: time.flatMap { Timetable.TimeOfDay($0) })
      return [table.systemd, try table.cron()]
    }
    #expect(try both("15m") == ["*-*-* *:0/15:00", "*/15 * * * *"])
    #expect(try both("6h") == ["*-*-* 0/6:00:00", "0 */6 * * *"])
    #expect(try both("1d") == ["*-*-* 06:00:00", "0 6 * * *"])
    #expect(try both("24h", "18:05") == ["*-*-* 18:05:00", "5 18 * * *"])
    #expect(try both("1w", "6:30") == ["Mon *-*-* 06:30:00", "30 6 * * 1"])
    #expect(try both("1mo", "00:00") == ["*-*-01 00:00:00", "0 0 1 * *"])
    for distance in ["7m", "5h", "2d", "90m", "2mo", "30s", "1bd"] {
      #expect(throws: ScheduleError.unevenDistance(distance)) { _ = try both(distance) }
    }
    #expect(throws: ScheduleError.timeOfShortDistance("1h")) { _ = try both("1h", "06:30") }
    #expect(throws: ScheduleError.calendarInCron) { _ = try Timetable.calendar("Mon").cron() }
    for text in ["24:00", "6", "06:60", "6:3:0", "a:b", "006:30"] { #expect(Timetable.TimeOfDay(text) == nil) }
  }

  @Test func pathsWithSpacesPercentAndQuotes() throws {
    let text = """
      version: 1
      name: grid A/50%
      description: 50% of a "grid"
      run: {heartbeat: {style: cronitor, url_file: url}}
      stages:
        - use: csv
          with: {path: "${DATA:-load.csv}", target: load}
        - use: window
          with: {lookback: 24, horizon: 6}
        - use: naive
        - use: write
          with: {path: out/load.csv}
      """
    let folder = "/srv/a b/50% \"of\"/it's $HOME"
    let pipeline = try reader().read(text, file: folder + "/p.yaml")
    let job = try ScheduledJob(
      pipeline, program: "bin/almanac", workingFolder: "/opt/x/../y", timetable: .calendar("hourly"), user: "ann",
      delay: TimeSpan(milliseconds: 60_000))
    #expect(job.unitName == "almanac-grid-A-50-")
    #expect(job.variables == ["DATA"])
    let lines = Set(SystemdUnits(job).service.split(separator: "\n").map(String.init))
    let quoted = #""/srv/a b/50%% \"of\"/it's $$HOME/p.yaml""#
    for line in [
      "ExecStart=\"/opt/y/bin/almanac\" run --quiet \(quoted)", "User=ann", "Type=oneshot",
      "WorkingDirectory=/srv/a b/50%% \"of\"/it's $HOME", "Description=Forecast grid A/50%%: 50%% of a \"grid\"",
      "EnvironmentFile=-/etc/almanac/grid-A-50-.env", "PrivateNetwork=no", "NoNewPrivileges=yes",
      "ProtectSystem=strict", "TimeoutStartSec=12h", "After=network-online.target",
    ] { #expect(lines.contains(line), "\(line)") }
    let timer = SystemdUnits(job).timer
    #expect(timer.contains("OnCalendar=hourly\nRandomizedDelaySec=60\n") && timer.contains("Persistent=true"))
    let daily = try ScheduledJob(
      pipeline, program: "/bin/almanac", workingFolder: "/", timetable: Timetable(every: .days(1)), user: nil,
      delay: TimeSpan(milliseconds: 0))
    #expect(
      try CrontabLine(daily).text()
        == #"0 6 * * * '/bin/almanac' run --quiet '/srv/a b/50\% "of"/it'\''s $HOME/p.yaml'"#)
    #expect(SystemdUnits(daily).notes.contains("the service runs as root; give --user NAME"))
  }

  @Test func settingsAndTheirFaults() throws {
    func settings(_ run: String) throws -> OperationSettings {
      let text = validFile.replacing("  seed: 3\n", with: "  \(run)\n")
      return try reader().read(text, file: "a.yaml").operation
    }
    #expect(try settings("seed: 1").history == HistorySettings())
    #expect(try settings("history: {keep: 90d}").history?.keep == .days(90))
    #expect(try settings("history: null").history == nil)
    let heartbeat = try settings("heartbeat: {style: healthchecks, url_file: a.url}").heartbeat
    #expect(heartbeat == Heartbeat(style: .healthchecks, addressFile: "a.url"))
    #expect(try settings("on_failure: [mail, me]").onFailure == ["mail", "me"])
    for (run, words) in [
      ("history: {kept: 90d}", "6:13: error: run: history wants keep, not \"kept\""),
      ("history: 90d", "6:12: error: run: history wants a mapping such as {keep: 90d}, not \"90d\""),
      (
        "heartbeat: {style: healthchecks}",
        "6:14: error: run: heartbeat wants style and url_file, such as {style: healthchecks, url_file: heartbeat.url}"
      ),
      (
        "heartbeat: {style: cronitor, url_file: a, timeout: 2m}",
        "6:54: error: run: heartbeat timeout must be at most 60s, not 2m"
      ),
      (
        "heartbeat: {style: pager, url_file: a}",
        "6:22: error: run: heartbeat wants healthchecks, cronitor, not \"pager\""
      ),
    ] {
      let error = #expect(throws: PipelineFileError.self) { _ = try settings(run) }
      #expect(error?.diagnostics.map(\.description) == ["a.yaml:\(words)"])
    }
  }
}
