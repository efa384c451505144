import CVectorMath
import Foundation
import Testing

@testable import Recurrent

@Suite struct OptimizerTests {
  /// Five updates on two weights with known gradients.
  private func run(_ kind: OptimizerKind) -> [Double] {
    let weights = Buffer<Double>(2)
    weights.fill(with: [1, -2])
    let gradient = Buffer<Double>(2)
    var optimizer = Optimizer<Double>(kind, count: 2)
    for step in 0..<5 {
      gradient.fill(with: [Double(step) - 1.5, 0.3 * Double(step * step) - 1])
      optimizer.update(weights, gradient: gradient, scale: 1, rate: 0.1, mode: Double.mode(vm_best_level()))
    }
    return weights.array
  }

  // import torch
  // w = torch.tensor([1., -2.], dtype=torch.float64, requires_grad=True)
  // o = torch.optim.Adam([w], lr=0.1)      and AdamW(weight_decay=0.5), SGD, SGD(momentum=0.9)
  // for s in range(5): w.grad = torch.tensor([s - 1.5, 0.3 * s * s - 1], dtype=torch.float64); o.step()
  // print(w.tolist())
  @Test(arguments: [
    (OptimizerKind.adam, [1.1729872100069403, -1.8088308297658653]),
    (.adamW(decay: 0.5), [0.9120029721593726, -1.394299763159389]),
    (.sgd(momentum: 0), [0.7499999999999999, -2.4]),
    (.sgd(momentum: 0.9), [1.115715, -2.10696]),
  ])
  func `weights move as in PyTorch`(kind: OptimizerKind, expected: [Double]) {
    for (ours, torch) in zip(run(kind), expected) { #expect(abs(ours - torch) < 1e-12) }
  }

  @Test func `schedules`() {
    func shares(_ schedule: Schedule) -> [Double] { (0..<5).map { schedule.share(update: $0, of: 5) } }
    func near(_ left: [Double], _ right: [Double]) -> Bool { zip(left, right).allSatisfy { abs($0 - $1) < 1e-12 } }
    #expect(shares(.constant) == [1, 1, 1, 1, 1])
    let half = 0.5.squareRoot()
    #expect(near(shares(.cosine(final: 0)), [1, (1 + half) / 2, 0.5, (1 - half) / 2, 0]))
    #expect(near(shares(.cosine(final: 0.2)), [1, 0.2 + 0.4 * (1 + half), 0.6, 0.2 + 0.4 * (1 - half), 0.2]))
    #expect(near(shares(.flatThenCosine(flat: 0.5, final: 0)), [1, 1, 1, 0.5, 0]))
    #expect(near(shares(.oneCycle(peak: 0.5)), [0.04, 0.52, 1, 0.50005, 1e-4]))
    #expect(near(shares(.oneCycle(peak: 1)), [0.04, 0.04 + 0.48 * (1 - half), 0.52, 0.04 + 0.48 * (1 + half), 1]))
  }

  @Test func `a plateau lowers the rate after its patience`() {
    var watch = PlateauWatch()
    let schedule = Schedule.plateau(factor: 0.5, patience: 2)
    let shares = [3.0, 2, 2, 2, 1, 1, 1, 1, 1].map { loss in
      watch.observe(loss, schedule)
      return watch.share
    }
    #expect(shares == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125])
  }

  @Test func `warm-up and schedule decide the size of an update`() throws {
    // Plain descent on a loss with slope 1 everywhere moves the bias by exactly the rate.
    let options = TrainingTests.small()
    let series = SeriesNumbers(target: (0..<40).map { Double($0 * $0) })
    let set = WindowSet(series: [series], lookback: 24, horizon: 6)
    var training = TrainingTests.brief()
    training.optimizer = .sgd(momentum: 0)
    training.clipping = .none
    training.learningRate = 0.1
    training.epochs = 1
    training.stepsPerEpoch = 1
    func bias(_ training: TrainingOptions) throws -> Float {
      var network = try ForecastNetwork(options, seed: 1)
      try network.train(on: set, options: training)
      let slice = try #require(network.layout.slices.first { $0.name == "head.bias" })
      return network.weights[slice.offset]
    }
    let full = try bias(training)
    #expect(abs(full) > 0.01)
    training.warmUp = 4
    #expect(abs(try bias(training) - full / 4) < 1e-6)
  }

  @Test func `the average follows its formula`() {
    var layout = ParameterLayout()
    _ = layout.add("w", [2])
    let average = WeightAverage<Double>(
      decay: 0.5, layout: layout, values: [4, 8], mode: Double.mode(vm_best_level()))
    let weights = Buffer<Double>(layout.count)
    weights.fill(with: [1, 2])
    average.update(weights, updates: 1)  // d = 2/11
    let first = 4 * 2.0 / 11 + 9.0 / 11
    #expect(abs(average.store.values.base[0] - first) < 1e-12)
    average.update(weights, updates: 100)  // d = 0.5
    #expect(abs(average.store.values.base[0] - (first + 1) / 2) < 1e-12)
  }

  @Test func `options that make no sense are refused in words`() {
    func refusal(_ change: (inout TrainingOptions) -> Void) -> String {
      var training = TrainingOptions()
      change(&training)
      do {
        try training.check(TrainingTests.small())
        return "none"
      } catch { return "\(error)" }
    }
    #expect(refusal { _ in } == "none")
    #expect(refusal { $0.learningRate = 0 } == "learning rate is 0.0, but must be a number above 0")
    #expect(refusal { $0.optimizer = .sgd(momentum: 1) } == "momentum is 1.0, but must be at least 0 and less than 1")
    #expect(refusal { $0.averaging = 1 } == "averaging is 1.0, but must be between 0 and 1, such as 0.99")
    #expect(refusal { $0.clipping = .norm(0) } == "clipping is 0.0, but must be above 0, or none")
    #expect(
      refusal { $0.schedule = .oneCycle(peak: 1.5) } == "peak is 1.5, but must be a share from 0 to 1")
    #expect(refusal { $0.positions = 25 } == "positions is 25, but must be at most the lookback, 24")
  }
}
