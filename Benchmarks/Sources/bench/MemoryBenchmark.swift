import Foundation
import MemoryTasks
import Recurrent
import Synchronization

/// Whether each cell remembers: the tasks of Hochreiter & Schmidhuber 1997, several seeds each.
struct MemoryBenchmark: Benchmark {
  static let name = "memory"
  static let summary = "the memory tasks of Hochreiter & Schmidhuber 1997: success rate and sequences needed"
  static let options = [
    "--quick          the short tasks, two seeds",
    "--long           also the tasks of 1000 steps, which take longer than all others together",
    "--seeds N        seeds of each task and cell (default 5)",
    "--only TASK      only tasks whose name contains this",
    "--cells A,B      only these cells",
    "--hidden N       hidden units, instead of each task's own number",
    "--rate R         learning rate, instead of each task's own",
    "--limit N        sequences after which a trial has failed, instead of each task's own",
  ]

  /// A task with what its learners are given.
  struct Entry {
    var task: any MemoryTask
    var hidden = 8
    var learningRate = 0.01
    var batch = 16
    /// Where the gates start; see `SequenceOptions.expectedLag`.
    var expectedLag: Int?
    /// The 1997 cell's own start, whatever the lag.
    var leavesGatesOpen = false
    var limit: Int
    var isQuick = false
  }

  private static let cells = ["rnn", "lstm-1997", "lstm", "gru"]
  private static let threads = 2

  static var entries: [Entry] {
    func entry(_ task: any MemoryTask, lag: Int, isQuick: Bool = false) -> Entry {
      // In the two-sequence problem the signal comes first and looks like all else: a closed gate misses it.
      Entry(
        task: task, expectedLag: lag, leavesGatesOpen: task is TwoSequenceProblem,
        limit: 100_000, isQuick: isQuick)
    }
    return [
      Entry(task: EmbeddedReberGrammar(), limit: 100_000, isQuick: true),
      entry(TwoSequenceProblem(length: 50, informative: 1), lag: 50, isQuick: true),
      entry(TwoSequenceProblem(length: 100, informative: 1), lag: 100),
      entry(TwoSequenceProblem(length: 100, informative: 3), lag: 100),
      entry(TwoSequenceProblem(length: 100, informative: 1, noisy: true), lag: 100),
      entry(AddingProblem(length: 100), lag: 100, isQuick: true),
      entry(AddingProblem(length: 200), lag: 200),
      entry(TemporalOrder(length: 100), lag: 100, isQuick: true),
      entry(TemporalOrder(length: 250), lag: 250),
      entry(TemporalOrder(length: 100, symbols: 3), lag: 100),
      entry(TwoSequenceProblem(length: 1000, informative: 3), lag: 1000),
      entry(AddingProblem(length: 1000), lag: 1000),
    ]
  }

  private var entries: [Entry]
  private var cells: [CellKind]
  private var seeds: Int

  init(options words: [String]) throws {
    var options = Options(words)
    let (isQuick, isLong) = (options.flag("--quick"), options.flag("--long"))
    entries = Self.entries.filter { ($0.isQuick || !isQuick) && ($0.task.lag < 400 || isLong) }
    seeds = try options.number("--seeds") ?? (isQuick ? 2 : 5)
    if let part = try options.value("--only") {
      entries = entries.filter { $0.task.name.contains(part) }
      guard !entries.isEmpty else {
        let known = Self.entries.map(\.task.name).joined(separator: "; ")
        throw UsageError(description: "no task's name contains \"\(part)\"; there are: \(known)")
      }
    }
    let names = try options.value("--cells")?.split(separator: ",").map(String.init) ?? Self.cells
    cells = try names.map { name in
      guard let cell = CellRegistry.builtIn[name] else {
        let known = CellRegistry.builtIn.cells.map(\.name).joined(separator: ", ")
        throw UsageError(description: "no cell is called \"\(name)\"; there are \(known)")
      }
      return cell
    }
    let (hidden, limit) = (try options.number("--hidden"), try options.number("--limit"))
    let rate = try options.value("--rate").map { text in
      guard let rate = Double(text), rate > 0 else {
        throw UsageError(description: "--rate needs a number above zero, not \"\(text)\"")
      }
      return rate
    }
    try options.end()
    for index in entries.indices {
      if let hidden { entries[index].hidden = hidden }
      if let limit { entries[index].limit = limit }
      if let rate { entries[index].learningRate = rate }
    }
  }

