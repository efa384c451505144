import CVectorMath
import Foundation
import Testing

@testable import Recurrent

/// What one cell alone has and others do not.
@Suite struct CellTests {
  @Test(arguments: [2, 3])
  func `sLSTM with heads keeps its gradient right`(heads: Int) throws {
    var options = NetworkOptions(lookback: 5, horizon: 2)
    options.cell = .slstm
    options.hidden = 6
    options.memoryHeads = heads
    options.layers = 2
    let worst = try GradientProbe(options, rows: 3).worstError()
    #expect(worst.error < 1e-6, "\(worst.slice)")
    // Fewer recurrent weights: 4 gates × 6 units × 6/heads.
    let network = try ForecastNetwork(options, seed: 1)
    let slice = try #require(network.layout.slices.first { $0.name == "recurrent.weight_hh_l0" })
    #expect(slice.shape == [24, 6 / heads])
  }

  @Test func `sLSTM keeps finite where its exponential gate would overflow`() {
    // ĩ = 500 overflows exp in single precision; the stabiliser takes it out, and h = o·z after one such step.
    var gates: [Float] = [500, 0, 0.4, 0.2]
    let bias: [Float] = [0, 0, 0, 0]
    var memory: [Float] = [0, 0, 0, 0]
    var h: Float = 0
    let (c, n, m): (Float, Float, Float) = (0.3, 0.7, 2)
    withUnsafePointer(to: c) { c in
      withUnsafePointer(to: n) { n in
        withUnsafePointer(to: m) { m in
          memory.withUnsafeMutableBufferPointer { memory in
            let base = memory.baseAddress!
            vm_slstm_forward(
              Float.mode(vm_best_level()), 1, 1, bias, &gates, base + 3, c, n, m, base, base + 1, base + 2, &h)
          }
        }
      }
    }
    #expect(abs(h - tanh(0.4) / (1 + exp(-0.2))) < 1e-6)
    #expect(memory[2] == 500)
  }

  /// The 1997 paper's gradient: what flows into a gate is taken as given, only the carousel reaches back.
  @Test func `the truncated gradient is that of a network whose earlier outputs are constants`() {
    let (steps, rows, inputs, hidden) = (6, 2, 2, 3)
    var kind = NetworkOptions(lookback: steps, horizon: 1)
    kind.cell = .lstm1997
    kind.truncated = true
    var layout = ParameterLayout()
    let layer = RecurrentLayer(
      cell: kind.recurrentCell, inputs: inputs, hidden: hidden, prefix: "", suffix: "l0", layout: &layout)
    var generator = RandomGenerator(seed: 8)
    let values = (0..<layout.count).map { _ in 2 * generator.uniform() - 1 }
    let input = (0..<steps * rows * inputs).map { _ in generator.normal() }
    let slope = (0..<steps * rows * hidden).map { _ in generator.normal() }
    let store = WeightStore(layout, values: values, mode: Double.mode(vm_best_level()))
    let workspace = RecurrentWorkspace<Double>(
      layer: layer, rows: rows, steps: steps, mode: Double.mode(vm_best_level()))
    workspace.begin(rows: rows)
    workspace.forward(store.weights, input: input)
    let outputs = Array(UnsafeBufferPointer(start: workspace.output, count: slope.count))
    workspace.outputGradient.update(from: slope, count: slope.count)
    let gradient = Buffer<Double>(layout.count)
    workspace.backward(store.weights, input: input, gradient: gradient.base, inputGradient: nil)

    /// The loss computed plainly, with the outputs that feed the gates held as they were.
    func loss(_ values: [Double]) -> Double {
      var total = 0.0
      for row in 0..<rows {
        var cell = [Double](repeating: 0, count: hidden)
        for step in 0..<steps {
          func sum(_ gate: Int, _ unit: Int) -> Double {
            let line = gate * hidden + unit
            var sum = values[layer.bias.offset + line]
            for index in 0..<inputs {
              sum +=
                values[layer.inputWeights.offset + line * inputs + index]
                * input[(step * rows + row) * inputs + index]
            }
            for index in 0..<hidden where step > 0 {
              sum +=
                values[layer.recurrentWeights.offset + line * hidden + index]
                * outputs[((step - 1) * rows + row) * hidden + index]
            }
            return sum
          }
          for unit in 0..<hidden {
            cell[unit] += tanh(sum(1, unit)) / (1 + exp(-sum(0, unit)))
            total += slope[(step * rows + row) * hidden + unit] * tanh(cell[unit]) / (1 + exp(-sum(2, unit)))
          }
        }
      }
      return total
    }
    for slice in layout.slices {
      for index in slice.offset..<slice.offset + slice.count {
        var up = values
        var down = values
        up[index] += 1e-5
        down[index] -= 1e-5
        #expect(abs((loss(up) - loss(down)) / 2e-5 - gradient.base[index]) < 1e-8, "\(slice.name)")
      }
    }
  }

  @Test func `impossible cells are refused in words`() {
    func refusal(_ change: (inout NetworkOptions) -> Void) -> String {
      var options = TrainingTests.small()
      change(&options)
      do {
        _ = try ForecastNetwork(options, seed: 1)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(refusal { $0.hidden = 0 } == "hidden is 0, but must be 1 or more")
    #expect(refusal { $0.dropout = 1 } == "dropout is 1.0, but must be at least 0 and less than 1")
    #expect(refusal { $0.memoryHeads = 2 } == "memory heads is 2, but must be 1 for the cell lstm")
    #expect(
      refusal {
        $0.cell = .slstm
        $0.memoryHeads = 5
      } == "memory heads is 5, but must be a divisor of the hidden units, 12")
    #expect(
      refusal { $0.anchors = [1, -3] } == "anchors is -3, but must be 0 (level), 1 (last value) or a season in steps")
  }
}
