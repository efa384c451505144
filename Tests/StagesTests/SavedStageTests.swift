import Forecasting
import Foundation
import Operation
import PipelineFile
import TestSupport
import Testing
import TimeSeries

@testable import Pipelines
@testable import Stages

/// Whatever stage is added: what it fits must be what another process reads.
@Suite struct SavedStageTests {
  static let stages = registry().stages
    .filter { $0.role == .transform || $0.role == .forecaster }

  static func pipeline(of stage: StageDefinition) throws -> PipelineDeclaration {
    var example = stage.example
    if stage.role == .forecaster {
      let members = "{members: [{use: theta}, {use: gru, with: {hidden: 2, epochs: 1}}]}"
      let fields = stage.fields.map(\.name)
      example = fields.contains("members") && !fields.contains("hidden") ? members : example
      if fields.contains("epochs") { example = "{hidden: 2, epochs: 1}" }
    }
    func entry(_ name: String, _ example: String) -> String {
      "  - use: \(name)\n" + (example.isEmpty ? "" : "    with: \(example)\n")
    }
    // A transform that only the stage next to the source may be stands there by itself.
    let text = """
      version: 1
      name: saved
      stages:
        - use: csv
          with: {path: a.csv, time: day, target: [a, b]}
      \(stage.role == .transform ? entry(stage.name, example) : "")
        - use: window
          with: {lookback: 60, horizon: 7}
      \(stage.role == .forecaster ? entry(stage.name, example) : entry("drift", ""))
        - use: write
          with: {path: out.csv}
      """
    return try reader().read(text, file: "saved.yaml")
  }

  static let panel: Panel = {
    let week: [Double] = [0, 2, 5, 3, 1, -2, -4]
    func value(_ step: Int, _ number: Int) -> Double {
      let noise = Double(step * step % 13) / 9
      return 40 + Double(step) / 10 + week[step % 7] + noise + Double(number)
    }
    let index = TimeIndex(start: Timestamp(seconds: 0), frequency: .days(1), count: 160)
    return Panel(
      [0, 1].map { number in
        Series(name: number == 0 ? "a" : "b", index: index, values: (0..<160).map { value($0, number) })
      })
  }()

  /// What a stage is fitted on: for one that looks for effects, with something that has one.
  static func panel(for stage: String) -> Panel {
    guard stage == "regress" else { return panel }
    let promotion = (0..<167).map { $0 * $0 % 11 == 3 ? 1.0 : 0 }
    return Panel(
      panel.series.map { series in
        var told = series.with(values: zip(series.values, promotion).map { $0 * (1 + $1 / 2) })
        told.covariates.future = [.init(name: "promotion", values: promotion)]
        return told
      })
  }

  @Test(arguments: stages.map(\.name))
  func `what a stage fits can be saved, and does the same when it is loaded`(name: String) throws {
    let stage = try #require(Self.stages.first { $0.name == name })
    let panel = Self.panel(for: name)
    let pipeline = try Self.pipeline(of: stage).build(onFrequencyOf: panel)
    let fitted = try pipeline.chain.fit(panel, context: FitContext(seed: 4))
    let coder = pipeline.declaration.coder
    let saved = try coder.save(fitted)
    let loaded = try coder.load(FittedChain.self, from: saved.document) { file in
      guard let data = saved.files[file] else { throw SavingError.missingFile(file) }
      return data
    }
    let (a, b) = (try fitted.forecast(after: panel), try loaded.forecast(after: panel))
    for (x, y) in zip(a.series as [Forecast.Series], b.series as [Forecast.Series]) {
      #expect(x.name == y.name && x.index == y.index)
      #expect(x.point.map(\.bitPattern) == y.point.map(\.bitPattern))
      #expect(x.intervals.flatMap { $0.lower + $0.upper } == y.intervals.flatMap { $0.lower + $0.upper })
    }
    #expect(try coder.save(loaded) == saved)
  }
}
