import Foundation
import Recurrent

/// Not a time but a verdict: do weight files that Almanac writes give the same forecasts in PyTorch?
struct WeightsCheck: Benchmark {
  static let name = "weights"
  static let summary = "writes weight files and has PyTorch load them: the same forecasts, to 1e-5?"
  static let options: [String] = []

  init(options: [String]) throws { try Options(options).end() }

  /// A JSON tensor as the scripts in `reference` write it.
  private struct Tensor: Encodable {
    var shape: [Int]
    var values: [Double]
  }

  private struct Numbers: Encodable {
    /// (T × 1 × 1)
    var input: Tensor
    /// (1 × K)
    var answer: Tensor
  }

  func run() throws -> JSON {
    let environment = ProcessInfo.processInfo.environment
    guard let python = environment["BENCH_PYTHON"], let rivals = environment["BENCH_RIVALS"] else {
      throw UsageError(description: "BENCH_PYTHON and BENCH_RIVALS are not set; start this through Scripts/bench")
    }
    let script = URL(fileURLWithPath: rivals).deletingLastPathComponent()
      .appendingPathComponent("reference/safetensors_roundtrip.py").path
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("almanac-weights-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = Table(columns: [
      .init(title: "cell", width: 6, isText: true), .init(title: "layers", width: 6),
      .init(title: "directions", width: 10), .init(title: "same in PyTorch", width: 15),
    ])
    table.printHead()
    var verdicts: [JSON] = []
    for cell in [CellKind.rnn, .lstm, .gru] {
      for (layers, isBothWays) in [(1, false), (2, false), (2, true)] {
        let name = "\(cell.name)-\(layers)-\(isBothWays)"
        let weights = folder.appendingPathComponent(name + ".safetensors")
        let numbers = folder.appendingPathComponent(name + ".json")
        try write(cell, layers, isBothWays, weights: weights, numbers: numbers)
        let isSame = try ask(python, [script, "check", weights.path, numbers.path])
        table.printRow([cell.name, "\(layers)", isBothWays ? "2" : "1", isSame ? "yes" : "NO"])
        verdicts.append(
          .object([
            "cell": .text(cell.name), "layers": .count(layers), "directions": .count(isBothWays ? 2 : 1),
            "same": .flag(isSame),
          ]))
      }
    }
    return .object(["benchmark": .text(Self.name), "files": .list(verdicts)])
  }

  private func write(_ cell: CellKind, _ layers: Int, _ isBothWays: Bool, weights: URL, numbers: URL) throws {
    var options = NetworkOptions(lookback: 20, horizon: 4)
    options.cell = cell
    options.hidden = 9
    options.layers = layers
    options.bidirectional = isBothWays
    options.scaling = WindowScaling(level: .none, spread: .none)
    options.anchors = [0]
    // A new network's last layer is zero, so every weight is drawn anew.
    var generator = RandomGenerator(seed: 11)
    let count = try ForecastNetwork(options, seed: 1).weights.count
    let network = try ForecastNetwork(options, weights: (0..<count).map { _ in Float(generator.normal() / 2) })
    let values = (0..<24).map { _ in Double(Float(generator.normal())) }
    let window = WindowSet(
      series: [SeriesNumbers(target: values)], lookback: 20, horizon: 4, windows: [.init(series: 0, origin: 19)])
    let forecast = try network.predict(window)
    try network.weightFile().write(to: weights)
    let content = Numbers(
      input: Tensor(shape: [20, 1, 1], values: Array(values.prefix(20))),
      answer: Tensor(shape: [1, 4], values: forecast.values))
    try JSONEncoder().encode(content).write(to: numbers)
  }

  private func ask(_ python: String, _ arguments: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
