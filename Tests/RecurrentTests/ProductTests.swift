import CVectorMath
import Testing

@testable import Recurrent

/// The packed products against plain sums, at every instruction level.
@Suite struct ProductTests {
  struct Shape: CustomStringConvertible, Sendable {
    var rows: Int
    var columns: Int
    var k1: Int
    var k2: Int
    var description: String { "\(rows)×\(columns), k \(k1)+\(k2)" }
  }

  static let shapes = [
    Shape(rows: 1, columns: 300, k1: 3, k2: 37), Shape(rows: 1, columns: 5, k1: 1, k2: 0),
    Shape(rows: 2, columns: 33, k1: 7, k2: 0), Shape(rows: 13, columns: 45, k1: 0, k2: 5),
    Shape(rows: 31, columns: 64, k1: 1, k2: 16), Shape(rows: 12, columns: 1, k1: 4, k2: 4),
    Shape(rows: 23, columns: 17, k1: 260, k2: 2),
  ]

  /// Small whole numbers, whose sums are exact in any order.
  private func numbers<S: Scalar>(_ count: Int, _ seed: UInt64) -> Buffer<S> {
    var generator = RandomGenerator(seed: seed)
    let buffer = Buffer<S>(count)
    for index in 0..<count { buffer.base[index] = S(generator.index(below: 9) - 4) }
    return buffer
  }

  private func checkProduct<S: Scalar>(_: S.Type, _ shape: Shape, _ level: vm_level) {
    let mode = S.mode(level)
    // Rows of the inputs and of the result stand further apart than they are long.
    let (gap, m, n) = (3, shape.rows, shape.columns)
    func matrix(_ k: Int, _ seed: UInt64) -> (
      a: Buffer<S>, b: Buffer<S>, packed: Buffer<S>, packedTransposed: Buffer<S>
    ) {
      let a: Buffer<S> = numbers(m * (k + gap), seed)
      let b: Buffer<S> = numbers(k * n, seed + 1)
      let turned = Buffer<S>(k * n)
      for row in 0..<k { for column in 0..<n { turned.base[column * k + row] = b.base[row * n + column] } }
      let count = ParameterSlice.packedRoom(k, n)
      let (one, two) = (Buffer<S>(count), Buffer<S>(count))
      vm_pack(mode, k, n, b.base, n, false, one.base)
      vm_pack(mode, k, n, turned.base, k, true, two.base)
      return (a, b, one, two)
    }
    let first = matrix(shape.k1, 1)
    let second = matrix(shape.k2, 3)
    #expect(first.packed.array == first.packedTransposed.array)
    for adds in [false, true] {
      let start: Buffer<S> = numbers(m * (n + gap), 9)
      let c: Buffer<S> = numbers(m * (n + gap), 9)
      vm_multiply_packed(
        mode, m, n, shape.k1, first.a.base, shape.k1 + gap, first.packed.base, shape.k2, second.a.base, shape.k2 + gap,
        second.packed.base, c.base, n + gap, adds)
      for row in 0..<m {
        for column in 0..<n + gap {
          var expected = start.base[row * (n + gap) + column]
          if column < n {
            if !adds { expected = 0 }
            for step in 0..<shape.k1 {
              expected += first.a.base[row * (shape.k1 + gap) + step] * first.b.base[step * n + column]
            }
            for step in 0..<shape.k2 {
              expected += second.a.base[row * (shape.k2 + gap) + step] * second.b.base[step * n + column]
            }
          }
          #expect(c.base[row * (n + gap) + column] == expected)
        }
      }
    }
  }

  @Test(arguments: shapes, VectorMathTests.levels)
  func `a packed product is the plain one`(shape: Shape, level: vm_level) {
    checkProduct(Float.self, shape, level)
    checkProduct(Double.self, shape, level)
  }

  private func checkOuter<S: Scalar>(_: S.Type, m: Int, k: Int, n1: Int, n2: Int, _ level: vm_level) {
    let mode = S.mode(level)
    let lda = m + 5
    let a: Buffer<S> = numbers(k * lda, 1)
    let b1: Buffer<S> = numbers(k * (n1 + 2), 2)
    let b2: Buffer<S> = numbers(k * (n2 + 1), 3)
    let c1: Buffer<S> = numbers(m * n1, 4)
    let c2: Buffer<S> = numbers(m * n2, 5)
    let sums: Buffer<S> = numbers(m, 6)
    let before: (Buffer<S>, Buffer<S>, Buffer<S>) = (numbers(m * n1, 4), numbers(m * n2, 5), numbers(m, 6))
    let scratch = Buffer<S>(vm_outer_scratch_count(mode, m, n1, n2))
    vm_add_outer(
      mode, m, k, a.base, lda, n1, b1.base, n1 + 2, c1.base, n2, b2.base, n2 + 1, c2.base, sums.base, scratch.base)
    for row in 0..<m {
      var sum = before.2.base[row]
      for step in 0..<k { sum += a.base[step * lda + row] }
      #expect(sums.base[row] == sum)
      for column in 0..<n1 {
        var sum = before.0.base[row * n1 + column]
        for step in 0..<k { sum += a.base[step * lda + row] * b1.base[step * (n1 + 2) + column] }
        #expect(c1.base[row * n1 + column] == sum)
      }
      for column in 0..<n2 {
        var sum = before.1.base[row * n2 + column]
        for step in 0..<k { sum += a.base[step * lda + row] * b2.base[step * (n2 + 1) + column] }
        #expect(c2.base[row * n2 + column] == sum)
      }
    }
  }

