import ArgumentParser
import Files
import Operation
import PipelineFile
import Pipelines
import Processes
import Recurrent
import TimeSeries

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Looks what is installed and what is missing, with a remedy for each.",
    discussion:
      "It looks at the processor, memory, time zones, the clock, the folder that it is called in with what runs "
      + "keep there, the folder for temporary files, gnuplot, fonts, curl and duckdb, and changes nothing. What "
      + "says limited is not needed for a forecast. Exit codes: 0 forecasts can be made, 1 something that they need is missing, "
      + "64 wrong usage.\n\n" + examples("almanac doctor", "almanac doctor --json"))

  @Flag(help: "Print what was found as one JSON object.")
  var json = false

  func run() throws {
    let findings = Doctor(Surroundings.machine).findings()
    let isWell = !findings.contains { $0.state == .missing }
    if json {
      let list = findings.map { finding in
        JSONValue([
          ("subject", .text(finding.subject)), ("state", .text(finding.state.rawValue)),
          ("detail", .text(finding.detail)), ("remedy", finding.remedy.map { .text($0) }),
        ])
      }
      Console.line(JSONValue([("well", .boolean(isWell)), ("findings", .list(list))]).document)
    } else {
      let width = findings.map(\.subject.count).max() ?? 0
      for finding in findings {
        let state = finding.state.rawValue.padded(to: Doctor.Finding.State.missing.rawValue.count)
        Console.line("\(state)  \(finding.subject.padded(to: width))  \(finding.detail)".onOneLine)
        if let remedy = finding.remedy { Console.line("         \("".padded(to: width))  \(remedy)") }
      }
    }
    if !isWell { throw ExitCode.failed }
  }
}

extension Surroundings {
  /// What `doctor` looks at.
  fileprivate static var machine: Doctor.Machine {
    let home = environment["HOME"].map { ["\($0)/.local/share/fonts", "\($0)/.fonts"] } ?? []
    return Doctor.Machine(
      folder: FilePath.workingFolder.text, temporaryFolder: temporaryFolder, searchPath: searchPath,
      environment: environment, fontFolders: ["/usr/share/fonts", "/usr/local/share/fonts"] + home,
      processor: (ProcessorPath.best.description, ProcessorPath.best != .baseline),
      memory: AvailableMemory.now?.bytes, now: .now)
  }
}
