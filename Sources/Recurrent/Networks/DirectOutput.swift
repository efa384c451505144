import CVectorMath

/// The way from the state at each position to the head's numbers for all steps of the horizon at once: one linear
/// layer over the state, the future covariates and the numbers of the whole series.
///
/// The layer starts at zero, so that an untrained network adds nothing to its anchors.
struct DirectOutput: Sendable {
  let options: NetworkOptions
  let directions: Int
  let hidden: Int
  let linear: Linear

  /// - Parameters:
  ///   - directions: D, how many states (H) stand side by side at each step.
  init(
    _ options: NetworkOptions, directions: Int, hidden: Int, outputs: Int, layout: inout ParameterLayout
  ) {
    self.options = options
    self.directions = directions
    self.hidden = hidden
    let known = options.stepsAtOnce * options.futureCovariates + options.staticOutputs
    linear = Linear(inputs: directions * hidden + known, outputs: outputs, name: "head", layout: &layout)
  }

  /// - Parameter steps: T of the states that it reads.
  func workspace<S: Scalar>(rows: Int, steps: Int, positions: Int, mode: vm_mode) -> DirectOutputWorkspace<S> {
    DirectOutputWorkspace(self, rows: rows, steps: steps, positions: positions, mode: mode)
  }
}

/// The buffers of a direct output, and its way there and back.
final class DirectOutputWorkspace<S: Scalar> {
  private let layer: DirectOutput
  private let steps: Int
  private let positions: Int
  private let mode: vm_mode
  private let dropout: Dropout<S>
  private var drops = false
  /// (P × B × features) and its gradient.
  private let features: Buffer<S>
  private let featureGradient: Buffer<S>

  init(_ layer: DirectOutput, rows: Int, steps: Int, positions: Int, mode: vm_mode) {
    self.layer = layer
    self.steps = steps
    self.positions = positions
    self.mode = mode
    let count = positions * rows * layer.linear.inputs
    dropout = Dropout(rate: layer.options.dropout, count: layer.options.dropout > 0 ? count : 0)
    features = Buffer(count)
    featureGradient = Buffer(count)
  }

  private var width: Int { layer.linear.inputs }
  private var input: UnsafeMutablePointer<S> { drops ? dropout.output.base : features.base }

  /// - Parameters:
  ///   - states: (T × B × D·H)
  ///   - output: (P × B × outputs), written.
  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, states: UnsafePointer<S>, output: UnsafeMutablePointer<S>,
    dropout source: inout RandomGenerator?
  ) {
    gather(input, states)
    let rows = positions * input.rows
    drops = false
    if layer.options.dropout > 0, var generator = source {
      drops = true
      dropout.forward(rows * width, input: features.base, generator: &generator, mode: mode)
      source = generator
    }
    layer.linear.forward(weights, rows: rows, input: self.input, output: output, mode: mode)
  }

  /// - Parameters:
  ///   - outputGradient: (P × B × outputs)
  ///   - stateGradient: (T × B × D·H), written.
  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, stateGradient: UnsafeMutablePointer<S>
  ) {
    let rows = positions * input.rows
    layer.linear.backward(
      weights, rows: rows, input: self.input, outputGradient: outputGradient, gradient: gradient,
      inputGradient: featureGradient.base, mode: mode)
    if drops { dropout.backward(rows * width, gradient: featureGradient.base, mode: mode) }
    scatter(input, stateGradient)
  }

  /// Where the state that `position` decodes from starts. The backward direction ends at the first step.
  private func state(_ direction: Int, _ position: Int, row: Int, rows: Int) -> Int {
    let step = direction == 1 ? 0 : steps - positions + position
    return ((step * rows + row) * layer.directions + direction) * layer.hidden
  }

  private func gather(_ input: NetworkInput<S>, _ states: UnsafePointer<S>) {
    let future = layer.options.stepsAtOnce * layer.options.futureCovariates
    let statics = layer.options.staticOutputs
    for position in 0..<positions {
      for row in 0..<input.rows {
        var cell = features.base + (position * input.rows + row) * width
        for direction in 0..<layer.directions {
          cell.update(from: states + state(direction, position, row: row, rows: input.rows), count: layer.hidden)
          cell += layer.hidden
        }
        cell.update(from: input.future + (position * input.rows + row) * future, count: future)
        (cell + future).update(from: input.statics + row * statics, count: statics)
      }
    }
  }

  private func scatter(_ input: NetworkInput<S>, _ stateGradient: UnsafeMutablePointer<S>) {
    stateGradient.clear(steps * input.rows * layer.directions * layer.hidden)
    let statics = layer.options.staticOutputs
    for position in 0..<positions {
      for row in 0..<input.rows {
        let cell = featureGradient.base + (position * input.rows + row) * width
        for direction in 0..<layer.directions {
          vm_axpy(
            mode, layer.hidden, 1, cell + direction * layer.hidden,
            stateGradient + state(direction, position, row: row, rows: input.rows))
        }
        if let target = input.staticGradient, statics > 0 {
          vm_axpy(mode, statics, 1, cell + width - statics, target + row * statics)
        }
      }
    }
  }
}
