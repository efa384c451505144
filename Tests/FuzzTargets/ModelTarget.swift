import Forecasting
import Foundation
import PipelineFile
import Pipelines
import Plugins
import TestSupport
import TimeSeries

extension FuzzTarget {
  /// The document of a saved model, and forecasts of what it holds.
  static let model = FuzzTarget(
    "model", longest: 32768,
    words: [
      "null", "true", "[]", "{}", "-1", "0", "1e308", "2147483648", "9223372036854775807", "\"nan\"", "\"inf\"",
      "\"season\":",
      "\"count\":", "\"horizon\":", "\"lookback\":", "\"levels\":", "\"kind\":",
    ],
    seeds: { try SavedModels.shared.get().map { Array($0.document) } }
  ) { bytes in
    let files = try SavedModels.shared.get().first { !$0.files.isEmpty }?.files ?? [:]
    let chain = try unlessRefused {
      try coder.load(FittedChain.self, from: Data(bytes)) { name in
        guard let data = files[name] ?? files.values.first else { throw SavingError.missingFile(name) }
        return data
      }
    }
    // A run trains anew where a saved model is one for other windows.
    guard let chain, chain.fits(WindowShape(lookback: 12, horizon: 3)) else { return }
    guard let forecast = try unlessRefused({ try chain.forecast(after: SavedModels.panel) }) else { return }
    try Finding.unless(
      forecast.series.map(\.name) == SavedModels.panel.series.map(\.name), "the forecast is of other series")
  }

  private static let coder = registry().modelCoder(metrics: .builtIn, adding: PluginHost.savedParts)
}

/// What pipelines of several kinds save after they were fitted on a short panel.
private enum SavedModels {
  static let shared = Result { try chains.map(saved) }

  private static let chains = [
    "- use: ets", "- use: theta", "- use: seasonal-naive", "- use: drift", "- use: naive2",
    "- use: deseasonalize\n  - use: theta", "- use: box-cox\n  - use: holt",
    "- use: log\n  - use: detrend\n  - use: mean",
    "- use: normalize\n  - use: gru\n    with: {hidden: 2, epochs: 1, levels: [0.8]}",
    "- use: ensemble\n    with: {members: [{use: theta}, {use: gru, with: {hidden: 2, epochs: 1}}]}",
  ]

  static let panel: Panel = {
    let index = TimeIndex(start: Timestamp(seconds: 0), frequency: .months(1), count: 48)
    let values = (0..<48).map { step -> Double in
      let noise = Double(step * step % 13) / 9
      return 40 + Double(step) / 10 + 5 * Double(step % 12) + noise
    }
    return Panel([Series(name: "a", index: index, values: values)])
  }()

  private static func saved(_ stages: String) throws -> ModelCoder.Saved {
    // A window stands before the forecaster, which is the last of the stages.
    var lines = stages.split(separator: "\n").map(String.init)
    let forecaster = lines.lastIndex { $0.contains("- use:") } ?? 0
    lines.insert("- use: window\n    with: {lookback: 12, horizon: 3}", at: forecaster)
    let text = """
      version: 1
      name: saved
      stages:
        - use: csv
          with: {path: a.csv, time: month, target: a}
      \(lines.map { $0.hasPrefix("-") ? "  " + $0 : $0 }.joined(separator: "\n"))
        - use: write
          with: {path: out.csv}
      """
    let declaration = try reader().read(text, file: "saved.yaml")
    let pipeline = try declaration.build(on: .months(1))
    return try declaration.coder.save(try pipeline.chain.fit(panel, context: FitContext(seed: 4)))
  }
}
