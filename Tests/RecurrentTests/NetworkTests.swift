import CVectorMath
import Foundation
import Testing

@testable import Recurrent

/// One network of each kind and variant, at small odd sizes.
struct NetworkCase: CustomStringConvertible, Sendable {
  var description: String
  var change: @Sendable (inout NetworkOptions) -> Void

  init(_ description: String, _ change: @escaping @Sendable (inout NetworkOptions) -> Void) {
    self.description = description
    self.change = change
  }

  func options(lookback: Int = 7, horizon: Int = 5, hidden: Int = 6, cell: CellKind = .gru) -> NetworkOptions {
    var options = NetworkOptions(lookback: lookback, horizon: horizon)
    options.hidden = hidden
    options.cell = cell
    change(&options)
    return options
  }

  static let stacked = NetworkCase("stacked") { $0.network = .stacked }
  static let dilated = NetworkCase("dilated") {
    $0.network = .dilated
    $0.dilations = $0.lookback > 4 ? [[1, 2], [3], [1, 4]] : [[1], [1]]
  }
  static let encoderDecoder = NetworkCase("encoder-decoder") { $0.network = .encoderDecoder }
  static let recursive = NetworkCase("recursive") { $0.network = .recursive }
  static let segment = NetworkCase("segment") {
    $0.network = .segment
    $0.segment = min(3, $0.lookback)
  }
  static let mlp = NetworkCase("mlp") { $0.network = .mlp }
  static let kinds = [stacked, dilated, encoderDecoder, recursive, segment, mlp]

  static let variants = [
    NetworkCase("bidirectional dilations") {
      dilated.change(&$0)
      $0.bidirectional = true
    },
    NetworkCase("state fed back") {
      $0.network = .encoderDecoder
      $0.decoderInput = .state
    },
    NetworkCase("future alone") {
      $0.network = .encoderDecoder
      $0.decoderInput = .covariates
      $0.futureCovariates = 2
    },
    NetworkCase("additive attention") {
      $0.network = .encoderDecoder
      $0.attention = .additive
    },
    NetworkCase("dot-product attention") {
      $0.network = .encoderDecoder
      $0.attention = .dotProduct
    },
    NetworkCase("additive attention, state fed back") {
      $0.network = .encoderDecoder
      $0.attention = .additive
      $0.decoderInput = .state
    },
    NetworkCase("segments that divide the lookback") {
      $0.network = .segment
      $0.segment = $0.lookback > 1 ? ($0.lookback + 1) / 2 : 1
    },
  ]
  static let all = kinds + variants
}

@Suite struct NetworkTests {
  /// Batch, lookback, horizon, layers.
  static let shapes = [(3, 7, 5, 1), (1, 7, 5, 2), (2, 1, 3, 1), (3, 6, 1, 1), (1, 1, 1, 1)]

  @Test(arguments: NetworkCase.all, shapes)
  func `every network's gradient equals central differences`(
    network: NetworkCase, shape: (rows: Int, lookback: Int, horizon: Int, layers: Int)
  ) throws {
    var options = network.options(lookback: shape.lookback, horizon: shape.horizon)
    if options.network != .dilated { options.layers = shape.layers }
    options.anchors = [1, 3]
    options.scaling = WindowScaling(level: .last, spread: .none)
    options.maskChannel = true
    let worst = try GradientProbe(options, rows: shape.rows).worstError(checking: 8)
    #expect(worst.error < 1e-6, "\(worst.slice)")
    // A gradient of nothing would agree with differences of nothing. (Nothing has been given yet that a decoder's first
    // step could read, and a single step has no state before it.)
    #expect(min(shape.lookback, shape.horizon) == 1 || worst.smallest > 1e-9)
  }

  @Test(arguments: NetworkCase.all, CellRegistry.builtIn.cells)
  func `every cell fits into every network`(network: NetworkCase, cell: CellKind) throws {
    var options = network.options(cell: cell)
    options.anchors = [0]
    options.scaling = WindowScaling(level: .mean, spread: .deviation)
    let worst = try GradientProbe(options, rows: 3).worstError(checking: 6)
    #expect(worst.error < 1e-6, "\(worst.slice)")
  }

  @Test(arguments: NetworkCase.all)
  func `covariates, embeddings and dropout keep every gradient right`(network: NetworkCase) throws {
    var options = network.options()
    if options.network != .dilated { options.layers = 2 }
    options.pastCovariates = options.network == .recursive ? 0 : 1
    options.futureCovariates = 2
    options.staticCovariates = 1
    options.seriesEmbedding = 3
    options.seriesCount = 2
    options.dropout = 0.3
    options.anchors = [1, 2]
    let worst = try GradientProbe(options, rows: 3).worstError(checking: 8)
    #expect(worst.error < 1e-6, "\(worst.slice)")
    #expect(worst.smallest > 1e-9)
  }
}
