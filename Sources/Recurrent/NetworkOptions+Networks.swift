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

/// Where the numbers of a whole series enter a network: beside the state that the forecast is read from.
enum StaticEntry: String, Codable { case output }

/// What a network reads of the target at each step of the lookback.
public enum TargetReading: String, Sendable, Codable, CaseIterable {
  /// Its value on the scale of the window.
  case values
  /// How far it lies from the known value before, and from the mean of all that the window has seen up to there. Nothing of
  /// it depends on later steps, so that losses at many positions teach a network nothing that it cannot know.
  case changes

  var channels: Int { self == .values ? 1 : 2 }
}

extension NetworkOptions {
  /// Steps that one run of the network forecasts: the whole horizon, unless it feeds its forecasts back.
  var stepsAtOnce: Int { network == .recursive ? 1 : horizon }

  /// Static covariates and the series' embedding.
  var staticWidth: Int { staticCovariates + seriesEmbedding }

  /// Q, the head's numbers for one step, when a body gives `outputs` numbers.
  func stepOutputs(of outputs: Int) -> Int { (outputs - mixOutputs) / stepsAtOnce }

  /// Refuses options that belong to another kind of network, and sizes that do not fit.
  func checkNetwork() throws(RecurrentError) {
    let ownedBy: [(String, String?, NetworkKind)] = [
      ("dilations", dilations.isEmpty ? nil : "\(dilations)", .dilated),
      ("attention", attention?.rawValue, .encoderDecoder),
      ("decoderInput", decoderInput == .correction ? nil : decoderInput.rawValue, .encoderDecoder),
      ("segment", segment.map { "\($0)" }, .segment),
    ]
    for (name, value, owner) in ownedBy where owner != network {
      guard let value else { continue }
      throw .badOption(
        name: name, value: value,
        wanted: "left out for the network \(network.rawValue): only \(owner.rawValue) has it")
    }
    try RecurrentError.require(seriesEmbedding >= 0, "seriesEmbedding", seriesEmbedding, "0 or more")
    try RecurrentError.require(
      seriesEmbedding == 0 || seriesCount > 0, "seriesCount", seriesCount,
      "1 or more when each series has an embedding")
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
    try RecurrentError.require(
      layers == 1 || layers == all.count, "layers", layers, "left out, or \(all.count) as there are dilations")
  }

  private func checkEncoderDecoder() throws(RecurrentError) {
    try refuseBidirectional("whose decoder goes on from the encoder's last state")
    try RecurrentError.require(
      decoderInput != .covariates || futureCovariates > 0, "decoderInput", decoderInput.rawValue,
      "correction or state when there are no future covariates")
  }

  private func checkRecursive() throws(RecurrentError) {
    try refuseBidirectional("whose state goes on into the horizon")
    try RecurrentError.require(
      pastCovariates == 0, "pastCovariates", pastCovariates,
      "0 for the network recursive, which reads them in the horizon too")
    try RecurrentError.require(
      reading == .values, "reading", reading.rawValue, "values for the network recursive, whose state goes on")
  }

  private func checkSegment() throws(RecurrentError) {
    try refuseBidirectional("whose decoder goes on from the last state")
    guard let segment else {
      throw .badOption(name: "segment", value: "missing", wanted: "the steps in one patch, such as one season")
    }
    try RecurrentError.require(
      (1...lookback).contains(segment), "segment", segment, "at least 1 and at most the lookback, \(lookback)")
    try RecurrentError.require(
      seriesEmbedding < hidden, "seriesEmbedding", seriesEmbedding,
      "less than the hidden units, \(hidden), which it shares with the position")
  }
}
