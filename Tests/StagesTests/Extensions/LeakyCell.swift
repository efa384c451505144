import Recurrent

/// A cell as somebody outside the library writes it: leaky units, h = (h′ + tanh(W·x + U·h′ + b)) / 2.
struct LeakyCell: RecurrentCell {
  static let name = "leaky"
  static let summary = "Forecasts with a network of leaky units."

  let gateBlocks = [GateBlock.candidate]

  init(_: NetworkOptions) {}

  func forward<S: Scalar>(_ step: CellStep<S>) {
    for unit in 0..<step.rows * step.hidden {
      step.gates[unit] = S.tanh(step.gates[unit] + step.bias[unit % step.hidden])
      step.output[unit] = (step.previousOutput[unit] + step.gates[unit]) / 2
    }
  }

  func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>) {
    for unit in 0..<step.rows * step.hidden {
      let slope = gradient.output[unit] / 2
      gradient.previousOutput[unit] += slope
      step.gates[unit] = slope * (1 - step.gates[unit] * step.gates[unit])
    }
  }
}
