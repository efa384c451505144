import ArgumentParser
import PipelineFile

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of pipeline files, for editors.",
    discussion: "Save it and name it in a first line such as `# yaml-language-server: $schema=almanac.schema.json`. It "
      + "knows every stage and field with type, range, default and description. What only the whole file shows (the "
      + "order of the stages, variables, fields that belong together) is left to `almanac validate`.\n\n"
      + examples("almanac schema >almanac.schema.json"))

  func run() throws { Console.line(JSONSchema(Almanac.grammar).document) }
}
