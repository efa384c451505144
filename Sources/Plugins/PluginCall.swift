import Files
import Foundation
import PipelineFile
import Pipelines
import Processes
import Tabular
import TimeSeries

/// One call of a plugin: a process, the request on its standard input, a folder for its files, and its messages.
struct PluginCall {
  let plugin: PluginDeclaration
  let host: PluginHost

  /// What came out of a call.
  struct Outcome {
    var result: PluginResult
    var rejected: [QuarantinedRow]
    /// The files of the output folder that the result names, by that name.
    var files: [String: [UInt8]]
  }

  /// Asks a plugin what it is.
  func describe() throws(PluginError) -> PluginDescription {
    var printed: [UInt8] = []
    let description = try placing("describe") { folder throws(PluginError.Fault) in
      try folder.write([], to: "request.json")
      let errors = try run("describe", in: folder, mostPrinted: PluginProtocol.longestLine) { bytes in
        bytes.withUnsafeBufferPointer { printed.append(contentsOf: $0) }
        return nil
      }
      if let fault = errors.fault { throw fault }
      return try PluginDescription(printed)
    }
    host.told(plugin, printed)
    return description
  }

  /// Sends a request.
  ///
  /// - Parameters:
  ///   - call: what is asked for.
  ///   - inputs: the files that the request names under their keys: `input`, `history`, `state` and so on.
  ///   - request: the rest of the request.
  func ask(
    _ call: String, inputs: [String: (name: String, bytes: [UInt8])], seed: UInt64 = 1,
    _ request: [String: JSONValue]
  ) throws(PluginError) -> Outcome {
    try placing(call) { folder throws(PluginError.Fault) in
      var request = request
      for (key, file) in inputs {
        request[key] = .text(try folder.write(file.bytes, to: file.name))
      }
      request["output"] = .text(folder.output)
      request["protocol"] = request["protocol"] ?? .integer(PluginProtocol.version)
      request["call"] = .text(call)
      request["run"] = .text(host.runIdentifier)
      request["plugin"] = .text(plugin.name)
      request["seed"] = .integer(Int(clamping: seed))
      let seconds = time.duration / .seconds(1)
      request["timeout"] = .number(seconds)
      let deadline = Timestamp(milliseconds: Timestamp.now.milliseconds + Int64(min(seconds, 1e9) * 1000))
      request["deadline"] = .text(TimeStyle(form: .dateTime, zone: .utc).text(of: deadline))
      try folder.write(Array("\(JSONValue(request).line)\n".utf8), to: "request.json")
      return try converse(in: folder)
    }
  }

  /// Sends bytes that need not be a request; for the conformance suite.
  func ask(raw bytes: [UInt8]) throws(PluginError) -> Outcome {
    try placing("run") { folder throws(PluginError.Fault) in
      try folder.write(bytes, to: "request.json")
      return try converse(in: folder)
    }
  }

  private func converse(in folder: CallFolder) throws(PluginError.Fault) -> Outcome {
    var conversation = PluginConversation()
    var lines = LineSplitter(limit: PluginProtocol.longestLine)
    var fault: PluginError.Fault?
    func take(_ line: LineSplitter.Line) -> Bool {
      if line.isCut { fault = .lineTooLong(bytes: PluginProtocol.longestLine) }
      do throws(PluginError.Fault) {
        if fault == nil, let event = try conversation.take(line) { host.report(plugin.name, event) }
      } catch { fault = fault ?? error }
      return fault == nil
    }
    let ending = try run("run", in: folder, mostPrinted: PluginProtocol.mostOutput) { bytes in
      if !lines.add(bytes, take: take) { return fault }
      return lines.isOverlong ? .lineTooLong(bytes: PluginProtocol.longestLine) : nil
    }
    if ending.fault == nil, let last = lines.finish(), !take(last), let fault { throw fault }
    let (result, rejected) = try conversation.conclude(ending)
    var files: [String: [UInt8]] = [:]
    for name in [result.file, result.state].compactMap({ $0 }) + result.files.values {
      files[name] = try folder.read(name)
    }
    return Outcome(result: result, rejected: rejected, files: files)
  }

  /// Runs one process to its end; what it prints goes to `take`, which may refuse it.
  private func run(
    _ word: String, in folder: CallFolder, mostPrinted: Int, take: (Span<UInt8>) -> PluginError.Fault?
  ) throws(PluginError.Fault) -> PluginEnding {
    let words = plugin.words + [word]
    let time = time
    let process = ChildProcess(
      executable: try plugin.executable(), arguments: words, environment: plugin.environment, folder: plugin.folder,
      input: .file(folder.path + "/request.json"), timeout: time.duration, mostPrinted: mostPrinted)
    var errors = ErrorLines()
    var refusal: PluginError.Fault?
    let ending: ChildProcess.Ending
    do throws(ChildProcess.StartError) {
      ending = try process.run(in: host.interruption.processes) { stream, bytes in
        switch stream {
        case .output:
          refusal = take(bytes)
          return refusal == nil
        case .errors:
          errors.add(bytes) { host.report(plugin.name, .line($0)) }
          return true
        }
      }
    } catch { throw .notStarted(reason: error.reason) }
    errors.finish { host.report(plugin.name, .line($0)) }
    if let refusal { throw refusal }
    switch ending {
    case .outOfTime:
      let seconds = (time.duration / .seconds(1) * 10).rounded() / 10
      throw time.endsWithRun ? .runOutOfTime(seconds: seconds) : .outOfTime(seconds: plugin.limit / .seconds(1))
    case .tooMuchOutput(let bytes): throw .tooMuchOutput(bytes: bytes)
    case .tooMuchMemory(let bytes): throw .tooMuchMemory(bytes: bytes)
    case .exited, .signalled, .stopped: return PluginEnding(ending, lastWords: errors.last)
    }
  }

