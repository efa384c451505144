import CVectorMath

/// Recurrent layers whose state at step t comes from step t − d (Chang et al. 2017), in groups with a residual
/// connection around each group but the first (Smyl 2020):
///
///     x₁ = group₁(input)        x_g = x_{g−1} + group_g(x_{g−1})
///
/// The state x_G at each position gives all steps of the horizon at once.
struct DilatedNetwork: NetworkBody {
  let options: NetworkOptions
  let groups: [RecurrentStack]
  let output: DirectOutput

  init(_ options: NetworkOptions, outputs: Int, layout: inout ParameterLayout) {
    self.options = options
    let directions = options.bidirectional ? 2 : 1
    var groups: [RecurrentStack] = []
    for (index, dilations) in options.dilations.enumerated() {
      groups.append(
        RecurrentStack(
          options, inputs: index == 0 ? options.inputWidth : directions * options.hidden, dilations: dilations,
          bidirectional: options.bidirectional, prefix: "groups.\(index).", layout: &layout))
    }
    self.groups = groups
    output = DirectOutput(
      options, directions: directions, hidden: options.hidden, outputs: outputs, layout: &layout)
  }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    for group in groups { group.initialise(&values, &generator) }
  }

  func run<S: Scalar>(rows: Int, positions: Int, mode: vm_mode) -> any NetworkRun<S> {
    DilatedRun<S>(self, rows: rows, positions: positions, mode: mode)
  }
}

final class DilatedRun<S: Scalar>: NetworkRun {
  private let steps: Int
  private let width: Int
  private let mode: vm_mode
  private let groups: [StackWorkspace<S>]
  /// Before each group but the first.
  private let dropouts: [Dropout<S>]
  private var drops = false
  /// x₂ … x_G (T × B × D·H)
  private let sums: [Buffer<S>]
  /// The gradients of x (T × B × D·H) and of what a group has read.
  private let sumGradient: Buffer<S>
  private let groupGradient: Buffer<S>
  private let output: DirectOutputWorkspace<S>

  init(_ network: DilatedNetwork, rows: Int, positions: Int, mode: vm_mode) {
    steps = network.options.lookback
    width = network.groups[0].width
    self.mode = mode
    let count = steps * rows * width
    let rate = network.options.dropout
    groups = network.groups.map { $0.workspace(rows: rows, steps: network.options.lookback, mode: mode) }
    dropouts = rate > 0 ? network.groups.dropFirst().map { _ in Dropout(rate: rate, count: count) } : []
    sums = network.groups.dropFirst().map { _ in Buffer(count) }
    sumGradient = Buffer(count)
    groupGradient = Buffer(count)
    output = network.output.workspace(rows: rows, steps: steps, positions: positions, mode: mode)
  }

  /// x_{g+1} of the equations: what group `group` has left behind.
  private func state(after group: Int) -> UnsafePointer<S> {
    group == 0 ? groups[0].output : UnsafePointer(sums[group - 1].base)
  }

  private func input(of group: Int, _ input: NetworkInput<S>) -> UnsafePointer<S> {
    guard group > 0 else { return input.past }
    return drops ? UnsafePointer(dropouts[group - 1].output.base) : state(after: group - 1)
  }

  var recurrentLayers: [RecurrentWorkspace<S>] { groups.flatMap { $0.layers.joined() } }

  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, output raw: UnsafeMutablePointer<S>, dropout: RandomGenerator?
  ) {
    var dropout = dropout
    drops = dropout != nil && !dropouts.isEmpty
    let count = steps * input.rows * width
    for (index, group) in groups.enumerated() {
      if index > 0, drops, var generator = dropout {
        dropouts[index - 1].forward(count, input: state(after: index - 1), generator: &generator, mode: mode)
        dropout = generator
      }
      group.begin(rows: input.rows)
      group.forward(weights, input: self.input(of: index, input), dropout: &dropout)
      guard index > 0 else { continue }
      let sum = sums[index - 1].base
      sum.update(from: state(after: index - 1), count: count)
      vm_axpy(mode, count, 1, group.output, sum)
    }
    output.forward(weights, input, states: state(after: groups.count - 1), output: raw, dropout: &dropout)
  }

  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?
  ) {
    let count = steps * input.rows * width
    output.backward(
      weights, input, outputGradient: outputGradient, gradient: gradient, stateGradient: sumGradient.base)
    for index in groups.indices.reversed() {
      let group = groups[index]
      group.outputGradient.update(from: sumGradient.base, count: count)
      group.backward(
        weights, input: self.input(of: index, input), gradient: gradient,
        inputGradient: index == 0 ? inputGradient : groupGradient.base)
      guard index > 0 else { continue }
      if drops { dropouts[index - 1].backward(count, gradient: groupGradient.base, mode: mode) }
      vm_axpy(mode, count, 1, groupGradient.base, sumGradient.base)
    }
  }
}
