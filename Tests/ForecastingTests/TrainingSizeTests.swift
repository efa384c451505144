import Testing

@testable import Forecasting

/// How much a network learns from where nobody says so.
@Suite struct TrainingSizeTests {
  @Test func batchesGrowWithTheNumberOfWindows() {
    var forecaster = RecurrentForecaster(network: .init(lookback: 12, horizon: 6), training: .init())
    forecaster.training.batchSize = 32
    forecaster.training.epochs = 100
    forecaster.budget = 20
    let windows = [0, 1000, 32_000, 64_000, 150_000, 100_000_000]
    #expect(windows.allSatisfy { forecaster.training(windows: $0).batchSize == 32 })
    forecaster.growsBatches = true
    #expect(windows.map { forecaster.training(windows: $0).batchSize } == [32, 32, 32, 64, 128, 256])
  }
}