  @Test(
    arguments: [(1, 1, 1, 0), (12, 300, 32, 1), (29, 11, 7, 4), (6, 40, 0, 3), (25, 30, 33, 9), (5, 3, 0, 6)],
    VectorMathTests.levels)
  func `a weight gradient is the plain sum`(shape: (m: Int, k: Int, n1: Int, n2: Int), level: vm_level) {
    checkOuter(Float.self, m: shape.m, k: shape.k, n1: shape.n1, n2: shape.n2, level)
    checkOuter(Double.self, m: shape.m, k: shape.k, n1: shape.n1, n2: shape.n2, level)
  }

  private func checkPlainOuter<S: Scalar>(_: S.Type, m: Int, n: Int, k: Int, _ level: vm_level) {
    let a: Buffer<S> = numbers(k * m, 1)
    let b: Buffer<S> = numbers(k * n, 2)
    let c: Buffer<S> = numbers(m * n, 3)
    let before = c.array
    vm_add_plain_outer(S.mode(level), m, n, k, a.base, b.base, c.base)
    for row in 0..<m {
      for column in 0..<n {
        var sum = before[row * n + column]
        for step in 0..<k { sum += a.base[step * m + row] * b.base[step * n + column] }
        #expect(c.base[row * n + column] == sum)
      }
    }
  }

  @Test(
    arguments: [(1, 1, 1), (3, 5, 2), (12, 64, 32), (29, 33, 130), (25, 7, 300), (7, 90, 40), (48, 31, 129)],
    VectorMathTests.levels)
  func `the gradient of a layer that is run once is the plain sum`(shape: (m: Int, n: Int, k: Int), level: vm_level) {
    checkPlainOuter(Float.self, m: shape.m, n: shape.n, k: shape.k, level)
    checkPlainOuter(Double.self, m: shape.m, n: shape.n, k: shape.k, level)
  }

  private func checkAttentionSums<S: Scalar>(_: S.Type, hidden: Int, _ level: vm_level) {
    let (mode, steps, rows) = (S.mode(level), 5, 3)
    let x: Buffer<S> = numbers(steps * rows * hidden, 1)
    let w: Buffer<S> = numbers(steps * rows, 2)
    for stride in [0, hidden, hidden + 3] {
      let y: Buffer<S> = numbers(rows * (hidden + 3), 3)
      let dots = Buffer<S>(steps * rows)
      let (added, written): (Buffer<S>, Buffer<S>) = (numbers(x.count, 4), numbers(x.count, 4))
      let before = added.array
      vm_row_dots(mode, steps, rows, hidden, 0.5, x.base, y.base, stride, dots.base)
      vm_spread_rows(mode, steps, rows, hidden, 0.5, w.base, y.base, stride, added.base, true)
      vm_spread_rows(mode, steps, rows, hidden, 0.5, w.base, y.base, stride, written.base, false)
      for cell in 0..<steps * rows {
        var dot: S = 0
        for unit in 0..<hidden {
          let value = y.base[cell % rows * stride + unit]
          dot += x.base[cell * hidden + unit] * value
          #expect(written.base[cell * hidden + unit] == w.base[cell] * value / 2)
          #expect(added.base[cell * hidden + unit] == before[cell * hidden + unit] + w.base[cell] * value / 2)
        }
        #expect(dots.base[cell] == dot / 2)
      }
    }
    let sums: Buffer<S> = numbers(rows * (hidden + 1), 5)
    var expected = sums.array
    for cell in 0..<steps * rows {
      for unit in 0..<hidden {
        expected[cell % rows * (hidden + 1) + unit] += w.base[cell] * x.base[cell * hidden + unit] / 2
      }
    }
    vm_add_weighted_rows(mode, steps, rows, hidden, 0.5, w.base, x.base, sums.base, hidden + 1)
    #expect(sums.array == expected)
  }

  @Test(arguments: [1, 5, 16, 37], VectorMathTests.levels)
  func `the sums of attention are the plain ones`(hidden: Int, level: vm_level) {
    checkAttentionSums(Float.self, hidden: hidden, level)
    checkAttentionSums(Double.self, hidden: hidden, level)
  }
}