  /// How long a call that begins now may take.
  private var time: ProgramTime { ProgramTime(own: plugin.limit, usual: plugin.limit, until: host.deadline) }

  /// Does the work of one call in a folder of its own, so that what goes wrong names the plugin and the call.
  private func placing<Result>(
    _ call: String, _ work: (CallFolder) throws(PluginError.Fault) -> Result
  ) throws(PluginError) -> Result {
    do throws(PluginError.Fault) {
      guard host.mayStart else { throw .notAllowed }
      return try host.withFolder(work)
    } catch { throw PluginError(plugin: plugin.name, call: call, fault: error) }
  }
}

/// How a plugin's process ended by itself.
struct PluginEnding {
  /// What is wrong with that; nil for code 0.
  let fault: PluginError.Fault?
  /// The last line of its standard error.
  let lastWords: String?

  init(_ ending: ChildProcess.Ending, lastWords: String?) {
    self.lastWords = lastWords
    switch ending {
    case .exited(0), .outOfTime, .stopped, .tooMuchOutput, .tooMuchMemory: fault = nil
    case .exited(let code): fault = .exited(code: code, lastWords: lastWords)
    case .signalled(let signal): fault = .signalled(signal, lastWords: lastWords)
    }
  }
}

/// The messages of one call, in their order.
package struct PluginConversation {
  private var rejected: [QuarantinedRow] = []
  private var last: PluginMessage?

  package init() {}

  /// Takes a line; gives what is to be reported of it.
  package mutating func take(_ line: LineSplitter.Line) throws(PluginError.Fault) -> ProgramMessage? {
    if line.bytes.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { return nil }
    if last != nil { throw .afterResult(line: line.text) }
    let message: PluginMessage
    do { message = try PluginMessage(line.bytes) } catch {
      throw .notAMessage(line: line.text, reason: error.reason)
    }
    switch message {
    case .log(let isWarning, let text): return .log(isWarning: isWarning, text)
    case .progress(let done, let all): return .progress(done: done, of: all)
    case .rejectedRow(let row): rejected.append(row)
    case .result, .error: last = message
    }
    return nil
  }

  /// The result, once the process has ended.
  func conclude(_ ending: PluginEnding) throws(PluginError.Fault) -> (PluginResult, rejected: [QuarantinedRow]) {
    switch last {
    case .error(let kind, let message): throw .refused(kind, message: message)
    case .result(let result):
      if let fault = ending.fault { throw fault }
      return (result, rejected)
    default: throw ending.fault ?? .noResult(lastWords: ending.lastWords)
    }
  }
}

/// The lines of a plugin's standard error: so many are passed on, each so long, the rest is counted.
private struct ErrorLines {
  private var lines = LineSplitter(limit: 2000)
  private var count = 0
  /// The last line that says something.
  private(set) var last: String?

  mutating func add(_ bytes: Span<UInt8>, report: (String) -> Void) {
    // The splitter is taken out while it works, because its lines change the rest of this value.
    var lines = lines
    _ = lines.add(bytes) { line in
      pass(line, report)
      return true
    }
    self.lines = lines
  }

  mutating func finish(report: (String) -> Void) {
    if let line = lines.finish() { pass(line, report) }
    let beyond = count - PluginProtocol.mostErrorLines
    if beyond > 0 { report("(\(counted(beyond, "more line")) on standard error)") }
  }

  private mutating func pass(_ line: LineSplitter.Line, _ report: (String) -> Void) {
    count += 1
    if line.bytes.contains(where: { $0 > 32 }) { last = line.text }
    if count <= PluginProtocol.mostErrorLines { report(line.text) }
  }
}

/// The folder of one call: what the plugin is given, and below it the folder for what it makes.
struct CallFolder {
  let path: String
  var output: String { path + "/output" }

  init(in parent: String) throws(PluginError.Fault) {
    var template = Array("\(parent)/almanac-plugin-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw .noFolder(reason: "\(parent): \(String(cString: strerror(errno)))")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard mkdir(output, 0o700) == 0 else { throw .noFolder(reason: String(cString: strerror(errno))) }
  }

  /// The folder of a call that is at work.
  init(path: String) { self.path = path }

  /// Removes it with all that is in it; again where something came into it meanwhile.
  func remove() {
    for _ in 0..<50 {
      FilePath(path).remove()
      if access(path, F_OK) != 0 { return }
      usleep(1000)
    }
  }

  /// Writes a file, and returns its path.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws(PluginError.Fault) -> String {
    let file = path + "/" + name
    do throws(DiskFile.Fault) { try DiskFile.write(bytes, to: file, mode: 0o600) } catch {
      throw .noFolder(reason: "\(file) cannot be written: \(error.reason)")
    }
    return file
  }

  /// A file of the output folder.
  func read(_ name: String) throws(PluginError.Fault) -> [UInt8] {
    guard !FilePath(name).namesFolder, !name.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") }) else {
      throw .badResult(reason: "\(name.quotedExcerpt) is no name of a file in the output folder")
    }
    do throws(DiskFile.Refusal) {
      // A link could lead anywhere.
      return try DiskFile.read(output + "/" + name, most: PluginProtocol.mostData, following: false)
    } catch {
      switch error {
      case .missing: throw .badResult(reason: "there is no file \(name.quotedExcerpt) in the output folder")
      case .notPlain: throw .badResult(reason: "\(name.quotedExcerpt) is no plain file that can be read")
      case .tooLarge:
        throw .badResult(reason: "\(name.quotedExcerpt) holds more than \(PluginProtocol.mostData) bytes")
      }
    }
  }
}
