import CVectorMath

/// Inverted dropout: in training each number is set to zero with probability `rate`, the others are divided by 1 − rate.
///
/// A pass without a generator drops nothing, and neither does a rate of 0.
final class Dropout<S: Scalar> {
  private let rate: Double
  private let mode: vm_mode
  private let mask: Buffer<S>
  private let output: Buffer<S>
  /// Whether the last pass forward has dropped something.
  private var drops = false

  init(rate: Double, count: Int, mode: vm_mode) {
    self.rate = rate
    self.mode = mode
    mask = Buffer(rate > 0 ? count : 0)
    output = Buffer(rate > 0 ? count : 0)
  }

  /// Draws a new mask and takes `count` numbers through it.
  func forward(_ count: Int, input: UnsafePointer<S>, from source: inout RandomGenerator?) {
    draw(count, from: &source)
    apply(count, input: input)
  }

  /// Draws a new mask.
  func draw(_ count: Int, from source: inout RandomGenerator?) {
    drops = false
    guard rate > 0, var generator = source else { return }
    drops = true
    let kept = S(1 / (1 - rate))
    let threshold = UInt32(rate * 0x1p32)
    for index in stride(from: 0, to: count, by: 2) {
      let bits = generator.next()
      mask.base[index] = UInt32(truncatingIfNeeded: bits) < threshold ? 0 : kept
      if index + 1 < count { mask.base[index + 1] = UInt32(truncatingIfNeeded: bits >> 32) < threshold ? 0 : kept }
    }
    source = generator
  }

  /// Takes `count` numbers through the mask that was drawn, from its number `start` on.
  func apply(_ count: Int, at start: Int = 0, input: UnsafePointer<S>) {
    if drops { vm_multiply(mode, count, input, mask.base + start, output.base + start) }
  }

  /// What stands above `input`: its numbers after dropout, from number `start` on.
  func passed(_ input: UnsafePointer<S>, at start: Int = 0) -> UnsafePointer<S> {
    drops ? UnsafePointer(output.base + start) : input
  }

  /// gradient ∘= the part of the mask that belongs to it
  func backward(_ count: Int, at start: Int = 0, gradient: UnsafeMutablePointer<S>) {
    if drops { vm_multiply(mode, count, gradient, mask.base + start, gradient) }
  }
}
