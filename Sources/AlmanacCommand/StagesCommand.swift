import ArgumentParser
import Pipelines

struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages", abstract: "Lists the stages, or explains one with its fields and an example.")

  @Argument(help: "The stage to explain.") var name: String?

  func run() throws {
    guard let name else { return list() }
    guard let stage = Almanac.registry[name] else {
      throw ValidationError("unknown stage \"\(name)\"\(Almanac.registry.hint(forUnknownStage: name))")
    }
    Console.line(StageHelp(stage).text)
  }

  private func list() {
    let stages = Almanac.registry.stages
    let width = stages.map(\.name.count).max() ?? 0
    for role in StageRole.allCases {
      let members = stages.filter { $0.role == role }
      guard !members.isEmpty else { continue }
      Console.line("\(role.rawValue)")
      for stage in members {
        Console.line("  \(stage.name.padded(to: width))  \(stage.summary)")
      }
    }
    Console.line("\n`almanac stages NAME` explains one.")
  }
}
