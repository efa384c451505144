import Foundation
import Testing
import TimeSeries

@testable import Files
@testable import Forecasting

/// What a backtest keeps of its folds, in memory and on disk.
@Suite struct JudgedFoldsTests {
  private static func entry(_ number: Int, horizon: Int, levels: [Double]) -> BacktestResult.Judged {
    func numbers(_ part: Int) -> [Double] { (0..<horizon).map { Double(1000 * number + 10 * part + $0) } }
    return .init(
      origin: 5, truth: numbers(0), points: [numbers(1), numbers(2)],
      intervals: levels.enumerated().map { .init(level: $1, lower: numbers(3 + $0), upper: numbers(5 + $0)) },
      background: .init(scale: Double(number), squaredScale: 2, origin: 3))
  }

  private static func filled(_ scratch: String?, series: Int, horizon: Int) throws -> JudgedFolds {
    var folds = try JudgedFolds(.init(folds: 2, series: series, horizon: horizon, forecasters: 2), scratch: scratch)
    // The first come without an interval, the last with two.
    for (fold, levels) in [(0, []), (1, [0.8, 0.95])] {
      for part in [series / 2..<series - 1, 0..<series / 2] {
        let entries = part.map { entry(fold * series + $0, horizon: horizon, levels: levels) }
        try folds.put(entries, fold: fold, at: Array(part))
      }
    }
    return folds
  }

  @Test(arguments: [nil, "/tmp"])
  func whatIsPutInComesOut(scratch: String?) throws {
    // So many numbers that they go to the disk.
    let (series, horizon) = (20_000, 20)
    let folds = try Self.filled(scratch, series: series, horizon: horizon)
    #expect(folds.shape.count > JudgedFolds.mostHeld && folds.shape.intervals == 2)
    for (fold, levels) in [(0, []), (1, [0.8, 0.95])] {
      let found = try folds.entries(fold, 0..<series) { $0 == series - 1 ? 0 : 5 }
      #expect(found.count == series && found[series - 1] == nil)
      for position in stride(from: 0, to: series - 1, by: 997) {
        #expect(found[position] == Self.entry(fold * series + position, horizon: horizon, levels: levels))
      }
    }
    var writer = PackedWriter()
    var (bytes, most) = ([UInt8](), 0)
    try folds.pack(into: &writer) { piece in
      bytes += piece
      most = max(most, piece.count)
    }
    // Handed over in pieces, of which none is large.
    #expect(most > 0 && most < bytes.count / 4)
    var reader = PackedReader(bytes + writer.take())
    let read = try JudgedFolds(from: &reader, scratch: nil)
    #expect(try read.entries(1, 7..<9) { _ in 5 } == folds.entries(1, 7..<9) { _ in 5 })
  }

  @Test func aFolderThatTakesNoFileIsNamed() throws {
    let fault = #expect(throws: ScratchFile.Fault.self) {
      _ = try JudgedFolds(.init(folds: 4, series: 100_000, horizon: 9, forecasters: 2), scratch: "/no/such/folder")
    }
    #expect(fault?.folder == "/no/such/folder" && fault?.reason == "No such file or directory")
    // What is small needs none.
    _ = try JudgedFolds(.init(folds: 4, series: 100, horizon: 9, forecasters: 2), scratch: "/no/such/folder")
  }

  @Test func aScratchFileHasNoNameAndHoldsNumbersAnywhere() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = try ScratchFile(in: folder)
    try file.put([1, 2, .nan], at: 5)
    #expect(try file.numbers(at: 4, count: 3) == [0, 1, 2])
    #expect(try file.numbers(at: 7, count: 1)[0].isNaN)
    // Behind its end there are zeros.
    #expect(try file.numbers(at: 100, count: 2) == [0, 0])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }

  @Test func foldsOfAnotherShapeThanTheirNumbersAreRefused() throws {
    let folds = try Self.filled(nil, series: 4, horizon: 3)
    let data = try JSONEncoder().encode(folds)
    #expect(try JSONDecoder().decode(JudgedFolds.self, from: data).shape == folds.shape)
    for change in [
      ("\"series\":4", "\"series\":5"), ("\"folds\":2", "\"folds\":-2"),
      ("\"horizon\":3", "\"horizon\":9223372036854775807"),
    ] {
      let text = String(decoding: data, as: UTF8.self)
      #expect(text.contains(change.0))
      let changed = Data(text.replacing(change.0, with: change.1).utf8)
      #expect(throws: DecodingError.self) { _ = try JSONDecoder().decode(JudgedFolds.self, from: changed) }
    }
  }

  @Test(arguments: ["1.5", "-0.1", "1e300"])
  func levelsThatAreNoSharesAreRefused(level: String) throws {
    let text = String(decoding: try JSONEncoder().encode(Self.filled(nil, series: 4, horizon: 3)), as: UTF8.self)
    #expect(text.contains("0.95"))
    let changed = Data(text.replacing("0.95", with: level).utf8)
    #expect(throws: DecodingError.self) { _ = try JSONDecoder().decode(JudgedFolds.self, from: changed) }
  }

  @Test func seriesThatAreJudgedSomeAtATimeComeToTheSame() throws {
    let panel = Panel(
      (0..<10_007).map { number in
        Series(
          name: "s\(number)",
          index: TimeIndex(start: Timestamp(milliseconds: 0), frequency: .days(1), count: 9 + number % 4),
          values: (0..<9 + number % 4).map { Double(($0 * 7 + number * 3) % 11) })
      })
    let shape = WindowShape(lookback: 1, horizon: 3)
    let chain = Chain(transforms: [], shape: shape, forecaster: Baseline.drift.forecaster(season: 1, levels: [0.8]))
    var backtest = Backtest(metrics: [.mae, .rmse, .mase])
    (backtest.folds, backtest.season, backtest.anomalies) = (2, 2, .widest)
    var results: [BacktestResult] = []
    for isLocal in [true, false] {
      results.append(
        try backtest.run(on: panel, shape: shape, isLocal: isLocal, context: FitContext()) {
          try chain.fit($0, context: $1)
        })
    }
    #expect(results[0].origins == results[1].origins)
    for fold in 0..<2 { #expect(try results[0].judged(fold) == results[1].judged(fold)) }
    #expect(
      "\(results[0].scorecard(metrics: backtest.metrics))" == "\(results[1].scorecard(metrics: backtest.metrics))")
    #expect(results[0].readings?.rows == results[1].readings?.rows)
  }
}
