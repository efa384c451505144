import CVectorMath
import Foundation

@testable import Recurrent

/// Sums of sines and a little noise, from a seed.
func waves(_ count: Int, series: Int = 0, seed: UInt64 = 1) -> [Double] {
  var generator = RandomGenerator(seed: seed &+ UInt64(series))
  return (0..<count).map { step in
    let x = Double(step)
    return 10 + 3 * sin(x / 4 + Double(series)) + sin(x / 1.7) + 0.3 * generator.normal()
  }
}

func waveSet(_ options: NetworkOptions, series count: Int = 2, steps: Int = 60, stride: Int = 1) -> WindowSet {
  let series = (0..<count).map { index in
    SeriesNumbers(
      target: waves(steps, series: index),
      pastCovariates: (0..<options.pastCovariates).map { waves(steps, series: 10 + $0 + index) },
      futureCovariates: (0..<options.futureCovariates).map {
        waves(steps + options.horizon, series: 20 + $0 + index).map { $0 / 10 }
      },
      staticCovariates: (0..<options.staticCovariates).map { Double(index + $0) })
  }
  return WindowSet(series: series, lookback: options.lookback, horizon: options.horizon, stride: stride)
}

extension WindowShard {
  /// The gradient of raw output `index` of row 0 with respect to the input (T × B × C), after `forward`.
  func inputGradient(ofRaw index: Int, _ store: WeightStore<S>, into inputGradient: UnsafeMutablePointer<S>) {
    raw.gradient.clear(batch.positions * batch.rows * graph.output.outputs)
    raw.gradient[index] = 1
    backward(store.weights, gradient: Buffer(store.layout.count), inputGradient: inputGradient)
  }
}

/// Loss and gradient of a whole network in double precision, and the same loss by itself for central differences.
struct GradientProbe {
  let graph: ForecastGraph
  let set: WindowSet
  let rows: Int
  let training: TrainingOptions
  let level: vm_level
  var values: [Double]
  private let learner: Learner<WindowShard<Double>>

  init(
    _ options: NetworkOptions, rows: Int, loss: PointLoss = .huber(delta: 0.7), units: LossUnits = .scaled,
    positions: Int = 1, withGapAndScales: Bool = false, level: vm_level = vm_best_level()
  ) throws {
    graph = try ForecastGraph(options, loss: loss, units: units)
    var set = waveSet(options)
    if withGapAndScales {
      for index in set.series.indices {
        set.series[index].lossScale = SeriesLossScale(
          weight: 0.5 + Double(index), error: 2 + Double(index), referenceMASE: 1.5, referenceSMAPE: 0.1)
        // A value is missing, as a target of some windows and in the lookback of others.
        set.series[index].target[options.lookback + 1] = .nan
      }
    }
    self.set = set
    self.rows = rows
    self.level = level
    var training = TrainingOptions()
    training.batchSize = rows
    training.loss = loss
    training.positions = positions
    training.seed = 3
    self.training = training
    // Every weight is random, the output layer too, so that no gradient vanishes by construction.
    var generator = RandomGenerator(seed: 17)
    values = [Double](repeating: 0, count: graph.layout.count)
    for slice in graph.layout.slices {
      for index in 0..<slice.count { values[slice.offset + index] = 0.6 * (2 * generator.uniform() - 1) }
    }
    learner = Learner(graph, values: values, options: training, level: level)
  }

  private func lossAndGradient(_ values: [Double]) -> (Double, [Double]) {
    learner.store.values.fill(with: values)
    learner.store.refreshCopies()
    let (loss, gradient) = learner.gradient(set, (0..<rows).map { $0 * 2 })
    return (loss.sum, gradient.array)
  }

  /// The largest error of any weight's gradient, relative to the largest gradient of its slice. A slice whose gradients
  /// are next to nothing is measured by the whole network's, for differences of the loss have only so many digits.
  func worstError(checking limit: Int = 40) -> (error: Double, slice: String, smallest: Double) {
    let (_, gradient) = lossAndGradient(values)
    let floor = 1e-4 * gradient.reduce(0) { max($0, abs($1)) }
    var worst = (error: 0.0, slice: "", smallest: Double.infinity)
    for slice in graph.layout.slices {
      let range = slice.offset..<slice.offset + slice.count
      let size = gradient[range].reduce(0) { max($0, abs($1)) }
      worst.smallest = min(worst.smallest, size)
      // Every weight of a small slice, evenly spread ones of a large slice.
      for index in stride(from: range.lowerBound, to: range.upperBound, by: max(1, slice.count / limit)) {
        let width = 1e-5
        var moved = values
        moved[index] += width
        let up = lossAndGradient(moved).0
        moved[index] = values[index] - width
        let down = lossAndGradient(moved).0
        let error = abs((up - down) / (2 * width) - gradient[index]) / max(size, floor)
        if !(error <= worst.error) { worst = (error, slice.name, worst.smallest) }
      }
    }
    return worst
  }
}
