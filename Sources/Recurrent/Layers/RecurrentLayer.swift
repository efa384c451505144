import CVectorMath

/// One layer of a recurrent network: a cell run over time, in one direction, with an optional dilation.
///
/// With dilation d the state of step t comes from step t − d, so d steps stand side by side and are computed at once.
struct RecurrentLayer: Sendable {
  let cell: any RecurrentCell
  let inputs: Int
  let hidden: Int
  /// Runs from the last step to the first.
  let reversed: Bool
  let dilation: Int
  /// (G·H × I)
  let inputWeights: ParameterSlice
  /// (G·H × H), or (G·H × H/N) when the cell has N heads.
  let recurrentWeights: ParameterSlice
  /// (G·H)
  let bias: ParameterSlice
  /// (G·H), only for cells that keep their recurrent product apart.
  let recurrentBias: ParameterSlice?

  /// - Parameters:
  ///   - prefix: what stands before the slices' names.
  ///   - suffix: PyTorch's ending, such as `l0` or `l1_reverse`.
  init(
    cell: any RecurrentCell, inputs: Int, hidden: Int, reversed: Bool = false, dilation: Int = 1, prefix: String,
    suffix: String, layout: inout ParameterLayout
  ) {
    self.cell = cell
    self.inputs = inputs
    self.hidden = hidden
    self.reversed = reversed
    self.dilation = dilation
    let width = cell.gates * hidden
    inputWeights = layout.add("\(prefix)weight_ih_\(suffix)", [width, inputs], transposed: true)
    recurrentWeights = layout.add("\(prefix)weight_hh_\(suffix)", [width, hidden / cell.heads], transposed: true)
    bias = layout.add("\(prefix)bias_ih_\(suffix)", [width])
    recurrentBias = cell.keepsRecurrentProduct ? layout.add("\(prefix)bias_hh_\(suffix)", [width]) : nil
  }

  /// G·H
  var width: Int { cell.gates * hidden }

  /// Uniform in ±1/√H as in PyTorch, except for biases that the cell sets itself.
  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    let bound = 1 / Double(hidden).squareRoot()
    for slice in [inputWeights, recurrentWeights, bias, recurrentBias].compactMap({ $0 }) {
      for index in 0..<slice.count { values[slice.offset + index] = S((2 * generator.uniform() - 1) * bound) }
    }
    for gate in 0..<cell.gates {
      guard let start = cell.initialBias(gate: gate) else { continue }
      for unit in 0..<hidden { values[bias.offset + gate * hidden + unit] = S(start) }
    }
  }

  func workspace<S: Scalar>(rows: Int, steps: Int, mode: vm_mode) -> RecurrentWorkspace<S> {
    RecurrentWorkspace(layer: self, rows: rows, steps: steps, mode: mode)
  }
}

/// The buffers of one recurrent layer for up to a given number of rows, and its way there and back.
///
/// Outputs lie in `steps + dilation` slots of (B × H): the slots of the initial state come first, or last when the layer
/// runs backwards. So the outputs and the states before them are both one block, and each weight gradient is one
/// product over all steps.
final class RecurrentWorkspace<S: Scalar> {
  let layer: RecurrentLayer
  let steps: Int
  private let mode: vm_mode
  private(set) var rows = 0
  private let gates: Buffer<S>
  private let product: Buffer<S>?
  private let outputs: Buffer<S>
  private let outputGradients: Buffer<S>
  private let memory: Buffer<S>
  private let memoryGradients: Buffer<S>

  init(layer: RecurrentLayer, rows: Int, steps: Int, mode: vm_mode) {
    self.layer = layer
    self.steps = steps
    self.mode = mode
    let slots = (steps + layer.dilation) * rows * layer.hidden
    gates = Buffer(steps * rows * layer.width)
    product = layer.cell.keepsRecurrentProduct ? Buffer(steps * rows * layer.width) : nil
    outputs = Buffer(slots)
    outputGradients = Buffer(slots)
    memory = Buffer(slots * layer.cell.memoryPlanes)
    memoryGradients = Buffer(layer.cell.carriedPlanes * layer.dilation * rows * layer.hidden)
  }

