import Databases
import Files
import Foundation
import Processes
import TimeSeries

/// Looks whether a machine and a folder have what almanac needs. It changes nothing there.
public struct Doctor: Sendable {
  /// What is looked at.
  public struct Machine: Sendable {
    /// The folder that pipelines are run from.
    public var folder: String
    /// The folder for files of a moment.
    public var temporaryFolder: String
    /// Where programs are looked for, folders with `:` between them.
    public var searchPath: String
    /// What programs that are started see of the environment.
    public var environment: [String: String]
    /// Folders that fonts lie below.
    public var fontFolders: [String]
    /// The instructions that networks are trained with, and whether they are those of an ordinary processor.
    public var processor: (name: String, isFast: Bool)
    /// The memory that is left, in bytes; nil where nothing tells.
    public var memory: Int?
    /// The present moment.
    public var now: Timestamp

    /// A machine.
    public init(
      folder: String, temporaryFolder: String, searchPath: String, environment: [String: String],
      fontFolders: [String], processor: (name: String, isFast: Bool), memory: Int?, now: Timestamp
    ) {
      (self.folder, self.temporaryFolder, self.searchPath) = (folder, temporaryFolder, searchPath)
      (self.environment, self.fontFolders) = (environment, fontFolders)
      (self.processor, self.memory, self.now) = (processor, memory, now)
    }
  }

  /// What was found of one thing.
  public struct Finding: Sendable, Hashable {
    /// How well it is.
    public enum State: String, Sendable, CaseIterable {
      /// All is well.
      case well = "ok"
      /// Something works less well, or not at all, though forecasts are made.
      case limited
      /// No forecast can be made so.
      case missing
    }

    /// What was looked at.
    public var subject: String
    /// How well it is.
    public var state: State
    /// What is there.
    public var detail: String
    /// What to do about it; nil where all is well.
    public var remedy: String?
  }

  private let machine: Machine

  /// A look at a machine.
  public init(_ machine: Machine) { self.machine = machine }

  /// The least memory that a small training wants.
  static let littleMemory = 256 << 20
  /// The least room that outputs want.
  static let littleRoom = 64 << 20
  /// No machine that runs this version has an earlier clock: the first of January 2025.
  static let earliest = Timestamp(milliseconds: 1_735_689_600_000)
  /// The first of January 2100.
  static let latest = Timestamp(milliseconds: 4_102_444_800_000)

  /// All that was found, what is needed first.
  public func findings() -> [Finding] {
    [processor, memory, timeZones, clock, folder, state, temporaryFolder, gnuplot, fonts, heartbeats, duckDB]
  }

  private var processor: Finding {
    let (name, isFast) = machine.processor
    return isFast
      ? .well("processor", name)
      : Finding(
        subject: "processor", state: .limited, detail: "\(name): no AVX2 with FMA",
        remedy: "networks train several times slower here; `forecast` and `auto` take fewer updates for it")
  }

  private var memory: Finding {
    guard let memory = machine.memory else { return .well("memory", "what is left is not told here") }
    let detail = "\(memory >> 20) MB are left"
    if memory >= Self.littleMemory { return .well("memory", detail) }
    return Finding(
      subject: "memory", state: .limited, detail: detail,
      remedy: "`almanac plan FILE` shows what a pipeline takes; end other programs, or raise the limit")
  }

  /// Europe/Berlin is two hours ahead of UTC in summer.
  private var timeZones: Finding {
    let summer = Timestamp(milliseconds: 1_720_000_000_000)
    if let zone = try? LocalZone("Europe/Berlin"),
      zone.local(of: summer).milliseconds - summer.milliseconds == 7_200_000
    {
      return .well("time zones", "known; this machine's is \(TimeZone.current.identifier)")
    }
    return Finding(
      subject: "time zones", state: .missing, detail: "Europe/Berlin is not known",
      remedy: "install the package tzdata")
  }

  private var clock: Finding {
    let text = TimeStyle(form: .dateTime, zone: .utc).text(of: machine.now)
    if (Self.earliest..<Self.latest).contains(machine.now) { return .well("clock", text) }
    return Finding(
      subject: "clock", state: .missing, detail: "it says \(text)",
      remedy: "set the clock, say with `timedatectl set-ntp true`: the freshness of readings is judged by it")
  }

  private var folder: Finding {
    place("folder", machine.folder, remedy: "go to a folder that you may write to, or set `root` and absolute paths")
  }

  private var state: Finding {
    let path = FilePath(machine.folder).appending(".almanac")
    guard path.exists else { return .well("state", "none yet; runs keep it in .almanac") }
    return place("state", path.text, remedy: "make .almanac a folder of yours, or set `run.state`")
  }

