import TimeSeries

/// Checks that stages stand in an order that makes sense, each role as often as a pipeline has it.
struct StageOrder {
  let stages: [StageDeclaration]
  /// Where the list of stages stands.
  let location: Location
  /// Whether every stage of the file is there; only then is an absent one a fault.
  let isComplete: Bool
  /// Whether an absent sink is one.
  let needsSink: Bool

  func check(_ check: inout FileCheck) {
    checkOrder(&check)
    checkCounts(&check)
  }

  private func checkOrder(_ check: inout FileCheck) {
    for (earlier, later) in zip(stages, stages.dropFirst()) where later.role.rank < earlier.role.rank {
      check.fault(
        FieldFault(
          "\(later.role.withArticle) cannot follow \(earlier.role.withArticle) (\(earlier.name)); the order is "
            + StageRole.allCases.map(\.rawValue).joined(separator: ", "), at: later.location), in: later.label)
    }
    // A stage that could not be read may be the source that is meant.
    let mayFollow = stages.first.map { $0.position > 0 || $0.role == .source } ?? true
    let first = (mayFollow ? 1 : 0) + stages.count { $0.role == .check }
    for stage in stages where stage.mustFollowSource && stage.position > first {
      check.fault(FieldFault("must stand next to the source; move it there", at: stage.location), in: stage.label)
    }
  }

  private func checkCounts(_ check: inout FileCheck) {
    for role in StageRole.allCases where ![.check, .transform, .sink].contains(role) {
      let same = stages.filter { $0.role == role }
      for extra in same.dropFirst() {
        check.fault(
          FieldFault(
            "a pipeline has one \(role.rawValue), and stages[\(same[0].position)] is it; remove one", at: extra.location
          ),
          in: extra.label)
      }
      if same.isEmpty, isComplete, role != .evaluator {
        check.fault(
          FieldFault("no \(role.rawValue) among the stages; add one, such as \(role.example)", at: location))
      }
    }
    if isComplete, needsSink, !stages.contains(where: { $0.role == .sink }) {
      let example = StageRole.sink.example
      check.fault(
        FieldFault(
          "no sink among the stages: nothing would be published; add one, such as \(example), or judge it by "
            + "`almanac evaluate`", at: location))
    }
  }
}
