import ArgumentParser
import PipelineFile

struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages", abstract: "Lists the stages, or explains one with its fields and an example.",
    discussion: "Exit codes: 0 shown, 64 no such stage.\n\n" + examples("almanac stages", "almanac stages lstm"))

  @Argument(
    help: "The stage to explain.", completion: .custom { _, _, _ in Almanac.registry.stages.map(\.name) })
  var name: String?

  @Flag(help: "Print the reference of all stages as Markdown.")
  var markdown = false

  @Flag(help: "Print all stages, with their fields, as JSON.")
  var json = false

  func validate() throws {
    if [markdown, json, name != nil].count(where: { $0 }) > 1 {
      throw ValidationError("give one of NAME, --markdown and --json")
    }
  }

  func run() throws {
    let registry = Almanac.registry
    if markdown { return Console.text(StageReference(Almanac.grammar).markdown) }
    if json { return Console.line(StageReference(Almanac.grammar).json.document) }
    guard let name else { return list() }
    guard let stage = registry[name] else {
      throw ValidationError("unknown stage \"\(name)\"\(registry.hint(forUnknownStage: name))")
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
