import Pipelines
import Recurrent

/// Forecasts with the first long short-term memory of 1997, without a forget gate.
struct LSTM1997: RecurrentStage {
  static let name = "lstm-1997"
  static let summary = "Forecasts with the first long short-term memory of 1997, without a forget gate."
  static let cell = CellKind.lstm1997

  let fields = RecurrentFields()
}
