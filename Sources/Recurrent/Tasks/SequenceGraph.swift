import CVectorMath
import Synchronization

/// A sequence network without its weights: a stack of recurrent layers and one linear layer.
struct SequenceGraph: Sendable {
  let options: SequenceOptions
  let stack: RecurrentStack
  let head: Linear
  let layout: ParameterLayout
  let loss: PointLoss

  init(_ options: SequenceOptions, loss: PointLoss) throws(RecurrentError) {
    try options.check()
    self.options = options
    self.loss = loss
    var layout = ParameterLayout()
    stack = RecurrentStack(
      options.stackOptions, inputs: options.inputs, dilations: Array(repeating: 1, count: options.layers),
      bidirectional: options.bidirectional, layout: &layout)
    head = Linear(inputs: stack.width, outputs: options.outputs, name: "head", layout: &layout)
    self.layout = layout
  }

  func initialWeights<S: Scalar>(seed: UInt64) -> [S] {
    var values = [S](repeating: 0, count: layout.count)
    var generator = RandomGenerator(seed: seed)
    stack.initialise(&values, &generator)
    head.initialise(&values, &generator)
    if let lag = options.expectedLag {
      for layer in stack.layers.joined() { layer.openGates(until: lag, &values, &generator) }
    }
    return values
  }

  /// The sequences of `indices` that can be run side by side. A layer that starts at the end of a sequence must not start
  /// in its padding, so sequences of different lengths are then run one length after the other.
  func groups(_ sequences: [LabelledSequence], _ indices: ArraySlice<Int>) -> [[Int]] {
    guard options.bidirectional else { return [Array(indices)] }
    var seen: Set<Int> = []
    let lengths = indices.map { options.steps(sequences[$0]) }.filter { seen.insert($0).inserted }
    return lengths.map { steps in indices.filter { options.steps(sequences[$0]) == steps } }
  }
}

/// Sequences, and where the answer to each is kept if it is wanted.
struct SequenceBatch: Sendable {
  let sequences: [LabelledSequence]
  var answers: SequenceAnswers?
}

/// The answer to each sequence of a batch: (asked steps × O).
final class SequenceAnswers: Sendable {
  let all: Mutex<[[Float]]>

  init(_ count: Int) { all = Mutex(Array(repeating: [], count: count)) }
}

/// Passes over sequences that are run side by side.
///
/// Shorter sequences are filled up with zeros at their ends; what the layers make of those steps is never read. Not
/// checked: its buffers change with each pass, but a `ShardPool` lends it to one thread at a time.
final class SequenceShard<S: Scalar>: ExampleShard, @unchecked Sendable {
  static var noun: String { "sequences" }
  static func count(_ batch: SequenceBatch) -> Int { batch.sequences.count }

  private let graph: SequenceGraph
  private let mode: vm_mode
  private var capacity = (rows: 0, steps: 0)
  private var stack: StackWorkspace<S>
  /// (T × B × I)
  private var input = Buffer<S>(0)
  /// Many to one: the states at the last steps (B × W).
  private var features = Activations<S>(0)
  /// (N × O), N = T·B or B
  private var raw = Activations<S>(0)
  /// One row's numbers, targets, gradient and answer.
  private let row: Buffer<Double>
  private var lengths: [Int] = []
  private var steps = 0

  init(_ graph: SequenceGraph, mode: vm_mode) {
    self.graph = graph
    self.mode = mode
    row = Buffer(4 * graph.options.outputs)
    stack = StackWorkspace(graph.stack, rows: 0, steps: 0, mode: mode)
  }

  private func reserve(rows: Int, steps: Int) {
    guard rows > capacity.rows || steps > capacity.steps else { return }
    capacity = (max(rows, capacity.rows), max(steps, capacity.steps))
    let cells = capacity.rows * capacity.steps
    let asked = eachStep ? cells : capacity.rows
    stack = StackWorkspace(graph.stack, rows: capacity.rows, steps: capacity.steps, mode: mode)
    input = Buffer(cells * graph.options.inputs)
    features = Activations(eachStep ? 0 : capacity.rows * graph.stack.width)
    raw = Activations(asked * graph.options.outputs)
  }

  private var rows: Int { lengths.count }
  private var eachStep: Bool { graph.options.task.answersEachStep }
  private var askedRows: Int { eachStep ? steps * rows : rows }

  func pass(
    _ batch: SequenceBatch, _ indices: ArraySlice<Int>, _ weights: Weights<S>, gradient: Buffer<S>?,
    dropout: RandomGenerator?
  ) -> LossSum {
    gradient?.clear()
    var dropout = dropout
    var total = LossSum()
    for rows in graph.groups(batch.sequences, indices) {
      forward(weights, batch.sequences, rows, dropout: &dropout)
      total += loss(batch.sequences, rows) { index, answer in
        batch.answers?.all.withLock { $0[index] = answer }
      }
      if let gradient { backward(weights, gradient: gradient) }
    }
    return total
  }

