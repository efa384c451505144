import Forecasting
import PipelineFile
import Pipelines

/// Keeps forecasts within what a series can be.
struct BoundsStage: TransformStage {
  static let name = "bounds"
  static let summary = "Keeps forecasts, their intervals and sample paths within what a series can be."
  static let example = "{floor: 0, ceiling: 100, whole: auto}"
  static let savedParts = Bounds.savedParts

  @Field("What no forecast is below: a number, none, or auto for 0 where no reading of the training rows is below it.")
  var floor = LimitField(.automatic)
  @Field(
    "What no forecast is above: a number, none, or auto for the largest reading of the training rows where a twentieth "
      + "of them stand right at it.")
  var ceiling = LimitField(.none)
  @Field(
    "Whether whole numbers are forecast: true, false, or auto for where all readings of the training rows are whole and "
      + "half of them 10 or more; the mean of small counts says more than a whole number.")
  var whole = Whole.auto

  init() {}

  enum Whole: String, FieldChoice { case auto, yes = "true", no = "false" }

  func transform(in surroundings: ChainSurroundings) -> any Transform {
    Bounds(floor: floor.limit, ceiling: ceiling.limit, whole: whole == .auto ? nil : whole == .yes)
  }

  func check() throws(FieldFault) {
    if case .value(let low) = floor.limit, case .value(let high) = ceiling.limit, low > high {
      throw FieldFault("ceiling", "of \(ceiling.fieldText ?? "") is below the floor of \(floor.fieldText ?? "")")
    }
  }
}

/// `auto`, `none`, or a number.
struct LimitField: FieldValue, Hashable {
  static let fieldKind = FieldKind.text
  let limit: Bounds.Limit

  init(_ limit: Bounds.Limit) { self.limit = limit }

  init(node: ConfigNode) throws(FieldFault) {
    switch try node.text(as: .text) {
    case "auto": limit = .automatic
    case "none": limit = .none
    case let text:
      guard let value = Double(text), value.isFinite else {
        throw FieldFault("wants a number, auto or none, not \(node.kind)", at: node.location)
      }
      limit = .value(value)
    }
  }

  var fieldText: String? {
    switch limit {
    case .automatic: "auto"
    case .none: "none"
    case .value(let value): value.fieldText
    }
  }
}
