import Files
import Forecasting
import Foundation
import PipelineFile
import TimeSeries

/// What one program has come to for its part of the series: two files in a folder, which ``ShardSet`` puts together with
/// those of the other parts.
///
/// `3-of-16.json`, the manifest, says what it is a part of, by fingerprints, and what could not be forecast;
/// `3-of-16.part` holds the forecasts and the exact sums of the scores.
public struct ShardFile: Sendable {
  /// What a pipeline was read from, so that whoever gathers its shards reads the same.
  public struct Origin: Codable, Sendable, Hashable {
    /// The pipeline file, from the top of the file system.
    public var file: String
    /// What the command line replaced in it, as `--set` has it.
    public var overrides: [String]
    /// The input that was read in place of the source's; `-` for standard input.
    public var input: String?

    /// A pipeline file with what the command line replaces.
    public init(file: String, overrides: [String] = [], input: String? = nil) {
      (self.file, self.overrides, self.input) = (file, overrides, input)
    }
  }

  /// A series that could not be forecast.
  struct Failed: Codable, Hashable {
    var series: String
    var message: String
  }

  /// The manifest.
  struct Manifest: Codable {
    /// The form of both files.
    var form: Int
    /// The version of the program.
    var almanac: String
    var pipeline: String
    var shard: SeriesShard
    var origin: Origin
    /// A digest of all that the pipeline file says but the path of its input.
    var digest: String
    /// Fingerprints of the readings of the series, and of the regular steps that they stand on.
    var readings: String
    var panel: String
    /// Series that were forecast.
    var series: Int
    /// A digest of the saved model that forecast them; nil where one was fitted to each.
    var model: String?
    var failed: [Failed]
    /// The code that the command ended with.
    var exitCode: Int
    /// A digest of the other file.
    var part: String
  }

  /// The form that is written and read.
  static let form = 2

  let manifest: Manifest
  /// Where the manifest is.
  let path: FilePath

  /// What it is a part of.
  public var origin: Origin { manifest.origin }
  /// Which part it is.
  public var shard: SeriesShard { manifest.shard }

  static func names(of shard: SeriesShard) -> (manifest: String, part: String) {
    ("\(shard.part)-of-\(shard.count).json", "\(shard.part)-of-\(shard.count).part")
  }

  /// Whether a file's name is that of a manifest.
  static func isManifest(_ name: String) -> Bool {
    let words = name.split(separator: "-of-", maxSplits: 1)
    guard words.count == 2, words[1].hasSuffix(".json") else { return false }
    return SeriesShard("\(words[0])/\(words[1].dropLast(5))") != nil
  }

  /// Reads the manifest at a path.
  ///
  /// - Throws: ``Failure`` of the kind `badData` or `noInput`.
  init(at path: FilePath) throws(Failure) {
    guard let data = path.contents() else { throw Failure(.noInput, "\(path) cannot be read") }
    guard let found = JSONValue(json: data), let form = found["form"]?.integer else {
      throw Failure(.badData, "\(path) is no manifest of a shard; remove it")
    }
    guard form == Self.form else {
      throw Failure(
        .badData,
        "\(path) has the form \(form), and this almanac reads \(Self.form): gather with the version that made it")
    }
    do { manifest = try JSONDecoder().decode(Manifest.self, from: data) } catch {
      throw Failure(.badData, "\(path) is damaged; run shard \(path.stem.replacing("-of-", with: "/")) again")
    }
    self.path = path
  }

  /// The bytes of the other file.
  ///
  /// - Throws: ``Failure`` of the kind `badData`.
  func part() throws(Failure) -> [UInt8] {
    let path = path.parent.appending(FilePath(Self.names(of: shard).part))
    guard let bytes = try? DiskFile.read(path.text, most: .max) else {
      throw Failure(.badData, "\(path) cannot be read; \(remedy)")
    }
    guard SHA256.hex(bytes) == manifest.part else {
      throw Failure(.badData, "\(path) is not what its manifest says; \(remedy)")
    }
    return bytes
  }

  var remedy: String { "run shard \(shard) again" }
}

/// What was forecast of a part of the series.
struct ShardForecast {
  var forecast = Forecast([])
  var backtest: BacktestResult?

  /// Packs it in pieces.
  ///
  /// - Throws: ``Failure`` where the file that holds its folds cannot be read.
  func pack(pieces: (_ piece: [UInt8]) -> Void) throws(Failure) {
    var writer = PackedWriter()
    writer.put(forecast.series) { writer, series in
      series.pack(into: &writer)
      writer.handOver(to: pieces)
    }
    writer.put(backtest == nil ? 0 : 1)
    do { try backtest?.pack(into: &writer, pieces: pieces) } catch { throw Failure(error) }
    pieces(writer.take())
  }

  init(forecast: Forecast = Forecast([]), backtest: BacktestResult? = nil) {
    (self.forecast, self.backtest) = (forecast, backtest)
  }

  /// Reads the bytes of a part.
  ///
  /// - Parameters:
  ///   - panel: all series.
  ///   - positions: where each stands, by its name.
  ///   - scratch: a folder on whose disk there is room for what is too large to be held; nil where everything is held.
  ///   - places: becomes where those of the part stand.
  init(
    _ bytes: [UInt8], _ panel: Panel, _ positions: [String: Int], _ pipeline: Pipeline, scratch: String?,
    places: inout [Int]
  ) throws {
    var reader = PackedReader(bytes)
    var found: [Int] = []
    let horizon = pipeline.chain.shape.horizon
    forecast = Forecast(
      try reader.list { reader throws(SavingError) in
        try Forecast.Series(from: &reader) { name throws(SavingError) in
          guard let position = positions[name] else {
            throw .damaged("series \"\(name)\" is not in the input any more")
          }
          found.append(position)
          return panel.series[position].index.following(horizon)
        }
      })
    let own = Panel(found.map { panel.series[$0] })
    if try reader.integer() != 0 {
      guard let judging = pipeline.backtest else {
        throw SavingError.damaged("it holds a backtest that nobody asked for")
      }
      backtest = try BacktestResult(from: &reader, of: own, by: judging, scratch: scratch)
    }
    try reader.end()
    places = found
  }
}

extension PipelineDeclaration {
  /// A digest of all that the file says of what a shard does: not of its tests, nor of what checks and publishes, which is for
  /// whoever gathers; nor of the path of the input, for what was read is told by fingerprints.
  var shardDigest: String {
    let root = file.tree.root
    let items = root["stages"]?.items ?? []
    let stages = file.stages.compactMap { declaration -> String? in
      if declaration.role == .check { return nil }
      if declaration.role == .sink, (declaration.stage as? any SinkStage)?.readsFolds != true { return nil }
      let stage = items[declaration.position]
      guard declaration.role == .source, let fields = stage["with"] else { return YAMLWriter.text(stage) }
      return YAMLWriter.text(stage.without("with")) + YAMLWriter.text(fields.without("path"))
    }
    let rest = YAMLWriter.text(root.without("vars").without("tests").without("stages"))
    return SHA256.hex(Array(([rest] + stages).joined(separator: "\n").utf8))
  }
}
