import Recurrent

/// A cell as somebody outside the library writes it: one gate f that keeps, and a candidate n.
///
///     f = σ(W·x + U·h′ + b)    n = tanh(W·x + U·h′ + b)    h = f∘h′ + (1−f)∘n
struct MinimalGatedCell: RecurrentCell {
  static let name = "minimal"
  static let summary = "Forecasts with a network of minimal gated units."

  let gateBlocks = [GateBlock.gate("forget"), .candidate]

  init(_: NetworkOptions) {}

  func initialBias(gate: Int, bridging start: GateStart) -> Double? { gate == 0 ? start.open : nil }

  @specialized(where S == Float)
  func forward<S: Scalar>(_ step: CellStep<S>) {
    eachUnit(step) { gate, candidate, unit, place in
      let f = S.sigmoid(step.gates[gate] + step.bias[unit])
      let n = S.tanh(step.gates[candidate] + step.bias[step.hidden + unit])
      (step.gates[gate], step.gates[candidate]) = (f, n)
      step.output[place] = f * step.previousOutput[place] + (1 - f) * n
    }
  }

  @specialized(where S == Float)
  func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>) {
    eachUnit(step) { gate, candidate, _, place in
      let (f, n, slope) = (step.gates[gate], step.gates[candidate], gradient.output[place])
      step.gates[gate] = slope * (step.previousOutput[place] - n) * f * (1 - f)
      step.gates[candidate] = slope * (1 - f) * (1 - n * n)
      gradient.previousOutput[place] += slope * f
    }
  }

  /// Where gate, candidate and output of each unit lie.
  @inline(__always)
  private func eachUnit<S>(
    _ step: CellStep<S>, _ body: (_ gate: Int, _ candidate: Int, _ unit: Int, _ place: Int) -> Void
  ) {
    for row in 0..<step.rows {
      for unit in 0..<step.hidden {
        let gate = 2 * row * step.hidden + unit
        body(gate, gate + step.hidden, unit, row * step.hidden + unit)
      }
    }
  }
}

extension CellKind {
  static let minimal = CellKind(MinimalGatedCell.self)
}
