import Forecasting
import Foundation
import PipelineFile
import TimeSeries

/// What a runner keeps from run to run, and where.
public struct RunState: Sendable {
  /// The folder; its lock is held by whoever runs.
  public var folder: StateFolder
  /// What distinguishes this run from others; nil where nothing does.
  public var identity: RunIdentity?
  /// Writes and reads saved models.
  public var coder: ModelCoder
  /// Whether a training that was interrupted goes on.
  public var resumes: Bool
  /// How far apart two checkpoints of a training are at the least.
  public var checkpointInterval: Duration

  /// What is kept in a folder.
  public init(
    folder: StateFolder, identity: RunIdentity?, coder: ModelCoder, resumes: Bool = false,
    checkpointInterval: Duration = .seconds(10)
  ) {
    (self.folder, self.identity, self.coder, self.resumes) = (folder, identity, coder, resumes)
    self.checkpointInterval = checkpointInterval
  }
}

/// Whether a run uses the saved model or trains one, as `declaration.run.retrain` says.
enum ModelChoice {
  case train(reason: String)
  case reuse(SavedModel, reason: String)
}

extension Pipeline {
  /// The choice for a panel.
  ///
  /// - Throws: ``Failure`` of the kind `quality` where the model may not be trained anew and does worse on the rows that
  ///   came than `require` allows.
  func modelChoice(
    for panel: Panel, in state: RunState, now: Date, warn: (String) -> Void = { _ in }
  ) throws(Failure) -> ModelChoice {
    if declaration.run.retrain == .always { return .train(reason: "run.retrain is always") }
    let model: SavedModel
    do { model = try SavedModel(in: state.folder, coder: state.coder) } catch {
      return .train(
        reason: error == .missing ? "there is no saved model yet" : "the saved model cannot be used: \(error)")
    }
    if let reason = misfit(of: model, to: panel) { return .train(reason: reason) }
    let age = now.timeIntervalSince(model.trained)
    // A model cannot be younger than nothing: nobody knows how old it is.
    if age < 0 {
      warn(
        "the saved model says that it was trained at \(model.trained.ISO8601Format()), which is later than now: the clock "
          + "was ahead then, or is behind now")
    }
    if case .every(let span) = declaration.run.retrain, age < 0 {
      return .train(reason: "the saved model is of the future, so its age is not known; run.retrain is every \(span)")
    }
    if case .every(let span) = declaration.run.retrain, age >= span.seconds {
      return .train(reason: "the saved model is \(words(for: age)) old, and run.retrain is every \(span)")
    }
    let fresh = model.freshRows(in: panel)
    var reason = "run.retrain is \(declaration.run.retrain.fieldText ?? ""), and \(counted(fresh, "step")) came since"
    guard let card = try freshScores(of: model, on: panel, steps: fresh) else {
      return .reuse(model, reason: reason)
    }
    for requirement in backtest?.requirements ?? [] {
      guard let text = card.shortfall(of: requirement, on: "the steps that came since") else { continue }
      guard declaration.run.retrain == .never else { return .train(reason: text) }
      throw Failure(
        .quality, stage: parts.evaluator?.label,
        "\(text); run.retrain is never, so the last published forecast stays")
    }
    if declaration.run.retrain == .whenWorse {
      let verdict = verdict(on: card, of: model)
      if verdict.isWorse { return .train(reason: verdict.words) }
      reason = verdict.words
    }
    return .reuse(model, reason: reason)
  }

  /// Why a model cannot forecast a panel as the pipeline asks; nil where it can.
  func misfit(of model: SavedModel, to panel: Panel) -> String? {
    let parts = declaration.fittedParts
    if let changed = zip(parts, model.document.parts).first(where: { $0 != $1 }) {
      return "\(changed.0.label) changed since the model was trained"
    }
    if parts.count != model.document.parts.count { return "the stages changed since the model was trained" }
    guard model.chain.fits(chain.shape) else { return "the saved model is one for other windows than the pipeline's" }
    let known = Dictionary(model.rows.map { ($0.name, $0.index) }) { first, _ in first }
    for series in panel.series {
      // A network that learned from a sample knows few.
      guard let index = known[series.name] ?? (chain.shape.sample == nil ? nil : model.rows.first?.index) else {
        return "series \"\(series.name)\" was not there when the model was trained"
      }
      if index.frequency != series.index.frequency {
        return "the readings come every \(series.index.frequency), and the model knows them every \(index.frequency)"
      }
      if known[series.name] == nil { continue }
      if index.monthDay != nil, index.steps(to: series.index.start) == nil {
        return "series \"\(series.name)\" is read on other days of the month than those that the model knows"
      }
      let last = max(0, index.count - 1)
      if index.closed != series.index.closed, let shift = series.index.steps(to: index.start),
        series.index[shift + last] != index[last]
      {
        return "series \"\(series.name)\" has other weekdays without readings than those that the model knows"
      }
    }
    return nil
  }

  /// The scores of a model on the rows that came since; nil where they are fewer than a horizon.
  private func freshScores(of model: SavedModel, on panel: Panel, steps: Int) throws(Failure) -> Scorecard? {
    let shape = chain.shape
    let folds = min(20, steps / shape.horizon)
    let asked = backtest
    guard folds >= 1, declaration.run.retrain == .whenWorse || asked?.requirements.isEmpty == false else { return nil }
    let season = asked?.season ?? panel.series.first?.index.frequency.usualSeason ?? 1
    return try Failure.naming(parts.forecaster.label) {
      let result = try adopted(model).judged(on: panel, shape: shape, folds: folds, season: season)
      let metrics = [.mase] + (asked?.metrics ?? []).filter { $0 != .mase }
      return result.scorecard(metrics: metrics.contains(.mae) ? metrics : metrics + [.mae])
    }
  }

  /// Whether a model does worse than it did. With a backtest a fifth more of its error is worse; without one, more than
  /// the error of a naive forecast of the same steps.
  private func verdict(on card: Scorecard, of model: SavedModel) -> (isWorse: Bool, words: String) {
    func text(_ value: Double) -> String { String(format: "%.4g", value) }
    // Where the steps since the training repeat exactly, mase is not defined, and the plain error tells.
    let metric = card.decisiveMetric == .mase ? Metric.mase : .mae
    let value = card.value(metric) ?? .nan
    let new = "\(metric.name) on the steps that came since is \(text(value))"
    if let before = model.backtest?.scorecard(metrics: [metric]).value(metric), before.isFinite {
      let isWorse = !(value <= 1.2 * before)
      return (isWorse, "\(new), and was \(text(before)) when it was trained")
    }
    let naive = card.rows.dropFirst().compactMap { card.value(metric, of: $0.name) }.filter(\.isFinite).min()
    return (!(value <= naive ?? .infinity), "\(new), that of the best naive forecast \(text(naive ?? .nan))")
  }

  private func words(for seconds: TimeInterval) -> String {
    let (days, hours) = (Int(seconds / 86_400), Int(seconds / 3600))
    if days >= 1 { return counted(days, "day") }
    return hours >= 1 ? counted(hours, "hour") : counted(Int(seconds / 60), "minute")
  }
}

extension SavedModel {
  /// The steps of the series with the fewest that are newer than those that the model was trained on.
  func freshRows(in panel: Panel) -> Int {
    let known = Dictionary(rows.map { ($0.name, $0.index) }) { first, _ in first }
    let fresh = panel.series.compactMap { series -> Int? in
      guard let index = known[series.name] else { return nil }
      let end = series.index.offset(from: index) + series.count
      return max(0, min(series.count, end - index.count))
    }
    return fresh.min() ?? 0
  }
}