  private var plane: Int { rows * layer.hidden }
  private var firstOutputSlot: Int { layer.reversed ? 0 : layer.dilation }
  private var firstPreviousSlot: Int { layer.reversed ? layer.dilation : 0 }
  private var initialSlot: Int { layer.reversed ? steps : 0 }

  /// (T × B × H), valid after `forward`.
  var output: UnsafeMutablePointer<S> { outputs.base + firstOutputSlot * plane }
  /// (T × B × H): the caller writes the gradient of the outputs here before `backward`, which uses it up.
  var outputGradient: UnsafeMutablePointer<S> { outputGradients.base + firstOutputSlot * plane }
  /// (d × B × H): the state before the first step; zeros unless the caller writes it after `begin`.
  var initialState: UnsafeMutablePointer<S> { outputs.base + initialSlot * plane }
  /// (d × B × H): the gradient of the initial state, valid after `backward`.
  var initialStateGradient: UnsafeMutablePointer<S> { outputGradients.base + initialSlot * plane }
  /// (B × H): the output of the step that the layer computes last.
  var lastOutput: UnsafeMutablePointer<S> { output + (layer.reversed ? 0 : (steps - 1) * plane) }
  /// (B × H): the gradient's place for `lastOutput`.
  var lastOutputGradient: UnsafeMutablePointer<S> { outputGradient + (layer.reversed ? 0 : (steps - 1) * plane) }

  /// Sets the number of rows of the coming pass and the initial state.
  func begin(rows: Int) {
    self.rows = rows
    (outputs.base + initialSlot * plane).update(repeating: 0, count: layer.dilation * plane)
    let stride = (steps + layer.dilation) * plane
    for (index, value) in layer.cell.initialMemory.enumerated() {
      (memory.base + index * stride + initialSlot * plane).update(repeating: S(value), count: layer.dilation * plane)
    }
  }

  /// Sets the gradient of all outputs to zero.
  func clearOutputGradient() { outputGradient.update(repeating: 0, count: steps * plane) }

  /// - Parameter input: (T × B × I)
  func forward(_ weights: Weights<S>, input: UnsafePointer<S>) {
    let width = layer.width
    S.product(steps * rows, width, layer.inputs, input, weights.transposed(layer.inputWeights), gates.base, beta: 0)
    for chunk in chunks(forwards: true) {
      let step = cellStep(chunk, weights)
      addRecurrentProduct(weights, step)
      layer.cell.forward(step, mode: mode)
    }
  }

  /// - Parameters:
  ///   - input: (T × B × I), as in `forward`.
  ///   - gradient: the flat gradient, added to.
  ///   - inputGradient: (T × B × I), written or added to; nil when nothing stands below.
  func backward(
    _ weights: Weights<S>, input: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>,
    inputGradient: UnsafeMutablePointer<S>?, addsToInputGradient: Bool = false
  ) {
    let width = layer.width
    memoryGradients.clear()
    initialStateGradient.update(repeating: 0, count: layer.dilation * plane)
    for chunk in chunks(forwards: false) {
      let step = cellStep(chunk, weights)
      let previousGradient = outputGradients.base + (firstPreviousSlot + chunk.lowerBound) * plane
      layer.cell.backward(
        step,
        CellStepGradient(
          output: outputGradient + chunk.lowerBound * plane, previousOutput: previousGradient,
          memory: memoryGradients.base, memoryStride: layer.dilation * plane),
        mode: mode)
      guard layer.cell.recurrentErrorFlows else { continue }
      addRecurrentGradient(weights, step, to: previousGradient)
    }
    let all = steps * rows
    let recurrentGates = product?.base ?? gates.base
    let previous = outputs.base + firstPreviousSlot * plane
    addRecurrentWeightGradient(recurrentGates, previous, to: gradient + layer.recurrentWeights.offset)
    S.addOuterProduct(width, layer.inputs, all, gates.base, input, gradient + layer.inputWeights.offset)
    vm_add_column_sums(mode, all, width, gates.base, gradient + layer.bias.offset)
    if let recurrentBias = layer.recurrentBias {
      vm_add_column_sums(mode, all, width, recurrentGates, gradient + recurrentBias.offset)
    }
    if let inputGradient {
      S.product(
        all, layer.inputs, width, gates.base, weights(layer.inputWeights), inputGradient,
        beta: addsToInputGradient ? 1 : 0)
    }
  }

