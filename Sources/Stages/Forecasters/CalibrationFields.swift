import Forecasting
import PipelineFile
import Pipelines

/// The field of every forecaster whose intervals can be calibrated.
struct CalibrationFields: FieldGroup {
  @Field(
    "Origins at the end of the training rows whose errors make the intervals hold what they promise (conformal "
      + "prediction, for each step), auto for as many as the rows allow, or 0. The chain is fitted once more, without "
      + "those rows. Where auto finds too few, errors of several steps count together, drawn towards the forecaster's own "
      + "intervals or those of the seasonal naive forecast. Without it 0, and auto where `levels` are asked of a "
      + "forecaster that gives none.")
  var calibration: CalibrationOrigins?

  init() {}

  /// The calibration that the field asks for.
  ///
  /// - Parameter isNeeded: whether the forecaster gives no intervals of its own.
  func calibration(_ levels: [Double], season: Int?, isNeeded: Bool = false) -> Calibration? {
    guard !levels.isEmpty, let wanted = calibration ?? (isNeeded ? .automatic : nil), wanted != .count(0) else {
      return nil
    }
    return Calibration(levels: levels, origins: wanted.count, season: season)
  }

  func check(_ levels: [Double]) throws(FieldFault) {
    if levels.isEmpty, let calibration, calibration != .count(0) {
      throw FieldFault("calibration", "wants `levels`, such as [0.8, 0.95]")
    }
  }
}

/// `auto`, or a number of origins.
enum CalibrationOrigins: FieldValue, Hashable {
  case automatic
  case count(Int)

  static let fieldKind = FieldKind.text

  init(node: ConfigNode) throws(FieldFault) {
    let text = try String(node: node)
    if text == "auto" {
      self = .automatic
    } else if let count = Int(text), (0...100_000).contains(count) {
      self = .count(count)
    } else {
      throw FieldFault("wants auto, or a number of origins from 0 to 100000, not \(node.kind)", at: node.location)
    }
  }

  var count: Int? { if case .count(let count) = self { count } else { nil } }

  var fieldText: String? { count.map(String.init) ?? "auto" }
}
