import Testing

@testable import Recurrent

/// Options that do not fit each other, and what a person then reads.
@Suite struct NetworkOptionsTests {
  struct Mistake: CustomStringConvertible, Sendable {
    var description: String
    var change: @Sendable (inout NetworkOptions) -> Void
    init(_ description: String, _ change: @escaping @Sendable (inout NetworkOptions) -> Void) {
      self.description = description
      self.change = change
    }
  }

  static let mistakes = [
    Mistake("segment is 25, but must be at least 1 and at most the lookback, 24") {
      $0.network = .segment
      $0.segment = 25
    },
    Mistake("segment is missing, but must be the steps in one patch, such as one season") { $0.network = .segment },
    Mistake("segment is 6, but must be left out for the network stacked: only segment has it") { $0.segment = 6 },
    Mistake("series embedding is 64, but must be less than the hidden units, 64, which it shares with the position") {
      $0.network = .segment
      $0.segment = 6
      $0.seriesEmbedding = 64
      $0.seriesCount = 2
    },
    Mistake("attention is additive, but must be left out for the network stacked: only encoder-decoder has it") {
      $0.attention = .additive
    },
    Mistake("decoder input is state, but must be left out for the network mlp: only encoder-decoder has it") {
      $0.network = .mlp
      $0.decoderInput = .state
    },
    Mistake("decoder input is covariates, but must be correction or state when there are no future covariates") {
      $0.network = .encoderDecoder
      $0.decoderInput = .covariates
    },
    Mistake("dilations is [[1, 2]], but must be left out for the network recursive: only dilated has it") {
      $0.network = .recursive
      $0.dilations = [[1, 2]]
    },
    Mistake("dilations is [[], [2]], but must be one or more groups of steps, such as [[1, 4], [24, 168]]") {
      $0.network = .dilated
      $0.dilations = [[], [2]]
    },
    Mistake("dilations is 24, but must be at least 1 and less than the lookback, 24") {
      $0.network = .dilated
      $0.dilations = [[1, 4], [24]]
    },
    Mistake("layers is 2, but must be left out, or 3 as there are dilations") {
      $0.network = .dilated
      $0.dilations = [[1, 4], [8]]
      $0.layers = 2
    },
    Mistake(
      "bidirectional is true, but must be false for the network encoder-decoder, whose decoder goes on from the "
        + "encoder's last state"
    ) {
      $0.network = .encoderDecoder
      $0.bidirectional = true
    },
    Mistake(
      "bidirectional is true, but must be false for the network recursive, whose state goes on into the horizon"
    ) {
      $0.network = .recursive
      $0.bidirectional = true
    },
    Mistake(
      "bidirectional is true, but must be false for the network segment, whose decoder goes on from the last state"
    ) {
      $0.network = .segment
      $0.segment = 6
      $0.bidirectional = true
    },
    Mistake("bidirectional is true, but must be false for the network mlp, which reads no sequence") {
      $0.network = .mlp
      $0.bidirectional = true
    },
    Mistake(
      "past covariates is 1, but must be 0 for the network recursive, which reads them in the horizon too"
    ) {
      $0.network = .recursive
      $0.pastCovariates = 1
    },
    Mistake("series count is 0, but must be 1 or more when each series has an embedding") { $0.seriesEmbedding = 4 },
    Mistake("series embedding is -1, but must be 0 or more") { $0.seriesEmbedding = -1 },
  ]

  @Test(arguments: mistakes)
  func `options that do not fit are refused in clear words`(mistake: Mistake) {
    var options = NetworkOptions(lookback: 24, horizon: 6)
    mistake.change(&options)
    #expect {
      _ = try ForecastNetwork(options, seed: 1)
    } throws: {
      "\($0)" == mistake.description
    }
  }

  @Test(arguments: [
    (NetworkCase.encoderDecoder, "the network encoder-decoder, whose decoder goes on from the last state alone"),
    (.segment, "the network segment, whose patches all end with the newest step"),
    (.mlp, "the network mlp, which has no state at earlier steps"),
  ])
  func `losses at several positions are refused where there are none`(network: NetworkCase, reason: String) throws {
    let options = network.options()
    var training = TrainingOptions()
    training.positions = 2
    var trained = try ForecastNetwork(options, seed: 1)
    #expect {
      try trained.train(on: waveSet(options), options: training)
    } throws: {
      "\($0)" == "positions is 2, but must be 1 for \(reason)"
    }
  }

  @Test func `a series without an embedding is refused`() throws {
    var options = NetworkOptions(lookback: 8, horizon: 3)
    options.seriesEmbedding = 2
    options.seriesCount = 1
    let network = try ForecastNetwork(options, seed: 1)
    #expect {
      try network.predict(waveSet(options))
    } throws: {
      "\($0)" == "identity of series 1 is 1, but must be below 1, the number of series that the network has embeddings "
        + "for"
    }
  }

  @Test func `attention weights are refused without attention`() throws {
    let options = NetworkOptions(lookback: 8, horizon: 3)
    #expect {
      try ForecastNetwork(options, seed: 1).attentionWeights(waveSet(options))
    } throws: {
      "\($0)" == "attention is left out, but must be additive or dot-product, in an encoder-decoder network, when its "
        + "weights are asked for"
    }
  }
}
