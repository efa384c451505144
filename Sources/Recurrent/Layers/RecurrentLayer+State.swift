import CVectorMath

// The state handed from one run of a layer to another, and single steps, for decoders. Both for layers that run
// forwards without dilation.
extension RecurrentWorkspace {
  /// Starts from the last state of `earlier`, after `begin`. Its rows are taken `copies` times, one block after the
  /// other, so that this workspace has `copies` times as many.
  func takeState(from earlier: RecurrentWorkspace<S>, copies: Int = 1) {
    let size = earlier.plane
    let stride = (steps + 1) * plane
    let earlierStride = (earlier.steps + 1) * size
    for copy in 0..<copies {
      (initialState + copy * size).update(from: earlier.lastOutput, count: size)
      for index in 0..<layer.memoryPlanes {
        (memory.base + index * stride + copy * size).update(
          from: earlier.memory.base + index * earlierStride + earlier.steps * size, count: size)
      }
    }
  }

  /// The gradient of `takeState`, after `backward`: the copies' gradients are summed into `finalGradient` of `earlier`.
  func giveStateGradient(to earlier: RecurrentWorkspace<S>, copies: Int = 1) {
    guard let target = earlier.finalGradient else {
      preconditionFailure("the earlier run was not made to be continued")
    }
    let size = earlier.plane
    target.clear((1 + layer.cell.carriedPlanes) * size)
    for copy in 0..<copies {
      vm_axpy(mode, size, 1, initialStateGradient + copy * size, target.base)
      for index in 0..<layer.cell.carriedPlanes {
        vm_axpy(
          mode, size, 1, memoryGradients.base + index * plane + copy * size, target.base + (1 + index) * size)
      }
    }
  }

  /// (B × H): the state before step `step`.
  func previousOutput(_ step: Int) -> UnsafePointer<S> { UnsafePointer(outputs.base + step * plane) }
  /// (B × H): where the gradient of the state before step `step` is gathered.
  func previousOutputGradient(_ step: Int) -> UnsafeMutablePointer<S> { outputGradients.base + step * plane }
  /// (B × H): the state after step `step`.
  func output(_ step: Int) -> UnsafePointer<S> { UnsafePointer(output + step * plane) }
  /// (B × H): where the gradient of the state after step `step` is gathered.
  func outputGradient(_ step: Int) -> UnsafeMutablePointer<S> { outputGradient + step * plane }

  /// One step by itself.
  /// - Parameter input: (B × I)
  func forward(step: Int, _ weights: Weights<S>, input: UnsafePointer<S>) {
    let cell = cellStep(step..<step + 1, weights)
    multiply(weights, cell, input: input)
    layer.cell.forward(cell)
  }

  /// One step back, after `beginBackward` and all later steps. `addWeightGradients` follows once, at the end.
  /// - Parameter inputGradient: (B × I), written or added to.
  func backward(step: Int, _ weights: Weights<S>, inputGradient: UnsafeMutablePointer<S>, adds: Bool = false) {
    backward(step..<step + 1, weights)
    weights.multiplyBack(
      layer.inputWeights, rows: rows, gates.base + step * rows * layer.width, into: inputGradient, adds: adds)
  }
}