  private var temporaryFolder: Finding {
    place("temporary files", machine.temporaryFolder, remedy: "set TMPDIR to a folder that you may write to")
  }

  private func place(_ subject: String, _ path: String, remedy: String) -> Finding {
    func missing(_ why: String) -> Finding {
      Finding(subject: subject, state: .missing, detail: "\(path) \(why)", remedy: remedy)
    }
    guard let kind = FilePath(path).kind else { return missing("is not there") }
    guard kind == .folder else { return missing("is \(kind.words), no folder") }
    if access(path, W_OK | X_OK) != 0 { return missing("cannot be written to: \(String(cString: strerror(errno)))") }
    var room = statvfs()
    if statvfs(path, &room) == 0 {
      let bytes = UInt64(room.f_bavail) * UInt64(room.f_frsize)
      if bytes < UInt64(Self.littleRoom) { return missing("has \(bytes >> 20) MB left") }
    }
    return .well(subject, path)
  }

  private var gnuplot: Finding {
    let (subject, remedy) = (
      "gnuplot", "install the package gnuplot-nox; until then charts are scripts without pictures"
    )
    guard let program = try? ProgramPath.find("gnuplot", in: ".", searchPath: machine.searchPath) else {
      return Finding(subject: subject, state: .limited, detail: "not found", remedy: remedy)
    }
    guard let answer = printed(by: program, "--version"), answer.hasPrefix("gnuplot ") else {
      return Finding(subject: subject, state: .limited, detail: "\(program) does not say its version", remedy: remedy)
    }
    let version = answer.dropFirst("gnuplot ".count).split(separator: "\n").first ?? ""
    guard let main = version.split(separator: ".").first.flatMap({ Int($0) }), main >= 5 else {
      return Finding(
        subject: subject, state: .limited, detail: "\(program) is gnuplot \(version)",
        remedy: "install version 5 or newer")
    }
    return .well(subject, "\(version) (\(program))")
  }

  private var fonts: Finding {
    for name in ["LiberationSans-Regular", "DejaVuSans"]
    where machine.fontFolders.contains(where: { holds(font: name, FilePath($0), depth: 4) }) {
      return .well("fonts", name)
    }
    return Finding(
      subject: "fonts", state: .limited, detail: "neither Liberation Sans nor DejaVu Sans was found",
      remedy: "install the package fonts-liberation; until then PNG charts may lack letters")
  }

  private func holds(font name: String, _ folder: FilePath, depth: Int) -> Bool {
    guard depth > 0, let names = try? folder.entries() else { return false }
    return names.contains { FilePath($0).stem == name }
      || names.contains { !$0.contains(".") && holds(font: name, folder.appending(FilePath($0)), depth: depth - 1) }
  }

  private var heartbeats: Finding {
    if let program = try? ProgramPath.find("curl", in: ".", searchPath: machine.searchPath) {
      return .well("curl", program)
    }
    return Finding(
      subject: "curl", state: .limited, detail: "not found",
      remedy: "install the package curl where a pipeline sets run.heartbeat")
  }

  private var duckDB: Finding {
    guard let program = try? ProgramPath.find(DuckDB.name, in: ".", searchPath: machine.searchPath) else {
      return Finding(
        subject: DuckDB.name, state: .limited, detail: "not found",
        remedy: "\(DuckDB.remedy), where a pipeline reads by `query` or writes Parquet")
    }
    guard let version = printed(by: program, "--version")?.split(separator: " ").first, version.hasPrefix("v") else {
      return Finding(
        subject: DuckDB.name, state: .limited, detail: "\(program) does not say its version", remedy: DuckDB.remedy)
    }
    return .well(DuckDB.name, "\(version.dropFirst()) (\(program))")
  }

  /// What a program prints, its first kilobyte; nil where it fails.
  private func printed(by program: String, _ argument: String) -> String? {
    let process = ChildProcess(
      executable: program, arguments: [program, argument], environment: machine.environment, folder: "/",
      input: .bytes([]), timeout: .seconds(5), mostMemory: 1 << 30)
    var bytes: [UInt8] = []
    let ending = try? process.run(in: ProcessGroups()) { stream, piece in
      if stream == .output {
        piece.extracting(first: min(1024 - bytes.count, piece.count)).withUnsafeBufferPointer {
          bytes.append(contentsOf: $0)
        }
      }
      return true
    }
    return ending == .exited(0) ? String(decoding: bytes, as: UTF8.self) : nil
  }
}

extension Doctor.Finding {
  fileprivate static func well(_ subject: String, _ detail: String) -> Doctor.Finding {
    Doctor.Finding(subject: subject, state: .well, detail: detail, remedy: nil)
  }
}
