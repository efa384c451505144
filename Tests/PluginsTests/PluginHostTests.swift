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
