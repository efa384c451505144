import ArgumentParser
import Files
import Foundation
import Operation
import PipelineFile
import Pipelines
import TimeSeries

struct ScheduleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule",
    abstract: "Prints a systemd service and timer for a pipeline, or a crontab line.",
    discussion: "Nothing is installed, unless --install-to names a folder such as /etc/systemd/system. The service may "
      + "write where the pipeline does and nowhere else; make it anew when outputs move. No plugin is started, "
      + "unless --plugins asks for it; what a plugin writes is known once it was. Exit codes: 0 printed, 64 wrong usage, "
      + "66 no such file, 73 a unit cannot be written, 78 bad pipeline file.\n\n"
      + examples(
        "almanac schedule sales.yaml --every 1d --at 06:30", "almanac schedule sales.yaml --cron",
        "almanac schedule sales.yaml --install-to /etc/systemd/system --user forecasts"))

  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var options: PipelineOptions

  @OptionGroup var plugins: PluginOptions

  @Flag(help: "A line for a crontab instead of units.")
  var cron = false

  @Option(help: ArgumentHelp("Time between two runs: 1m to 30m, 1h to 12h, 1d, 1w or 1mo.", valueName: "duration"))
  var every: String?

  @Option(help: ArgumentHelp("Time of day, for runs that are days, weeks or months apart.", valueName: "hh:mm"))
  var at: String?

  @Option(help: ArgumentHelp("When to run, as systemd.time(7) writes it.", valueName: "event"))
  var onCalendar: String?

  @Option(help: "Whom the service runs as. The present user by itself.")
  var user: String?

  @Option(help: ArgumentHelp("Longest random delay of a run.", valueName: "duration"))
  var delay = "5m"

  @Option(help: ArgumentHelp("Write the units into this folder instead of printing them.", valueName: "folder"))
  var installTo: String?

  func validate() throws {
    if onCalendar != nil, every != nil || at != nil {
      throw ValidationError("give either --on-calendar, or --every and --at")
    }
    if cron, onCalendar != nil { throw ValidationError("\(ScheduleError.calendarInCron)") }
    if cron, installTo != nil { throw ValidationError("--install-to is for units, not for --cron") }
    if let user, user.contains(where: { !($0.isLetter || $0.isNumber || "._-".contains($0)) }) {
      throw ValidationError("--user wants the name of a user, not \"\(user)\"")
    }
    _ = try timetable()
    if TimeSpan(delay) == nil { throw ValidationError("--delay wants a duration such as 5m, not \"\(delay)\"") }
  }

  func run() throws {
    try reportingFailures {
      let pipeline = try plugins.load(file, options, plugins.host())
      guard let span = TimeSpan(delay) else { return }
      let job: ScheduledJob = try pipeline.hiding { try self.job(of: pipeline, delay: span) }
      if cron {
        let line = CrontabLine(job)
        Console.line(try line.text())
        for note in line.notes { Console.error("note: \(note)") }
        return
      }
      let units = SystemdUnits(job)
      if let installTo {
        try install(units, of: job, in: installTo)
      } else {
        Console.line("# \(job.unitName).service\n\(units.service)\n# \(job.unitName).timer")
        Console.text(units.timer)
      }
      for note in units.notes { Console.error("note: \(note)") }
    }
  }

  private func job(of pipeline: PipelineDeclaration, delay: TimeSpan) throws -> ScheduledJob {
    let timetable = try timetable()
    do {
      return try ScheduledJob(
        pipeline, program: Surroundings.program, workingFolder: FilePath.workingFolder.text,
        timetable: timetable, user: user ?? Surroundings.user, delay: delay)
    } catch { throw Failure(.badPipeline, "\(error)") }
  }

  private func timetable() throws -> Timetable {
    if let onCalendar {
      do { return try Timetable(calendar: onCalendar) } catch { throw ValidationError("\(error)") }
    }
    guard let distance = Frequency(every ?? "1d") else {
      throw ValidationError("--every wants a duration such as 1d, not \"\(every ?? "")\"")
    }
    let time = at.flatMap { Timetable.TimeOfDay($0) }
    if let at, time == nil { throw ValidationError("--at wants a time of day such as 06:30, not \"\(at)\"") }
    do { return try Timetable(every: distance, at: time) } catch { throw ValidationError("\(error)") }
  }

  private func install(_ units: SystemdUnits, of job: ScheduledJob, in folder: String) throws {
    let publication = Publication(root: RootFolder(folder), owner: job.unitName)
    publication.places = job.pipeline.neededPlaces
    try publication.write(Array(units.service.utf8), to: FilePath("\(job.unitName).service"))
    try publication.write(Array(units.timer.utf8), to: FilePath("\(job.unitName).timer"))
    for path in try publication.commit() { Console.line("wrote \(folder)/\(path.text)".onOneLine) }
    Console.line("now: systemctl daemon-reload && systemctl enable --now \(job.unitName).timer")
  }
}
