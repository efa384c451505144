import Forecasting
import Foundation
import PipelineFile
import TestSupport
import Testing
import TimeSeries

@testable import Pipelines
@testable import Stages

/// What a saved model says is looked through before it is calculated with: whichever number of it is changed, to whatever
/// size, loading refuses it in words, or the model does not fit the pipeline, or it forecasts. It never traps.
@Suite struct DamagedModelTests {
  static let names = SavedStageTests.stages.map(\.name)

  @Test(arguments: names)
  func `no number of a saved model traps or asks for more memory than there is`(name: String) throws {
    let stage = try #require(SavedStageTests.stages.first { $0.name == name })
    let panel = SavedStageTests.panel(for: name)
    let pipeline = try SavedStageTests.pipeline(of: stage).build(onFrequencyOf: panel)
    var chain = pipeline.chain
    // Every forecaster is looked at with a calibration, too.
    if stage.role == .forecaster { chain.calibration = Calibration(levels: [0.5], origins: 4, season: 7) }
    let fitted = try chain.fit(panel, context: FitContext(seed: 4))
    let coder = pipeline.declaration.coder
    let saved = try coder.save(fitted)
    let document = try DamagedJSON(saved.document)
    var (refused, used) = (0, 0)
    for seed in 0..<max(160, min(400, document.count)) {
      let text = try document.damaged(seed)
      let loaded: FittedChain
      do {
        loaded = try coder.load(FittedChain.self, from: text) { file in
          guard let data = saved.files[file] else { throw SavingError.missingFile(file) }
          return data
        }
      } catch {
        refused += 1
        #expect(error is SavingError, "\(error)")
        continue
      }
      guard loaded.fits(pipeline.chain.shape) else { continue }
      used += 1
      _ = try? loaded.forecast(after: panel)
      _ = loaded.forecaster.parameters
      _ = loaded.forecaster.memberReports
    }
    #expect(refused > 0, "the changes must harm")
    #expect(used > 0, "the changes must not all be refused")
  }

  @Test(arguments: ["gru", "theta", "ets"])
  func `no number of a saved backtest traps`(name: String) throws {
    let stage = try #require(SavedStageTests.stages.first { $0.name == name })
    let pipeline = try SavedStageTests.pipeline(of: stage).build(onFrequencyOf: SavedStageTests.panel)
    let panel = SavedStageTests.panel
    var backtest = Backtest(metrics: [.mase, .mae])
    backtest.folds = 2
    backtest.anomalies = .widest
    var chain = pipeline.chain
    chain.calibration = Calibration(levels: [0.5], origins: 4, season: 7)
    let result = try backtest.run(chain, on: panel, context: FitContext(seed: 4))
    let coder = pipeline.declaration.coder
    let saved = try coder.save(result)
    let document = try DamagedJSON(saved.document)
    let rows = panel.series.map { SavedModel.Rows(name: $0.name, index: $0.index) }
    var refused = 0
    for seed in 0..<400 {
      do {
        let loaded = try coder.load(BacktestResult.self, from: try document.damaged(seed)) { file in
          throw SavingError.missingFile(file)
        }
        try loaded.checkStored(rows: panel.series.map(\.count))
        _ = loaded.scorecard(metrics: [.mase, .mae, .rmse])
        let moved = try #require(loaded.moved(from: rows, to: panel))
        for (series, judged) in zip(panel.series, moved.readings?.rows ?? []) {
          for row in judged.keys { #expect(series.values.indices.contains(row)) }
        }
      } catch {
        refused += 1
        #expect(error is SavingError, "\(error)")
      }
    }
    #expect(refused > 0 && refused < 400)
  }

  @Test func `judged rows move with the panel that they are of`() throws {
    let panel = SavedStageTests.panel
    let stage = try #require(SavedStageTests.stages.first { $0.name == "theta" })
    var chain = try SavedStageTests.pipeline(of: stage).build(onFrequencyOf: panel).chain
    chain.calibration = Calibration(levels: [0.5], origins: 4, season: 7)
    var backtest = Backtest(metrics: [.mae])
    backtest.anomalies = .widest
    let result = try backtest.run(chain, on: panel, context: FitContext())
    let rows = panel.series.map { SavedModel.Rows(name: $0.name, index: $0.index) }
    let later = Panel(panel.series.map { $0.rows(100..<$0.count) })
    let moved = try #require(result.moved(from: rows, to: later))
    #expect(moved.readings?.rows.map { $0.keys.sorted() } == [Array(53..<60), Array(53..<60)])
  }

  @Test func `a calibrated model forecasts a panel that lost a series`() throws {
    let panel = SavedStageTests.panel
    let stage = try #require(SavedStageTests.stages.first { $0.name == "theta" })
    var chain = try SavedStageTests.pipeline(of: stage).build(onFrequencyOf: panel).chain
    chain.calibration = Calibration(levels: [0.5], origins: 4, season: 7)
    let fitted = try chain.fit(panel, context: FitContext())
    let fewer = try fitted.forecast(after: Panel([panel.series[1]]))
    let all = try fitted.forecast(after: panel)
    #expect(fewer.series[0] == all.series[1])
  }
}
