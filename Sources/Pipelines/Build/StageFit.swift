import Forecasting
import PipelineFile
import TimeSeries

/// Checks stages beside each other, once their durations are steps.
struct StageFit {
  let stages: [StageDeclaration]
  let metrics: MetricRegistry

  func check(_ check: inout FileCheck) {
    guard let rest = surroundings else { return }
    for stage in stages where stage.isSettled {
      for fault in faults(of: stage, beside: rest) { check.fault(fault, in: stage.label) }
    }
  }

  /// What does not fit the rest of the pipeline, in a stage and in stages that stand in its fields.
  private func faults(of declaration: StageDeclaration, beside rest: StageSurroundings) -> [FieldFault] {
    guard let stage = declaration.stage as? any PipelineStage else { return [] }
    let locations = declaration.values.locations
    var faults: [FieldFault] = []
    for (field, members) in declaration.members {
      for (position, member) in members.enumerated() {
        var found = self.faults(of: member, beside: rest)
        if (member.stage as? any ForecasterStage)?.calibration != nil {
          let written = member.values.locations
          found.append(
            FieldFault(
              "its intervals would be calibrated, which is done for the whole stage alone: give `levels` there, or "
                + "`calibration: 0` here",
              at: written["calibration"] ?? written["levels"] ?? member.location))
        }
        faults += found.map { $0.within("\(field)[\(position)] (\(member.name))") }
      }
    }
    do throws(FieldFault) { try stage.check(beside: rest) } catch {
      faults.append(error.placed(among: locations, otherwise: declaration.location))
    }
    return faults
  }

  /// The first stage of a role.
  private func first<Role>(_ role: StageRole, _ type: Role.Type) -> (declaration: StageDeclaration, stage: Role)? {
    guard let declaration = stages.first(where: { $0.role == role }), let stage = declaration.stage as? Role else {
      return nil
    }
    return (declaration, stage)
  }

  private var surroundings: StageSurroundings? {
    guard let window = first(.window, (any WindowStage).self), window.declaration.isSettled else { return nil }
    let evaluator = first(.evaluator, (any EvaluatorStage).self)
    if stages.contains(where: { $0.role == .evaluator }), evaluator?.declaration.isSettled != true { return nil }
    let forecaster = first(.forecaster, (any ForecasterStage).self)?.stage
    return StageSurroundings(
      shape: window.stage.shape(), backtest: evaluator?.stage.backtest(metrics), levels: forecaster?.givenLevels,
      drawsPaths: forecaster?.drawsPaths, metrics: metrics)
  }

  /// Says what is probably not meant, though it runs.
  func warn(_ check: inout FileCheck) {
    guard let rest = surroundings, let window = stages.first(where: { $0.role == .window }) else { return }
    let stated = stages.lazy.compactMap { ($0.stage as? any FrequencyStage)?.statedFrequency }.first
    let (season, origin) =
      if let season = rest.backtest?.season { (season, "evaluate's") } else {
        (stated?.usualSeason ?? 1, "the usual one of \(stated?.description ?? "")")
      }
    if season > 1, rest.shape.lookback < season {
      check.warn(
        FieldFault(
          "lookback of \(rest.shape.lookback) steps is shorter than a season of \(season) (\(origin)); the network "
            + "never sees a whole one", at: window.values.locations["lookback"] ?? window.location), in: window.label)
    }
  }
}
