import ArgumentParser
import Files
import Forecasting
import Foundation
import TimeSeries

/// Series with what came after them, in the form of the M competitions: a row is a name and the values.
struct JudgingPanel {
  private let name: String
  private let histories: [[Double]]
  private let truths: [[Double]]
  private let season: Int

  init(_ files: String, _ kind: PretrainedKind) throws {
    let paths = files.split(separator: ",").map(String.init)
    guard paths.count == 2 else { throw ValidationError("--judge wants TRAIN,TEST, not \(files)") }
    name = String(paths[0].split(separator: "/").last ?? "")
    histories = try Self.rows(paths[0])
    truths = try Self.rows(paths[1])
    season = kind.seasons.first ?? 1
  }

  private static func rows(_ path: String) throws -> [[Double]] {
    guard let data = FilePath(path).contents() else { throw ValidationError("\(path) cannot be read") }
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).dropFirst().map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).dropFirst().compactMap {
        Double($0.trimmingCharacters(in: CharacterSet(charactersIn: "\" \r")))
      }
    }
  }

  /// sMAPE, MASE and MAPE over the series, and how many values lie within the 80 % intervals, by third of the horizon.
  func scores(of network: PretrainedNetwork) throws -> String {
    let horizon = truths.map(\.count).max() ?? 1
    let began = Date()
    let answers = try network.forecasts(after: histories, horizon: horizon, levels: [0.8], threads: 2)
    let seconds = Date().timeIntervalSince(began)
    var (smape, mase, mape, counted) = (0.0, 0.0, 0.0, 0.0)
    var within = [Double](repeating: 0, count: 3)
    var judged = within
    for (number, truth) in truths.enumerated() {
      let (history, answer) = (histories[number], answers[number])
      let lag = history.count > season ? season : 1
      let scale =
        zip(history.dropFirst(lag), history).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(max(1, history.count - lag))
      var (first, second, third) = (0.0, 0.0, 0.0)
      for (step, value) in truth.enumerated() {
        let error = abs(value - answer.point[step])
        first += 2 * error / (abs(value) + abs(answer.point[step]))
        second += error
        third += error / abs(value)
        let (part, bounds) = (3 * step / truth.count, answer.bounds[0][step])
        judged[part] += 1
        if bounds.lower <= value, value <= bounds.upper { within[part] += 1 }
      }
      let steps = Double(truth.count)
      smape += 100 * first / steps
      mape += 100 * third / steps
      if scale > 0 {
        mase += second / steps / scale
        counted += 1
      }
    }
    let count = Double(truths.count)
    let held = zip(within, judged).map { String(format: "%.1f", 100 * $0 / max(1, $1)) }.joined(separator: " ")
    return String(
      format: "  %@  sMAPE %.3f  MASE %.4f  MAPE %.3f  80 %%: %@  %.2f s", name, smape / count, mase / counted,
      mape / count, held, seconds)
  }
}
