import CVectorMath

// The matrix products of a recurrent layer. A cell with heads has one recurrent product for each gate and head, all
// others have one.
extension RecurrentWorkspace {
  /// The blocks of U: where each one's gates and its units start.
  private func eachBlock(_ body: (_ block: Int, _ gateStart: Int, _ unitStart: Int) -> Void) {
    let heads = layer.cell.heads
    let size = layer.hidden / heads
    for gate in 0..<layer.cell.gates {
      for head in 0..<heads { body(gate * heads + head, gate * layer.hidden + head * size, head * size) }
    }
  }

  /// What the cell needs of one step: gates = x·Wᵀ + h′·Uᵀ, or x·Wᵀ and h′·Uᵀ apart.
  /// - Parameter input: (rows of the step × I)
  @specialized(where S == Float)
  func multiply(_ weights: Weights<S>, _ step: CellStep<S>, input: UnsafePointer<S>) {
    let (width, hidden, inputs) = (layer.width, layer.hidden, layer.inputs)
    if let product = step.product {
      weights.multiply(layer.inputWeights, rows: step.rows, input, into: step.gates)
      weights.multiply(layer.recurrentWeights, rows: step.rows, step.previousOutput, into: product)
      return
    }
    guard layer.cell.heads > 1 else {
      vm_multiply_packed(
        mode, step.rows, width, inputs, input, inputs, weights.ahead(layer.inputWeights), hidden, step.previousOutput,
        hidden, weights.ahead(layer.recurrentWeights), step.gates, width, false)
      return
    }
    weights.multiply(layer.inputWeights, rows: step.rows, input, into: step.gates)
    let size = hidden / layer.cell.heads
    eachBlock { block, gate, unit in
      vm_multiply_packed(
        mode, step.rows, size, size, step.previousOutput + unit, hidden,
        weights.ahead(layer.recurrentWeights, block: block), 0, step.previousOutput, 0, weights.packed,
        step.gates + gate, width, true)
    }
  }

  /// dh′ += dgates · U
  @specialized(where S == Float)
  func addRecurrentGradient(_ weights: Weights<S>, _ step: CellStep<S>, to gradient: UnsafeMutablePointer<S>) {
    guard layer.cell.heads > 1 else {
      weights.multiplyBack(
        layer.recurrentWeights, rows: step.rows, step.product ?? step.gates, into: gradient, adds: true)
      return
    }
    let size = layer.hidden / layer.cell.heads
    eachBlock { block, gate, unit in
      vm_multiply_packed(
        mode, step.rows, size, size, step.gates + gate, layer.width,
        weights.back(layer.recurrentWeights, block: block), 0, step.gates, 0, weights.packed, gradient + unit,
        layer.hidden, true)
    }
  }

  /// The gradients of weights and biases over all steps, when all steps have gone back.
  /// - Parameters:
  ///   - input: (T × B × I)
  ///   - gradient: the flat gradient, added to.
  @specialized(where S == Float)
  func addWeightGradients(input: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>) {
    let (width, hidden, inputs, all) = (layer.width, layer.hidden, layer.inputs, steps * rows)
    let previous = UnsafePointer(outputs.base + firstPreviousSlot * plane)
    let weights = gradient + layer.inputWeights.offset
    let recurrent = gradient + layer.recurrentWeights.offset
    let bias = gradient + layer.bias.offset
    if let product, let recurrentBias = layer.recurrentBias {
      // All gates but the last have one gradient for both sums.
      let shared = width - hidden
      let second = gradient + recurrentBias.offset
      sums.clear()
      addOuter(shared, gates.base, previous, recurrent, input, weights, sums.base)
      vm_axpy(mode, shared, 1, sums.base, bias)
      vm_axpy(mode, shared, 1, sums.base, second)
      addOuter(hidden, product.base + shared, previous, recurrent + shared * hidden, nil, nil, second + shared)
      addOuter(hidden, gates.base + shared, nil, nil, input, weights + shared * inputs, bias + shared)
      return
    }
    guard layer.cell.heads > 1 else {
      addOuter(width, gates.base, previous, recurrent, input, weights, bias)
      return
    }
    addOuter(width, gates.base, nil, nil, input, weights, bias)
    let size = hidden / layer.cell.heads
    eachBlock { block, gate, unit in
      vm_add_outer(
        mode, size, all, gates.base + gate, width, size, previous + unit, hidden, recurrent + block * size * size, 0,
        previous, 0, recurrent, nil, scratch.base)
    }
  }

  /// The gradients of `m` gates: dU += dgatesᵀ·h′, dW += dgatesᵀ·x, db += Σ dgates, each if asked for.
  private func addOuter(
    _ m: Int, _ gates: UnsafePointer<S>, _ previous: UnsafePointer<S>?, _ recurrent: UnsafeMutablePointer<S>?,
    _ input: UnsafePointer<S>?, _ weights: UnsafeMutablePointer<S>?, _ bias: UnsafeMutablePointer<S>
  ) {
    vm_add_outer(
      mode, m, steps * rows, gates, layer.width, previous == nil ? 0 : layer.hidden, previous, layer.hidden, recurrent,
      input == nil ? 0 : layer.inputs, input, layer.inputs, weights, bias, scratch.base)
  }
}
