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
  /// G·H
  let width: Int
  let memoryPlanes: Int
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
    width = cell.gates * hidden
    memoryPlanes = cell.memoryPlanes
    inputWeights = layout.add("\(prefix)weight_ih_\(suffix)", [width, inputs], packed: true)
    recurrentWeights = layout.add(
      "\(prefix)weight_hh_\(suffix)", [width, hidden / cell.heads], packed: true,
      blocks: cell.heads > 1 ? cell.gates * cell.heads : 1)
    bias = layout.add("\(prefix)bias_ih_\(suffix)", [width])
    recurrentBias = cell.keepsRecurrentProduct ? layout.add("\(prefix)bias_hh_\(suffix)", [width]) : nil
  }

  /// Uniform in ±1/√H as in PyTorch, except for biases that the cell sets itself.
  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    for slice in [inputWeights, recurrentWeights, bias, recurrentBias] {
      slice?.fill(&values, uniformFor: hidden, &generator)
    }
    for gate in 0..<cell.gates {
      guard let start = cell.initialBias(gate: gate) else { continue }
      for unit in 0..<hidden { values[bias.offset + gate * hidden + unit] = S(start) }
    }
  }

  /// Starts the gates for a lag that is to be bridged, as far as the cell has such gates.
  /// - Parameter lag: in steps, 3 or more.
  func openGates<S: Scalar>(until lag: Int, _ values: inout [S], _ generator: inout RandomGenerator) {
    for unit in bias.offset..<bias.offset + hidden {
      let start = GateStart(lag: Double(lag), random: generator.uniform())
      for gate in 0..<cell.gates {
        guard let value = cell.initialBias(gate: gate, bridging: start) else { continue }
        values[gate * hidden + unit] = S(value)
      }
    }
  }
}

/// The buffers of one recurrent layer for up to a given number of rows, and its passes forward and backward.
///
/// Outputs lie in `steps + dilation` slots of (B × H): the slots of the initial state come first, or last when the layer
/// runs backwards. So the outputs and the states before them are both one block, and each weight gradient is one
/// product over all steps.
final class RecurrentWorkspace<S: Scalar> {
  let layer: RecurrentLayer
  /// T of the coming pass, at most what the buffers were made for.
  private(set) var steps: Int
  let mode: vm_mode
  private(set) var rows = 0
  let gates: Buffer<S>
  let product: Buffer<S>?
  let outputs: Buffer<S>
  /// Made when training asks for it.
  private(set) lazy var outputGradients = Buffer<S>(outputs.count)
  let memory: Buffer<S>
  let memoryGradients: Buffer<S>
  /// What the products of the weight gradients need; training alone asks for it.
  private(set) lazy var scratch = Buffer<S>(vm_outer_scratch_count(mode, layer.width, layer.hidden, layer.inputs))
  /// (G·H) The column sums of one pass, where two biases share them.
  private(set) lazy var sums = Buffer<S>(layer.width)
  /// The gradient of the last state from a decoder that goes on from it: planes of (B × H), the output first, then the
  /// memory that carries a gradient. Nil when nothing goes on from this layer.
  let finalGradient: Buffer<S>?

  /// - Parameter continued: a decoder goes on from the last state, so its gradient comes in too.
  init(layer: RecurrentLayer, rows: Int, steps: Int, mode: vm_mode, continued: Bool = false) {
    self.layer = layer
    self.steps = steps
    self.mode = mode
    let slots = (steps + layer.dilation) * rows * layer.hidden
    gates = Buffer(steps * rows * layer.width)
    product = layer.cell.keepsRecurrentProduct ? Buffer(steps * rows * layer.width) : nil
    outputs = Buffer(slots)
    memory = Buffer(slots * layer.memoryPlanes)
    memoryGradients = Buffer(layer.cell.carriedPlanes * layer.dilation * rows * layer.hidden)
    finalGradient = continued ? Buffer((1 + layer.cell.carriedPlanes) * rows * layer.hidden) : nil
  }

  var plane: Int { rows * layer.hidden }
  var firstOutputSlot: Int { layer.reversed ? 0 : layer.dilation }
  var firstPreviousSlot: Int { layer.reversed ? layer.dilation : 0 }
  var initialSlot: Int { layer.reversed ? steps : 0 }

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