  /// One trial, as it ended.
  private struct Outcome: Sendable {
    /// Nil when the numbers ran away.
    var result: Trial.Result?
    var seconds: Double
    var weights: Int
  }

  func run() throws -> JSON {
    print("\(seeds) seeds; Adam, gradient clipped to norm 1; \(Self.threads) trials at a time\n")
    let table = Table(columns: [
      .init(title: "task", width: 26, isText: true), .init(title: "lag", width: 4),
      .init(title: "cell", width: 9, isText: true), .init(title: "hidden", width: 6),
      .init(title: "weights", width: 7), .init(title: "solved", width: 6),
      .init(title: "sequences (median)", width: 18), .init(title: "least–most", width: 15),
      .init(title: "wrong of 2560", width: 13), .init(title: "s/trial", width: 7),
    ])
    table.printHead()
    var rows: [JSON] = []
    for entry in entries {
      for cell in cells {
        rows.append(report(entry, cell, try trials(entry, cell), table))
      }
    }
    print(
      """

      solved: trials that met the task's own rule within its limit of sequences. sequences: shown until then, over the
      solved trials. wrong of 2560: fresh sequences answered wrongly after that, in the worst solved trial.

      """)
    return .object([
      "benchmark": .text(Self.name), "seeds": .count(seeds), "optimizer": .text("adam"), "clip_norm": .number(1),
      "tasks": .list(rows),
    ])
  }

  private func trials(_ entry: Entry, _ cell: CellKind) throws -> [Outcome] {
    let outcomes = Mutex<[Int: Result<Outcome, any Error>]>([:])
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = Self.threads
    for seed in 1...seeds {
      queue.addOperation {
        let outcome = Result { try trial(entry, cell, seed: UInt64(seed)) }
        outcomes.withLock { $0[seed] = outcome }
      }
    }
    queue.waitUntilAllOperationsAreFinished()
    return try outcomes.withLock { found in try found.sorted { $0.key < $1.key }.map { try $0.value.get() } }
  }

  private func trial(_ entry: Entry, _ cell: CellKind, seed: UInt64) throws -> Outcome {
    var learner = try EngineLearner(
      entry.task, cell: cell, hidden: entry.hidden, learningRate: entry.learningRate,
      expectedLag: cell == .lstm1997 && entry.leavesGatesOpen ? nil : entry.expectedLag, seed: seed)
    let trial = Trial(task: entry.task, seed: seed, batch: entry.batch, limit: entry.limit)
    var result: Trial.Result?
    let taken = try seconds {
      do {
        result = try trial.run(&learner)
      } catch RecurrentError.lossNotFinite {
        // A cell whose numbers run away has not solved its task; the other trials go on.
      }
    }
    return Outcome(result: result, seconds: taken, weights: learner.parameterCount)
  }

  private func report(_ entry: Entry, _ cell: CellKind, _ outcomes: [Outcome], _ table: Table) -> JSON {
    let solved = outcomes.compactMap(\.result).filter(\.isSolved)
    let needed = solved.map { Double($0.sequences) }
    let wrong = solved.compactMap(\.wrong).max()
    let time = outcomes.map(\.seconds).reduce(0, +) / Double(outcomes.count)
    table.printRow([
      entry.task.name, "\(entry.task.lag)", cell.name, "\(entry.hidden)", "\(outcomes.first?.weights ?? 0)",
      "\(solved.count)/\(outcomes.count)",
      needed.isEmpty ? "more than \(entry.limit)" : median(needed).fixed(0),
      needed.isEmpty ? "" : "\((needed.min() ?? 0).fixed(0))–\((needed.max() ?? 0).fixed(0))",
      wrong.map(String.init) ?? "", time.fixed(1),
    ])
    return .object([
      "task": .text(entry.task.name), "lag": .count(entry.task.lag), "cell": .text(cell.name),
      "hidden": .count(entry.hidden), "weights": .count(outcomes.first?.weights ?? 0),
      "learning_rate": .number(entry.learningRate), "batch": .count(entry.batch), "limit": .count(entry.limit),
      "trials": .count(outcomes.count), "solved": .count(solved.count),
      "sequences": .list(needed.map { .count(Int($0)) }), "wrong_of_2560": wrong.map(JSON.count) ?? .null,
      "seconds_per_trial": .rounded(time),
    ])
  }
}
