import CVectorMath

/// Recurrent layers on top of each other. The state at each position, beside the future and static covariates, goes
/// through one linear layer that gives all steps of the horizon at once.
///
/// The output layer starts at zero, so that an untrained network adds nothing to its anchors.
struct StackedNetwork: NetworkBody {
  let options: NetworkOptions
  let outputs: Int
  /// One list a layer: the forward direction, then the backward one if there is one.
  let layers: [[RecurrentLayer]]
  let output: Linear

  init(_ options: NetworkOptions, outputs: Int, layout: inout ParameterLayout) {
    self.options = options
    self.outputs = outputs
    let directions = options.bidirectional ? 2 : 1
    var layers: [[RecurrentLayer]] = []
    for level in 0..<options.layers {
      var pair: [RecurrentLayer] = []
      for direction in 0..<directions {
        pair.append(
          RecurrentLayer(
            cell: options.cell.cell, inputs: level == 0 ? options.channels : directions * options.hidden,
            hidden: options.hidden, reversed: direction == 1, prefix: "recurrent.",
            suffix: "l\(level)" + (direction == 1 ? "_reverse" : ""), layout: &layout))
      }
      layers.append(pair)
    }
    self.layers = layers
    let width = directions * options.hidden + options.horizon * options.futureCovariates + options.staticCovariates
    output = Linear(inputs: width, outputs: outputs, name: "output", layout: &layout)
  }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    for layer in layers.joined() { layer.initialise(&values, &generator) }
  }

  func run<S: Scalar>(rows: Int, positions: Int, mode: vm_mode) -> any NetworkRun<S> {
    StackedRun<S>(self, rows: rows, positions: positions, mode: mode)
  }
}

final class StackedRun<S: Scalar>: NetworkRun {
  private let network: StackedNetwork
  private let positions: Int
  private let mode: vm_mode
  private let layers: [[RecurrentWorkspace<S>]]
  /// Both directions side by side (T × B × 2H), and their gradient; only for bidirectional layers.
  private let joined: [Buffer<S>]
  private let joinedGradient: Buffer<S>
  /// After each layer but the last.
  private let dropouts: [Dropout<S>]
  private let outputDropout: Dropout<S>
  private var drops = false
  /// (P × B × features) and its gradient.
  private let features: Buffer<S>
  private let featureGradient: Buffer<S>

  init(_ network: StackedNetwork, rows: Int, positions: Int, mode: vm_mode) {
    self.network = network
    self.positions = positions
    self.mode = mode
    let steps = network.options.lookback
    let rate = network.options.dropout
    let wide = network.layers[0].count * network.options.hidden
    layers = network.layers.map { $0.map { $0.workspace(rows: rows, steps: steps, mode: mode) } }
    let both = network.options.bidirectional
    joined = both ? network.layers.map { _ in Buffer(steps * rows * wide) } : []
    joinedGradient = Buffer(both ? steps * rows * wide : 0)
    dropouts = rate > 0 ? network.layers.dropLast().map { _ in Dropout(rate: rate, count: steps * rows * wide) } : []
    outputDropout = Dropout(rate: rate, count: rate > 0 ? positions * rows * network.output.inputs : 0)
    features = Buffer(positions * rows * network.output.inputs)
    featureGradient = Buffer(positions * rows * network.output.inputs)
  }

