import Pipelines
import Recurrent

/// Forecasts with a network of gated recurrent units.
struct GRU: RecurrentStage {
  static let name = "gru"
  static let summary = "Forecasts with a network of gated recurrent units (GRU)."
  static let cell = CellKind.gru

  let fields = RecurrentFields()
}
