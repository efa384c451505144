import Forecasting
import Pipelines

/// Judges the chain on rows it has not seen.
struct Evaluate: EvaluatorStage {
  static let name = "evaluate"
  static let summary = "Fits the chain anew before each of several origins and compares its forecasts with what came."
  static let example = "{metrics: [mae, mase], season: 12, folds: 4, require: {mase: \"< 1.0\"}}"

  @Field("What is measured; naive and seasonal naive are measured beside it.")
  var metrics: [Metric] = [.mae, .rmse, .smape, .mase]
  @Field(
    "Season of the seasonal naive forecast and of mase; without it the usual one of the frequency.",
    unit: "steps", bounds: .atLeast(1))
  var season: Int?
  @Field("How many origins, the last one a horizon before the end.", bounds: .between(1, 1000)) var folds = 4
  @Field("Steps between two origins; without it the horizon.", unit: "steps", bounds: .atLeast(1)) var stride: Int?
  @Field("Bounds such as {mase: \"< 1.0\"}; nothing new is published by a chain that is worse.")
  var require: [String: UpperBound] = [:]

  init() {}

  func backtest() -> Backtest {
    Backtest(
      metrics: metrics, season: season, folds: folds, stride: stride,
      requirements: require.sorted { $0.key < $1.key }.compactMap { name, bound in
        Metric(rawValue: name).map { .init(metric: $0, below: bound.value) }
      })
  }

  func check() throws(FieldFault) {
    if metrics.isEmpty { throw FieldFault("metrics", "wants at least one") }
    for name in require.keys.sorted() where !metrics.contains(where: { $0.rawValue == name }) {
      throw FieldFault("require", "asks for \"\(name)\", which is not among the metrics; add it there")
    }
  }
}

extension Metric: FieldChoice {}

/// `< 1.0`: what a metric must stay below.
struct UpperBound: FieldValue {
  static let fieldKind = FieldKind.text
  var value: Double

  init(node: ConfigNode) throws(FieldFault) {
    let text = try String(node: node)
    let number = text.hasPrefix("<") ? text.dropFirst().drop(while: { $0 == " " }) : ""
    guard let value = Double(number) else {
      throw FieldFault("wants a bound such as \"< 1.0\", not \"\(text)\"", at: node.place)
    }
    self.value = value
  }

  var fieldText: String? { "< \(value)" }
}
