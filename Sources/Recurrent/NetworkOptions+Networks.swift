/// How a decoder looks back over the encoder's states h at each step of the horizon.
public enum AttentionKind: String, Sendable, Codable, CaseIterable {
  /// vᵀ·tanh(W·s + U·h), with the decoder's state s before the step (Bahdanau, Cho & Bengio 2015).
  case additive
  /// s·h / √H, with the state after the step (Luong, Pham & Manning 2015; scaled as by Vaswani et al. 2017).
  case dotProduct = "dot-product"
}

/// What a decoder reads at each step of the horizon, beside the covariates that are known for that step.
public enum DecoderInput: String, Sendable, Codable, CaseIterable {
  /// What it gave for the step before.
  case correction
  /// Its state after the step before.
  case state
  /// Nothing else.
  case covariates
}

/// Where the numbers of a whole series enter a network.
public enum StaticEntry: String, Sendable, Codable, CaseIterable {
  /// Beside each step of the lookback.
  case input
  /// Beside the state that the forecast is read from.
  case output
  case both
}

extension NetworkOptions {
  /// Steps that one run of the network forecasts: the whole horizon, unless it feeds its forecasts back.
  var stepsAtOnce: Int { network == .recursive ? 1 : horizon }

  /// Static covariates and the series' embedding.
  var staticWidth: Int { staticCovariates + seriesEmbedding }

  /// Of these, how many stand beside each step of the lookback.
  var staticInputs: Int { staticEntry == .output ? 0 : staticWidth }

  /// Of these, how many stand beside the state.
  var staticOutputs: Int { staticEntry == .input ? 0 : staticWidth }

  /// The numbers that recurrent layers read at each step.
  var inputWidth: Int { channels + staticInputs }

  /// Q, the head's numbers for one step, when a body gives `outputs` numbers.
  func stepOutputs(of outputs: Int) -> Int { (outputs - mixOutputs) / stepsAtOnce }

  /// Refuses options that belong to another kind of network, and sizes that do not fit.
  func checkNetwork() throws(RecurrentError) {
    let ownedBy: [(String, String?, NetworkKind)] = [
      ("dilations", dilations.isEmpty ? nil : "\(dilations)", .dilated),
      ("attention", attention?.rawValue, .encoderDecoder),
      ("decoder input", decoderInput == .correction ? nil : decoderInput.rawValue, .encoderDecoder),
      ("segment", segment.map { "\($0)" }, .segment),
    ]
    for (name, value, owner) in ownedBy where owner != network {
      guard let value else { continue }
      throw .badOption(
        name: name, value: value,
        wanted: "left out for the network \(network.rawValue): only \(owner.rawValue) has it")
    }
    guard seriesEmbedding >= 0 else {
      throw .badOption(name: "series embedding", value: "\(seriesEmbedding)", wanted: "0 or more")
    }
    guard seriesEmbedding == 0 || seriesCount > 0 else {
      throw .badOption(
        name: "series count", value: "\(seriesCount)", wanted: "1 or more when each series has an embedding")
    }
    switch network {
    case .stacked: break
    case .dilated: try checkDilations()
    case .encoderDecoder: try checkEncoderDecoder()
    case .recursive: try checkRecursive()
    case .segment: try checkSegment()
    case .mlp: try refuseBidirectional("which reads no sequence")
    }
  }

  private func refuseBidirectional(_ reason: String) throws(RecurrentError) {
    guard bidirectional else { return }
    throw .badOption(
      name: "bidirectional", value: "true", wanted: "false for the network \(network.rawValue), \(reason)")
  }

  private func checkDilations() throws(RecurrentError) {
    let all = dilations.joined()
    guard !dilations.isEmpty, dilations.allSatisfy({ !$0.isEmpty }) else {
      throw .badOption(
        name: "dilations", value: "\(dilations)", wanted: "one or more groups of steps, such as [[1, 4], [24, 168]]")
    }
    if let dilation = all.first(where: { $0 < 1 || ($0 > 1 && $0 >= lookback) }) {
      throw .badOption(
        name: "dilations", value: "\(dilation)", wanted: "at least 1 and less than the lookback, \(lookback)")
    }
    guard layers == 1 || layers == all.count else {
      throw .badOption(
        name: "layers", value: "\(layers)", wanted: "left out, or \(all.count) as there are dilations")
    }
  }

  private func checkEncoderDecoder() throws(RecurrentError) {
    try refuseBidirectional("whose decoder goes on from the encoder's last state")
    guard decoderInput != .covariates || futureCovariates > 0 else {
      throw .badOption(
        name: "decoder input", value: decoderInput.rawValue,
        wanted: "correction or state when there are no future covariates")
    }
  }

  private func checkRecursive() throws(RecurrentError) {
    try refuseBidirectional("whose state goes on into the horizon")
    guard pastCovariates == 0 else {
      throw .badOption(
        name: "past covariates", value: "\(pastCovariates)",
        wanted: "0 for the network recursive, which reads them in the horizon too")
    }
  }

  private func checkSegment() throws(RecurrentError) {
    try refuseBidirectional("whose decoder goes on from the last state")
    guard let segment else {
      throw .badOption(name: "segment", value: "missing", wanted: "the steps in one patch, such as one season")
    }
    guard (1...lookback).contains(segment) else {
      throw .badOption(
        name: "segment", value: "\(segment)", wanted: "at least 1 and at most the lookback, \(lookback)")
    }
    guard staticEntry == .input || seriesEmbedding < hidden else {
      throw .badOption(
        name: "series embedding", value: "\(seriesEmbedding)",
        wanted: "less than the hidden units, \(hidden), which it shares with the position")
    }
  }
}
