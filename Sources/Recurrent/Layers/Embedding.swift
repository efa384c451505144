import CVectorMath

/// A table of learned rows: row i describes thing i.
struct Embedding: Sendable {
  let count: Int
  let size: Int
  /// (count × size)
  let table: ParameterSlice

  init(count: Int, size: Int, name: String, layout: inout ParameterLayout) {
    self.count = count
    self.size = size
    table = layout.add("\(name).weight", [count, size])
  }

  /// Standard normal, as in PyTorch.
  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    for index in 0..<table.count { values[table.offset + index] = S(generator.normal()) }
  }

  /// Copies one row to `output` (size) for each index; the outputs lie `stride` apart.
  func forward<S: Scalar>(_ weights: Weights<S>, _ indices: [Int], output: UnsafeMutablePointer<S>, stride: Int) {
    for (row, index) in indices.enumerated() {
      (output + row * stride).update(from: weights(table) + index * size, count: size)
    }
  }

  /// - Parameters:
  ///   - outputGradient: one row (size) for each index, `stride` apart.
  ///   - gradient: the flat gradient, added to.
  func backward<S: Scalar>(
    _ indices: [Int], outputGradient: UnsafePointer<S>, stride: Int, gradient: UnsafeMutablePointer<S>, mode: vm_mode
  ) {
    for (row, index) in indices.enumerated() {
      vm_axpy(mode, size, 1, outputGradient + row * stride, gradient + table.offset + index * size)
    }
  }
}
