import CVectorMath

/// A network's weights as the layers read them: the flat vector and the transposed copies of some of its slices.
struct Weights<S: Scalar>: @unchecked Sendable {
  let values: UnsafePointer<S>
  let transposed: UnsafePointer<S>

  func callAsFunction(_ slice: ParameterSlice) -> UnsafePointer<S> { values + slice.offset }

  /// The slice with rows and columns exchanged. The layout must have been asked to keep it.
  func transposed(_ slice: ParameterSlice) -> UnsafePointer<S> {
    guard let offset = slice.transposedOffset else { preconditionFailure("\(slice.name) keeps no transposed copy") }
    return transposed + offset
  }
}

/// Owns the flat vector and its transposed copies.
final class WeightStore<S: Scalar>: @unchecked Sendable {
  let layout: ParameterLayout
  let values: Buffer<S>
  private let copies: Buffer<S>
  private let mode: vm_mode

  init(_ layout: ParameterLayout, values: [S], mode: vm_mode) {
    self.layout = layout
    self.mode = mode
    self.values = Buffer(layout.count)
    copies = Buffer(layout.transposedCount)
    self.values.fill(with: values)
    refreshCopies()
  }

  var weights: Weights<S> { Weights(values: values.base, transposed: copies.base) }

  /// Must be called after each change of `values`.
  func refreshCopies() {
    for slice in layout.slices {
      guard let offset = slice.transposedOffset else { continue }
      vm_transpose(mode, slice.shape[0], slice.shape[1], values.base + slice.offset, copies.base + offset)
    }
  }
}
