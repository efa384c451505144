import Files
import Forecasting
import PipelineFile
import TimeSeries

/// The shards of one run, every part once.
public struct ShardSet: Sendable {
  /// By their number.
  let shards: [ShardFile]

  /// What they were made of.
  public var origin: ShardFile.Origin { shards[0].origin }
  /// How many there are.
  public var count: Int { shards.count }

  /// The shards that lie in some folders.
  ///
  /// - Throws: ``Failure`` where one is missing, there twice, damaged, or of another run than the others.
  public init(in folders: [FilePath]) throws(Failure) {
    var found: [ShardFile] = []
    for folder in folders {
      let names: [String]
      do throws(DiskFile.Fault) { names = try folder.entries() } catch {
        throw Failure(.noInput, "there is no folder \(folder): \(error.reason)")
      }
      for name in names.sorted() where ShardFile.isManifest(name) {
        found.append(try ShardFile(at: folder.appending(FilePath(name))))
      }
    }
    let places = folders.map(\.text).joined(separator: ", ")
    guard let first = found.first else {
      throw Failure(
        .noInput, "there are no shards in \(places); `almanac run FILE --shard 1/N --into DIR` makes one")
    }
    func refuse(_ other: ShardFile, _ words: String) -> Failure {
      Failure(.badData, "\(first.path) and \(other.path) \(words); keep those of one run, or run them all again")
    }
    for other in found.dropFirst() {
      if other.shard.count != first.shard.count {
        throw refuse(other, "are of \(first.shard.count) and of \(other.shard.count) shards")
      }
      if other.manifest.almanac != first.manifest.almanac {
        throw refuse(other, "were made by almanac \(first.manifest.almanac) and \(other.manifest.almanac)")
      }
      if other.manifest.digest != first.manifest.digest {
        throw refuse(
          other, "are of different pipelines (\(first.origin.file) and \(other.origin.file), with --set and all)")
      }
      if other.manifest.model != first.manifest.model { throw refuse(other, "were forecast by different saved models") }
    }
    let byPart = Dictionary(grouping: found, by: \.shard.part)
    if let (_, twice) = byPart.sorted(by: { $0.key < $1.key }).first(where: { $0.value.count > 1 }) {
      throw Failure(
        .badData, "shard \(twice[0].shard) is there twice: \(twice[0].path) and \(twice[1].path); leave one of them out"
      )
    }
    let missing = (1...first.shard.count).filter { byPart[$0] == nil }
    if let part = missing.first {
      let more = missing.count > 1 ? ", and \(missing.count - 1) more" : ""
      throw Failure(
        .noInput,
        "shard \(part)/\(first.shard.count) is missing in \(places)\(more): "
          + "`almanac run \(first.origin.file) --shard \(part)/\(first.shard.count) --into \(folders[0])` makes it")
    }
    shards = found.sorted { $0.shard.part < $1.shard.part }
  }

  /// Refuses shards of another pipeline than the one that they are gathered for, or of another version.
  func check(_ pipeline: PipelineDeclaration) throws(Failure) {
    let manifest = shards[0].manifest
    if manifest.almanac != almanacVersion {
      throw Failure(.badData, "the shards were made by almanac \(manifest.almanac), and this is \(almanacVersion)")
    }
    if manifest.digest != pipeline.shardDigest {
      throw Failure(
        .badData,
        "the shards are of another pipeline than \(pipeline.file.file), which was changed since, or is given other values by "
          + "--set or the environment; run them again")
    }
  }

  /// Refuses shards of other readings.
  func check(_ readings: Readings) throws(Failure) {
    for (shard, found) in zip(shards, readings.fingerprints(of: count)) where found != shard.manifest.readings {
      throw Failure(
        .badData,
        "the input is not the one that shard \(shard.shard) has read: it changed since, or the shard read another one; "
          + shard.remedy)
    }
  }

  /// Refuses shards whose series stand on other steps than they do among all.
  func check(_ panel: Panel) throws(Failure) {
    for (shard, found) in zip(shards, panel.fingerprints(of: count)) where found != shard.manifest.panel {
      throw Failure(
        .badData,
        "the series of shard \(shard.shard) by themselves have another frequency, or other days without readings, than "
          + "among all series; say the frequency by a resample stage (`every`), and run the shards again")
    }
  }

  /// The series that could not be forecast.
  var failures: [SeriesFailure] {
    shards.flatMap { $0.manifest.failed.map { SeriesFailure(series: $0.series, message: $0.message) } }
  }

  /// A digest of the saved model that forecast them; nil where one was fitted to each series.
  var model: String? { shards[0].manifest.model }

  /// What was forecast of a panel, in its order.
  ///
  /// - Parameter scratch: a folder on whose disk there is room for what is too large to be held; nil where everything is
  ///   held.
  func forecast(of panel: Panel, _ pipeline: Pipeline, scratch: String?) throws(Failure) -> ShardForecast {
    let positions = Dictionary(panel.series.enumerated().map { ($1.name, $0) }) { first, _ in first }
    var all = [Forecast.Series?](repeating: nil, count: panel.series.count)
    var backtests: [(result: BacktestResult, places: [Int])] = []
    for shard in shards {
      var places: [Int] = []
      let found: ShardForecast
      do {
        found = try ShardForecast(shard.part(), panel, positions, pipeline, scratch: scratch, places: &places)
      } catch let failure as Failure { throw failure } catch let fault as ScratchFile.Fault {
        throw Failure(fault)
      } catch {
        throw Failure(.badData, "the part of \(shard.path) cannot be used: \(error); \(shard.remedy)")
      }
      for (place, series) in zip(places, found.forecast.series) { all[place] = series }
      if let backtest = found.backtest { backtests.append((backtest, places)) }
    }
    if let position = all.firstIndex(where: { $0 == nil }) {
      throw Failure(
        .badData,
        "series \"\(panel.series[position].name)\" is in none of the shards: the input changed; run them again")
    }
    do {
      let backtest = backtests.isEmpty ? nil : try BacktestResult(joining: backtests, of: panel, scratch: scratch)
      return ShardForecast(forecast: Forecast(all.compactMap { $0 }), backtest: backtest)
    } catch let fault as ScratchFile.Fault { throw Failure(fault) } catch {
      throw Failure(.badData, "the backtests of the shards do not fit: \(error); run them again")
    }
  }
}
