import Pipelines
import Recurrent

/// Forecasts with a network of long short-term memory.
struct LSTM: RecurrentStage {
  static let name = "lstm"
  static let summary = "Forecasts with a network of long short-term memory (LSTM)."
  static let cell = CellKind.lstm

  let fields = RecurrentFields()
}
