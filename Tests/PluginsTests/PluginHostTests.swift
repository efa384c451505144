import Forecasting
import Foundation
import PipelineFile
import TestSupport
import Testing
import TimeSeries

@testable import Pipelines
@testable import Plugins
@testable import Processes

/// The host beside plugins that do what they should not.
@Suite struct PluginHostTests {
  struct Faulty: CustomTestStringConvertible {
    var testDescription: String
    var run: String
    var error: String
    var timeout: Int64

    init(_ name: String, _ run: String, _ error: String, timeout: Int64 = 20_000) {
      (testDescription, self.run, self.error, self.timeout) = (name, run, error, timeout)
    }
  }

  static func table(_ csv: String, _ more: String = "") -> String {
    #"""
    output=$(sed 's/.*"output":"\([^"]*\)".*/\1/')
    printf '\#(csv)' >"$output/out.csv"
    echo '{"type":"result","file":"out.csv"\#(more)}'
    """#
  }

  static let cases: [Faulty] = [
    Faulty(
      "rubbish", "echo hello",
      #"`apply` printed a line that is no message (not JSON): "hello"; only messages belong on standard output, everything else on standard error"#
    ),
    Faulty(
      "an unknown type", #"echo '{"type":"hello"}'"#,
      #"`apply` printed a line that is no message (`type` wants log, progress, rejected_row, result or error, not "hello"): "{"type":"hello"}"; only messages belong on standard output, everything else on standard error"#
    ),
    Faulty("no result", "exit 0", "`apply` ended without a result or an error"),
    Faulty(
      "no result, last words", "echo 'I give up' >&2",
      "`apply` ended without a result or an error; the last that it wrote on standard error: \"I give up\""),
    Faulty(
      "a code", "echo 'cannot think' >&2; exit 3",
      "`apply` ended with code 3; the last that it wrote on standard error: \"cannot think\""),
    Faulty("a result and a code", #"echo '{"type":"result"}'; exit 4"#, "`apply` ended with code 4"),
    Faulty("a crash", "kill -SEGV $$", "`apply` was ended by signal 11"),
    Faulty(
      "more after the result", #"echo '{"type":"result"}'; echo '{"type":"log","message":"x"}'"#,
      #"`apply` went on after its last message: "{"type":"log","message":"x"}"; a result or an error comes last"#),
    Faulty("an error of its own", #"echo '{"type":"error","message":"the moon is wrong"}'"#, "the moon is wrong"),
    Faulty(
      "a very long line", "head -c 3000000 /dev/zero | tr '\\0' 'x'",
      "`apply` printed a line of more than 1048576 bytes; data belongs in files in the output folder"),
    Faulty(
      "a flood of messages", #"while :; do echo '{"type":"progress","done":1,"of":2}'; done"#,
      "`apply` was not done after 0.5 s, and it was ended; raise its `timeout`, or look for what it waits for",
      timeout: 500),
    Faulty(
      "no such file", #"echo '{"type":"result","file":"none.csv"}'"#,
      #"the result of `apply` cannot be used: there is no file "none.csv" in the output folder"#),
    Faulty(
      "a file elsewhere", #"echo '{"type":"result","file":"../request.json"}'"#,
      #"the result of `apply` cannot be used: "../request.json" is no name of a file in the output folder"#),
    Faulty(
      "a link",
      #"""
      output=$(sed 's/.*"output":"\([^"]*\)".*/\1/')
      ln -s /etc/passwd "$output/out.csv"
      echo '{"type":"result","file":"out.csv"}'
      """#,
      #"the result of `apply` cannot be used: "out.csv" is no plain file that can be read"#),
    Faulty("no file", #"echo '{"type":"result"}'"#, "the result of `apply` cannot be used: it names no `file`"),
    Faulty(
      "too few rows", table("series,time,value\\nload,2015-01-01,1\\n"),
      "the result of `apply` cannot be used: 1 row where 3 rows are wanted, one for each that was asked for"),
    Faulty(
      "another count", table("series,time,value\\nload,2015-01-01,1\\n", #","rows":2"#),
      "the result of `apply` cannot be used: `rows` says 2, the file has 1"),
    Faulty(
      "another order",
      table("series,time,value\\nload,2015-01-01,1\\nload,2015-03-01,2\\nload,2015-02-01,3\\n"),
      #"the result of `apply` cannot be used: row 2: time is "2015-03-01", not "2015-02-01"; keep the rows and their order"#
    ),
    Faulty(
      "not finite", table("series,time,value\\nload,2015-01-01,1\\nload,2015-02-01,inf\\nload,2015-03-01,3\\n"),
      #"the result of `apply` cannot be used: row 2: value wants a finite number, not "inf"; a missing value is an empty cell"#
    ),
    Faulty(
      "no column", table("series,time\\nload,2015-01-01\\nload,2015-02-01\\nload,2015-03-01\\n"),
      #"the result of `apply` cannot be used: its file:1: there is no column "value"; the columns are "series", "time""#
    ),
    Faulty("an empty file", table(""), "the result of `apply` cannot be used: its file: the file is empty"),
  ]

  @Test(arguments: cases)
  func aFaultyPluginIsRefusedInWords(example: Faulty) throws {
    let fixture = try PluginFixture(run: "echo $$ >own.pid\n" + example.run, timeout: example.timeout)
    #expect(fixture.fault() == "plugin \"fixture\": " + example.error)
    #expect(kill(try fixture.number(in: "own.pid"), 0) == -1, "the process, or its remains, are still there")
    #expect(fixture.leftovers.isEmpty)
  }

  /// A header and rows of a forecast of two steps, and what is wrong with them.
  static let forecasts: [(String, [String], String?)] = [
    ("forecast,lower_80,upper_80", ["5,4,6", "5,5,5"], nil),
    ("forecast,upper_95,lower_95,upper_80,lower_80", ["5,7,3,6,4", "5,6,4,6,4"], nil),
    ("forecast,lower_99.9,upper_99.9", ["5,4,6", "5,4,6"], nil),
    ("forecast,lower_80,upper_80", ["5,4,6", "5,6,4"], "row 2: lower_80 is above upper_80"),
    (
      "forecast,lower_80,upper_80", ["5,4,6", "7,4,6"],
      "row 2: the forecast 7.0 lies outside of lower_80 and upper_80, which are 4.0 and 6.0"
    ),
    (
      "forecast,lower_80,upper_80", ["3.999,4,6", "5,4,6"],
      "row 1: the forecast 3.999 lies outside of lower_80 and upper_80, which are 4.0 and 6.0"
    ),
    (
      "forecast,lower_80,upper_80,lower_95,upper_95", ["5,4,6,3,7", "5,4,6,4.5,7"],
      "row 2: lower_95 and upper_95 do not hold lower_80 and upper_80 between them"
    ),
    (
      "forecast,lower_95,upper_95,lower_80,upper_80", ["5,4,6,3,7", "5,4,6,3,7"],
      "row 1: lower_95 and upper_95 do not hold lower_80 and upper_80 between them"
    ),
    (
      "forecast,lower_80,upper_80,lower_80.0,upper_80.0", ["5,4,6,4,6", "5,4,6,4,6"],
      "the columns lower_80 and lower_80.0 are of one level"
    ),
    (
      "forecast,lower_80,upper_80,lower_80", ["5,4,6,4", "5,4,6,4"],
      #"its file:1: columns 5, 7 are all named "lower_80"; give each a name of its own"#
    ),
    (
      "forecast,lower_80", ["5,4", "5,4"],
      #"its file:1: there is no column "upper_80"; the columns are "series", "time", "step", "forecast", "lower_80""#
    ),
    (
      "forecast,upper_80", ["5,4", "5,4"],
      #"its file:1: there is no column "lower_80"; the columns are "series", "time", "step", "forecast", "upper_80""#
    ),
    (
      "forecast,lower_0x50,upper_0x50", ["5,4,6", "5,4,6"],
      #"the column "lower_0x50" names no level; lower_80 and upper_80 are those of 80 %"#
    ),
    (
      "forecast,lower_nan,upper_nan", ["5,4,6", "5,4,6"],
      #"the column "lower_nan" names no level; lower_80 and upper_80 are those of 80 %"#
    ),
    (
      "forecast,lower_100,upper_100", ["5,4,6", "5,4,6"],
      #"the column "lower_100" names no level; lower_80 and upper_80 are those of 80 %"#
    ),
    (
      "forecast,lower_,upper_", ["5,4,6", "5,4,6"],
      #"the column "lower_" names no level; lower_80 and upper_80 are those of 80 %"#
    ),
    ("forecast,lower_80,upper_80", ["5,-inf,6", "5,4,6"], #"row 1: lower_80 wants a finite number, not "-inf""#),
    ("forecast,lower_80,upper_80", ["5,4,6", "5,4,"], "row 2: upper_80 wants a finite number, not \"\""),
    ("forecast,lower_80,upper_80", ["nan,4,6", "5,4,6"], #"row 1: forecast wants a finite number, not "nan""#),
    ("forecast,lower_80,upper_80", ["5,4,6"], "1 row where 2 rows are wanted, one for each that was asked for"),
    (
      "forecast,lower_80,upper_80", ["5,4,6", "5,4,6", "5,4,6"],
      "3 rows where 2 rows are wanted, one for each that was asked for"
    ),
    (
      "forecast," + (1...99).flatMap { ["lower_\($0)", "upper_\($0)"] }.joined(separator: ",")
        + ",lower_1.5,upper_1.5,lower_2.5,upper_2.5",
      ["5" + String(repeating: ",5,5", count: 101), "5" + String(repeating: ",5,5", count: 101)],
      "it gives more than 100 levels"
    ),
  ]

  @Test(arguments: forecasts)
  func intervalsThatDoNotHoldTogetherAreRefused(header: String, rows: [String], fault: String?) throws {
    let index = TimeIndex(start: Timestamp(seconds: 1_420_070_400), frequency: .months(1), count: 2)
    let blank = Forecast([.init(name: "load", index: index, point: [.nan, .nan])])
    let days = ["2015-01-01,1", "2015-02-01,2", "2015-03-01,3"]
    let text = "series,time,step,\(header)\n" + zip(days, rows).map { "load,\($0),\($1)\n" }.joined()
    do throws(PluginError.Fault) {
      let forecast = try PluginData.forecast(Array(text.utf8), rows: nil, like: blank)
      #expect(fault == nil)
      #expect(forecast.series[0].intervals.map(\.level) == forecast.series[0].intervals.map(\.level).sorted())
    } catch { #expect(error == .badResult(reason: fault ?? "")) }
  }

  @Test func intervalsThatWereGivenInDisorderAreNotThePluginsFault() throws {
    let index = TimeIndex(start: Timestamp(seconds: 1_420_070_400), frequency: .months(1), count: 2)
    let given = Forecast([
      .init(
        name: "load", index: index, point: [9, 5], intervals: [.init(level: 0.8, lower: [4, 4], upper: [6, 6])])
    ])
    let same = "series,time,step,forecast,lower_80,upper_80\nload,2015-01-01,1,9,4,6\nload,2015-02-01,2,5,4,6\n"
    #expect(try PluginData.forecast(Array(same.utf8), rows: nil, like: given) == given)
    for (row, reason) in [
      ("9,6,4", "row 1: lower_80 is above upper_80"), ("9,4,6", nil),
    ] {
      let text = same.replacing("1,9,4,6", with: "1,\(row)")
      do throws(PluginError.Fault) {
        _ = try PluginData.forecast(Array(text.utf8), rows: nil, like: given)
        #expect(reason == nil)
      } catch { #expect(error == .badResult(reason: reason ?? "")) }
    }
    let worse = same.replacing("2,5,4,6", with: "2,7,4,6")
    #expect(throws: PluginError.Fault.self) {
      try PluginData.forecast(Array(worse.utf8), rows: nil, like: given)
    }
  }

  @Test func aPluginThatHangsIsEndedWithItsChildren() throws {
    let fixture = try PluginFixture(
      run: """
        trap '' TERM
        sh -c 'trap "" TERM; sleep 300 & sleep 300' &
        echo $! >child.pid
        echo $$ >own.pid
        wait
        """, timeout: 700)
    #expect(fixture.fault().contains("`apply` was not done after 0.7 s, and it was ended"))
    let own = try fixture.number(in: "own.pid")
    #expect(kill(own, 0) == -1)
    // Nothing of the group is there, whoever its parent is now.
    #expect(PluginFixture.hasEnded(try fixture.number(in: "child.pid")))
    #expect(try members(ofGroup: own).isEmpty)
    #expect(fixture.leftovers.isEmpty)
  }

  @Test func aChildThatIsLeftBehindIsEnded() throws {
    let fixture = try PluginFixture(run: "sleep 300 &\necho $! >child.pid\necho $$ >own.pid\n" + PluginFixture.echo)
    let prepared = try fixture.apply()
    #expect(prepared.series[0].values[0] == 1)
    #expect(PluginFixture.hasEnded(try fixture.number(in: "child.pid")))
    #expect(try members(ofGroup: try fixture.number(in: "own.pid")).isEmpty)
  }

  /// The processes of a group that have not ended.
  private func members(ofGroup group: Int32) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter {
      getpgid($0) == group && !PluginFixture.hasEnded($0)
    }
  }

  @Test func aFloodOnStandardErrorIsDrainedAndCounted() throws {
    let fixture = try PluginFixture(
      run: "i=0; while [ $i -lt 300 ]; do echo \"line $i\" >&2; i=$((i+1)); done\nhead -c 2000000 /dev/zero >&2\n"
        + PluginFixture.echo)
    _ = try fixture.apply()
    #expect(fixture.events.count == 201)
    #expect(fixture.events.first == .line("line 0"))
    #expect(fixture.events.last == .line("(101 more lines on standard error)"))
  }

  @Test func messagesAreToldAsTheyCome() throws {
    let fixture = try PluginFixture(
      run: #"echo '{"type":"log","level":"warning","message":"warm"}'; echo '{"type":"progress","done":1,"of":4}'"#
        + "\n"
        + PluginFixture.echo)
    let prepared = try fixture.apply()
    #expect(fixture.events == [.log(isWarning: true, "warm"), .progress(done: 1, of: 4)])
    #expect(prepared.series[0].values[0] == 1)
    #expect(prepared.series[0].values[1].isNaN)
  }

  @Test func onlyTheNamedVariablesArePassed() throws {
    let fixture = try PluginFixture(
      run: "env >environment.txt\npwd >folder.txt\n" + PluginFixture.echo,
      environment: ["PATH": "/usr/bin:/bin", "ALMANAC_TEST": "yes"])
    _ = try fixture.apply()
    let names = try String(contentsOf: fixture.folder.appendingPathComponent("environment.txt"), encoding: .utf8)
      .split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) }
    // The shell adds its own.
    #expect(Set(names).subtracting(["PWD", "OLDPWD", "SHLVL", "_"]) == ["PATH", "ALMANAC_TEST"])
    let folder = try String(contentsOf: fixture.folder.appendingPathComponent("folder.txt"), encoding: .utf8)
    #expect(folder.hasSuffix(fixture.folder.lastPathComponent + "\n"))
  }

  @Test func noDescriptorOfTheHostIsOpenInThePlugin() throws {
    // Without close-on-exec, as code that knows nothing of plugins opens files.
    let files = (0..<4).map { _ in open("/dev/null", O_RDONLY) }
    defer { for file in files { close(file) } }
    let fixture = try PluginFixture(run: "ls /proc/$$/fd >open.txt\n" + PluginFixture.echo)
    _ = try fixture.apply()
    let text = try String(contentsOf: fixture.folder.appendingPathComponent("open.txt"), encoding: .utf8)
    // From 10 on are the shell's own, such as its script.
    #expect(Set(text.split(separator: "\n").compactMap { Int($0) }.filter { $0 < 10 }) == [0, 1, 2])
  }

  @Test func aPluginThatNeverReadsItsRequestDoesNoHarm() throws {
    let fixture = try PluginFixture(run: "exec <&-\nexit 9")
    #expect(fixture.fault() == "plugin \"fixture\": `apply` ended with code 9")
  }

  @Test func theEndOfTheCommandEndsThePlugin() throws {
    let fixture = try PluginFixture(run: "echo $$ >own.pid; sleep 300", timeout: 100000)
    let processes = fixture.interruption.processes
    let ender = Thread {
      let file = fixture.folder.appendingPathComponent("own.pid").path
      while !FileManager.default.fileExists(atPath: file) { usleep(10_000) }
      processes.endAll()
    }
    ender.start()
    #expect(fixture.fault() == "plugin \"fixture\": `apply` was ended by signal 9")
    #expect(fixture.fault() == "plugin \"fixture\": it cannot be started: the command is being ended")
  }

  @Test func programsThatAreNotThereAreNamed() throws {
    func fault(_ words: [String]) throws -> String {
      let fixture = try PluginFixture()
      try Data().write(to: fixture.folder.appendingPathComponent("plain"))
      var command = fixture.command
      command.words = words
      do {
        _ = try PluginCall(plugin: command, host: fixture.host).describe()
        return "no error"
      } catch { return error.message }
    }
    #expect(try fault([]) == "`command` is empty; name the program and its arguments")
    #expect(
      try fault(["pythoon"]) == "the program \"pythoon\" is not on the PATH; install it, or correct `command`")
    #expect(
      try fault(["./none"])
        == "there is no program ./none; paths in `command` are relative to the pipeline's root")
    #expect(
      try fault(["./plain"])
        == "./plain may not be executed; allow it (chmod +x), or name its interpreter in `command`")
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let fixture = try PluginFixture()
    let host = PluginHost(temporaryFolder: "/none")
    #expect(
      throws: PluginError(
        plugin: "fixture", call: "describe", fault: .noFolder(reason: "/none: No such file or directory"))
    ) { try PluginCall(plugin: fixture.command, host: host).describe() }
  }
}
