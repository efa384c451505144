import CVectorMath

/// A network's weights as the layers read them: the flat vector and packed copies of its matrices. Not checked: any
/// number of threads read through its pointers, and none writes until they are done.
struct Weights<S: Scalar>: @unchecked Sendable {
  let values: UnsafePointer<S>
  let packed: UnsafePointer<S>
  let mode: vm_mode

  func callAsFunction(_ slice: ParameterSlice) -> UnsafePointer<S> { values + slice.offset }

  /// The packed copy for x·Wᵀ.
  func ahead(_ slice: ParameterSlice, block: Int = 0) -> UnsafePointer<S> {
    packed + slice.packedOffset(block: block, back: false)
  }

  /// The packed copy for y·W.
  func back(_ slice: ParameterSlice, block: Int = 0) -> UnsafePointer<S> {
    packed + slice.packedOffset(block: block, back: true)
  }

  /// output (rows × outputs) = (adds ? output : 0) + input (rows × inputs) · Wᵀ
  func multiply(
    _ slice: ParameterSlice, rows: Int, _ input: UnsafePointer<S>, into output: UnsafeMutablePointer<S>,
    adds: Bool = false
  ) {
    let (outputs, inputs) = (slice.shape[0], slice.shape[1])
    vm_multiply_packed(
      mode, rows, outputs, inputs, input, inputs, ahead(slice), 0, input, 0, packed, output, outputs, adds)
  }

  /// inputGradient (rows × inputs) = (adds ? inputGradient : 0) + outputGradient (rows × outputs) · W
  func multiplyBack(
    _ slice: ParameterSlice, rows: Int, _ outputGradient: UnsafePointer<S>,
    into inputGradient: UnsafeMutablePointer<S>, adds: Bool = false
  ) {
    let (outputs, inputs) = (slice.shape[0], slice.shape[1])
    vm_multiply_packed(
      mode, rows, inputs, outputs, outputGradient, outputs, back(slice), 0, outputGradient, 0, packed, inputGradient,
      inputs, adds)
  }
}

/// Owns the flat vector and the packed copies.
final class WeightStore<S: Scalar>: Sendable {
  let layout: ParameterLayout
  let values: Buffer<S>
  private let packed: Buffer<S>
  private let mode: vm_mode
  private let forTraining: Bool

  /// - Parameter forTraining: without it, nothing can flow back.
  init(_ layout: ParameterLayout, values: [S], mode: vm_mode, forTraining: Bool = true) {
    self.layout = layout
    self.mode = mode
    self.forTraining = forTraining
    self.values = Buffer(layout.count)
    packed = Buffer(layout.packedCount)
    self.values.fill(with: values)
    refreshCopies()
  }

  var weights: Weights<S> { Weights(values: values.base, packed: packed.base, mode: mode) }

  /// Must be called after each change of `values`.
  func refreshCopies() {
    for slice in layout.slices where slice.packedOffset != nil {
      let (rows, columns) = (slice.blockRows, slice.shape[1])
      for block in 0..<slice.blocks {
        let source = values.base + slice.offset + block * rows * columns
        let ahead = packed.base + slice.packedOffset(block: block, back: false)
        vm_pack(mode, columns, rows, source, columns, true, ahead)
        guard forTraining else { continue }
        let back = packed.base + slice.packedOffset(block: block, back: true)
        vm_pack(mode, rows, columns, source, columns, false, back)
      }
    }
  }
}
