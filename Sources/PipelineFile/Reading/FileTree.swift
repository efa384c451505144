/// The values of a pipeline file before its stages are looked at.
package struct FileTree: Sendable {
  /// As written, with what the command line replaced.
  package var written: ConfigNode
  /// The same with `${…}` replaced.
  package var root: ConfigNode
  /// What was found on the way.
  package var diagnostics: [Diagnostic]
  /// Where `${…}` could not be replaced.
  package var unread: Set<Location>
  /// The values of the environment in it.
  package var hidden: HiddenValues
}

extension FileReader {
  /// The tree of a text: parsed, overridden, with variables replaced.
  ///
  /// - Throws: ``PipelineFileError`` where the text is not YAML, or no mapping.
  package func tree(_ text: String, file: String) throws(PipelineFileError) -> FileTree {
    let (parsed, repeated) = try YAMLReader.read(text, file: file).get()
    var check = FileCheck(file: file, repeated)
    guard parsed.entries != nil else {
      check.fault(FieldFault("a pipeline is a mapping with `version`, `name` and `stages`", at: parsed.location))
      throw PipelineFileError(check.diagnostics)
    }
    return tree(parsed, &check)
  }

  /// The tree of values that were parsed.
  package func tree(_ parsed: ConfigNode, _ check: inout FileCheck) -> FileTree {
    var written = parsed
    for override in overrides {
      do { written = try override.apply(to: written, grammar) } catch { check.fault(error) }
    }
    var unread: Set<Location> = []
    var hidden = HiddenValues()
    let root = interpolated(written, &check, &unread, &hidden)
    // What plugins are handed comes out again in what they print.
    for plugin in root["plugins"]?.entries ?? [] {
      for name in (plugin.value["env"].map { $0.items ?? [$0] } ?? []).compactMap(\.text) {
        guard let value = environment[name], value.utf8.count >= HiddenValues.shortestHandedOn else { continue }
        hidden.add(value, shown: "${\(name)}")
      }
    }
    return FileTree(
      written: written, root: root, diagnostics: check.diagnostics.map { hidden($0) }, unread: unread, hidden: hidden)
  }

  private func interpolated(
    _ root: ConfigNode, _ check: inout FileCheck, _ unread: inout Set<Location>, _ hidden: inout HiddenValues
  ) -> ConfigNode {
    var variables: [String: Interpolation.Expansion] = [:]
    var interpolation = Interpolation(environment: environment, variables: [:])
    var broken: Set<String>? = []
    if let vars = root["vars"], vars.entries == nil {
      if case .null = vars.content {
      } else {
        broken = nil
        check.fault(FieldFault("wants a mapping of names to values, not \(vars.kind)", at: vars.location), in: "vars")
      }
    }
    let written = root["vars"]?.entries ?? []
    for entry in written {
      // Variables may use the environment, though not each other: no order of theirs can then matter.
      let before = interpolation.faults.count
      switch entry.value.content {
      case .scalar(let text):
        let expansion = interpolation.expand(text, at: entry.value.location)
        if interpolation.faults.count > before { broken?.insert(entry.key) } else { variables[entry.key] = expansion }
      case .null: variables[entry.key] = Interpolation.Expansion()
      default:
        broken?.insert(entry.key)
        check.fault(FieldFault("must be a single value", at: entry.value.location), in: "vars.\(entry.key)")
      }
    }
    for fault in interpolation.faults { check.fault(fault, in: "vars") }
    hidden = interpolation.hidden
    interpolation = Interpolation(environment: environment, variables: variables, broken: broken)
    guard let entries = root.entries else { return root }
    let replaced = entries.map { entry in
      entry.key == "vars"
        ? entry : .init(key: entry.key, location: entry.location, value: interpolation.replace(in: entry.value))
    }
    for fault in interpolation.faults { check.fault(fault) }
    hidden.add(interpolation.hidden)
    unread = interpolation.unread
    for entry in written where variables[entry.key] != nil && !interpolation.used.contains(entry.key) {
      check.warn(
        FieldFault("is not used; write ${vars.\(entry.key)}, or remove it", at: entry.location), in: "vars.\(entry.key)"
      )
    }
    return ConfigNode(.mapping(replaced), at: root.location)
  }
}
