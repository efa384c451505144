import Foundation

/// Training steps and inferences per second, beside PyTorch's on the same machine in the same minutes.
struct RecurrentBenchmark: Benchmark {
  static let name = "recurrent"
  static let summary = "one training step and one inference, Almanac and PyTorch in turn, against the promised ratios"
  static let options = [
    "--rounds N      how often each side is timed (default 9)",
    "--only A,B      only these cases",
    "--alone         Almanac only, without PyTorch",
    "--processor     one thread a side, and the processor's time instead of the clock's: for a machine that is not quiet",
  ]

  /// Each side works about this long in each round.
  private static let roundSeconds = 0.25

  private var rounds: Int
  private var cases: [RecurrentCase]
  private var alone: Bool
  private var countsProcessor: Bool
  private var threads: Int

  init(options words: [String]) throws {
    var options = Options(words)
    rounds = try options.number("--rounds") ?? 9
    alone = options.flag("--alone")
    countsProcessor = options.flag("--processor")
    threads = countsProcessor ? 1 : 2
    cases = RecurrentCase.all
    if let names = try options.value("--only")?.split(separator: ",").map(String.init) {
      cases = try names.map { name in
        guard let found = RecurrentCase.all.first(where: { $0.name == name }) else {
          let known = RecurrentCase.all.map(\.name).joined(separator: ", ")
          throw UsageError(description: "no case is called \"\(name)\"; there are \(known)")
        }
        return found
      }
    }
    try options.end()
  }

  func run() throws -> JSON {
    let others = Self.otherWork()
    if others > 0.5, !countsProcessor {
      print(
        "Other work is running here (\(others.fixed(1)) threads): these ratios say little. Run again when it is quiet.")
    }
    let rival = try alone ? nil : openRival()
    let machine = try MachineRates.measure(countsProcessor: countsProcessor)
    print(
      "PyTorch \(rival?.version ?? "not asked"); \(threads) threads a side, \(rounds) rounds, time by the \(countsProcessor ? "processor" : "clock")"
    )
    print(
      "sgemm 2048 × 1024 × 1024, an equal share for each thread: \(machine[.big].fixed(0)) GFLOP/s with OpenBLAS's "
        + "\(machine.kernels) kernels (\(machine.asItComes.fixed(0)) with those it picks here, "
        + "\(machine.kernelsAsTheyCome))\n")

    let table = Table(columns: [
      .init(title: "case", width: 15, isText: true), .init(title: "ours ms", width: 9),
      .init(title: "PyTorch", width: 9), .init(title: "ratio", width: 6), .init(title: "bar", width: 5),
      .init(title: "", width: 4, isText: true), .init(title: "least", width: 6), .init(title: "rounds", width: 13),
      .init(title: "tuned", width: 9), .init(title: "ratio", width: 6),
      .init(title: "MFLOP", width: 8), .init(title: "GFLOP/s", width: 8), .init(title: "of big", width: 6),
      .init(title: "of own", width: 6), .init(title: "tuned PyTorch is", width: 30, isText: true),
    ])
    table.printHead()
    var results: [JSON] = []
    for one in cases {
      let timing = try time(one, rival)
      results.append(report(one, timing, machine, table))
    }
    printLegend()
    return .object([
      "benchmark": .text(Self.name), "threads": .count(threads), "time": .text(countsProcessor ? "processor" : "clock"),
      "other_work": .number(others),
      "rounds": .count(rounds),
      "pytorch": rival.map { .text($0.version) } ?? .null, "sgemm_kernels": .text(machine.kernels),
      "sgemm_gflops": .rounded(machine[.big]), "sgemm_gflops_as_it_comes": .rounded(machine.asItComes),
      "cases": .list(results),
    ])
  }

