import Forecasting
import TimeSeries

/// Checks that the stages stand in an order that makes sense, and sorts them by what they are for.
struct StageOrder {
  /// A stage that was read, with its place.
  struct Step {
    var name: String
    let use: String
    let position: Int
    /// What messages call the list in which it stands.
    let list: String
    let role: StageRole
    var reading: StageDefinition.Reading
    let place: Place
    /// How long a forecaster may take.
    let timeout: TimeSpan?

    var stage: any Stage { reading.stage }

    /// Whether all its fields could be read.
    var isSound: Bool { reading.faults.isEmpty }

    var label: String { "\(list)[\(position)] (\(name))" }

    /// The files that it will write, of a run and of what goes wrong in one.
    var outputs: [FilePath] {
      switch stage {
      case let source as any SourceStage: source.outputs()
      case let evaluator as any EvaluatorStage: evaluator.outputs()
      case let sink as any SinkStage: sink.outputs()
      default: []
      }
    }

    /// Whether a forecaster draws sample paths; nil while a duration waits for its steps.
    func drawsPaths(for shape: WindowShape) -> Bool? {
      reading.isSettled ? (stage as? any ForecasterStage)?.forecaster(for: shape).drawsPaths : nil
    }

    /// What does not fit the rest of the pipeline, in the stage and in stages that stand in its fields.
    func faults(beside rest: StageSurroundings) -> [FieldFault] {
      var faults = reading.fieldSet.fields.flatMap { $0.field.faults(beside: rest, field: $0.name) }
      do { try stage.check(beside: rest) } catch {
        faults.append(error.placed(among: reading.places, otherwise: place))
      }
      return faults
    }

    func with<Role>(_ type: Role.Type) -> Pipeline.Step<Role>? {
      (stage as? Role).map { Pipeline.Step(name: name, use: use, position: position, stage: $0) }
    }
  }

  /// The stages by what they are for.
  struct Roles {
    let source: Pipeline.Step<any SourceStage>
    let checks: [Pipeline.Step<any CheckStage>]
    let transforms: [Pipeline.Step<any TransformStage>]
    let window: Pipeline.Step<any WindowStage>
    let forecaster: Pipeline.Step<any ForecasterStage>
    let evaluator: Pipeline.Step<any EvaluatorStage>?
    let sinks: [Pipeline.Step<any SinkStage>]
    let needsFrequency: Bool
    let forecasterTimeout: TimeSpan?
  }

  private(set) var steps: [Step]
  /// Where the list of stages stands.
  let place: Place
  /// Whether every stage of the file is among the steps; only then is an absent one a fault.
  let isComplete: Bool

  init(steps: [Step], place: Place, isComplete: Bool) {
    (self.steps, self.place, self.isComplete) = (steps, place, isComplete)
  }

  /// The distance of the steps, where the file itself says it.
  private var statedFrequency: Frequency? {
    steps.lazy.filter(\.isSound).compactMap { $0.stage as? any RegularizingStage }.first?.regularization().every
  }

  /// Turns durations into steps, of a frequency that is known or that the file states.
  mutating func settle(on known: Frequency?, among registry: StageRegistry) {
    guard let frequency = known ?? statedFrequency else { return }
    for position in steps.indices where steps[position].isSound {
      steps[position].reading.settle(on: frequency, among: registry)
    }
  }

  /// Finds the faults of the order, and of fields beside those of other stages.
  func check(_ check: inout FileCheck) {
    checkOrder(&check)
    checkCounts(&check)
    checkOutputs(&check)
    checkTogether(&check)
  }

