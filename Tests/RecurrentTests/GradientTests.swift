import CVectorMath
import Testing

@testable import Recurrent

/// Every gradient against central differences in double precision.
@Suite struct GradientTests {
  struct Shape: CustomStringConvertible, Sendable {
    var rows: Int
    var lookback: Int
    var hidden: Int
    var layers = 1
    var bidirectional = false
    var description: String {
      "B\(rows) T\(lookback) H\(hidden) L\(layers)\(bidirectional ? " bidirectional" : "")"
    }
  }

  static let shapes = [
    Shape(rows: 3, lookback: 5, hidden: 7),
    Shape(rows: 1, lookback: 4, hidden: 5),
    Shape(rows: 2, lookback: 1, hidden: 3),
    Shape(rows: 9, lookback: 3, hidden: 17),
    Shape(rows: 3, lookback: 4, hidden: 6, layers: 2),
    Shape(rows: 2, lookback: 3, hidden: 5, layers: 2, bidirectional: true),
  ]

  static func options(_ cell: CellKind, _ shape: Shape) -> NetworkOptions {
    var options = NetworkOptions(lookback: shape.lookback, horizon: 3)
    options.cell = cell
    options.hidden = shape.hidden
    options.layers = shape.layers
    options.bidirectional = shape.bidirectional
    options.anchors = [1, 4]
    options.maskChannel = true
    options.lags = [2]
    options.scaling = WindowScaling(level: .last, spread: .none)
    return options
  }

  @Test(arguments: CellRegistry.builtIn.cells, shapes)
  func `a network's gradient equals central differences`(cell: CellKind, shape: Shape) throws {
    let worst = try GradientProbe(Self.options(cell, shape), rows: shape.rows).worstError()
    #expect(worst.error < 1e-6, "\(worst.slice)")
    // A gradient of nothing would agree with differences of nothing.
    #expect(shape.lookback == 1 || worst.smallest > 1e-6)
  }

  @Test(
    arguments: CellRegistry.builtIn.cells,
    [vm_baseline, vm_avx2, vm_avx512].filter { $0.rawValue <= vm_best_level().rawValue })
  func `the gradient holds at every instruction level`(cell: CellKind, level: vm_level) throws {
    let shape = Shape(rows: 3, lookback: 4, hidden: 9)
    let worst = try GradientProbe(Self.options(cell, shape), rows: shape.rows, level: level).worstError()
    #expect(worst.error < 1e-6, "\(worst.slice)")
  }

  @Test(arguments: CellRegistry.builtIn.cells)
  func `covariates and dropout keep the gradient right`(cell: CellKind) throws {
    var options = Self.options(cell, Shape(rows: 3, lookback: 6, hidden: 5, layers: 2))
    options.pastCovariates = 2
    options.futureCovariates = 1
    options.staticCovariates = 2
    options.dropout = 0.3
    let worst = try GradientProbe(options, rows: 3).worstError()
    #expect(worst.error < 1e-6, "\(worst.slice)")
  }

  @Test(arguments: [PointLoss.mse, .huber(delta: 0.5)])
  func `losses at several positions keep the gradient right`(loss: PointLoss) throws {
    let options = Self.options(.lstm, Shape(rows: 4, lookback: 6, hidden: 5))
    let worst = try GradientProbe(options, rows: 4, loss: loss, positions: 4).worstError()
    #expect(worst.error < 1e-6, "\(worst.slice)")
  }

  @Test(arguments: CellRegistry.builtIn.cells)
  func `a step's gradient with respect to the newest input is not zero`(cell: CellKind) throws {
    var options = NetworkOptions(lookback: 12, horizon: 6)
    options.cell = cell
    options.hidden = 8
    let probe = try GradientProbe(options, rows: 1)
    let mode = Double.mode(vm_best_level())
    let store = WeightStore(probe.graph.layout, values: probe.values, mode: mode)
    let shard = WindowShard<Double>(probe.graph, rows: 1, positions: 1, mode: mode)
    shard.batch.gather(probe.set, [0])
    shard.forward(store.weights)
    let gradient = Buffer<Double>(12)
    shard.inputGradient(ofRaw: 0, store, into: gradient.base)
    #expect(abs(gradient.base[11]) > 1e-4)

    // And it is the true one.
    let before = shard.raw.values[0]
    shard.batch.past.base[11] += 1e-6
    shard.forward(store.weights)
    #expect(abs((shard.raw.values[0] - before) / 1e-6 - gradient.base[11]) < 1e-5)
  }

  @Test(arguments: CellRegistry.builtIn.cells, [(1, false), (2, false), (3, false), (1, true), (3, true)])
  func `a layer's gradients hold with dilation and direction`(cell: CellKind, way: (Int, Bool)) {
    let (rows, steps, inputs, hidden) = (3, 7, 2, 5)
    var kind = NetworkOptions(lookback: 1, horizon: 1)
    kind.cell = cell
    var layout = ParameterLayout()
    let layer = RecurrentLayer(
      cell: kind.recurrentCell, inputs: inputs, hidden: hidden, reversed: way.1, dilation: way.0, prefix: "",
      suffix: "l0",
      layout: &layout)
    var generator = RandomGenerator(seed: 5)
    var values = (0..<layout.count).map { _ in generator.uniform() - 0.5 }
    let input = (0..<steps * rows * inputs).map { _ in generator.normal() }
    let slope = (0..<steps * rows * hidden).map { _ in generator.normal() }
    let state = (0..<way.0 * rows * hidden).map { _ in 0.3 * generator.normal() }
    let mode = Double.mode(vm_best_level())

    func pass(_ values: [Double], _ input: [Double], _ state: [Double], gradients: Bool) -> (
      Double, [Double], [Double], [Double]
    ) {
      let store = WeightStore(layout, values: values, mode: mode)
      let workspace = RecurrentWorkspace<Double>(layer: layer, rows: rows, steps: steps, mode: mode)
      workspace.begin(rows: rows)
      workspace.initialState.update(from: state, count: state.count)
      workspace.forward(store.weights, input: input)
      let loss = slope.indices.reduce(0) { $0 + slope[$1] * workspace.output[$1] }
      guard gradients else { return (loss, [], [], []) }
      let gradient = Buffer<Double>(layout.count)
      let inputGradient = Buffer<Double>(input.count)
      workspace.outputGradient.update(from: slope, count: slope.count)
      workspace.backward(store.weights, input: input, gradient: gradient.base, inputGradient: inputGradient.base)
      let stateGradient = Array(UnsafeBufferPointer(start: workspace.initialStateGradient, count: state.count))
      return (loss, gradient.array, inputGradient.array, stateGradient)
    }

    let (_, gradient, inputGradient, stateGradient) = pass(values, input, state, gradients: true)
    let width = 1e-5
    func worst(_ analytic: [Double], _ move: (Int, Double) -> Double) -> Double {
      let size = analytic.reduce(0) { max($0, abs($1)) }
      return analytic.indices.reduce(0) { worst, index in
        max(worst, abs((move(index, width) - move(index, -width)) / (2 * width) - analytic[index]) / size)
      }
    }
    #expect(
      worst(gradient) { index, shift in
        values[index] += shift
        defer { values[index] -= shift }
        return pass(values, input, state, gradients: false).0
      } < 1e-6)
    #expect(
      worst(inputGradient) { index, shift in
        var moved = input
        moved[index] += shift
        return pass(values, moved, state, gradients: false).0
      } < 1e-6)
    #expect(
      worst(stateGradient) { index, shift in
        var moved = state
        moved[index] += shift
        return pass(values, input, moved, gradients: false).0
      } < 1e-6)
  }
}