  /// Sets the number of rows of the coming pass (and of steps, where that changes) and the initial state.
  @specialized(where S == Float)
  func begin(rows: Int, steps: Int? = nil) {
    self.rows = rows
    self.steps = steps ?? self.steps
    let steps = self.steps
    (outputs.base + initialSlot * plane).clear(layer.dilation * plane)
    let stride = (steps + layer.dilation) * plane
    for (index, value) in layer.cell.initialMemory.enumerated() {
      (memory.base + index * stride + initialSlot * plane).update(repeating: S(value), count: layer.dilation * plane)
    }
  }

  /// Sets the gradient of all outputs to zero.
  func clearOutputGradient() { outputGradient.clear(steps * plane) }

  /// - Parameter input: (T × B × I)
  @specialized(where S == Float)
  func forward(_ weights: Weights<S>, input: UnsafePointer<S>) {
    for chunk in chunks(forwards: true) {
      let step = cellStep(chunk, weights)
      multiply(weights, step, input: input + chunk.lowerBound * rows * layer.inputs)
      layer.cell.forward(step)
    }
  }

  /// - Parameters:
  ///   - input: (T × B × I), as in `forward`.
  ///   - gradient: the flat gradient, added to.
  ///   - inputGradient: (T × B × I), written or added to; nil when nothing stands below.
  @specialized(where S == Float)
  func backward(
    _ weights: Weights<S>, input: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>,
    inputGradient: UnsafeMutablePointer<S>?, addsToInputGradient: Bool = false
  ) {
    beginBackward()
    for chunk in chunks(forwards: false) { backward(chunk, weights) }
    addWeightGradients(input: input, gradient: gradient)
    if let inputGradient {
      weights.multiplyBack(
        layer.inputWeights, rows: steps * rows, gates.base, into: inputGradient, adds: addsToInputGradient)
    }
  }

  /// Sets the gradients that go from step to step to what comes in behind the last step.
  @specialized(where S == Float)
  func beginBackward() {
    memoryGradients.clear()
    initialStateGradient.clear(layer.dilation * plane)
    guard let finalGradient else { return }
    vm_axpy(mode, plane, 1, finalGradient.base, lastOutputGradient)
    memoryGradients.base.update(from: finalGradient.base + plane, count: layer.cell.carriedPlanes * plane)
  }

  /// The steps of one chunk, from the gradient of their outputs to that of their sums and of the states before them.
  @specialized(where S == Float)
  func backward(_ chunk: Range<Int>, _ weights: Weights<S>) {
    let step = cellStep(chunk, weights)
    let previousGradient = outputGradients.base + (firstPreviousSlot + chunk.lowerBound) * plane
    layer.cell.backward(
      step,
      CellStepGradient(
        output: outputGradient + chunk.lowerBound * plane, previousOutput: previousGradient,
        memory: memoryGradients.base, memoryStride: layer.dilation * plane))
    if layer.cell.recurrentErrorFlows { addRecurrentGradient(weights, step, to: previousGradient) }
  }

  /// Runs of up to `dilation` steps in the order of computing. Always cut from the first step on, so that step t and
  /// the step it depends on stand at the same place in their runs.
  private func chunks(forwards: Bool) -> [Range<Int>] {
    let starts = Array(stride(from: 0, to: steps, by: layer.dilation))
    let ordered = forwards == layer.reversed ? starts.reversed() : starts
    return ordered.map { $0..<min($0 + layer.dilation, steps) }
  }

  @specialized(where S == Float)
  func cellStep(_ chunk: Range<Int>, _ weights: Weights<S>) -> CellStep<S> {
    let start = chunk.lowerBound
    let offset = start * rows * layer.width
    return CellStep(
      rows: chunk.count * rows, hidden: layer.hidden, gates: gates.base + offset,
      product: product.map { $0.base + offset },
      bias: weights(layer.bias), recurrentBias: layer.recurrentBias.map { weights($0) },
      previousOutput: outputs.base + (firstPreviousSlot + start) * plane, output: output + start * plane,
      previousMemory: memory.base + (firstPreviousSlot + start) * plane,
      memory: memory.base + (firstOutputSlot + start) * plane, memoryStride: (steps + layer.dilation) * plane,
      mode: mode)
  }
}
