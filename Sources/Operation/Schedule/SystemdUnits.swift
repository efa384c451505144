import PipelineFile
import Pipelines
import TimeSeries

/// A service and a timer for systemd.
///
/// The service may write where the pipeline does and nowhere else, and has no more rights than that takes.
public struct SystemdUnits: Sendable {
  private let job: ScheduledJob

  /// The units of a job.
  public init(_ job: ScheduledJob) { self.job = job }

  /// How long a run may take where the file does not say so.
  static let usualTimeout = "12h"

  /// What a person should know before using them.
  public var notes: [String] {
    var notes: [String] = []
    if job.user == nil { notes.append("the service runs as root; give --user NAME") }
    if !job.variables.isEmpty {
      notes.append("put \(job.variables.joined(separator: ", ")) into \(environmentFile), one NAME=value a line")
    }
    if job.pipeline.run.timeout == nil {
      notes.append("the file sets no run.timeout; the service is ended after \(Self.usualTimeout)")
    }
    return notes
  }

  /// The service.
  public var service: String {
    let pipeline = job.pipeline
    var lines = [
      "# Made by `almanac schedule`; make it anew when outputs of the pipeline move.",
      "[Unit]",
      "Description=\(Self.plain("Forecast \(pipeline.name)" + (pipeline.file.shownDescription.map { ": \($0)" } ?? "")))",
    ]
    if pipeline.operation.heartbeat != nil {
      lines += ["Wants=network-online.target", "After=network-online.target"]
    }
    lines += ["", "[Service]", "Type=oneshot"]
    if let user = job.user { lines.append("User=\(user)") }
    if !job.variables.isEmpty { lines.append("EnvironmentFile=-\(environmentFile)") }
    lines += [
      "WorkingDirectory=\(Self.specifiersEscaped(Self.closed(job.root)))",
      "ExecStart=\(Self.argument(job.program)) run --quiet \(Self.argument(job.file))",
      "# Published, though some series were left out or kept.",
      "SuccessExitStatus=3",
      "# Beyond run.timeout, when the forecast is published with the best weights so far.",
      "TimeoutStartSec=\(timeout)",
      "# Time to report an end before it was done.",
      "TimeoutStopSec=90",
      "KillMode=mixed",
      "Nice=10",
      "",
    ]
    return (lines + hardening).joined(separator: "\n") + "\n"
  }

  private var hardening: [String] {
    let paths = job.writtenFolders.map(Self.quoted).joined(separator: " ")
    let used = job.writtenFolders + [job.program, job.file, job.root]
    // A private /tmp would hide what lies in the common one.
    let isPrivate = !used.contains { ($0 + "/").hasPrefix("/tmp/") || ($0 + "/").hasPrefix("/var/tmp/") }
    return [
      "ProtectSystem=strict", "ProtectHome=read-only", "ReadWritePaths=\(paths)",
      "PrivateTmp=\(isPrivate ? "yes" : "no")", "PrivateDevices=yes",
      "PrivateNetwork=\(job.needsNetwork ? "no" : "yes")",
      "RestrictAddressFamilies=AF_UNIX\(job.needsNetwork ? " AF_INET AF_INET6" : "")",
      "NoNewPrivileges=yes", "CapabilityBoundingSet=", "RestrictSUIDSGID=yes", "RestrictRealtime=yes",
      "RestrictNamespaces=yes", "LockPersonality=yes", "ProtectClock=yes", "ProtectHostname=yes",
      "ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectKernelLogs=yes", "ProtectControlGroups=yes",
      "SystemCallArchitectures=native", "SystemCallFilter=@system-service",
    ]
  }

  /// The timer.
  public var timer: String {
    """
    [Unit]
    Description=\(Self.plain("When the forecast \(job.pipeline.name) is made"))

    [Timer]
    OnCalendar=\(job.timetable.systemd)
    RandomizedDelaySec=\(job.delay.milliseconds / 1000)
    # A run that was due while the machine was off is made up for.
    Persistent=true

    [Install]
    WantedBy=timers.target

    """
  }

  private var environmentFile: String { "/etc/almanac/\(job.unitName.dropFirst("almanac-".count)).env" }

  private var timeout: String {
    guard let own = job.pipeline.run.timeout else { return Self.usualTimeout }
    // Reading, publishing and the last epoch come on top.
    return "\(own.milliseconds / 1000 + 600)"
  }

  /// One line, as settings that are not split take it. A backslash at its end would join the next line to it.
  private static func plain(_ text: String) -> String {
    var scalars = String.UnicodeScalarView(text.unicodeScalars.map { $0.isControl ? " " : $0 })
    while let last = scalars.last, last == "\\" || last.properties.isWhitespace { scalars.removeLast() }
    return specifiersEscaped(String(scalars))
  }

  /// The path of a folder that ends in what systemd would take for a part of the line rather than of the name.
  private static func closed(_ path: String) -> String {
    guard let last = path.unicodeScalars.last, last == "\\" || last.properties.isWhitespace else { return path }
    return path + "/."
  }

  private static func specifiersEscaped(_ text: String) -> String { text.replacing("%", with: "%%") }

  /// A word in quotes, as settings that are split into words take it.
  private static func quoted(_ text: String) -> String {
    "\"" + specifiersEscaped(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")) + "\""
  }

  /// A word of a command line, in which `$` would begin a variable.
  private static func argument(_ text: String) -> String { quoted(text).replacing("$", with: "$$") }
}

/// A line for a crontab.
public struct CrontabLine: Sendable {
  private let job: ScheduledJob

  /// The line of a job.
  public init(_ job: ScheduledJob) { self.job = job }

  /// The line, without a line end. Cron mails what a run prints, and a quiet run prints nothing unless something is wrong.
  ///
  /// - Throws: ``ScheduleError``
  public func text() throws(ScheduleError) -> String {
    let words = [Self.quoted(job.program), "run", "--quiet", Self.quoted(job.file)]
    return try job.timetable.cron() + " " + words.joined(separator: " ").replacing("%", with: "\\%")
  }

  /// What a person should know before using it.
  public var notes: [String] {
    if job.variables.isEmpty { return [] }
    return ["cron knows no variables of yours; set \(job.variables.joined(separator: ", ")) at the head of the crontab"]
  }

  private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
