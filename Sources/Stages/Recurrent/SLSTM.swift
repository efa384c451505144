import Pipelines
import Recurrent

/// Forecasts with the scalar memory cells of xLSTM (sLSTM), which have exponential gates.
struct SLSTM: RecurrentStage {
  static let name = "slstm"
  static let summary = "Forecasts with the scalar memory cells of xLSTM (sLSTM), which have exponential gates."
  static let cell = CellKind.slstm

  let fields = RecurrentFields()
}
