import Foundation
import Recurrent

extension FuzzTarget {
  /// Weight files and checkpoints.
  static let weights = FuzzTarget(
    "weights", longest: 16384,
    words: [
      "\"hidden\":", "\"layers\":", "\"horizon\":", "\"lookback\":", "2147483648", "4611686018427387904", "-1", "1e300",
      "\"F32\"", "\"F64\"", "\"I64\"", "\"data_offsets\":[0,", "\"shape\":[", "__metadata__", "almanac.network", "null",
      "true",
    ],
    seeds: {
      var options = NetworkOptions(lookback: 3, horizon: 2)
      options.hidden = 2
      let small = try ForecastNetwork(options, seed: 1)
      var file = Safetensors()
      file.set("order", integers: [1, 0, 2], shape: [3])
      return [Array(try small.weightFile()), Array(try file.encoded())]
    }
  ) { bytes in
    let data = Data(bytes)
    if let tensors = try unlessRefused({ try Safetensors(decoding: data) }) {
      let again = try Safetensors(decoding: try tensors.encoded())
      try Finding.unless(again == tensors, "tensors are others after writing and reading")
    }
    _ = try unlessRefused { try TrainingCheckpoint(file: data) }
    guard let network = try unlessRefused({ try ForecastNetwork(weightFile: data) }) else { return }
    try Finding.unless(
      network.parameterCount * 4 <= 2 * bytes.count + 4096,
      "\(bytes.count) bytes make a network of \(network.parameterCount) weights")
    let again = try ForecastNetwork(weightFile: try network.weightFile())
    try Finding.unless(again.weights == network.weights, "weights are others after writing and reading")
  }
}
