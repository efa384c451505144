import CVectorMath
import Glibc

/// A sequence network without its weights: recurrent layers on top of each other and a linear layer on their output.
struct SequenceGraph: Sendable {
  let options: SequenceOptions
  let layout: ParameterLayout
  let layers: [RecurrentLayer]
  let output: Linear

  init(_ options: SequenceOptions) throws(RecurrentError) {
    try options.check()
    self.options = options
    var layout = ParameterLayout()
    layers = (0..<options.layers).map { level in
      RecurrentLayer(
        cell: options.recurrentCell, inputs: level == 0 ? options.inputs : options.hidden, hidden: options.hidden,
        prefix: "recurrent.", suffix: "l\(level)", layout: &layout)
    }
    output = Linear(inputs: options.hidden, outputs: options.outputs, name: "output", layout: &layout)
    self.layout = layout
  }

  func initialWeights<S: Scalar>(seed: UInt64) -> [S] {
    var values = [S](repeating: 0, count: layout.count)
    var generator = RandomGenerator(seed: seed)
    for layer in layers { layer.initialise(&values, &generator) }
    output.initialise(&values, &generator)
    if let lag = options.expectedLag { openGates(until: lag, &values, &generator) }
    return values
  }

  /// A gate with bias b keeps σ(b) of the past a step, so its memory lasts about 1 + exp(b) steps: b = log u with u
  /// uniform in (1, lag − 1) spreads these times evenly. The LSTM's input gate starts as far closed, so that the noise of
  /// so many steps does not fill the memory. The 1997 cell forgets nothing and has the input gate alone: its paper starts
  /// the units' gates at steps from nearly open to closed (−1, −3, −5), here b is uniform in (−log lag, 0).
  private func openGates<S: Scalar>(until lag: Int, _ values: inout [S], _ generator: inout RandomGenerator) {
    // Places of the biases, in blocks of H: i f g o, r z n, and i g o.
    let hidden = options.hidden
    for start in layers.map(\.bias.offset) {
      for unit in start..<start + hidden {
        let random = generator.uniform()
        let open = log(1 + random * Double(lag - 2))
        switch options.cell {
        case .lstm:
          values[unit] = S(-open)
          values[unit + hidden] = S(open)
        case .gru:
          values[unit + hidden] = S(open)
        case .lstm1997:
          values[unit] = S(-random * log(Double(lag)))
        case .rnn, .slstm:
          break
        }
      }
    }
  }
}

/// A sequence network with its buffers for batches of one size, there and back.
final class SequenceRun<S: Scalar> {
  let rows: Int
  let steps: Int
  private let graph: SequenceGraph
  private let mode: vm_mode
  private let layers: [RecurrentWorkspace<S>]
  /// (T × B × I)
  private let input: Buffer<S>
  /// (P × B × O): the answers, then the gradient of what went into them.
  private let answers: Buffer<S>
  private let answerGradient: Buffer<S>

  init(_ graph: SequenceGraph, rows: Int, steps: Int, mode: vm_mode) {
    self.graph = graph
    self.rows = rows
    self.steps = steps
    self.mode = mode
    layers = graph.layers.map { $0.workspace(rows: rows, steps: steps, mode: mode) }
    input = Buffer(steps * rows * graph.options.inputs)
    let width = graph.options.positions(steps) * rows * graph.options.outputs
    answers = Buffer(width)
    answerGradient = Buffer(width)
  }

  /// P·B
  private var asked: Int { graph.options.positions(steps) * rows }

  /// The answers to `batch` (P × B × O): numbers, or probabilities.
  func forward(_ weights: Weights<S>, _ batch: SequenceBatch) -> [S] {
    for (index, value) in batch.inputs.enumerated() { input.base[index] = S(value) }
    var below = UnsafePointer(input.base)
    for layer in layers {
      layer.begin(rows: rows)
      layer.forward(weights, input: below)
      below = UnsafePointer(layer.output)
    }
    graph.output.forward(weights, rows: asked, input: headInput, output: answers.base, mode: mode)
    if graph.options.task != .values { softmax() }
    return answers.array
  }

  /// (P × B × H)
  private var headInput: UnsafeMutablePointer<S> {
    let top = layers[layers.count - 1]
    return graph.options.task == .labelEachStep ? top.output : top.lastOutput
  }

  private func softmax() {
    let width = graph.options.outputs
    for row in 0..<asked {
      let values = UnsafeMutableBufferPointer(start: answers.base + row * width, count: width)
      var top = values[0]
      for value in values where value > top || value.isNaN { top = value }
      var sum: S = 0
      for index in values.indices {
        values[index] = S.exponential(values[index] - top)
        sum += values[index]
      }
      for index in values.indices { values[index] /= sum }
    }
  }

  /// After `forward` with the same weights and batch: the mean loss of the rows that are asked, its gradient added to
  /// `gradient`.
  func backward(_ weights: Weights<S>, _ batch: SequenceBatch, gradient: UnsafeMutablePointer<S>) -> Double {
    let loss = lossAndAnswerGradient(batch)
    let top = layers[layers.count - 1]
    if graph.options.task != .labelEachStep { top.clearOutputGradient() }
    graph.output.backward(
      weights, rows: asked, input: headInput, outputGradient: answerGradient.base, gradient: gradient,
      inputGradient: graph.options.task == .labelEachStep ? top.outputGradient : top.lastOutputGradient, mode: mode)
    for level in layers.indices.reversed() {
      layers[level].backward(
        weights, input: level > 0 ? UnsafePointer(layers[level - 1].output) : UnsafePointer(input.base),
        gradient: gradient, inputGradient: level > 0 ? layers[level - 1].outputGradient : nil)
    }
    return loss
  }

  /// Squared error: Σ (y − t)² with slope 2(y − t). Cross entropy of y = softmax(z): −Σ t·log y with slope y − t with
  /// respect to z. Both are means over all numbers (rows) that are asked.
  private func lossAndAnswerGradient(_ batch: SequenceBatch) -> Double {
    let width = graph.options.outputs
    let isAsked = (0..<asked).map { !batch.targets[$0 * width].isNaN }
    let count = isAsked.count { $0 } * (graph.options.task == .values ? width : 1)
    var loss = 0.0
    for row in 0..<asked {
      for index in (row * width)..<((row + 1) * width) {
        guard isAsked[row] else {
          answerGradient.base[index] = 0
          continue
        }
        let (answer, target) = (answers.base[index], S(batch.targets[index]))
        let difference = answer - target
        switch graph.options.task {
        case .values:
          loss += Double(difference * difference)
          answerGradient.base[index] = 2 * difference / S(count)
        case .label, .labelEachStep:
          if target > 0 || answer.isNaN { loss -= Double(target) * S.logarithm(answer) }
          answerGradient.base[index] = difference / S(count)
        }
      }
    }
    return count == 0 ? 0 : loss / Double(count)
  }
}

extension Scalar {
  /// log x in double, with the smallest positive number in the place of zero, so that a probability that has vanished
  /// costs much but not infinitely much.
  static func logarithm(_ x: Self) -> Double {
    x.isNaN ? .nan : log(Double(max(x, .leastNonzeroMagnitude)))
  }
}
