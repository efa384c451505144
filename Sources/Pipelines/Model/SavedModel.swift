import Files
import Forecasting
import Foundation
import PipelineFile
import Recurrent
import TimeSeries

/// The model folder of a state folder: a fitted chain with all that a later run must know of it.
///
/// `manifest.json` names the format and the digest of every other file; `model.json` holds the fitted transforms and the
/// forecaster, with its networks as safetensors files beside it; `backtest.json` how it was judged; `pipeline.yaml` the
/// effective pipeline, for people.
public struct SavedModel: Sendable {
  /// The format that is written, and the newest that is read.
  public static let format = 1
  static let folder = "model"

  /// A part of the pipeline file that decides what is fitted.
  struct Part: Codable, Hashable, Sendable {
    var label: String
    var digest: String
  }

  /// A series that the model was fitted on.
  public struct Rows: Codable, Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// Its rows.
    public var index: TimeIndex
  }

  /// All but the backtest, as it stands in `model.json`.
  struct Document: Codable, Sendable {
    var pipeline: String
    var trained: Date
    var parts: [Part]
    var rows: [Rows]
    var fallback: Fallback?
    var chain: FittedChain
  }

  private struct Manifest: Codable {
    var format: Int
    var almanac: String
    var files: [String: String]
  }

  let document: Document
  /// The backtest that judged it; nil where there was none, or it was too large to keep.
  public internal(set) var backtest: BacktestResult?

  /// What the pipeline is called.
  public var pipeline: String { document.pipeline }
  /// When it was trained.
  public var trained: Date { document.trained }
  /// The series that it was fitted on, with their rows.
  public var rows: [Rows] { document.rows }
  /// The chain.
  public var chain: FittedChain { document.chain }
  /// The baseline that stood in for the model.
  public var fallback: Fallback? { document.fallback }

  /// The kinds of its transforms, in order.
  public var transformKinds: [String] {
    chain.transforms.map { type(of: $0).kind }
  }
  /// The kind of its forecaster.
  public var forecasterKind: String { type(of: chain.forecaster).kind }
  /// The covariates of its forecaster by what they are known for; nil where it has none.
  public var covariates: String? { (chain.forecaster as? FittedRecurrentForecaster)?.covariates.summary }
  /// The networks of its forecaster.
  public var networks: [ForecastNetwork] {
    (chain.forecaster as? FittedRecurrentForecaster)?.networks ?? []
  }

  init(
    _ pipeline: PipelineDeclaration, trained: Date, panel: Panel, chain: FittedChain, fallback: Fallback?,
    backtest: BacktestResult?
  ) {
    document = Document(
      pipeline: pipeline.name, trained: trained, parts: pipeline.fittedParts,
      rows: panel.series.map { Rows(name: $0.name, index: $0.index) }, fallback: fallback, chain: chain)
    self.backtest = backtest.flatMap { $0.isHeld ? $0 : nil }
  }

  /// The files of the folder.
  ///
  /// - Throws: `SavingError` where a part of the chain cannot be saved.
  func files(of pipeline: PipelineDeclaration, coder: ModelCoder) throws -> [String: Data] {
    let saved = try coder.save(document)
    var files = saved.files
    files["model.json"] = saved.document
    if let backtest { files["backtest.json"] = try coder.save(backtest).document }
    files["pipeline.yaml"] = Data(EffectiveFile(pipeline.file).yaml.utf8)
    let manifest = Manifest(
      format: SavedModel.format, almanac: almanacVersion, files: files.mapValues { SHA256.hex($0) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    files["manifest.json"] = try encoder.encode(manifest)
    return files
  }

  /// The file that distinguishes one model folder, or weight file, from another.
  static func notes(at path: String) -> String {
    guard FilePath(path).isFolder else { return path }
    let inner = path + "/" + folder + "/manifest.json"
    return FilePath(inner).exists ? inner : path + "/manifest.json"
  }

  /// Why a folder is no model that can be used.
  public enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is none.
    case missing
    /// It is something else.
    case foreign(String)
    /// A newer program wrote it.
    case newer(format: Int, almanac: String)
    /// It is not as it was written.
    case damaged(String)

    public var description: String {
      switch self {
      case .missing: "there is no model"
      case .foreign(let what): "it is no model folder: \(what)"
      case .newer(let format, let almanac):
        "it has the format \(format), written by almanac \(almanac); this one reads up to \(SavedModel.format)"
      case .damaged(let what): what
      }
    }
  }

  /// Reads a model folder, or the one of a state folder.
  ///
  /// - Throws: ``Fault``
  public init(at path: String, coder: ModelCoder) throws(Fault) {
    var folder = path
    if FilePath(path + "/" + SavedModel.folder + "/manifest.json").exists {
      folder += "/" + SavedModel.folder
    }
    guard FilePath(folder).exists else { throw .missing }
    guard let notes = FilePath(folder + "/manifest.json").contents() else {
      throw .foreign("it has no manifest.json")
    }
    guard let head = JSONValue(json: notes), let format = head["format"]?.integer else {
      throw .foreign("its manifest.json is not one of almanac")
    }
    guard format <= SavedModel.format else {
      throw .newer(format: format, almanac: head["almanac"]?.string ?? "unknown")
    }
    guard let manifest = try? JSONDecoder().decode(Manifest.self, from: notes) else {
      throw .damaged("its manifest.json is damaged")
    }
    let read: @Sendable (String) throws -> Data = { [folder] name in
      guard let digest = manifest.files[name] else { throw SavingError.missingFile(name) }
      guard let data = FilePath(folder + "/" + name).contents() else {
        throw SavingError.missingFile(name)
      }
      guard SHA256.hex(data) == digest else { throw SavingError.damaged("\(name) is not as it was written") }
      return data
    }
    do {
      document = try coder.load(Document.self, from: read("model.json"), file: read)
      guard document.trained.isOnCalendars else {
        throw SavingError.damaged("it was trained at no time of any calendar")
      }
      if manifest.files["backtest.json"] != nil {
        let result = try coder.load(BacktestResult.self, from: read("backtest.json"), file: read)
        try result.checkStored(rows: rows.map(\.index.count))
        backtest = result
      }
    } catch { throw .damaged("\(error)") }
  }

  /// Reads the model of a state folder, where no stranger has put it there.
  ///
  /// - Throws: ``Fault``
  init(in state: StateFolder, coder: ModelCoder) throws(Fault) {
    guard let folder = try? state.open() else { throw .missing }
    if let entry = folder.status(of: SavedModel.folder) {
      if FolderHandle.Trust.state.mistrusts(entry, in: folder.status) {
        throw .foreign("it belongs to another user (\(entry.st_uid))")
      }
      if entry.st_mode & S_IFMT != S_IFDIR { throw .foreign("it is no folder") }
    }
    try self.init(at: state.path(of: SavedModel.folder), coder: coder)
  }

  /// What a training may begin with: the networks of the model, or of a safetensors file.
  ///
  /// - Throws: ``Failure`` of the kind `noInput` or `badData`.
  static func start(at path: FilePath, in root: RootFolder, coder: ModelCoder) throws(Failure) -> NetworkStart {
    let found = root.resolve(path)
    guard FilePath(found).exists else {
      throw Failure(.noInput, "run.fine_tune: there is no \(path.text)")
    }
    do {
      if FilePath(found).isFolder {
        let model = try SavedModel(at: found, coder: coder)
        guard let start = model.start else {
          throw Failure(.badData, "run.fine_tune: the forecaster of \(path.text) holds no networks to begin with")
        }
        return start
      }
      guard let data = FilePath(found).contents() else {
        throw Failure(.noInput, "run.fine_tune: \(path.text) cannot be read")
      }
      return NetworkStart(networks: [try .init(weightFile: data, cells: coder.cells)])
    } catch let failure as Failure { throw failure } catch {
      throw Failure(.badData, "run.fine_tune: \(path.text): \(error)")
    }
  }

  /// The networks of the model, with the last rows that they have seen; nil where it has none.
  var start: NetworkStart? {
    guard let forecaster = chain.forecaster as? FittedRecurrentForecaster else { return nil }
    let ends = rows.filter { $0.index.count > 0 }.map { ($0.name, $0.index[$0.index.count - 1]) }
    return NetworkStart(
      networks: forecaster.networks, ends: Dictionary(ends) { first, _ in first })
  }
}

extension Date {
  /// Whether it lies in the years 1 to 9999, which every calendar and text of a date can hold.
  package var isOnCalendars: Bool { (-62_135_596_800..<253_402_300_800).contains(timeIntervalSince1970) }
}

extension BacktestResult {
  /// The same folds over a panel whose series begin elsewhere; nil where it does not hold their rows any more.
  func moved(from rows: [SavedModel.Rows], to panel: Panel) -> BacktestResult? {
    guard rows.map(\.name) == panel.series.map(\.name) else { return nil }
    var moved = self
    var shifts: [Int] = []
    for (position, (old, series)) in zip(rows, panel.series).enumerated() {
      guard let shift = series.index.steps(to: old.index.start),
        old.index.frequency == series.index.frequency
      else { return nil }
      shifts.append(shift)
      // An origin of 0 was not judged.
      for fold in moved.origins.indices where moved.origins[fold][position] > 0 {
        let origin = moved.origins[fold][position] + shift
        guard origin >= 1, origin <= series.count else { return nil }
        moved.origins[fold][position] = origin
      }
    }
    moved.readings = readings?.moved(by: shifts, within: panel.series.map(\.count))
    return moved
  }
}
