import Foundation
import Testing

@testable import Recurrent

/// What a file says of sizes is held against its tensors before anything is made.
@Suite struct DamagedWeightFileTests {
  static let counts = [1 << 31, 1 << 40, 1 << 53, 1 << 62, Int.max, Int.min, -1, 0]

  static func network() throws -> ForecastNetwork {
    var options = NetworkOptions(lookback: 6, horizon: 3)
    options.hidden = 3
    options.cell = .slstm
    options.seriesEmbedding = 2
    options.seriesCount = 2
    options.futureCovariates = 1
    options.lags = [2]
    options.anchors = [1, 2]
    options.scaling.recent = 3
    return try ForecastNetwork(options, seed: 1)
  }

  /// The file with another description of its network.
  static func file(_ change: (inout [String: Any]) -> Void) throws -> Data {
    var file = try Safetensors(decoding: try network().weightFile())
    let text = try #require(file.metadata["almanac.network"])
    var description = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    change(&description)
    file.metadata["almanac.network"] = String(
      decoding: try JSONSerialization.data(withJSONObject: description), as: UTF8.self)
    return try file.encoded()
  }

  @Test(arguments: [
    "lookback", "horizon", "hidden", "layers", "memoryHeads", "seriesEmbedding", "seriesCount", "pastCovariates",
    "futureCovariates", "staticCovariates", "segment",
  ])
  func `no count of a weight file traps or asks for memory`(name: String) throws {
    for count in Self.counts where count != 0 || !["pastCovariates", "staticCovariates"].contains(name) {
      let data = try Self.file { $0[name] = count }
      let error = #expect(throws: RecurrentError.self) { try ForecastNetwork(weightFile: data) }
      let words = error.map { "\($0)" } ?? ""
      #expect(words.hasPrefix("the weight file cannot be read: "), "\(name) \(count): \(words)")
    }
  }

  @Test(arguments: ["lags", "anchors", "dilations", "scaling"])
  func `no number in a list of a weight file traps`(name: String) throws {
    for count in Self.counts where name != "anchors" || count != 0 {
      let data = try Self.file { description in
        switch name {
        case "dilations": description[name] = [[count]]
        case "scaling":
          var scaling = description[name] as? [String: Any] ?? [:]
          scaling["recent"] = count
          description[name] = scaling
        default: description[name] = [count, 2]
        }
      }
      #expect(throws: RecurrentError.self) { try ForecastNetwork(weightFile: data) }
    }
  }

  @Test func `numbers that are no counts are refused`() throws {
    let values: [Any] = [1e300, -1e300, 0.5, "6", NSNull(), [6]]
    for value in values {
      let data = try Self.file { $0["hidden"] = value }
      #expect(throws: RecurrentError.self) { try ForecastNetwork(weightFile: data) }
    }
  }

  @Test func `sizes that fit no tensor are refused before they are made`() throws {
    // Within the bounds of each option, and far beyond the file together.
    let data = try Self.file {
      $0["hidden"] = 60_000
      $0["layers"] = 1000
      $0["horizon"] = 900_000
      $0["seriesCount"] = 1_000_000_000
    }
    let error = #expect(throws: RecurrentError.self) { try ForecastNetwork(weightFile: data) }
    #expect(error.map { "\($0)" }?.contains("but the network needs") == true)
  }

  @Test func `a header longer than any is refused before it is parsed`() {
    var data = Data()
    withUnsafeBytes(of: UInt64(100_000_001).littleEndian) { data.append(contentsOf: $0) }
    data.append(Data(count: 100_000_001))
    let error = #expect(throws: RecurrentError.self) { try Safetensors(decoding: data) }
    #expect(error.map { "\($0)" }?.contains("more than the 100000000 of any safetensors file") == true)
  }

  @Test func `no count of a checkpoint traps or asks for memory`() throws {
    let set = waveSet(CheckpointTests.options(), steps: 60)
    var kept: TrainingCheckpoint?
    var network = try ForecastNetwork(CheckpointTests.options(), seed: 1)
    var training = CheckpointTests.training()
    training.epochs = 2
    try network.train(on: set, validation: set, options: training, keep: { kept = kept ?? $0 })
    let whole = try Safetensors(decoding: try #require(kept).file())
    let text = try #require(whole.metadata["almanac.state"])
    let state = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    var refused = 0
    func damage(_ value: Any, _ count: Int, _ put: (Any) -> Any) throws {
      if let object = value as? [String: Any] {
        for (key, inner) in object {
          try damage(inner, count) { changed in
            var object = object
            object[key] = changed
            return put(object)
          }
        }
      } else if let list = value as? [Any], let first = list.first {
        try damage(first, count) { changed in put([changed] + list.dropFirst()) }
      } else if value is NSNumber {
        var file = whole
        let changed = try JSONSerialization.data(withJSONObject: put(count))
        file.metadata["almanac.state"] = String(decoding: changed, as: UTF8.self)
        do {
          let point = try TrainingCheckpoint(file: file.encoded())
          var other = try ForecastNetwork(CheckpointTests.options(), seed: 1)
          try other.train(
            on: set, validation: set, options: training, from: point, progress: { _ in .stop })
        } catch { refused += 1 }
      }
    }
    for count in [1 << 62, Int.max, Int.min, -1] { try damage(state, count) { $0 } }
    #expect(refused > 50)
  }
}
