import Pipelines
import Processes

/// The program of `run.on_failure`: given the failure in its environment, in a process group of its own.
struct FailureCommand {
  /// The program and its arguments; a path with `/` is relative to the pipeline's root, where it starts.
  var words: [String]
  /// How long it may take.
  var timeout = Duration.seconds(60)

  /// Runs it to its end.
  ///
  /// - Parameter line: is given what it prints, on both streams, line by line.
  /// - Returns: what went wrong with it; nil where it ended well.
  func run(
    on record: RunRecord, _ context: StageContext, groups: ProcessGroups, line: (String) -> Void
  ) -> String? {
    let name = words.first ?? ""
    var environment = context.environment
    environment["ALMANAC_RUN_ID"] = record.id
    environment["ALMANAC_EXIT_CODE"] = record.exitCode.map { String($0) } ?? ""
    environment["ALMANAC_MESSAGE"] = record.message ?? ""
    environment["ALMANAC_PIPELINE"] = record.pipeline
    environment["ALMANAC_FILE"] = record.file
    var lines = [ChildProcess.Stream.output: LineSplitter(limit: 1 << 16), .errors: LineSplitter(limit: 1 << 16)]
    do {
      let process = ChildProcess(
        executable: try ProgramPath.find(words.first, in: context.root.path, searchPath: context.searchPath),
        arguments: words, environment: environment, folder: context.root.path, input: .file("/dev/null"),
        timeout: timeout)
      let ending = try process.run(in: groups) { stream, bytes in
        lines[stream]?.add(bytes) { found in
          line(found.text)
          return true
        } ?? true
      }
      for stream in [ChildProcess.Stream.output, .errors] {
        if let rest = lines[stream]?.finish() { line(rest.text) }
      }
      switch ending {
      case .exited(0): return nil
      case .exited(let code): return "on_failure: \(name) ended with \(code)"
      case .signalled(let number): return "on_failure: \(name) was ended by signal \(number)"
      case .outOfTime: return "on_failure: \(name) was ended after \(timeout)"
      case .stopped: return "on_failure: \(name) was ended"
      case .tooMuchOutput(let bytes): return "on_failure: \(name) printed more than \(bytes) bytes and was ended"
      case .tooMuchMemory(let bytes):
        return "on_failure: \(name) took more than \(bytes >> 20) MB of memory and was ended"
      }
    } catch let error as ChildProcess.StartError {
      return "on_failure: \(name) cannot be started: \(error.reason)"
    } catch let fault as ProgramPath.Fault {
      return "on_failure: \(fault)"
    } catch {
      return "on_failure: \(error)"
    }
  }
}
