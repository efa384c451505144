import ArgumentParser
import PipelineFile
import Pipelines

struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Prints the completion script of a shell.",
    discussion: "A package puts the scripts where shells look for them; otherwise keep what is printed: for bash in "
      + "~/.local/share/bash-completion/completions/almanac, for zsh as _almanac in a folder of $fpath, for fish in "
      + "~/.config/fish/completions/almanac.fish, and begin a new shell. Commands, options, pipeline files, stages and the "
      + "fields for --set are completed. Exit codes: 0 printed, 64 wrong usage.\n\n"
      + examples("almanac completions bash >~/.local/share/bash-completion/completions/almanac"))

  /// The shells that there are scripts for.
  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash, zsh, fish
  }

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  func run() {
    let kind: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    Console.line(RootCommand.completionScript(for: kind))
  }
}

/// The last paragraph of a help text: lines to be typed.
func examples(_ lines: String...) -> String {
  (["Examples:"] + lines.map { "  \($0)" }).joined(separator: "\n")
}

/// What a shell proposes while a command is typed.
enum Completions {
  /// What may stand before the value of `--set`: the fields of the stages in the pipeline file among the words, by the names
  /// that they have there; those of all stages where no such file can be read.
  static func overrides(among words: [String]) -> [String] {
    let files = words.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
    let reader = PipelineReader(
      FileReader(grammar: Almanac.grammar, environment: Surroundings.environment), metrics: Almanac.metrics)
    for file in files {
      guard let text = try? PipelineFiles.text(of: file), let pipeline = try? reader.read(text, file: file) else {
        continue
      }
      return pipeline.file.stages.flatMap { stage in
        Almanac.registry[stage.use].map { fields(of: $0, named: stage.name) } ?? []
      }
    }
    return Almanac.registry.stages.flatMap { fields(of: $0, named: $0.name) }
  }

  private static func fields(of stage: StageDefinition, named name: String) -> [String] {
    stage.fields.map { "\(name).\($0.name)=" }
  }
}
