import Pipelines
import Recurrent

/// Forecasts with a plain recurrent network (RNN), whose gradient vanishes over long lookbacks.
struct RNN: RecurrentStage {
  static let name = "rnn"
  static let summary = "Forecasts with a plain recurrent network (RNN), whose gradient vanishes over long lookbacks."
  static let cell = CellKind.rnn

  let fields = RecurrentFields()
}
