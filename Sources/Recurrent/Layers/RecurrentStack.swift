import CVectorMath

/// Recurrent layers on top of each other, in one or both directions, with dropout between them.
struct RecurrentStack: Sendable {
  /// One list a layer: the forward direction, then the backward one if there is one.
  let layers: [[RecurrentLayer]]
  let hidden: Int
  let dropout: Double

  /// - Parameters:
  ///   - inputs: the numbers at each step of the input.
  ///   - dilations: one for each layer; 1 is none.
  ///   - prefix: what stands before PyTorch's names.
  init(
    _ options: NetworkOptions, inputs: Int, dilations: [Int], bidirectional: Bool = false,
    prefix: String = "recurrent.",
    layout: inout ParameterLayout
  ) {
    hidden = options.hidden
    dropout = options.dropout
    let directions = bidirectional ? 2 : 1
    var layers: [[RecurrentLayer]] = []
    for (level, dilation) in dilations.enumerated() {
      var pair: [RecurrentLayer] = []
      for direction in 0..<directions {
        pair.append(
          RecurrentLayer(
            cell: options.recurrentCell, inputs: level == 0 ? inputs : directions * options.hidden,
            hidden: options.hidden, reversed: direction == 1, dilation: dilation, prefix: prefix,
            suffix: "l\(level)" + (direction == 1 ? "_reverse" : ""), layout: &layout))
      }
      layers.append(pair)
    }
    self.layers = layers
  }

  /// D, the number of directions.
  var directions: Int { layers[0].count }
  /// D·H, the numbers at each step of the output.
  var width: Int { directions * hidden }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    for layer in layers.joined() { layer.initialise(&values, &generator) }
  }
}

/// The buffers of a stack, and its passes forward and backward.
final class StackWorkspace<S: Scalar> {
  let stack: RecurrentStack
  /// T of the coming pass, at most what the buffers were made for.
  private(set) var steps: Int
  let layers: [[RecurrentWorkspace<S>]]
  private var rows = 0
  /// Both directions side by side (T × B × 2H), and their gradient; only for two directions.
  private let joined: [Buffer<S>]
  private let joinedGradient: Buffer<S>
  /// After each layer but the last.
  private let dropouts: [Dropout<S>]

  /// - Parameter continued: a decoder goes on from the last states, so their gradients come in too.
  init(_ stack: RecurrentStack, rows: Int, steps: Int, mode: vm_mode, continued: Bool = false) {
    self.stack = stack
    self.steps = steps
    let count = steps * rows * stack.width
    let both = stack.directions == 2
    layers = stack.layers.map {
      $0.map { RecurrentWorkspace(layer: $0, rows: rows, steps: steps, mode: mode, continued: continued) }
    }
    joined = both ? stack.layers.map { _ in Buffer(count) } : []
    joinedGradient = Buffer(both ? count : 0)
    dropouts = stack.layers.dropLast().map { _ in Dropout(rate: stack.dropout, count: count, mode: mode) }
  }

  /// Sets the number of rows of the coming pass (and of steps, where that changes) and every layer's initial state to
  /// zero.
  func begin(rows: Int, steps: Int? = nil) {
    self.rows = rows
    self.steps = steps ?? self.steps
    for workspace in layers.joined() { workspace.begin(rows: rows, steps: steps) }
  }

  /// The top layer's output (T × B × D·H), valid after `forward`.
  var output: UnsafePointer<S> { output(of: layers.count - 1) }

  private func output(of level: Int) -> UnsafePointer<S> {
    UnsafePointer(layers[level].count == 2 ? joined[level].base : layers[level][0].output)
  }

  /// Where the gradient of `output` (T × B × D·H) belongs before `backward`, which uses it up.
  var outputGradient: UnsafeMutablePointer<S> {
    stack.directions == 2 ? joinedGradient.base : layers[layers.count - 1][0].outputGradient
  }

  func clearOutputGradient() { outputGradient.clear(steps * rows * stack.width) }

  /// After `begin`.
  /// - Parameters:
  ///   - input: (T × B × I)
  ///   - dropout: where the masks come from in training; nil drops nothing.
  func forward(_ weights: Weights<S>, input: UnsafePointer<S>, dropout: inout RandomGenerator?) {
    for level in layers.indices {
      let below = self.input(of: level, input)
      for workspace in layers[level] { workspace.forward(weights, input: below) }
      if layers[level].count == 2 { join(level) }
      if level < dropouts.count {
        dropouts[level].forward(steps * rows * stack.width, input: output(of: level), from: &dropout)
      }
    }
  }

  /// After `forward` with the same weights and input, and `outputGradient` written.
  /// - Parameters:
  ///   - gradient: the flat gradient, added to.
  ///   - inputGradient: (T × B × I), written; nil when it is not wanted.
  func backward(
    _ weights: Weights<S>, input: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>,
    inputGradient: UnsafeMutablePointer<S>?
  ) {
    for level in layers.indices.reversed() {
      if stack.directions == 2 { split(level) }
      let below = self.input(of: level, input)
      let target = level == 0 ? inputGradient : gradientBelow(level)
      for (direction, workspace) in layers[level].enumerated() {
        workspace.backward(
          weights, input: below, gradient: gradient, inputGradient: target, addsToInputGradient: direction > 0)
      }
      if level > 0, let target { dropouts[level - 1].backward(steps * rows * stack.width, gradient: target) }
    }
  }

  private func input(of level: Int, _ input: UnsafePointer<S>) -> UnsafePointer<S> {
    level == 0 ? input : dropouts[level - 1].passed(output(of: level - 1))
  }

  private func gradientBelow(_ level: Int) -> UnsafeMutablePointer<S> {
    stack.directions == 2 ? joinedGradient.base : layers[level - 1][0].outputGradient
  }

  /// (T × B × H) twice → (T × B × 2H)
  private func join(_ level: Int) {
    let hidden = stack.hidden
    for (direction, workspace) in layers[level].enumerated() {
      for row in 0..<steps * rows {
        (joined[level].base + (2 * row + direction) * hidden).update(
          from: workspace.output + row * hidden, count: hidden)
      }
    }
  }

  /// The gradient of `join`, from the shared gradient buffer.
  private func split(_ level: Int) {
    let hidden = stack.hidden
    for (direction, workspace) in layers[level].enumerated() {
      for row in 0..<steps * rows {
        (workspace.outputGradient + row * hidden).update(
          from: joinedGradient.base + (2 * row + direction) * hidden, count: hidden)
      }
    }
  }
}
