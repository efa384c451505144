import Pipelines
import Recurrent

/// Forecasts with a feed-forward network, for contrast.
struct MLP: RecurrentStage {
  static let name = "mlp"
  static let summary = "Forecasts with a feed-forward network over the whole window, for contrast with recurrent ones."
  static let cell = CellKind.rnn
  static let network: NetworkKind? = .mlp

  let fields = RecurrentFields()
}
