import Forecasting
import PipelineFile
import TimeSeries

extension PipelineDeclaration {
  /// Readings on the regular index that the stage next to the source asks for.
  ///
  /// - Parameter isPart: whether there are more series than these.
  func regular(_ readings: Readings, isPart: Bool = false) throws(Failure) -> Panel {
    let (label, regularization) = regularization
    return try Failure.naming(label) {
      let panel = try regularization.apply(readings)
      try panel.refuseWhatCannotBeLearned(byNetwork: parts.forecaster.stage.trainsNetwork && !isPart)
      return panel
    }
  }

  /// Readings on the clock that their steps are regular on: in a place where clocks are changed, UTC or its own days.
  func onClockOfSteps(_ readings: Readings) -> Readings { readings.onClock(ofSteps: regularization.1.every) }

  /// What a person should know of readings on their regular index.
  func doubts(in readings: Readings, _ panel: Panel) -> [String] { regularization.1.doubts(in: readings, panel) }

  private var regularization: (label: String, Regularization) {
    let regularizing = parts.transforms.first.flatMap { part in
      (part.stage as? any RegularizingStage).map { (part.label, $0.regularization()) }
    }
    return regularizing ?? (parts.source.label, Regularization())
  }

  /// The pipeline with its durations turned into steps of a panel.
  func build(onFrequencyOf panel: Panel) throws(Failure) -> Pipeline {
    do { return try build(on: panel.series.first?.index.frequency ?? .steps) } catch {
      throw Failure(.badPipeline, error.description)
    }
  }
}

extension Pipeline {
  /// Refuses a forecast whose last step has no time that the source could write.
  func checkEnd(of panel: Panel, style: TimeStyle) throws(Failure) {
    let horizon = chain.shape.horizon
    for series in panel.series {
      let next = series.index.following(horizon)
      guard !style.holds(next[horizon - 1]) else { continue }
      let last = style.text(of: series.index[max(0, series.count - 1)])
      var failure = Failure(
        .badData, stage: parts.window.label,
        "series \"\(series.name)\": \(counted(horizon, "step")) of \(frequency) after \(last) lead beyond the times that "
          + "can be written (years have four digits); shorten `horizon`, or look for a wrong time")
      failure.series = series.name
      throw failure
    }
  }
}

extension Panel {
  /// Refuses early and in plain words what no forecaster could use.
  ///
  /// - Parameter byNetwork: whether a network is to learn it: a value that never changes teaches it nothing, while others
  ///   just repeat it.
  package func refuseWhatCannotBeLearned(byNetwork: Bool) throws(ForecastingError) {
    if series.isEmpty { throw .noSeries }
    for series in series {
      guard let first = series.values.first(where: { !$0.isNaN }) else { throw .nothingRead(series: series.name) }
      if series.count == 1 { throw .tooShort(series: series.name, steps: 1, needed: 2, reason: "any forecast") }
      // Among others a series that never moves does no harm.
      if byNetwork, self.series.count == 1, series.values.allSatisfy({ $0.isNaN || $0 == first }) {
        throw .constant(series: series.name, value: first, count: series.values.count { !$0.isNaN })
      }
      if series.index.frequency != self.series[0].index.frequency {
        throw .mixedFrequencies(
          series: series.name, frequency: series.index.frequency.description,
          other: self.series[0].index.frequency.description)
      }
    }
  }
}
