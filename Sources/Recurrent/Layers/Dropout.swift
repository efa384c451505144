import CVectorMath

/// Inverted dropout: in training each number is set to zero with probability `rate`, the others are divided by 1 − rate.
final class Dropout<S: Scalar> {
  let rate: Double
  private let mask: Buffer<S>
  /// The numbers after dropout, valid after `forward`.
  let output: Buffer<S>

  init(rate: Double, count: Int) {
    self.rate = rate
    mask = Buffer(count)
    output = Buffer(count)
  }

  /// Draws a new mask and writes `output`.
  func forward(_ count: Int, input: UnsafePointer<S>, generator: inout RandomGenerator, mode: vm_mode) {
    draw(count, generator: &generator)
    apply(0..<count, input: input, mode: mode)
  }

  /// Draws a new mask.
  func draw(_ count: Int, generator: inout RandomGenerator) {
    let kept = S(1 / (1 - rate))
    let threshold = UInt32(rate * 0x1p32)
    for index in stride(from: 0, to: count, by: 2) {
      let bits = generator.next()
      mask.base[index] = UInt32(truncatingIfNeeded: bits) < threshold ? 0 : kept
      if index + 1 < count { mask.base[index + 1] = UInt32(truncatingIfNeeded: bits >> 32) < threshold ? 0 : kept }
    }
  }

  /// Writes a part of `output` with the mask that was drawn.
  /// - Parameter input: as many numbers as `range`.
  func apply(_ range: Range<Int>, input: UnsafePointer<S>, mode: vm_mode) {
    vm_multiply(mode, range.count, input, mask.base + range.lowerBound, output.base + range.lowerBound)
  }

  /// gradient ∘= mask
  func backward(_ count: Int, gradient: UnsafeMutablePointer<S>, mode: vm_mode) {
    backward(0..<count, gradient: gradient, mode: mode)
  }

  /// gradient ∘= the part of the mask that belongs to it
  /// - Parameter gradient: as many numbers as `range`.
  func backward(_ range: Range<Int>, gradient: UnsafeMutablePointer<S>, mode: vm_mode) {
    vm_multiply(mode, range.count, gradient, mask.base + range.lowerBound, gradient)
  }
}
