import Forecasting
import Pipelines
import Recurrent

/// The fields of every stage that trains a recurrent network.
struct RecurrentFields: FieldGroup {
  let network = NetworkFields()
  let training = TrainingFields()

  init() {}
}

/// A stage that trains a network of one kind of cell.
protocol RecurrentStage: ForecasterStage {
  static var cell: CellKind { get }
  var fields: RecurrentFields { get }
}

extension RecurrentStage {
  static var example: String { "{hidden: 32, epochs: 60, validation: 24}" }

  func forecaster(for shape: WindowShape) -> any Forecaster {
    RecurrentForecaster(
      network: fields.network.options(cell: Self.cell, shape: shape), training: fields.training.options,
      validation: fields.training.validation, anchors: fields.network.anchors, refit: fields.training.refit,
      members: fields.training.members)
  }

  func check(beside rest: StageSurroundings) throws(FieldFault) {
    try fields.training.check(beside: rest)
    if fields.network.bidirectional, fields.training.origins > 1 {
      throw FieldFault("origins", "must be 1 with bidirectional: earlier states have seen what they would forecast")
    }
  }
}