  /// Runs the sequences at `indices`; answers stand in `raw` afterwards.
  func forward(
    _ weights: Weights<S>, _ sequences: [LabelledSequence], _ indices: [Int],
    dropout: inout RandomGenerator?
  ) {
    lengths = indices.map { graph.options.steps(sequences[$0]) }
    steps = lengths.max() ?? 0
    reserve(rows: rows, steps: steps)
    gather(sequences, indices)
    stack.begin(rows: rows, steps: steps)
    stack.forward(weights, input: input.base, dropout: &dropout)
    if !eachStep {
      eachState { state, feature in
        (features.values + feature).update(from: stack.output + state, count: graph.stack.hidden)
      }
    }
    graph.head.forward(weights, rows: askedRows, input: headInput, output: raw.values, mode: mode)
  }

  private var headInput: UnsafePointer<S> { eachStep ? stack.output : UnsafePointer(features.values) }

  private func gather(_ sequences: [LabelledSequence], _ indices: [Int]) {
    let width = graph.options.inputs
    input.clear(steps * rows * width)
    for (place, index) in indices.enumerated() {
      sequences[index].inputs.withUnsafeBufferPointer { numbers in
        for step in 0..<lengths[place] {
          let cell = input.base + (step * rows + place) * width
          for channel in 0..<width { cell[channel] = S(numbers[step * width + channel]) }
        }
      }
    }
  }

  /// Where the state that answers each row stands in (T × B × W), and where in (B × W): each direction ends at its own
  /// side of the sequence.
  private func eachState(_ body: (_ state: Int, _ feature: Int) -> Void) {
    for place in 0..<rows {
      for direction in 0..<graph.stack.directions {
        let (step, start) = (direction == 1 ? 0 : lengths[place] - 1, direction * graph.stack.hidden)
        body((step * rows + place) * graph.stack.width + start, place * graph.stack.width + start)
      }
    }
  }

  /// After `forward`: the loss, its gradient in that of `raw`, and the answer of each row.
  func loss(
    _ sequences: [LabelledSequence], _ indices: [Int], answer: (Int, [Float]) -> Void
  ) -> LossSum {
    let width = graph.options.outputs
    var total = LossSum()
    if eachStep { raw.gradient.clear(askedRows * width) }
    for (place, index) in indices.enumerated() {
      let asked = eachStep ? lengths[place] : 1
      var numbers: [Float] = []
      numbers.reserveCapacity(asked * width)
      sequences[index].targets.withUnsafeBufferPointer { targets in
        for step in 0..<asked {
          let start = (step * rows + place) * width
          for output in 0..<width {
            row.base[output] = Double(raw.values[start + output])
            row.base[width + output] = targets.isEmpty ? .nan : Double(targets[step * width + output])
          }
          total += rowLoss()
          for output in 0..<width {
            raw.gradient[start + output] = S(row.base[2 * width + output])
            numbers.append(Float(row.base[3 * width + output]))
          }
        }
      }
      answer(index, numbers)
    }
    return total
  }

  /// One row: numbers and targets come in, gradient and answer leave.
  private func rowLoss() -> LossSum {
    let width = graph.options.outputs
    let (x, targets, gradient, answer) = (row.base, row.base + width, row.base + 2 * width, row.base + 3 * width)
    if graph.options.task.answersWithLabels {
      let loss = Softmax.loss(x, targets: targets, count: width, gradient: gradient, probabilities: answer)
      return loss.map { LossSum(sum: $0, count: 1) } ?? LossSum()
    }
    var total = LossSum()
    for output in 0..<width {
      answer[output] = x[output]
      gradient[output] = 0
      guard !targets[output].isNaN else { continue }
      let (value, slope) = graph.loss.value(x[output], target: targets[output], SeriesLossScale())
      total += LossSum(sum: value, count: 1)
      gradient[output] = slope
    }
    return total
  }

  /// The layers with what they hold of the last pass.
  var recurrentLayers: [RecurrentWorkspace<S>] { Array(stack.layers.joined()) }

  /// After `loss`.
  /// - Parameters:
  ///   - gradient: flat, of all weights, added to.
  ///   - inputGradient: (T × B × I), written; nil when it is not wanted.
  func backward(_ weights: Weights<S>, gradient: Buffer<S>, inputGradient: UnsafeMutablePointer<S>? = nil) {
    let target = eachStep ? stack.outputGradient : features.gradient
    graph.head.backward(
      weights, rows: askedRows, input: headInput, outputGradient: raw.gradient, gradient: gradient.base,
      inputGradient: target, mode: mode)
    if !eachStep {
      stack.clearOutputGradient()
      eachState { state, feature in
        (stack.outputGradient + state).update(from: features.gradient + feature, count: graph.stack.hidden)
      }
    }
    stack.backward(weights, input: input.base, gradient: gradient.base, inputGradient: inputGradient)
  }
}