  /// How many threads besides this one want to run: the mean of looks over two seconds in which nothing is done here.
  private static func otherWork() -> Double {
    let looks = (0..<20).map { _ in
      Thread.sleep(forTimeInterval: 0.1)
      let fields = ((try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? "").split(separator: " ")
      // The fourth field is "running/all", this thread among the running ones.
      let running = fields.count > 3 ? fields[3].split(separator: "/").first.flatMap { Double($0) } : nil
      return max(0, (running ?? 1) - 1)
    }
    return looks.reduce(0, +) / Double(looks.count)
  }

  private struct Timing {
    /// Seconds for one step or inference, one number a round.
    var ours: [Double] = []
    var plain: [Double] = []
    var tuned: [Double] = []
    var settings = ""

    var ratio: Double { median(plain) / median(ours) }
    var tunedRatio: Double { median(tuned) / median(ours) }
    /// The ratio of the two least times, which other work on the machine disturbs least.
    var leastRatio: Double { (plain.min() ?? .nan) / (ours.min() ?? .nan) }
    var ratios: [Double] { zip(plain, ours).map { $0 / $1 } }
  }

  private func openRival() throws -> TorchRival {
    let environment = ProcessInfo.processInfo.environment
    guard let python = environment["BENCH_PYTHON"], let folder = environment["BENCH_RIVALS"] else {
      throw UsageError(description: "BENCH_PYTHON and BENCH_RIVALS are not set; start this through Scripts/bench")
    }
    return try TorchRival(python: python, script: folder + "/torch_rival.py")
  }

  /// Ours, PyTorch as it comes, PyTorch tuned; and again, `rounds` times over.
  private func time(_ one: RecurrentCase, _ rival: TorchRival?) throws -> Timing {
    let ours = try Contestant(one, threads: threads)
    var timing = Timing()
    let ourCount = try count { try ours.run($0) }
    var counts: [TorchRival.Settings: Int] = [:]
    if let rival {
      timing.settings = try rival.prepare(one, threads: threads)
      for settings in [TorchRival.Settings.plain, .best] {
        counts[settings] = try count { try rival.run($0, settings: settings) }
      }
    }
    for _ in 0..<rounds {
      timing.ours.append(chosen(try ours.run(ourCount)) / Double(ourCount))
      guard let rival else { continue }
      if let plain = counts[.plain] {
        timing.plain.append(chosen(try rival.run(plain, settings: .plain)) / Double(plain))
      }
      if let best = counts[.best] { timing.tuned.append(chosen(try rival.run(best, settings: .best)) / Double(best)) }
    }
    return timing
  }

  private func chosen(_ taken: Taken) -> Double { countsProcessor ? taken.processor : taken.clock }

  /// How many repetitions fill a round, after a few to warm up.
  private func count(_ run: (Int) throws -> Taken) throws -> Int {
    _ = try run(2)
    let once = min(chosen(try run(3)), chosen(try run(3))) / 3
    return max(1, Int((Self.roundSeconds / once).rounded()))
  }

  private func report(_ one: RecurrentCase, _ timing: Timing, _ machine: MachineRates, _ table: Table) -> JSON {
    let ours = median(timing.ours)
    let isAgainst = !timing.plain.isEmpty
    let isMeasured = one.reportsRate
    let rate = one.trainingFlops / ours / 1e9
    let (ceiling, own) = (machine[.big], machine[one.stepProduct])
    let spread = (timing.ratios.min() ?? .nan, timing.ratios.max() ?? .nan)
    table.printRow([
      one.name, (ours * 1e3).fixed(3),
      isAgainst ? (median(timing.plain) * 1e3).fixed(3) : "", isAgainst ? timing.ratio.fixed(2) : "",
      one.bar.fixed(1), isAgainst ? (timing.ratio >= one.bar ? "met" : "NOT") : "",
      isAgainst ? timing.leastRatio.fixed(2) : "",
      isAgainst ? "\(spread.0.fixed(2))–\(spread.1.fixed(2))" : "",
      isAgainst ? (median(timing.tuned) * 1e3).fixed(3) : "", isAgainst ? timing.tunedRatio.fixed(2) : "",
      isMeasured ? (one.trainingFlops / 1e6).fixed(1) : "", isMeasured ? rate.fixed(0) : "",
      isMeasured ? "\((100 * rate / ceiling).fixed(0))%" : "", isMeasured ? "\((100 * rate / own).fixed(0))%" : "",
      timing.settings,
    ])
    return .object([
      "case": .text(one.name), "ours_ms": .rounded(ours * 1e3),
      "pytorch_ms": .rounded(median(timing.plain) * 1e3), "ratio": .rounded(timing.ratio), "bar": .number(one.bar),
      "met": isAgainst ? .flag(timing.ratio >= one.bar) : .null,
      "ratio_of_least_times": .rounded(timing.leastRatio), "ratio_least_round": .rounded(spread.0),
      "ratio_greatest_round": .rounded(spread.1),
      "pytorch_tuned_ms": .rounded(median(timing.tuned) * 1e3), "ratio_tuned": .rounded(timing.tunedRatio),
      "pytorch_tuned": .text(timing.settings),
      "mflop": isMeasured ? .rounded(one.trainingFlops / 1e6) : .null,
      "gflops": isMeasured ? .rounded(rate) : .null, "share_of_sgemm": isMeasured ? .rounded(rate / ceiling) : .null,
      "share_of_own_shape": isMeasured ? .rounded(rate / own) : .null,
    ])
  }

  private func printLegend() {
    print(
      """

      ours, PyTorch, tuned: median milliseconds for one training step (or one inference of one window) over \(rounds) rounds.
      ratio: PyTorch's time over ours; bar: the least that is promised; least: the ratio of the two least times, which
      other work on the machine disturbs least; rounds: least and greatest ratio of one round.
      PyTorch: as many threads, Adam foreach, else as it comes. tuned: the fastest of oneDNN on or off, one thread or as
      many, Adam foreach or fused.
      MFLOP: all matrix products of a training step. of big, of own: the rate of the whole step as a share of what two
      threads reach in bare sgemm, on the big product above and on the product of one time step.

      """)
  }
}
