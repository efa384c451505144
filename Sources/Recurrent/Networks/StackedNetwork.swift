import CVectorMath

/// Recurrent layers on top of each other. The state at each position, beside the future and static covariates, goes
/// through one linear layer that gives all steps of the horizon at once.
///
/// In a dilated network the state at step t comes from step t − d (Chang et al. 2017), and the layers stand in groups with
/// a residual connection around each group but the first (Smyl 2020):
///
///     x₁ = group₁(input)        x_g = x_{g−1} + group_g(x_{g−1})
///
/// Otherwise all layers are one group.
struct StackedNetwork: NetworkBody {
  let options: NetworkOptions
  let groups: [RecurrentStack]
  let output: DirectOutput

  init(_ options: NetworkOptions, outputs: Int, layout: inout ParameterLayout) {
    self.options = options
    let isDilated = options.network == .dilated
    var groups: [RecurrentStack] = []
    for dilations in isDilated ? options.dilations : [Array(repeating: 1, count: options.layers)] {
      groups.append(
        RecurrentStack(
          options, inputs: groups.last?.width ?? options.channels, dilations: dilations,
          bidirectional: options.bidirectional, prefix: isDilated ? "groups.\(groups.count)." : "recurrent.",
          layout: &layout))
    }
    self.groups = groups
    output = DirectOutput(options, outputs: outputs, layout: &layout)
  }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    for group in groups { group.initialise(&values, &generator) }
  }

  func run<S: Scalar>(rows: Int, positions: Int, mode: vm_mode) -> any NetworkRun<S> {
    StackedRun<S>(self, rows: rows, positions: positions, mode: mode)
  }
}

final class StackedRun<S: Scalar>: NetworkRun {
  private let steps: Int
  private let width: Int
  private let mode: vm_mode
  private let groups: [StackWorkspace<S>]
  /// Before each group but the first.
  private let dropouts: [Dropout<S>]
  /// x₂ … x_G (T × B × D·H), and the gradient of one of them.
  private let sums: [Buffer<S>]
  private let sumGradient: Buffer<S>
  private let output: DirectOutputWorkspace<S>
  private var start: (run: any NetworkRun<S>, copies: Int)?

  init(_ network: StackedNetwork, rows: Int, positions: Int, mode: vm_mode) {
    let options = network.options
    steps = options.lookback
    width = network.groups[0].width
    self.mode = mode
    let count = steps * rows * width
    let upper = network.groups.dropFirst()
    groups = network.groups.map { StackWorkspace($0, rows: rows, steps: options.lookback, mode: mode) }
    dropouts = upper.map { _ in Dropout(rate: options.dropout, count: count, mode: mode) }
    sums = upper.map { _ in Buffer(count) }
    sumGradient = Buffer(upper.isEmpty ? 0 : count)
    output = DirectOutputWorkspace(network.output, rows: rows, positions: positions, mode: mode)
  }

  /// x_{g+1} of the equations: what group `group` has left behind.
  private func state(after group: Int) -> UnsafePointer<S> {
    group == 0 ? groups[0].output : UnsafePointer(sums[group - 1].base)
  }

  private func input(of group: Int, _ input: NetworkInput<S>) -> UnsafePointer<S> {
    group == 0 ? input.past : dropouts[group - 1].passed(state(after: group - 1))
  }

  var recurrentLayers: [RecurrentWorkspace<S>] { groups.flatMap { $0.layers.joined() } }

  func continueFrom(_ earlier: any NetworkRun<S>, copies: Int) {
    start = (earlier, copies)
  }

  @specialized(where S == Float)
  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, output raw: UnsafeMutablePointer<S>, dropout: RandomGenerator?
  ) {
    var dropout = dropout
    let count = steps * input.rows * width
    for group in groups { group.begin(rows: input.rows) }
    if let start {
      for (layer, earlier) in zip(recurrentLayers, start.run.recurrentLayers) {
        layer.takeState(from: earlier, copies: start.copies)
      }
      self.start = nil
    }
    for (index, group) in groups.enumerated() {
      if index > 0 { dropouts[index - 1].forward(count, input: state(after: index - 1), from: &dropout) }
      group.forward(weights, input: self.input(of: index, input), dropout: &dropout)
      guard index > 0 else { continue }
      let sum = sums[index - 1].base
      sum.update(from: state(after: index - 1), count: count)
      vm_axpy(mode, count, 1, group.output, sum)
    }
    output.forward(weights, input, states: state(after: groups.count - 1), output: raw, dropout: &dropout)
  }

  @specialized(where S == Float)
  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?
  ) {
    let count = steps * input.rows * width
    output.backward(
      weights, input, outputGradient: outputGradient, gradient: gradient,
      stateGradient: groups[groups.count - 1].outputGradient)
    for (index, group) in groups.enumerated().reversed() {
      // The group uses its gradient up, but the residual connection needs it too.
      if index > 0 { sumGradient.base.update(from: group.outputGradient, count: count) }
      let below = index == 0 ? inputGradient : groups[index - 1].outputGradient
      group.backward(weights, input: self.input(of: index, input), gradient: gradient, inputGradient: below)
      guard index > 0, let below else { continue }
      dropouts[index - 1].backward(count, gradient: below)
      vm_axpy(mode, count, 1, sumGradient.base, below)
    }
  }
}
