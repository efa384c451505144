import Files
import Glibc
import PipelineFile

/// The places that a run may not put a file at, because something stands there that it needs, or puts there itself.
///
/// Places are compared rather than paths: `./in.csv`, a link, and another name of the same file are one place.
package struct OutputPlaces: Sendable {
  private struct Taken: Sendable {
    var path: FilePath
    /// What stands there, in words.
    var words: String
    /// Whether everything below it is taken too.
    var isFolder: Bool
  }

  private var taken: [Taken] = []

  package init() {}

  /// Takes a path, as the process sees it.
  ///
  /// - Parameter words: what stands there.
  package mutating func take(_ path: FilePath, _ words: String, isFolder: Bool = false) {
    taken.append(Taken(path: path, words: words, isFolder: isFolder))
  }

  /// Why no file can be put at a path, as the process sees it, in words behind that path; nil where the place is free.
  package func fault(at path: FilePath) -> String? {
    guard let place = FilePlace(path) else { return nil }
    // Looked up anew each time: a folder that was made since changes how the places in it are known.
    for one in taken {
      guard let other = FilePlace(one.path) else { continue }
      if place == other { return "is the place of \(one.words); give another path" }
      if one.isFolder, place.isInside(other) { return "lies in \(one.words); give another path" }
    }
    return nil
  }
}

extension FilePath {
  /// Why no output can have this path, by how it is written; nil where it may.
  var faultAsOutput: String? {
    if isStandardStream {
      return
        "- is standard output, which `almanac run --output -` writes to; give the path of a file, such as ./- for one "
        + "of this name"
    }
    return namesFolder ? "\(text) names a folder; give the path of a file" : nil
  }

  /// Whether a program stands there, or a script that an interpreter is given: what a command needs, unlike the readings and
  /// outputs that it may be told of.
  fileprivate var isProgram: Bool {
    kind == .file
      && (access(text, X_OK) == 0 || ["sh", "py", "pl", "rb", "js", "R", "jl", "lua", "awk"].contains(ending))
  }

  /// Why no output can be put at this path, as the process sees it, by what stands there; nil where one can.
  var obstacle: String? {
    let other: String
    switch kind {
    case .folder: return "is a folder; give the path of a file"
    case nil, .file:
      guard FilePlace(parent)?.isAmongDevices == true else { return nil }
      other = "lies among the devices of the system"
    case let kind?: other = "is \(kind.words)"
    }
    return "\(other); give the path of a file, or write the forecast to standard output with `almanac run --output -`"
  }
}

extension PipelineDeclaration {
  /// The places of all that a run needs: the pipeline file, what its stages, settings and tests read, its programs, and its
  /// state.
  package var neededPlaces: OutputPlaces {
    var places = OutputPlaces()
    for (path, words, isFolder) in needed { places.take(path, words, isFolder: isFolder) }
    // The state of other pipelines too.
    for folder in [stateFolder.path, rootFolder.resolve(".almanac")] {
      places.take(FilePath(folder), "\(folder), which runs keep their state in", isFolder: true)
    }
    return places
  }

  /// The files and folders that a run reads, as the process sees them, in words.
  private var needed: [(path: FilePath, words: String, isFolder: Bool)] {
    func resolved(_ path: FilePath) -> FilePath {
      path.isStandardStream ? "/dev/stdin" : FilePath(rootFolder.resolve(path))
    }
    var needed = [(path: FilePath(file.file), words: "the pipeline file", isFolder: false)]
    for stage in file.stages.flatMap(\.withMembers) {
      for path in stage.readPaths {
        let name = path.isStandardStream ? "standard input" : path.text
        needed.append((resolved(path), "\(name), which \(stage.label) reads", false))
      }
    }
    // A model may be a folder of files.
    if let model = run.fineTune { needed.append((resolved(model), "\(model) of run.fine_tune", true)) }
    for group in file.settingsGroups {
      for (field, path) in group.inputs.sorted(by: { $0.key < $1.key }) {
        needed.append((resolved(path), "\(path) of run.\(field)", false))
      }
    }
    for (owner, words) in file.commands {
      for word in words where resolved(FilePath(word)).isProgram {
        needed.append((resolved(FilePath(word)), "\(word) of \(owner)", false))
      }
    }
    for test in tests {
      if case .path(let path) = test.input {
        needed.append((resolved(path), "\(path), which \(test.label) reads", false))
      }
    }
    return needed
  }

  /// Refuses outputs that would take the place of something that the run needs, or of each other, and a state folder that
  /// holds more than the state.
  func checkPlaces(_ check: inout FileCheck) {
    var places = neededPlaces
    func place(_ path: FilePath, of owner: String, at location: Location?, in subject: String) {
      let final = FilePath(rootFolder.resolve(path))
      if let fault = places.fault(at: final) {
        check.fault(FieldFault("\(path) \(fault)", at: location), in: subject)
      } else {
        places.take(final, "\(path), which \(owner) writes")
      }
    }
    for (stage, path) in outputs { place(path, of: stage.label, at: stage.location(of: path), in: stage.label) }
    let locations = file.settings.locations
    for group in file.settingsGroups {
      for (field, path) in group.outputs.sorted(by: { $0.key < $1.key }) {
        let fault = path.faultAsOutput
        if let fault { check.fault(FieldFault("\(field): \(fault)", at: locations[field]), in: "run") }
        if fault == nil { place(path, of: "run.\(field)", at: locations[field], in: "run") }
      }
    }
    guard let state = FilePlace(FilePath(stateFolder.path)) else { return }
    // The model of another pipeline may well be the one of this.
    let weights = run.fineTune.map { FilePath(rootFolder.resolve($0)) }
    for one in needed where one.path != weights && FilePlace(one.path)?.isInside(state) == true {
      check.fault(
        FieldFault(
          "the state folder \(stateFolder.path) would hold \(one.words), too; give `state` a folder of its own",
          at: locations["state"]), in: "run")
    }
  }
}

extension StageDeclaration {
  /// Where the field stands that names an output.
  func location(of output: FilePath) -> Location {
    let field = values.declared.fields.first { values[$0.name]?.paths.contains(output) == true }?.name ?? "path"
    return values.locations[field] ?? location
  }

  /// The paths that its fields name, but for those of its outputs: a path that is written and read is named twice.
  fileprivate var readPaths: [FilePath] {
    var paths = values.paths
    for output in (stage as? any PipelineStage)?.outputs ?? [] {
      if let position = paths.firstIndex(of: output) { paths.remove(at: position) }
    }
    return paths
  }
}
