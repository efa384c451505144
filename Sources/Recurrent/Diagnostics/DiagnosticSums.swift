import CVectorMath

/// Adds up what `NetworkDiagnostics` shows, over a few passes.
struct DiagnosticSums {
  private var samples = 0
  /// Newest step first.
  private var norms: [Double] = []
  private var counts: [Int] = []
  /// Layer by layer, gate by gate.
  private var gates: [(saturation: GateSaturation, numbers: Int)] = []

  /// - Parameters:
  ///   - gradient: (T × B × C), of the summed loss with respect to the input.
  ///   - lengths: (B), the steps of each row.
  mutating func addGradient<S: Scalar>(_ gradient: UnsafePointer<S>, channels: Int, lengths: [Int], mode: vm_mode) {
    samples += lengths.count
    for (row, length) in lengths.enumerated() {
      while norms.count < length {
        norms.append(0)
        counts.append(0)
      }
      for step in 0..<length {
        let cell = gradient + (step * lengths.count + row) * channels
        norms[length - 1 - step] += vm_sum_of_squares(mode, channels, cell).squareRoot()
        counts[length - 1 - step] += 1
      }
    }
  }

  /// Looks at the gates of `layers`, after their forward and before their backward pass.
  /// - Parameter lengths: (B), the steps of each row; nil for all.
  mutating func addGates<S: Scalar>(_ layers: [RecurrentWorkspace<S>], lengths: [Int]? = nil) {
    var place = 0
    for workspace in layers {
      for (index, block) in workspace.layer.cell.gateBlocks.enumerated() {
        guard let low = block.low else { continue }
        if place == gates.count {
          gates.append((GateSaturation(layer: workspace.layer.name, gate: block.name, low: 0, high: 0), 0))
        }
        count(workspace, index, below: low, in: place, lengths)
        place += 1
      }
    }
  }

  private mutating func count<S: Scalar>(
    _ workspace: RecurrentWorkspace<S>, _ block: Int, below low: Double, in place: Int, _ lengths: [Int]?
  ) {
    let hidden = workspace.layer.hidden
    var (under, over, all) = (0, 0, 0)
    for row in 0..<workspace.rows {
      for step in 0..<(lengths?[row] ?? workspace.steps) {
        let values =
          workspace.gates.base + (step * workspace.rows + row) * workspace.layer.width + block * hidden
        for unit in 0..<hidden {
          if values[unit] < S(low) { under += 1 }
          if values[unit] > S(GateBlock.high) { over += 1 }
        }
        all += hidden
      }
    }
    gates[place].saturation.low += Double(under)
    gates[place].saturation.high += Double(over)
    gates[place].numbers += all
  }

  var diagnostics: NetworkDiagnostics {
    NetworkDiagnostics(
      samples: samples, gradientByStep: zip(norms, counts).map { $0 / Double($1) }.reversed(),
      saturation: gates.map { gate in
        var saturation = gate.saturation
        saturation.low /= Double(max(gate.numbers, 1))
        saturation.high /= Double(max(gate.numbers, 1))
        return saturation
      })
  }
}

extension RecurrentLayer {
  /// The weights' names without what says which weights they are.
  var name: String { inputWeights.name.replacing("weight_ih_", with: "") }
}

extension RecurrentWorkspace {
  /// What the layer did with row `row`, after its forward and before its backward pass.
  /// - Parameter steps: the steps to show; nil for all.
  func activations(row: Int, steps length: Int? = nil) -> LayerActivations {
    let hidden = layer.hidden
    func series(_ base: UnsafePointer<S>, width: Int, start: Int) -> [[Double]] {
      (0..<(length ?? steps)).map { step in
        let cell = base + (step * rows + row) * width + start
        return (0..<hidden).map { Double(cell[$0]) }
      }
    }
    return LayerActivations(
      layer: layer.name,
      gates: layer.cell.gateBlocks.enumerated().map { index, block in
        .init(name: block.name, values: series(gates.base, width: layer.width, start: index * hidden))
      },
      output: series(output, width: hidden, start: 0),
      memory: layer.memoryPlanes == 0
        ? [] : series(memory.base + firstOutputSlot * plane, width: hidden, start: 0))
  }
}
