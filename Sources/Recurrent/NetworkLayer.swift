/// One layer of a network as a table shows it.
public struct NetworkLayer: Sendable, Equatable {
  /// Such as `recurrent.l0`.
  public let name: String
  /// What the layer is: the cell's name, `linear`, `embedding` or `attention`.
  public let kind: String
  /// Its weights in the order in which they are stored.
  public let weights: [ParameterSlice]

  /// How many numbers it learns: for a recurrent layer gates × (H·I + H·H + H), and gates × H more for the second bias
  /// of a GRU.
  public var parameterCount: Int { weights.reduce(0) { $0 + $1.count } }
}

extension ForecastNetwork {
  /// The layers in the order of their weights.
  public var layers: [NetworkLayer] {
    var found: [(name: String, kind: String, weights: [ParameterSlice])] = []
    for slice in layout.slices {
      let (name, kind) = layer(of: slice)
      if found.last?.name == name {
        found[found.count - 1].weights.append(slice)
      } else {
        found.append((name, kind, [slice]))
      }
    }
    return found.map { NetworkLayer(name: $0.name, kind: $0.kind, weights: $0.weights) }
  }

  /// `recurrent.weight_ih_l0` belongs to `recurrent.l0`, `head.bias` to `head`.
  private func layer(of slice: ParameterSlice) -> (name: String, kind: String) {
    for part in ["weight_ih_", "weight_hh_", "bias_ih_", "bias_hh_"] where slice.name.contains(part) {
      return (slice.name.replacing(part, with: ""), options.cell.name)
    }
    let name = slice.name.split(separator: ".").dropLast().joined(separator: ".")
    let kind =
      switch name {
      case "position", "series_embedding": "embedding"
      case _ where name.hasPrefix("attention"): "attention"
      default: "linear"
      }
    return (name, kind)
  }
}
