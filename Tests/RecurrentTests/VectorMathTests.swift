import CVectorMath
import Foundation
import Testing

@testable import Recurrent

/// The C loops at every instruction level that this processor has; `vm_baseline` is what a processor without AVX2 runs.
@Suite struct VectorMathTests {
  static let levels = [vm_baseline, vm_avx2, vm_avx512].filter { $0.rawValue <= vm_best_level().rawValue }

  /// The logistic function as the cells compute it: the input gate of one step of the 1997 cell.
  static func sigmoid(_ mode: vm_mode, _ count: Int, _ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer) {
    let bytes = count * (mode.scalar == vm_float ? 4 : 8)
    let zeros = [UInt8](repeating: 0, count: 3 * bytes)
    var (gates, c, squashed, h) = (zeros, zeros, zeros, zeros)
    gates.withUnsafeMutableBytes { gates in
      gates.copyMemory(from: UnsafeRawBufferPointer(start: x, count: bytes))
      guard let base = gates.baseAddress else { return }
      vm_lstm_forward(mode, false, 1, count, zeros, base, zeros, &c, &squashed, &h)
      y.copyMemory(from: base, byteCount: bytes)
    }
  }

  @Test(arguments: levels)
  func `exp, sigmoid and tanh are as exact as their type`(level: vm_level) {
    // 1003 is no multiple of any vector width.
    let x = (0..<1003).map { Double($0 - 501) / 17 }
    let functions: [(String, (vm_mode, Int, UnsafeRawPointer, UnsafeMutableRawPointer) -> Void, (Double) -> Double)] = [
      ("exp", { vm_exp($0, $1, $2, $3) }, { exp($0) }),
      ("sigmoid", Self.sigmoid, { 1 / (1 + exp(-$0)) }),
      ("tanh", { vm_tanh($0, $1, $2, $3) }, { tanh($0) }),
    ]
    for (name, ours, theirs) in functions {
      var doubles = x
      ours(Double.mode(level), x.count, x, &doubles)
      let single = x.map(Float.init)
      var floats = single
      ours(Float.mode(level), single.count, single, &floats)
      for index in x.indices {
        let exact = theirs(x[index])
        #expect(abs(doubles[index] - exact) <= 4e-16 * max(1, exact), "\(name)(\(x[index]))")
        let rounded = theirs(Double(single[index]))
        #expect(abs(Double(floats[index]) - rounded) <= 2e-7 * max(1, rounded), "\(name)(\(x[index]))")
      }
    }
  }

  @Test(arguments: levels)
  func `nothing is swallowed and nothing overflows`(level: vm_level) {
    let x: [Float] = [.nan, .infinity, -.infinity, 1e30, -1e30]
    var y = x
    Self.sigmoid(Float.mode(level), 5, x, &y)
    #expect(y[0].isNaN)
    #expect(y[1] == 1 && y[3] == 1 && abs(y[2]) < 1e-37 && abs(y[4]) < 1e-37)
    vm_tanh(Float.mode(level), 5, x, &y)
    #expect(y[0].isNaN)
    #expect(y[1...] == [1, -1, 1, -1])
    vm_relu(Float.mode(level), 5, x, &y)
    #expect(y[0].isNaN)
    #expect(y[1...] == [.infinity, 0, 1e30, 0])
  }

  @Test(arguments: levels)
  func `sums and products`(level: vm_level) {
    let mode = Float.mode(level)
    let (rows, columns) = (19, 37)
    let x = (0..<rows * columns).map { Float($0 % 11) - 5 }
    var sums = [Float](repeating: 1, count: columns)
    vm_add_column_sums(mode, rows, columns, x, &sums)
    for column in 0..<columns { #expect(sums[column] == 1 + (0..<rows).reduce(0) { $0 + x[$1 * columns + column] }) }
    #expect(vm_sum_of_squares(mode, x.count, x) == x.reduce(0) { $0 + Double($1 * $1) })
    var y = x
    vm_axpy(mode, x.count, 2, x, &y)
    #expect(y == x.map { 3 * $0 })
    vm_multiply(mode, x.count, x, x, &y)
    #expect(y == x.map { $0 * $0 })
    let bias = (0..<columns).map(Float.init)
    y = x
    vm_add_bias(mode, rows, columns, bias, &y)
    for index in y.indices { #expect(y[index] == x[index] + bias[index % columns]) }
  }

  /// What the product's documents promise of processors: those with AVX2 and FMA, whether or not they have AVX-512.
  @Test(.enabled(if: vm_best_level() == vm_avx512), arguments: CellRegistry.builtIn.cells)
  func `AVX2 and AVX-512 train to the same bytes`(cell: CellKind) throws {
    var options = TrainingTests.small()
    options.cell = cell
    // No multiple of any vector, with what is summed over a row.
    (options.hidden, options.network, options.attention) = (21, .encoderDecoder, .dotProduct)
    let set = waveSet(options)
    func weights(_ level: vm_level) throws -> [UInt32] {
      let graph = try ForecastGraph(options, loss: .mae)
      let learner: Learner<WindowShard<Float>> = Learner(
        graph, values: graph.initialWeights(seed: 1), options: TrainingTests.brief(), level: level)
      var trainer = Trainer(learner, set, validation: nil)
      _ = try trainer.run { _ in .proceed }
      return learner.store.values.array.map(\.bitPattern)
    }
    #expect(try weights(vm_avx2) == weights(vm_avx512))
  }

  @Test(arguments: levels)
  func `sums over a row have one order at every level`(level: vm_level) {
    let mode = Float.mode(level)
    for count in [1, 7, 16, 21, 64, 1000] {
      let x = waves(count).map { Float($0) }
      var parts = [Double](repeating: 0, count: 16)
      for index in x.indices { parts[index % 16] += Double(x[index]) * Double(x[index]) }
      let sum = x.withUnsafeBufferPointer { vm_sum_of_squares(mode, count, $0.baseAddress) }
      #expect(sum == parts.reduce(0, +))
    }
  }

  @Test(arguments: CellRegistry.builtIn.cells, levels)
  func `a lower level trains to nearly the same network`(cell: CellKind, level: vm_level) throws {
    var options = TrainingTests.small()
    options.cell = cell
    let set = waveSet(options)
    func weights(_ level: vm_level) throws -> [Float] {
      let graph = try ForecastGraph(options, loss: .mse)
      var training = TrainingTests.brief()
      training.loss = .mse
      let learner: Learner<WindowShard<Float>> = Learner(
        graph, values: graph.initialWeights(seed: 1), options: training, level: level)
      var trainer = Trainer(learner, set, validation: nil)
      _ = try trainer.run { _ in .proceed }
      return learner.store.values.array
    }
    let (ours, best) = (try weights(level), try weights(vm_best_level()))
    #expect(zip(ours, best).allSatisfy { abs($0 - $1) < 1e-3 })
  }
}
