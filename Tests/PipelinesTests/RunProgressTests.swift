import Pipelines
import Testing

@testable import Forecasting

@Suite struct RunProgressTests {
  private let start = ContinuousClock.now

  private func epoch(_ epoch: Int, of epochs: Int) -> FitProgress {
    FitProgress(epoch: epoch, epochs: epochs, trainingLoss: 1, validationLoss: nil)
  }

  @Test func `folds and the forecast count alike`() {
    var progress = RunProgress()
    #expect(progress.share == 0)
    progress.begin(fold: 1, of: 3, at: start)
    progress.note(epoch(5, of: 10))
    #expect(progress.share == 0.125)
    progress.begin(fold: 3, of: 3, at: start + .seconds(50))
    #expect(progress.share == 0.5)
    #expect(progress.timeLeft(at: start + .seconds(50)) == .seconds(50))
    progress.begin(fold: nil, of: 3, at: start + .seconds(75))
    progress.note(epoch(10, of: 10))
    #expect(progress.share == 1)
    #expect(progress.timeLeft(at: start + .seconds(100)) == .zero)
  }

  @Test func `what is done never becomes less`() {
    var progress = RunProgress()
    progress.begin(fold: nil, of: 0, at: start)
    progress.note(epoch(9, of: 10))
    progress.note(epoch(1, of: 10))
    #expect(progress.share == 0.9)
    progress.begin(fold: nil, of: 0, at: start)
    #expect(progress.share == 0.9)
  }

  @Test(arguments: [
    (1, 50, "2 % done, about 33 min left"), (2, 1, "5 % done"), (10, 30, "25 % done, about 2 min left"),
    (20, 30, "50 % done, about 30 s left"), (39, 30, "97 % done, a few seconds left"),
    (4, 3600, "10 % done, about 9 h left"),
  ])
  func `the words are rounded`(epochs: Int, seconds: Int, words: String) {
    var progress = RunProgress()
    progress.begin(fold: nil, of: 0, at: start)
    progress.note(epoch(epochs, of: 40))
    #expect(progress.text(at: start + .seconds(seconds)) == words)
  }

  @Test func `nothing is told of the time before enough is done`() {
    var progress = RunProgress()
    progress.begin(fold: 1, of: 99, at: start)
    progress.note(epoch(1, of: 10))
    #expect(progress.timeLeft(at: start + .seconds(60)) == nil)
    #expect(progress.text(at: start) == "0 % done")
  }
}