  private var steps: Int { network.options.lookback }
  private var hidden: Int { network.options.hidden }

  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, output: UnsafeMutablePointer<S>, dropout: RandomGenerator?
  ) {
    var generator = dropout ?? RandomGenerator(seed: 0)
    drops = dropout != nil && network.options.dropout > 0
    var below = input.past
    for level in layers.indices {
      for workspace in layers[level] {
        workspace.begin(rows: input.rows)
        workspace.forward(weights, input: below)
      }
      below = UnsafePointer(layers[level][0].output)
      if layers[level].count == 2 {
        join(level, rows: input.rows)
        below = UnsafePointer(joined[level].base)
      }
      if drops, level < dropouts.count {
        let count = steps * input.rows * hidden * layers[level].count
        dropouts[level].forward(count, input: below, generator: &generator, mode: mode)
        below = UnsafePointer(dropouts[level].output.base)
      }
    }
    gatherFeatures(input)
    let rows = positions * input.rows
    if drops {
      let count = rows * network.output.inputs
      outputDropout.forward(count, input: features.base, generator: &generator, mode: mode)
    }
    network.output.forward(weights, rows: rows, input: headInput, output: output, mode: mode)
  }

  private var headInput: UnsafeMutablePointer<S> { drops ? outputDropout.output.base : features.base }

  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?
  ) {
    let rows = positions * input.rows
    network.output.backward(
      weights, rows: rows, input: headInput, outputGradient: outputGradient, gradient: gradient,
      inputGradient: featureGradient.base, mode: mode)
    if drops { outputDropout.backward(rows * network.output.inputs, gradient: featureGradient.base, mode: mode) }
    scatterFeatureGradient(rows: input.rows)
    for level in layers.indices.reversed() {
      let below = inputOf(level, input)
      let single = layers[level].count == 1
      let target = level > 0 ? (single ? layers[level - 1][0].outputGradient : joinedGradient.base) : inputGradient
      layers[level][0].backward(weights, input: below, gradient: gradient, inputGradient: target)
      if !single { backwardReversed(level, weights, input, gradient: gradient, target: target) }
      guard level > 0, let target else { continue }
      let width = hidden * layers[level].count
      if drops { dropouts[level - 1].backward(steps * input.rows * width, gradient: target, mode: mode) }
      if !single { split(level - 1, rows: input.rows) }
    }
  }

  private func inputOf(_ level: Int, _ input: NetworkInput<S>) -> UnsafePointer<S> {
    guard level > 0 else { return input.past }
    if drops { return UnsafePointer(dropouts[level - 1].output.base) }
    return UnsafePointer(layers[level - 1].count == 2 ? joined[level - 1].base : layers[level - 1][0].output)
  }
}

// The state at each position, beside what else is known about the window.
extension StackedRun {
  /// The state that position `position` decodes from: (B × H) for each direction.
  private func state(_ workspace: RecurrentWorkspace<S>, _ position: Int, rows: Int) -> Int {
    workspace.layer.reversed ? 0 : (steps - positions + position) * rows * hidden
  }

  private func gatherFeatures(_ input: NetworkInput<S>) {
    let width = network.output.inputs
    let future = network.options.horizon * network.options.futureCovariates
    let statics = network.options.staticCovariates
    for position in 0..<positions {
      for row in 0..<input.rows {
        var cell = features.base + (position * input.rows + row) * width
        for workspace in layers[layers.count - 1] {
          let start = state(workspace, position, rows: input.rows) + row * hidden
          cell.update(from: workspace.output + start, count: hidden)
          cell += hidden
        }
        cell.update(from: input.future + (position * input.rows + row) * future, count: future)
        (cell + future).update(from: input.statics + row * statics, count: statics)
      }
    }
  }

  private func scatterFeatureGradient(rows: Int) {
    let width = network.output.inputs
    for (direction, workspace) in layers[layers.count - 1].enumerated() {
      workspace.clearOutputGradient()
      for position in 0..<positions {
        for row in 0..<rows {
          let start = state(workspace, position, rows: rows) + row * hidden
          let source = featureGradient.base + (position * rows + row) * width + direction * hidden
          vm_axpy(mode, hidden, 1, source, workspace.outputGradient + start)
        }
      }
    }
  }

  /// (T × B × H) twice → (T × B × 2H)
  private func join(_ level: Int, rows: Int) {
    for (direction, workspace) in layers[level].enumerated() {
      for row in 0..<steps * rows {
        (joined[level].base + (2 * row + direction) * hidden).update(
          from: workspace.output + row * hidden, count: hidden)
      }
    }
  }

  /// The way back of `join`, from the shared gradient buffer.
  private func split(_ level: Int, rows: Int) {
    for (direction, workspace) in layers[level].enumerated() {
      for row in 0..<steps * rows {
        (workspace.outputGradient + row * hidden).update(
          from: joinedGradient.base + (2 * row + direction) * hidden, count: hidden)
      }
    }
  }

  /// The backward direction's part; its input gradient is added to what the forward direction has written.
  private func backwardReversed(
    _ level: Int, _ weights: Weights<S>, _ input: NetworkInput<S>, gradient: UnsafeMutablePointer<S>,
    target: UnsafeMutablePointer<S>?
  ) {
    layers[level][1].backward(
      weights, input: inputOf(level, input), gradient: gradient, inputGradient: target, addsToInputGradient: true)
  }
}
