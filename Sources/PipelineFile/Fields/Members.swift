import Files
import TimeSeries

/// A field that holds forecasters, each written as a stage is: `use`, `name` and `with`.
///
/// ```swift
/// @Members("The forecasters whose forecasts become one.") var members: [StageDeclaration]
/// ```
///
/// Members are read, checked, settled and shown as the stages of the file are.
@propertyWrapper
public struct Members: Sendable {
  private let help: String
  private let fewest: Int

  /// The members, in the order of the file.
  public let wrappedValue: [StageDeclaration]

  /// A field that must be written.
  ///
  /// - Parameter fewest: how many members there must be.
  public init(_ help: String, fewest: Int = 1) { (self.help, self.fewest, wrappedValue) = (help, fewest, []) }
}

extension Members: Decodable {
  public init(from decoder: any Decoder) throws {
    self.init(try FieldDecoder.reading(MembersReading.self, of: decoder).members)
  }

  private init(_ members: [StageDeclaration]) { (help, fewest, wrappedValue) = ("", 0, members) }
}

/// The members that were read.
struct MembersReading: FieldReading {
  let members: [StageDeclaration]

  var text: String? { "[\(members.map(\.flowText).joined(separator: ", "))]" }
  // Each member knows its own.
  var paths: [FilePath] { [] }
  var isSettled: Bool { members.allSatisfy(\.isSettled) }

  func settled(on frequency: Frequency, in field: String) -> (reading: any FieldReading, faults: [FieldFault]) {
    let settled = members.map { $0.settled(on: frequency) }
    let faults = zip(settled, members).enumerated().flatMap { position, pair in
      pair.0.faults.dropFirst(pair.1.faults.count).map { $0.within("\(field)[\(position)] (\(pair.0.name))") }
    }
    return (MembersReading(members: settled), faults)
  }
}

extension Members: AnyField {
  package func definition(named name: String) -> FieldDefinition {
    FieldDefinition(name: name, kind: .members, help: help, isRequired: true, isSecret: false)
  }

  package var standard: (any FieldReading)? { nil }

  package func read(_ node: ConfigNode, _ check: inout FieldCheck) throws(FieldFault) -> any FieldReading {
    guard let items = node.items else { throw .wants(.members, not: node) }
    if items.count < fewest {
      throw FieldFault("wants at least \(fewest == 1 ? "one" : "\(fewest)"), not \(items.count)", at: node.location)
    }
    var file = FileCheck(file: "")
    var names: [String: Int] = [:]
    var numbers: [String: Int] = [:]
    var members: [StageDeclaration] = []
    for (position, item) in items.enumerated() {
      guard
        var member = check.registry.declaration(
          of: item, at: position, in: check.field, isFragment: check.isFragment, &file)
      else { continue }
      if let first = names[member.name] {
        if item["name"] != nil {
          let message = "the name \"\(member.name)\" is taken by \(check.field)[\(first)]"
          file.fault(FieldFault(message, at: item["name"]?.location), in: member.label)
        } else {
          var number = numbers[member.name] ?? 2
          while names["\(member.name)-\(number)"] != nil { number += 1 }
          numbers[member.name] = number + 1
          member.name += "-\(number)"
        }
      }
      names[member.name] = position
      if member.role != .forecaster {
        let message = "\(member.role.withArticle) cannot be a member; members are forecasters, such as lstm"
        file.fault(FieldFault(message, at: member.location), in: member.label)
        continue
      }
      for fault in member.faults { file.fault(fault, in: member.label) }
      for warning in member.warnings { file.warn(warning, in: member.label) }
      members.append(member)
    }
    check.take(file)
    return MembersReading(members: members)
  }
}

extension FieldFault {
  /// The fault of a part, with the part before it.
  package func within(_ part: String) -> FieldFault { FieldFault("\(part): \(message)", at: location) }
}
