/// Checks that the stages stand in an order that makes sense, and sorts them by what they are for.
struct StageOrder {
  /// A stage that was read, with its place.
  struct Step {
    let name: String
    let position: Int
    let role: StageRole
    let reading: StageDefinition.Reading
    let place: Place

    var stage: any Stage { reading.stage }

    /// Whether all its fields could be read.
    var isSound: Bool { reading.faults.isEmpty }

    var label: String { "stages[\(position)] (\(name))" }

    func with<Role>(_ type: Role.Type) -> Pipeline.Step<Role>? {
      (stage as? Role).map { Pipeline.Step(name: name, position: position, stage: $0) }
    }
  }

  let steps: [Step]
  /// Whether every stage of the file is among the steps; only then is an absent one a fault.
  let isComplete: Bool

  /// The pipeline, or nil with the faults of its order.
  func pipeline(
    file: String, name: String, description: String?, root: String, run: Pipeline.RunSettings,
    _ check: inout FileCheck
  ) -> Pipeline? {
    checkOrder(&check)
    checkCounts(&check)
    checkTogether(&check)
    guard check.diagnostics.isEmpty,
      let source = first((any SourceStage).self), let window = first((any WindowStage).self),
      let forecaster = first((any ForecasterStage).self)
    else { return nil }
    return Pipeline(
      file: file, name: name, description: description, root: root, run: run, source: source,
      transforms: steps.compactMap { $0.with((any TransformStage).self) }, window: window, forecaster: forecaster,
      evaluator: first((any EvaluatorStage).self), sinks: steps.compactMap { $0.with((any SinkStage).self) })
  }

  private func first<Role>(_ type: Role.Type) -> Pipeline.Step<Role>? {
    steps.lazy.compactMap { $0.with(type) }.first
  }

  private func checkOrder(_ check: inout FileCheck) {
    for (earlier, later) in zip(steps, steps.dropFirst()) where later.role.rank < earlier.role.rank {
      check.fault(
        FieldFault(
          "\(later.role.withArticle) cannot follow \(earlier.role.withArticle) (\(earlier.name)); the order is "
            + StageRole.allCases.map(\.rawValue).joined(separator: ", "), at: later.place), in: later.label)
    }
    for step in steps where step.stage is any RegularizingStage && step.position > 1 {
      check.fault(FieldFault("must stand next to the source; move it there", at: step.place), in: step.label)
    }
  }

  private func checkCounts(_ check: inout FileCheck) {
    for role in StageRole.allCases where role != .transform && role != .sink {
      let same = steps.filter { $0.role == role }
      for extra in same.dropFirst() {
        check.fault(
          FieldFault(
            "a pipeline has one \(role.rawValue), and stages[\(same[0].position)] is it; remove one", at: extra.place),
          in: extra.label)
      }
      if same.isEmpty, isComplete, role != .evaluator {
        check.fault(FieldFault("no \(role.rawValue) among the stages; add one, such as \(role.example)", at: nil))
      }
    }
    if isComplete, !steps.contains(where: { $0.role == .sink }) {
      let example = StageRole.sink.example
      check.fault(
        FieldFault("no sink among the stages: nothing would be published; add one, such as \(example)", at: nil))
    }
  }

  private func checkTogether(_ check: inout FileCheck) {
    guard let window = steps.first(where: { $0.role == .window }), window.isSound,
      let shape = (window.stage as? any WindowStage)?.shape()
    else { return }
    let evaluator = steps.first { $0.role == .evaluator }
    if evaluator?.isSound == false { return }
    let rest = StageSurroundings(shape: shape, backtest: (evaluator?.stage as? any EvaluatorStage)?.backtest())
    for step in steps where step.isSound {
      do { try step.stage.check(beside: rest) } catch {
        check.fault(error.placed(among: step.reading.places, otherwise: step.place), in: step.label)
      }
    }
  }
}

extension StageRole {
  var rank: Int { StageRole.allCases.firstIndex(of: self) ?? 0 }

  var withArticle: String { self == .evaluator ? "an evaluator" : "a \(rawValue)" }

  /// A stage that has the role, for messages.
  var example: String {
    switch self {
    case .source: "csv"
    case .transform: "normalize"
    case .window: "window"
    case .forecaster: "lstm"
    case .evaluator: "evaluate"
    case .sink: "write"
    }
  }
}
