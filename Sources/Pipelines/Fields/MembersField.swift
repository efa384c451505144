import TimeSeries

/// A forecaster that stands inside a field of another stage.
public struct MemberStage: Sendable {
  /// What the file calls it: its `name`, or what it uses; the second of one kind has a number behind it.
  public let name: String
  /// The stage that it uses.
  public let use: String
  /// The stage.
  public let stage: any ForecasterStage
}

/// A field that holds forecasters, each written as a stage is: `use`, `name` and `with`.
///
/// ```swift
/// @Members("The forecasters whose forecasts become one.") var members: [MemberStage]
/// ```
///
/// Members are read, checked, settled and shown as the stages of the file are.
@propertyWrapper
public struct Members: Sendable {
  private let cell: MembersCell

  /// The members, in the order of the file.
  public var wrappedValue: [MemberStage] {
    cell.steps.compactMap { step in
      (step.stage as? any ForecasterStage).map { MemberStage(name: step.name, use: step.use, stage: $0) }
    }
  }

  /// A field that must be written.
  ///
  /// - Parameter fewest: how many members there must be.
  public init(_ help: String, fewest: Int = 1) { cell = MembersCell(help: help, fewest: fewest) }
}

/// The storage of the members. As that of any field it is written by the reader alone, before the stage is handed to
/// anyone else; that is why it may be shared.
final class MembersCell: @unchecked Sendable {
  fileprivate(set) var steps: [StageOrder.Step] = []
  let help: String
  let fewest: Int

  init(help: String, fewest: Int) { (self.help, self.fewest) = (help, fewest) }
}

extension Members: AnyField {
  func definition(named name: String) -> FieldDefinition {
    FieldDefinition(
      name: name, kind: .members, help: cell.help, isRequired: true, isSecret: false,
      defaultText: cell.steps.isEmpty ? nil : "[\(cell.steps.map(\.text).joined(separator: ", "))]")
  }

  var traits: FieldTraits { FieldTraits(help: cell.help, isRequired: true, isOptional: false, isSecret: false) }

  func read(_ node: ConfigNode, _ check: inout FieldCheck) throws(FieldFault) {
    guard let items = node.items else { throw .wants(.members, not: node) }
    if items.count < cell.fewest {
      throw FieldFault(
        "wants at least \(cell.fewest == 1 ? "one" : "\(cell.fewest)"), not \(items.count)", at: node.place)
    }
    var file = FileCheck(file: "")
    var names: [String: Int] = [:]
    for (position, item) in items.enumerated() {
      guard
        var step = check.registry.readStage(item, at: position, in: check.field, isFragment: check.isFragment, &file)
      else { continue }
      if let first = names[step.name] {
        if item["name"] != nil {
          let message = "the name \"\(step.name)\" is taken by \(check.field)[\(first)]"
          file.fault(FieldFault(message, at: item["name"]?.place), in: step.label)
        } else {
          let number = (2...).first { names["\(step.name)-\($0)"] == nil } ?? 2
          step.name += "-\(number)"
        }
      }
      names[step.name] = position
      if step.role != .forecaster {
        let message = "\(step.role.withArticle) cannot be a member; members are forecasters, such as lstm"
        file.fault(FieldFault(message, at: step.place), in: step.label)
        continue
      }
      for fault in step.reading.faults { file.fault(fault, in: step.label) }
      for warning in step.reading.warnings { file.warn(warning, in: step.label) }
      cell.steps.append(step)
    }
    check.take(file)
  }

  var isSettled: Bool { cell.steps.allSatisfy(\.reading.isSettled) }

  func settle(on frequency: Frequency, _ check: inout FieldCheck) throws(FieldFault) {
    for position in cell.steps.indices {
      let known = cell.steps[position].reading.faults.count
      cell.steps[position].reading.settle(on: frequency, among: check.registry)
      for fault in cell.steps[position].reading.faults.dropFirst(known) {
        check.faults.append(fault.within("\(check.field)[\(position)] (\(cell.steps[position].name))"))
      }
    }
  }

  func faults(beside rest: StageSurroundings, field: String) -> [FieldFault] {
    cell.steps.enumerated().flatMap { position, step in
      var faults = step.faults(beside: rest)
      if (step.stage as? any ForecasterStage)?.calibration != nil {
        faults.append(
          FieldFault(
            "its intervals would be calibrated, which is done for the whole stage alone: give `levels` there, or "
              + "`calibration: 0` here", at: step.reading.places["calibration"] ?? step.reading.places["levels"] ?? step.place))
      }
      return faults.map { $0.within("\(field)[\(position)] (\(step.name))") }
    }
  }
}

extension StageOrder.Step {
  /// The stage as it would stand in a list, for plans.
  fileprivate var text: String {
    let fields = reading.places.keys.sorted().compactMap { name -> String? in
      guard let field = reading.fieldSet[name]?.definition(named: name) else { return nil }
      return "\(name): \(field.isSecret ? EffectiveFile.hidden : field.defaultText ?? "")"
    }
    let title = use == name ? use : "\(name), \(use)"
    return fields.isEmpty ? title : "\(title) {\(fields.joined(separator: ", "))}"
  }
}

extension FieldFault {
  /// The fault of a part, with the part before it.
  fileprivate func within(_ part: String) -> FieldFault { FieldFault("\(part): \(message)", at: place) }
}
