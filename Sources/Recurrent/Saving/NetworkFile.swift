import Foundation

// Networks as weight files, in PyTorch's names and layout.
extension ForecastNetwork {
  private static let version = "1"

  /// The network as a safetensors file.
  ///
  /// Tensors are named as PyTorch names them: `recurrent.weight_ih_l0` and so on, gates in the order i f g o and r z n.
  /// PyTorch keeps two biases for every cell; where one is enough here the second, `bias_hh`, is written as zeros.
  /// The header's metadata hold the network's options, so that the file alone is enough to forecast.
  public func weightFile() throws -> Data {
    var file = Safetensors()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    file.metadata = [
      "almanac.version": Self.version,
      "almanac.network": String(decoding: try encoder.encode(options), as: UTF8.self),
      "almanac.parameters": "\(parameterCount)",
    ]
    let layout = layout
    for slice in layout.slices {
      file.set(slice.name, Array(weights[slice.offset..<slice.offset + slice.count]), shape: slice.shape)
      guard let second = slice.secondBiasName, !layout.slices.contains(where: { $0.name == second }) else { continue }
      file.set(second, [Float](repeating: 0, count: slice.count), shape: slice.shape)
    }
    return try file.encoded()
  }

  /// Reads a file that `weightFile` wrote.
  /// - Parameter cells: those that the file may name.
  public init(weightFile data: Data, cells: CellRegistry = .builtIn) throws(RecurrentError) {
    let file = try Safetensors(decoding: data)
    guard let version = file.metadata["almanac.version"] else {
      throw .badWeightFile("it does not say which network it is for; name the network's options to read its weights")
    }
    guard version == Self.version else {
      throw .badWeightFile("it has version \(version), but this program reads version \(Self.version)")
    }
    guard let text = file.metadata["almanac.network"], let options = NetworkOptions(stored: Data(text.utf8), cells)
    else {
      throw .badWeightFile("its description of the network cannot be read")
    }
    do { try options.check() } catch { throw .badWeightFile("its description of the network is damaged: \(error)") }
    try self.init(options, tensors: file)
  }

  /// A network with the weights of a file from elsewhere, such as one that PyTorch wrote.
  ///
  /// Where a cell has one bias here and two in the file, they are added.
  public init(_ options: NetworkOptions, tensors file: Safetensors) throws(RecurrentError) {
    let layout = try ForecastGraph(options, loss: .mae).layout
    // Every tensor is looked for first: what a file says of sizes then asks for no more memory than the file itself has.
    for slice in layout.slices { try file.require(slice.name, shape: slice.shape) }
    var weights = [Float](repeating: 0, count: layout.count)
    var known = Set(layout.slices.map(\.name))
    for slice in layout.slices {
      var values = try file.floats(slice.name, shape: slice.shape)
      if let second = slice.secondBiasName, !known.contains(second), file.tensors[second] != nil {
        values = zip(values, try file.floats(second, shape: slice.shape)).map { $0 + $1 }
        known.insert(second)
      }
      if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw .badWeightFile("tensor \(slice.name) holds \(values[index]) at place \(index)")
      }
      weights.replaceSubrange(slice.offset..<slice.offset + slice.count, with: values)
    }
    if let stranger = file.tensors.keys.sorted().first(where: { !known.contains($0) }) {
      throw .badWeightFile("tensor \(stranger) belongs to another network")
    }
    try self.init(options, weights: weights)
  }
}

extension NetworkOptions {
  /// The options of a file; those that its writer did not know yet have their defaults.
  fileprivate init?(stored data: Data, _ cells: CellRegistry) {
    let decoder = JSONDecoder()
    decoder.userInfo = cells.userInfo
    guard let stored = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let lookback = stored["lookback"] as? Int, let horizon = stored["horizon"] as? Int,
      let defaults = try? JSONEncoder().encode(NetworkOptions(lookback: lookback, horizon: horizon)),
      let known = try? JSONSerialization.jsonObject(with: defaults) as? [String: Any],
      let all = try? JSONSerialization.data(withJSONObject: Self.completed(stored, from: known)),
      let options = try? decoder.decode(NetworkOptions.self, from: all)
    else { return nil }
    self = options
  }

  // Of a choice with values of its own, such as a head, only the same choice is completed.
  private static func completed(_ stored: [String: Any], from known: [String: Any]) -> [String: Any] {
    guard Set(stored.keys).isSubset(of: known.keys) else { return stored }
    return known.merging(stored) { known, stored in
      guard let inner = stored as? [String: Any], let defaults = known as? [String: Any] else { return stored }
      return completed(inner, from: defaults)
    }
  }
}

extension ParameterSlice {
  /// The name of PyTorch's second bias beside this first one.
  fileprivate var secondBiasName: String? {
    name.contains("bias_ih_") ? name.replacingOccurrences(of: "bias_ih_", with: "bias_hh_") : nil
  }
}
