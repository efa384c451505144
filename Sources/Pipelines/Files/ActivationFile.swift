import Forecasting
import Tabular
import TimeSeries

/// The activations of a network, as CSV for charts.
public struct ActivationFile: Sendable {
  let activations: [NetworkActivations]
  let style: TimeStyle

  /// The activations over the last window of each series.
  public init(_ forecast: PublishedForecast) throws {
    activations = try forecast.activations()
    style = forecast.style
  }

  /// Whether there is nothing to show.
  public var isEmpty: Bool { activations.isEmpty }

  /// Gates, outputs and memory: one row a series, layer, step and unit, one column a gate.
  public func gates() -> [UInt8] {
    var writer = CSVWriter()
    let names = activations.first?.layers.first?.gates.map(\.name) ?? []
    let hasMemory = activations.first?.layers.first.map { !$0.memory.isEmpty } ?? false
    writer.row(["series", "layer", "time", "unit"] + names + ["state"] + (hasMemory ? ["memory"] : []))
    for window in activations {
      for layer in window.layers {
        for step in layer.output.indices {
          for unit in layer.output[step].indices {
            writer.cell(window.series)
            writer.cell(layer.layer)
            writer.cell(time(of: step, of: layer.output.count, in: window))
            writer.cell(unit + 1)
            for gate in layer.gates { writer.cell(gate.values[step][unit]) }
            writer.cell(layer.output[step][unit])
            if hasMemory { writer.cell(layer.memory[step][unit]) }
            writer.endRow()
          }
        }
      }
    }
    return writer.bytes
  }

  /// Attention: one row a series and step of the horizon, one column a step of the lookback; nil without attention.
  public func attention() -> [UInt8]? {
    guard activations.contains(where: { $0.attention != nil }) else { return nil }
    var writer = CSVWriter()
    let lookback = activations.first?.index.count ?? 0
    writer.row(["series", "step"] + (0..<lookback).map { "\($0 - lookback + 1)" })
    for window in activations {
      for (step, weights) in (window.attention ?? []).enumerated() {
        writer.cell(window.series)
        writer.cell(step + 1)
        for weight in weights { writer.cell(weight) }
        writer.endRow()
      }
    }
    return writer.bytes
  }

  // A layer that runs over patches has fewer steps than the window; they are then only counted.
  private func time(of step: Int, of steps: Int, in window: NetworkActivations) -> String {
    steps == window.index.count ? style.text(of: window.index[step]) : "\(step + 1)"
  }
}
