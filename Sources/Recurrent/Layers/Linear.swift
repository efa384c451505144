import CVectorMath

/// y = x·Wᵀ + b, with W (outputs × inputs) and b (outputs).
struct Linear: Sendable {
  let inputs: Int
  let outputs: Int
  let weights: ParameterSlice
  let bias: ParameterSlice

  init(inputs: Int, outputs: Int, name: String, layout: inout ParameterLayout) {
    self.inputs = inputs
    self.outputs = outputs
    weights = layout.add("\(name).weight", [outputs, inputs], packed: true)
    bias = layout.add("\(name).bias", [outputs])
  }

  /// Uniform in ±1/√inputs as in PyTorch.
  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    for slice in [weights, bias] { slice.fill(&values, uniformFor: max(inputs, 1), &generator) }
  }

  /// - Parameters:
  ///   - input: (rows × inputs)
  ///   - output: (rows × outputs), written.
  @specialized(where S == Float)
  func forward<S: Scalar>(
    _ store: Weights<S>, rows: Int, input: UnsafePointer<S>, output: UnsafeMutablePointer<S>, mode: vm_mode
  ) {
    store.multiply(weights, rows: rows, input, into: output)
    vm_add_bias(mode, rows, outputs, store(bias), output)
  }

  /// - Parameters:
  ///   - outputGradient: (rows × outputs)
  ///   - gradient: the flat gradient, added to.
  ///   - inputGradient: (rows × inputs), written; nil when nothing stands below.
  @specialized(where S == Float)
  func backward<S: Scalar>(
    _ store: Weights<S>, rows: Int, input: UnsafePointer<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?, mode: vm_mode
  ) {
    vm_add_plain_outer(mode, outputs, inputs, rows, outputGradient, input, gradient + weights.offset)
    vm_add_column_sums(mode, rows, outputs, outputGradient, gradient + bias.offset)
    if let inputGradient {
      store.multiplyBack(weights, rows: rows, outputGradient, into: inputGradient)
    }
  }
}
