import Files
import Forecasting
import PipelineFile
import Pipelines
import TimeSeries

/// Judges the chain on rows it has not seen.
struct EvaluateStage: EvaluatorStage {
  static let name = "evaluate"
  static let summary = "Fits the chain before each of several origins and compares its forecasts with what came."
  static let example = "{metrics: [mae, mase], season: 12, folds: 4, require: {mase: \"< 1.0\"}}"

  @Field("What is measured.") var metrics: [MetricName] = ["mae", "rmse", "smape", "mase"]
  @Field("What the model is measured beside; naive and seasonal naive always are.") var baselines: [Baseline] = [
    .naive, .seasonalNaive,
  ]
  @Field(
    "Season of the baselines and of mase; without it the usual one of the frequency.",
    bounds: .steps(1))
  var season: StepSpan?
  @Field("How many origins, the last one a horizon before the end.", bounds: .between(1, 10_000)) var folds = 4
  @Field("Steps between two origins; without it the horizon.", bounds: .steps(1)) var stride: StepSpan?
  @Field(
    "Fits anew at every so many-th origin, 0 at the first alone; without it 1, and 0 with `train`.",
    unit: "folds", bounds: .between(0, 10_000))
  var refit: Int?
  @Field("The newest rows before an origin that are fitted on; without it all.", bounds: .steps(2))
  var maxTraining: StepSpan?
  @Field("Rows right before an origin that are not fitted on.", bounds: .steps(0)) var gap: StepSpan = 0
  @Field(
    "Cuts the rows once instead of by folds: the first rows are fitted on. Steps (8640) or a share (0.7).",
    bounds: .extent)
  var train: Extent?
  @Field("The rows behind `train`, which decide when a training stops; without it what `test` leaves.", bounds: .extent)
  var validation: Extent?
  @Field("The rows that are judged; without it all that are left.", bounds: .extent) var test: Extent?
  @Field("The units that are scored in: plain, or standardized by the rows of `train`, at every origin of `test`.")
  var `protocol` = Backtest.Measure.plain
  @Field("A CSV file for every forecast beside what came.") var forecasts: FilePath?
  @Field(
    "A CSV file of the judged rows with the newest forecast of each, made from rows before it, flagged where the "
      + "value lies outside of the interval; `stride: 1` looks one step ahead.")
  var anomalies: FilePath?
  @Field(
    "Level of that interval, among the forecaster's `levels`; without it the widest.", bounds: .between(0.01, 0.999))
  var anomalyLevel: Double?
  @Field("A baseline whose forecast is published in place of the model's where it is better in the backtest.")
  var onWorseThan: Baseline?
  @Field("Bounds such as {mase: \"< 1.0\"}; nothing new is published where what would be does not keep them.")
  var require: [String: ScoreBound] = [:]

  init() {}

  func backtest(_ known: MetricRegistry) -> Backtest {
    var backtest = Backtest(metrics: metrics.compactMap { known[$0.text] })
    backtest.season = season?.steps
    backtest.folds = folds
    backtest.stride = stride?.steps
    backtest.refitEvery = refit ?? (train == nil ? 1 : 0)
    backtest.maximumTraining = maxTraining?.steps
    backtest.gap = gap.steps
    backtest.split = train.map { FixedSplit(train: $0, validation: validation, test: test) }
    backtest.measure = `protocol`
    backtest.baselines = baselines
    backtest.fallback = onWorseThan
    backtest.requirements = require.sorted { $0.key < $1.key }.compactMap { name, bound in
      known[name].map { Requirement(metric: $0, bound) }
    }
    backtest.keepsForecasts = forecasts != nil
    backtest.anomalies = anomalies == nil ? nil : anomalyLevel.map { .level($0) } ?? .widest
    return backtest
  }

  var outputs: [FilePath] { [forecasts, anomalies].compactMap { $0 } }

  func check(beside rest: StageSurroundings) throws(FieldFault) {
    for name in require.keys.sorted() where !metrics.contains(where: { $0.text == name }) {
      let hint = rest.metrics[name] == nil ? rest.metrics.hint(for: name) : "; add it there"
      throw FieldFault("require", "asks for \"\(name)\", which is not among the metrics\(hint)")
    }
    if onWorseThan != nil, metrics.allSatisfy({ rest.metrics[$0.text]?.orientation == .neither }) {
      throw FieldFault("on_worse_than", "wants a metric that tells better from worse, such as mase, among the metrics")
    }
    guard anomalies != nil, let levels = rest.levels else { return }
    if let anomalyLevel, !levels.contains(anomalyLevel) {
      throw FieldFault("anomaly_level", "of \(anomalyLevel) is not among the levels of the forecaster; add it there")
    }
    if levels.isEmpty { throw FieldFault("anomalies", "wants a forecaster with `levels`, such as [0.99]") }
  }

  func publish(_ forecast: PublishedForecast, to files: any OutputFiles) throws {
    if let forecasts, let file = FoldFile(forecast) {
      var failure: Failure?
      try files.write(to: forecasts) { pieces in
        do throws(Failure) { try file.csv(pieces: pieces) } catch { failure = error }
      }
      if let failure { throw failure }
    }
    if let anomalies {
      let file = try AnomalyFile(forecast)
      try files.write(to: anomalies) { file.csv(pieces: $0) }
    }
  }

  func check() throws(FieldFault) {
    if metrics.isEmpty { throw FieldFault("metrics", "wants at least one") }
    if anomalyLevel != nil, anomalies == nil { throw FieldFault("anomaly_level", "wants `anomalies` beside it") }
    if train == nil {
      if validation != nil { throw FieldFault("validation", "wants `train` beside it") }
      if test != nil { throw FieldFault("test", "wants `train` beside it") }
      if `protocol` == .longHorizon { throw FieldFault("protocol", "long-horizon wants `train` and `test`") }
    } else if validation == nil, test == nil {
      throw FieldFault("train", "wants `validation` or `test` beside it")
    }
  }
}

/// The name of a metric; which there are is said by the registry of stages.
struct MetricName: FieldValue, Hashable, ExpressibleByStringLiteral {
  static let fieldKind = FieldKind.score
  let text: String

  init(node: ConfigNode) throws(FieldFault) { text = try node.text(as: .text) }
  init(stringLiteral text: String) { self.text = text }
  var fieldText: String? { text }
}

extension Baseline: FieldChoice {}
extension Backtest.Measure: FieldChoice {}

extension Extent: FieldValue {
  public static var fieldKind: FieldKind { .number }

  public init(node: ConfigNode) throws(FieldFault) {
    let number = try Double(node: node)
    if number >= 1, number == number.rounded(), number <= Double(StepSpan.largest) {
      self = .steps(Int(number))
    } else if number > 0, number < 1 {
      self = .share(number)
    } else {
      throw FieldFault("wants steps such as 8640 or a share such as 0.7", at: node.location)
    }
  }

  public var fieldText: String? {
    switch self {
    case .steps(let count): count.fieldText
    case .share(let share): share.fieldText
    }
  }

  public var boundedNumbers: [Double] {
    switch self {
    case .steps(let count): count.boundedNumbers
    case .share(let share): [share]
    }
  }
}

extension FieldBounds {
  /// A share of the rows, or steps.
  static let extent = FieldBounds.above(0, upTo: Double(StepSpan.largest))
}

extension MetricRegistry {
  /// What to say of a name that no metric has.
  fileprivate func hint(for name: String) -> String {
    let known = metrics.map(\.name)
    let near = didYouMean(name, among: known)
    return near.isEmpty ? "; known are \(known.joined(separator: ", "))" : near
  }
}
