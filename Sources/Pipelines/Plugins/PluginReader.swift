import TimeSeries

/// Reads `plugins:` and asks each of them what it is.
struct PluginReader {
  /// The stages that come with almanac.
  let registry: StageRegistry
  /// What the plugins share.
  let session: PluginSession
  /// The folder that the plugins start in.
  let folder: RootFolder
  /// The environment of this process, of which plugins see what the file names.
  let environment: [String: String]

  /// The registry with the plugins' stages behind the built-in ones.
  func read(_ node: ConfigNode?, _ check: inout FileCheck) -> StageRegistry {
    guard let node else { return registry }
    check.keys(of: node, known: node.entries?.map(\.key) ?? [], in: "plugins")
    var stages = registry.stages
    for entry in node.entries ?? [] where !entry.key.hasPrefix("x-") {
      let subject = "plugins.\(entry.key)"
      guard isName(entry.key) else {
        check.fault(
          FieldFault("a plugin's name wants small letters, digits and -, a letter first", at: entry.place), in: subject)
        continue
      }
      if registry[entry.key] != nil {
        check.warn(
          FieldFault("the built-in stage of this name is used; give the plugin another name", at: entry.place),
          in: subject)
        continue
      }
      guard let command = command(entry, in: subject, &check) else { continue }
      do {
        let call = PluginCall(command: command, session: session)
        stages.append(StageDefinition(plugin: call, try call.describe()))
      } catch {
        check.fault(FieldFault(error.message, at: entry.place), in: subject)
      }
    }
    return StageRegistry(definitions: stages)
  }

  private func command(
    _ entry: ConfigNode.Entry, in subject: String, _ check: inout FileCheck
  ) -> PluginCommand? {
    let before = check.diagnostics.count
    check.keys(of: entry.value, known: ["command", "timeout", "env"], in: subject)
    let words: [String]? = check.value(
      "command", of: entry.value, required: "the program and its arguments, such as [python3, plugins/despike.py]",
      in: subject)
    let names: [String] = check.value("env", of: entry.value, in: subject) ?? []
    let timeout: Frequency? = check.value("timeout", of: entry.value, in: subject)
    var seconds = Duration.seconds(60)
    switch timeout {
    case .milliseconds(let length)?: seconds = .milliseconds(length)
    case nil: break
    default:
      check.fault(
        FieldFault("timeout wants a time such as 60s or 5m", at: entry.value["timeout"]?.place), in: subject)
    }
    guard let words, check.diagnostics.count == before else { return nil }
    return PluginCommand(
      name: entry.key, words: words, timeout: seconds,
      environment: Dictionary(names.compactMap { name in environment[name].map { (name, $0) } }) { first, _ in first },
      folder: folder.path, searchPath: environment["PATH"] ?? "")
  }

  private func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (97...122).contains(first) else { return false }
    return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
  }
}
