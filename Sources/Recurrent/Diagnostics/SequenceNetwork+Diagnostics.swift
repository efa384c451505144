import CVectorMath

extension SequenceNetwork {
  /// Looks at `sequences`: which gradient of their loss reaches each step, and how many gates are saturated.
  /// - Throws: `RecurrentError` when a sequence does not fit.
  public func diagnose(
    _ sequences: [LabelledSequence], loss: PointLoss = .mse
  ) throws(RecurrentError) -> NetworkDiagnostics {
    let graph = try SequenceGraph(options, loss: loss)
    try options.check(sequences, withTargets: true)
    guard !sequences.isEmpty else { throw .noSequences }
    let mode = Float.mode(vm_best_level())
    let store = WeightStore(graph.layout, values: weights, mode: mode)
    let shard = SequenceShard<Float>(graph, mode: mode)
    let gradient = Buffer<Float>(graph.layout.count)
    var sums = DiagnosticSums()
    for rows in graph.groups(sequences, sequences.indices.map { $0 }[...]) {
      for start in stride(from: 0, to: rows.count, by: Shards.size) {
        let part = Array(rows[start..<min(start + Shards.size, rows.count)])
        let lengths = part.map { options.steps(sequences[$0]) }
        var dropout: RandomGenerator?
        shard.forward(store.weights, sequences, part, dropout: &dropout)
        sums.addGates(shard.recurrentLayers, lengths: lengths)
        _ = shard.loss(sequences, part) { _, _ in }
        let inputGradient = Buffer<Float>((lengths.max() ?? 0) * part.count * options.inputs)
        shard.backward(store.weights, gradient: gradient, inputGradient: inputGradient.base)
        sums.addGradient(inputGradient.base, channels: options.inputs, lengths: lengths, mode: mode)
      }
    }
    return sums.diagnostics
  }

  /// What each recurrent layer does with `sequence`, step by step, for charts.
  /// - Throws: `RecurrentError` when the sequence does not fit.
  public func activations(_ sequence: LabelledSequence) throws(RecurrentError) -> [LayerActivations] {
    let graph = try SequenceGraph(options, loss: .mse)
    try options.check([sequence], withTargets: false)
    let mode = Float.mode(vm_best_level())
    let store = WeightStore(graph.layout, values: weights, mode: mode)
    let shard = SequenceShard<Float>(graph, mode: mode)
    var dropout: RandomGenerator?
    shard.forward(store.weights, [sequence], [0], dropout: &dropout)
    return shard.recurrentLayers.map { $0.activations(row: 0) }
  }
}