  /// The stages by role; nil where one is missing.
  var roles: Roles? {
    guard let source = first((any SourceStage).self), let window = first((any WindowStage).self),
      let forecaster = first((any ForecasterStage).self)
    else { return nil }
    return Roles(
      source: source, checks: steps.compactMap { $0.with((any CheckStage).self) },
      transforms: steps.compactMap { $0.with((any TransformStage).self) }, window: window,
      forecaster: forecaster, evaluator: first((any EvaluatorStage).self),
      sinks: steps.compactMap { $0.with((any SinkStage).self) },
      needsFrequency: steps.contains { !$0.reading.isSettled },
      forecasterTimeout: steps.lazy.compactMap(\.timeout).first)
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
    // A stage that could not be read may be the source that is meant.
    let mayFollow = steps.first.map { $0.position > 0 || $0.role == .source } ?? true
    let first = (mayFollow ? 1 : 0) + steps.count { $0.role == .check }
    for step in steps where step.stage is any RegularizingStage && step.position > first {
      check.fault(FieldFault("must stand next to the source; move it there", at: step.place), in: step.label)
    }
  }

  private func checkCounts(_ check: inout FileCheck) {
    for role in StageRole.allCases where ![.check, .transform, .sink].contains(role) {
      let same = steps.filter { $0.role == role }
      for extra in same.dropFirst() {
        check.fault(
          FieldFault(
            "a pipeline has one \(role.rawValue), and stages[\(same[0].position)] is it; remove one", at: extra.place),
          in: extra.label)
      }
      if same.isEmpty, isComplete, role != .evaluator {
        check.fault(
          FieldFault("no \(role.rawValue) among the stages; add one, such as \(role.example)", at: place))
      }
    }
    if isComplete, !steps.contains(where: { $0.role == .sink }) {
      let example = StageRole.sink.example
      check.fault(
        FieldFault("no sink among the stages: nothing would be published; add one, such as \(example)", at: place))
    }
  }

  /// Two stages that write one file: the second would take the place of the first.
  private func checkOutputs(_ check: inout FileCheck) {
    var owners: [FilePath: Step] = [:]
    for step in steps where step.isSound {
      for path in step.outputs {
        if let owner = owners[path] {
          let whose = owner.position == step.position ? "this stage" : owner.label
          let message = "\(path.text) is written by \(whose) already; give it another path"
          check.fault(FieldFault(message, at: step.reading.places["path"] ?? step.place), in: step.label)
        }
        owners[path] = owners[path] ?? step
      }
    }
  }

  private func checkTogether(_ check: inout FileCheck) {
    guard let rest = surroundings else { return }
    for step in steps where step.isSound && step.reading.isSettled {
      for fault in step.faults(beside: rest) { check.fault(fault, in: step.label) }
    }
  }

  private var surroundings: StageSurroundings? {
    guard let window = steps.first(where: { $0.role == .window }), window.isSound, window.reading.isSettled,
      let shape = (window.stage as? any WindowStage)?.shape()
    else { return nil }
    let evaluator = steps.first { $0.role == .evaluator }
    if let evaluator, !evaluator.isSound || !evaluator.reading.isSettled { return nil }
    let forecaster = steps.first { $0.role == .forecaster && $0.isSound }
    return StageSurroundings(
      shape: shape, backtest: (evaluator?.stage as? any EvaluatorStage)?.backtest(),
      levels: (forecaster?.stage as? any ForecasterStage)?.givenLevels, drawsPaths: forecaster?.drawsPaths(for: shape))
  }

  /// Says what is probably not meant, though it runs.
  func warn(_ check: inout FileCheck) {
    guard let rest = surroundings, let window = steps.first(where: { $0.role == .window }) else { return }
    let (season, origin) =
      if let season = rest.backtest?.season { (season, "evaluate's") } else {
        (statedFrequency?.usualSeason ?? 1, "the usual one of \(statedFrequency?.description ?? "")")
      }
    if season > 1, rest.shape.lookback < season {
      check.warn(
        FieldFault(
          "lookback of \(rest.shape.lookback) steps is shorter than a season of \(season) (\(origin)); the network "
            + "never sees a whole one", at: window.reading.places["lookback"] ?? window.place), in: window.label)
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
    case .check: "check"
    case .transform: "normalize"
    case .window: "window"
    case .forecaster: "lstm"
    case .evaluator: "evaluate"
    case .sink: "write"
    }
  }
}
