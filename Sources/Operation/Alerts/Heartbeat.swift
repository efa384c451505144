import Files
import Foundation
import PipelineFile
import Pipelines
import Processes

/// A service that raises the alarm when it does not hear of a run in time.
///
/// The address is a secret, so it stands in a file of its own and never among the arguments of a program, which every
/// user of a machine can read. The curl program does the talking: it knows proxies, certificates and TLS, costs nothing
/// where no heartbeat is asked for, and keeps a library for HTTP out of every run.
public struct Heartbeat: Sendable, Equatable {
  /// What a service wants to hear, and how.
  public enum Style: String, FieldChoice {
    /// healthchecks.io and its relatives: `URL/start`, `URL`, `URL/fail`, with the run's name as `rid`.
    case healthchecks
    /// cronitor.io: `URL?state=run`, `complete` or `fail`, with the run's name as `series`.
    case cronitor
  }

  /// What it hears.
  public enum Beat: Sendable, Equatable {
    /// The run began.
    case start
    /// The forecast was published.
    case success
    /// It was not.
    case failure(code: Int, message: String)
  }

  static let usualTimeout = TimeSpan(milliseconds: 5000)
  /// The most of a message that is sent, in characters.
  private static let longestMessage = 1000

  /// What the service wants to hear, and how.
  public var style: Style
  /// The file that holds the address, relative to the pipeline's root.
  public var addressFile: FilePath
  /// How long one call may take.
  public var timeout = Heartbeat.usualTimeout

  /// The address of a beat.
  func address(_ beat: Beat, run: String, base: String) -> String {
    var parts = base.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var query = parts.count > 1 ? [parts[1]] : []
    while parts[0].hasSuffix("/") { parts[0].removeLast() }
    switch style {
    case .healthchecks:
      switch beat {
      case .start: parts[0] += "/start"
      case .success: break
      case .failure(let code, _): parts[0] += (1...255).contains(code) ? "/\(code)" : "/fail"
      }
      // The service takes nothing but a UUID; the same run always has the same one.
      query.append("rid=\(Heartbeat.uuid(of: run))")
    case .cronitor:
      query.append("series=\(Heartbeat.escaped(run))")
      switch beat {
      case .start: query.append("state=run")
      case .success: query.append("state=complete")
      case .failure(let code, let message):
        query += ["state=fail", "status_code=\(code)"]
        query.append("message=\(Heartbeat.escaped(String(message.prefix(Heartbeat.longestMessage))))")
      }
    }
    return parts[0] + "?" + query.joined(separator: "&")
  }

  /// Calls the service.
  ///
  /// - Returns: why that failed, in words that do not give the address away; nil where it was heard.
  func send(_ beat: Beat, run: String, _ context: StageContext, groups: ProcessGroups) -> String? {
    let file = context.root.resolve(addressFile)
    guard let bytes = try? DiskFile.read(file, most: 1 << 16) else {
      return "no heartbeat: \(addressFile.text) cannot be read"
    }
    let base = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard base.hasPrefix("https://") || base.hasPrefix("http://"), !base.contains(where: \.isWhitespace) else {
      return "no heartbeat: \(addressFile.text) does not hold one address that begins with https://"
    }
    var lines = ["url = \"\(Heartbeat.quoted(address(beat, run: run, base: base)))\""]
    if style == .healthchecks, case .failure(_, let message) = beat {
      lines.append("data-raw = \"\(Heartbeat.quoted(String(message.prefix(Heartbeat.longestMessage))))\"")
    }
    return ask(lines, context, groups: groups)
  }

  private func ask(_ lines: [String], _ context: StageContext, groups: ProcessGroups) -> String? {
    guard let curl = try? ProgramPath.find("curl", in: "/", searchPath: context.searchPath) else {
      return "no heartbeat: the program curl is not installed"
    }
    let process = ChildProcess(
      executable: curl,
      arguments: [
        "curl", "--disable", "--silent", "--fail", "--output", "/dev/null", "--max-time", "\(timeout.seconds)",
        "--config", "-",
      ],
      environment: context.environment, folder: "/", input: .bytes(Array(lines.map { $0 + "\n" }.joined().utf8)),
      timeout: .milliseconds(timeout.milliseconds + 1000), mostMemory: 1 << 30)
    do {
      // Its own messages may hold the address; its exit code says enough.
      switch try process.run(in: groups, take: { _, _ in true }) {
      case .exited(0): return nil
      case .exited(28), .outOfTime: return "no heartbeat: the service did not answer within \(timeout)"
      case .exited(let code): return "no heartbeat: \(Heartbeat.reason(code))"
      case .signalled, .stopped, .tooMuchOutput, .tooMuchMemory: return "no heartbeat: curl was ended"
      }
    } catch { return "no heartbeat: curl cannot be started: \(error.reason)" }
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case 5, 6: "the name of the service is not known"
    case 7: "the service cannot be reached"
    case 22: "the service refused it"
    case 35, 51, 58, 60, 77: "the service's certificate is not accepted"
    default: "curl ended with \(code)"
    }
  }

  /// Text inside a quoted value of curl's configuration.
  private static func quoted(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
      .replacing("\r", with: "\\r").replacing("\t", with: "\\t")
  }

  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let letter = Character(UnicodeScalar(byte))
      if letter.isASCII, letter.isLetter || letter.isNumber || "-._~".contains(letter) { return String(letter) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }

  /// A UUID that stands for a run's name: its digest, marked as version 8 (made by the application itself).
  static func uuid(of run: String) -> String {
    var letters = Array(SHA256.hex(Array(run.utf8)).prefix(32))
    (letters[12], letters[16]) = ("8", "8")
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(letters[$0]) }
    return groups.joined(separator: "-")
  }
}
