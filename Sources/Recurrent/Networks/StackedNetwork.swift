import CVectorMath

/// Recurrent layers on top of each other. The state at each position, beside the future and static covariates, goes
/// through one linear layer that gives all steps of the horizon at once.
struct StackedNetwork: NetworkBody {
  let options: NetworkOptions
  let stack: RecurrentStack
  let output: DirectOutput

  init(_ options: NetworkOptions, outputs: Int, layout: inout ParameterLayout) {
    self.options = options
    stack = RecurrentStack(
      options, inputs: options.inputWidth, dilations: Array(repeating: 1, count: options.layers),
      bidirectional: options.bidirectional, layout: &layout)
    output = DirectOutput(
      options, directions: stack.directions, hidden: options.hidden, outputs: outputs, layout: &layout)
  }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    stack.initialise(&values, &generator)
  }

  func run<S: Scalar>(rows: Int, positions: Int, mode: vm_mode) -> any NetworkRun<S> {
    StackedRun<S>(self, rows: rows, positions: positions, mode: mode)
  }
}

final class StackedRun<S: Scalar>: ContinuableRun {
  private let stack: StackWorkspace<S>
  private let output: DirectOutputWorkspace<S>
  private var start: (run: StackedRun<S>, copies: Int)?

  init(_ network: StackedNetwork, rows: Int, positions: Int, mode: vm_mode) {
    let steps = network.options.lookback
    stack = network.stack.workspace(rows: rows, steps: steps, mode: mode)
    output = network.output.workspace(rows: rows, steps: steps, positions: positions, mode: mode)
  }

  var recurrentLayers: [RecurrentWorkspace<S>] { Array(stack.layers.joined()) }

  func continueFrom(_ earlier: any NetworkRun<S>, copies: Int) {
    guard let earlier = earlier as? StackedRun<S> else { preconditionFailure("a run goes on from one of its kind") }
    start = (earlier, copies)
  }

  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, output raw: UnsafeMutablePointer<S>, dropout: RandomGenerator?
  ) {
    var dropout = dropout
    stack.begin(rows: input.rows)
    if let start {
      for (level, layer) in stack.layers.enumerated() {
        layer[0].takeState(from: start.run.stack.layers[level][0], copies: start.copies)
      }
      self.start = nil
    }
    stack.forward(weights, input: input.past, dropout: &dropout)
    output.forward(weights, input, states: stack.output, output: raw, dropout: &dropout)
  }

  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?
  ) {
    output.backward(
      weights, input, outputGradient: outputGradient, gradient: gradient, stateGradient: stack.outputGradient)
    stack.backward(weights, input: input.past, gradient: gradient, inputGradient: inputGradient)
  }
}
