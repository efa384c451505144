import Files
import Forecasting
import PipelineFile

/// Runs one test of a pipeline file: nothing is published outside a folder of its own.
public struct PipelineTestRun: Sendable {
  /// The pipeline that the file describes.
  public let pipeline: PipelineDeclaration
  /// The test.
  public let test: PipelineTest
  /// An empty folder that takes all that the run publishes.
  public let folder: String
  /// How many threads may train.
  public let threads: Int
  /// What stages may use of the process.
  public let context: StageContext
  /// The memory that is left when the run begins; nil where nobody asks.
  public var memory: @Sendable () -> MemoryBudget? = { nil }
  /// The exit code of a failure, as the command would end with.
  public let exitCode: @Sendable (Failure.Kind) -> Int

  /// A run of one test.
  public init(
    _ test: PipelineTest, of pipeline: PipelineDeclaration, folder: String, threads: Int, context: StageContext,
    exitCode: @escaping @Sendable (Failure.Kind) -> Int
  ) {
    (self.test, self.pipeline, self.folder) = (test, pipeline, folder)
    (self.threads, self.context, self.exitCode) = (threads, context, exitCode)
  }

  /// What a run came to.
  private struct Outcome {
    var exit = 0
    var message: String?
    var result: PublishedForecast?
  }

  /// What differs from what is expected, one line each, such as `rows: expected 24, came 12`; none for a test that
  /// holds.
  public func differences() throws(Failure) -> [String] {
    let outcome = try run()
    let expected = test.expectation
    var lines: [String] = []
    func compare<Value: Equatable>(_ what: String, _ wanted: Value?, _ came: Value) {
      if let wanted, wanted != came { lines.append("\(what): expected \(wanted), came \(came)") }
    }
    if expected.exit != outcome.exit {
      let reason = outcome.message.map { " (\($0))" } ?? ""
      lines.append("exit: expected \(expected.exit), came \(outcome.exit)\(reason)")
    }
    if let message = expected.message, outcome.message?.contains(message) != true {
      lines.append("message: expected \"\(message)\", came \(outcome.message.map { "\"\($0)\"" } ?? "none")")
    }
    guard let result = outcome.result else {
      let asked = [expected.rejected.map { _ in "rejected" }, expected.rows.map { _ in "rows" }].compactMap { $0 }
      return lines + (asked + expected.scores.map(\.metric)).map { "\($0): nothing came, for the run failed" }
    }
    compare("rejected", expected.rejected, result.rejectedRows)
    compare("rows", expected.rows, result.forecast.series.reduce(0) { $0 + $1.point.count })
    if expected.isFinite, let fault = result.firstInfinite {
      lines.append("finite: expected every number to be, but \(fault)")
    }
    for (metric, bound) in expected.scores {
      guard let card = result.scores, let column = card.metrics.firstIndex(where: { $0.name == metric }) else {
        lines.append("\(metric): expected \(bound.fieldText ?? ""), but it is not measured; add it to evaluate")
        continue
      }
      let score = card.rows[0].overall[column]
      if !bound.isMet(by: score) { lines.append("\(metric): expected \(bound.fieldText ?? ""), came \(score)") }
    }
    return lines
  }

  private func run() throws(Failure) -> Outcome {
    let rows = FilePath(folder + "/rows.csv")
    if case .rows(let text) = test.input {
      // The rows of a test are whole, however the file quotes them.
      let whole = text.hasSuffix("\n") ? text : text + "\n"
      do { try DiskFile.write(Array(whole.utf8), to: rows.text, mode: 0o600) } catch {
        throw Failure(.cannotWrite, "the rows of \(test.label) cannot be written to \(rows.text)")
      }
    }
    do {
      var tested = try pipeline.reader.pipeline(of: test, in: pipeline, rows: rows)
      tested.publicationFolder = RootFolder(folder + "/published", isConfined: true)
      tested.now = test.now
      var runner = Runner(tested, threads: threads, context: context)
      runner.memory = memory
      return Outcome(result: try runner.run().published)
    } catch let error as PipelineFileError {
      return Outcome(exit: 78, message: error.description)
    } catch let failure as Failure {
      return Outcome(exit: exitCode(failure.kind), message: failure.description)
    } catch {
      return Outcome(exit: exitCode(.failed), message: "\(error)")
    }
  }
}

extension PublishedForecast {
  /// Where the forecast holds a number that is not finite.
  fileprivate var firstInfinite: String? {
    for series in forecast.series {
      let bounds = series.intervals.flatMap { [$0.lower, $0.upper] }
      for values in [series.point] + bounds {
        if let step = values.firstIndex(where: { !$0.isFinite }) {
          return "step \(step + 1) of \(series.name) is \(values[step])"
        }
      }
    }
    return nil
  }
}