  /// Runs of up to `dilation` steps in the order of computing. Always cut from the first step on, so that step t and
  /// the step it depends on stand at the same place in their runs.
  private func chunks(forwards: Bool) -> [Range<Int>] {
    let starts = Array(stride(from: 0, to: steps, by: layer.dilation))
    let ordered = forwards == layer.reversed ? starts.reversed() : starts
    return ordered.map { $0..<min($0 + layer.dilation, steps) }
  }

  private func cellStep(_ chunk: Range<Int>, _ weights: Weights<S>) -> CellStep<S> {
    let start = chunk.lowerBound
    let offset = start * rows * layer.width
    return CellStep(
      rows: chunk.count * rows, hidden: layer.hidden, gates: gates.base + offset,
      product: product.map { $0.base + offset },
      bias: weights(layer.bias), recurrentBias: layer.recurrentBias.map { weights($0) },
      previousOutput: outputs.base + (firstPreviousSlot + start) * plane, output: output + start * plane,
      previousMemory: memory.base + (firstPreviousSlot + start) * plane,
      memory: memory.base + (firstOutputSlot + start) * plane, memoryStride: (steps + layer.dilation) * plane)
  }
}

// The products with the recurrent weights: one for all units, or one for each gate and head.
extension RecurrentWorkspace {
  /// The blocks of U: where each one's gates and its units start. A cell with one head has one block of all gates.
  private func eachBlock(_ body: (_ gateStart: Int, _ unitStart: Int, _ gateCount: Int, _ unitCount: Int) -> Void) {
    let heads = layer.cell.heads
    guard heads > 1 else { return body(0, 0, layer.width, layer.hidden) }
    let size = layer.hidden / heads
    for gate in 0..<layer.cell.gates {
      for head in 0..<heads { body(gate * layer.hidden + head * size, head * size, size, size) }
    }
  }

  /// gates (or product) of one step: += (or =) h′ · Uᵀ
  private func addRecurrentProduct(_ weights: Weights<S>, _ step: CellStep<S>) {
    eachBlock { gate, unit, gates, units in
      S.multiply(
        step.rows, gates, units, step.previousOutput + unit, layer.hidden, transposeA: false,
        weights.transposed(layer.recurrentWeights) + gate, layer.width, transposeB: false,
        (step.product ?? step.gates) + gate, layer.width, alpha: 1, beta: step.product == nil ? 1 : 0)
    }
  }

  /// dh′ += dgates · U
  private func addRecurrentGradient(_ weights: Weights<S>, _ step: CellStep<S>, to gradient: UnsafeMutablePointer<S>) {
    let units = layer.hidden / layer.cell.heads
    eachBlock { gate, unit, gates, _ in
      S.multiply(
        step.rows, units, gates, (step.product ?? step.gates) + gate, layer.width, transposeA: false,
        weights(layer.recurrentWeights) + gate * units, units, transposeB: false,
        gradient + unit, layer.hidden, alpha: 1, beta: 1)
    }
  }

  /// dU += dgatesᵀ · h′ over all steps.
  private func addRecurrentWeightGradient(
    _ gates: UnsafePointer<S>, _ previous: UnsafePointer<S>, to gradient: UnsafeMutablePointer<S>
  ) {
    eachBlock { gate, unit, count, units in
      S.multiply(
        count, units, steps * rows, gates + gate, layer.width, transposeA: true, previous + unit, layer.hidden,
        transposeB: false, gradient + gate * units, units, alpha: 1, beta: 1)
    }
  }
}
