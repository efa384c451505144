import CVectorMath

/// Recurrent layers on top of each other. The state at each position, beside the future and static covariates, goes
/// through one linear layer that gives all steps of the horizon at once.
///
/// The output layer starts at zero, so that an untrained network adds nothing to its anchors.
struct StackedNetwork: NetworkBody {
  let options: NetworkOptions
  let stack: RecurrentStack
  let head: Linear

  init(_ options: NetworkOptions, outputs: Int, layout: inout ParameterLayout) {
    self.options = options
    stack = RecurrentStack(
      options, inputs: options.channels, dilations: Array(repeating: 1, count: options.layers),
      bidirectional: options.bidirectional, layout: &layout)
    let known = options.horizon * options.futureCovariates + options.staticCovariates
    head = Linear(inputs: stack.width + known, outputs: outputs, name: "head", layout: &layout)
  }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    stack.initialise(&values, &generator)
  }

  func run<S: Scalar>(rows: Int, positions: Int, mode: vm_mode) -> any NetworkRun<S> {
    StackedRun<S>(self, rows: rows, positions: positions, mode: mode)
  }
}

final class StackedRun<S: Scalar>: NetworkRun {
  private let network: StackedNetwork
  private let positions: Int
  private let mode: vm_mode
  private let stack: StackWorkspace<S>
  private let dropout: Dropout<S>
  private var drops = false
  /// (P × B × features) and its gradient.
  private let features: Buffer<S>
  private let featureGradient: Buffer<S>

  init(_ network: StackedNetwork, rows: Int, positions: Int, mode: vm_mode) {
    self.network = network
    self.positions = positions
    self.mode = mode
    stack = network.stack.workspace(rows: rows, steps: network.options.lookback, mode: mode)
    let count = positions * rows * network.head.inputs
    dropout = Dropout(rate: network.options.dropout, count: network.options.dropout > 0 ? count : 0)
    features = Buffer(count)
    featureGradient = Buffer(count)
  }

  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, output: UnsafeMutablePointer<S>, dropout source: RandomGenerator?
  ) {
    var source = source
    stack.begin(rows: input.rows)
    stack.forward(weights, input: input.past, dropout: &source)
    gatherFeatures(input)
    let rows = positions * input.rows
    drops = false
    if network.options.dropout > 0, var generator = source {
      drops = true
      dropout.forward(rows * network.head.inputs, input: features.base, generator: &generator, mode: mode)
    }
    network.head.forward(weights, rows: rows, input: headInput, output: output, mode: mode)
  }

  private var headInput: UnsafeMutablePointer<S> { drops ? dropout.output.base : features.base }

  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?
  ) {
    let rows = positions * input.rows
    network.head.backward(
      weights, rows: rows, input: headInput, outputGradient: outputGradient, gradient: gradient,
      inputGradient: featureGradient.base, mode: mode)
    if drops { dropout.backward(rows * network.head.inputs, gradient: featureGradient.base, mode: mode) }
    scatterFeatureGradient(rows: input.rows)
    stack.backward(weights, input: input.past, gradient: gradient, inputGradient: inputGradient)
  }

  /// Where the state that `position` decodes from starts in the stack's output (T × B × D·H). The backward direction
  /// ends at the first step.
  private func state(_ direction: Int, _ position: Int, row: Int, rows: Int) -> Int {
    let step = direction == 1 ? 0 : network.options.lookback - positions + position
    return (step * rows + row) * network.stack.width + direction * network.options.hidden
  }

  private func gatherFeatures(_ input: NetworkInput<S>) {
    let hidden = network.options.hidden
    let future = network.options.horizon * network.options.futureCovariates
    let statics = network.options.staticCovariates
    for position in 0..<positions {
      for row in 0..<input.rows {
        var cell = features.base + (position * input.rows + row) * network.head.inputs
        for direction in 0..<network.stack.directions {
          cell.update(from: stack.output + state(direction, position, row: row, rows: input.rows), count: hidden)
          cell += hidden
        }
        cell.update(from: input.future + (position * input.rows + row) * future, count: future)
        (cell + future).update(from: input.statics + row * statics, count: statics)
      }
    }
  }

  private func scatterFeatureGradient(rows: Int) {
    let hidden = network.options.hidden
    stack.clearOutputGradient()
    for position in 0..<positions {
      for row in 0..<rows {
        for direction in 0..<network.stack.directions {
          vm_axpy(
            mode, hidden, 1,
            featureGradient.base + (position * rows + row) * network.head.inputs + direction * hidden,
            stack.outputGradient + state(direction, position, row: row, rows: rows))
        }
      }
    }
  }
}
