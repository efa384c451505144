import CVectorMath

/// The way from the state at each position to the head's numbers for all steps of the horizon at once: one linear
/// layer over the state, the future covariates and the numbers of the whole series.
///
/// The layer starts at zero, so that an untrained network adds nothing to its anchors.
struct DirectOutput: Sendable {
  let options: NetworkOptions
  let linear: Linear

  init(_ options: NetworkOptions, outputs: Int, layout: inout ParameterLayout) {
    self.options = options
    let known = options.stepsAtOnce * options.futureCovariates + options.staticWidth
    linear = Linear(
      inputs: options.directions * options.hidden + known, outputs: outputs, name: "head", layout: &layout)
  }
}

/// The buffers of a direct output, and its passes forward and backward.
final class DirectOutputWorkspace<S: Scalar> {
  private let layer: DirectOutput
  private let positions: Int
  private let mode: vm_mode
  private let dropout: Dropout<S>
  /// (P × B × features)
  private let features: Activations<S>

  init(_ layer: DirectOutput, rows: Int, positions: Int, mode: vm_mode) {
    self.layer = layer
    self.positions = positions
    self.mode = mode
    let count = positions * rows * layer.linear.inputs
    dropout = Dropout(rate: layer.options.dropout, count: count, mode: mode)
    features = Activations(count)
  }

  private var width: Int { layer.linear.inputs }

  /// - Parameters:
  ///   - states: (T × B × D·H)
  ///   - output: (P × B × outputs), written.
  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, states: UnsafePointer<S>, output: UnsafeMutablePointer<S>,
    dropout source: inout RandomGenerator?
  ) {
    gather(input, states)
    let rows = positions * input.rows
    dropout.forward(rows * width, input: features.values, from: &source)
    layer.linear.forward(weights, rows: rows, input: dropout.passed(features.values), output: output, mode: mode)
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
      weights, rows: rows, input: dropout.passed(features.values), outputGradient: outputGradient, gradient: gradient,
      inputGradient: features.gradient, mode: mode)
    dropout.backward(rows * width, gradient: features.gradient)
    scatter(input, stateGradient)
  }

  /// Where the state that `position` decodes from starts. The backward direction ends at the first step.
  private func state(_ direction: Int, _ position: Int, row: Int, rows: Int) -> Int {
    let step = direction == 1 ? 0 : layer.options.lookback - positions + position
    return ((step * rows + row) * layer.options.directions + direction) * layer.options.hidden
  }

  private func gather(_ input: NetworkInput<S>, _ states: UnsafePointer<S>) {
    let options = layer.options
    let future = options.stepsAtOnce * options.futureCovariates
    let statics = options.staticWidth
    for position in 0..<positions {
      for row in 0..<input.rows {
        var cell = features.values + (position * input.rows + row) * width
        for direction in 0..<options.directions {
          cell.update(from: states + state(direction, position, row: row, rows: input.rows), count: options.hidden)
          cell += options.hidden
        }
        cell.update(from: input.future + (position * input.rows + row) * future, count: future)
        (cell + future).update(from: input.statics + row * statics, count: statics)
      }
    }
  }

  private func scatter(_ input: NetworkInput<S>, _ stateGradient: UnsafeMutablePointer<S>) {
    let options = layer.options
    stateGradient.clear(options.lookback * input.rows * options.directions * options.hidden)
    let statics = options.staticWidth
    for position in 0..<positions {
      for row in 0..<input.rows {
        let cell = features.gradient + (position * input.rows + row) * width
        for direction in 0..<options.directions {
          vm_axpy(
            mode, options.hidden, 1, cell + direction * options.hidden,
            stateGradient + state(direction, position, row: row, rows: input.rows))
        }
        if let target = input.staticGradient, statics > 0 {
          vm_axpy(mode, statics, 1, cell + width - statics, target + row * statics)
        }
      }
    }
  }
}
