import ArgumentParser
import Foundation
import Pipelines
import Recurrent

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Shows a trained network: what it sees and forecasts, its layers, their shapes and parameter counts.",
    discussion: "The file is one that the write stage made (`model: models/NAME.safetensors`). Weights have the names, "
      + "shapes and gate order that PyTorch gives them.")

  @Argument(help: "The safetensors file.", completion: .file(extensions: ["safetensors"]))
  var file: String

  func run() throws {
    try reportingFailures {
      guard let data = FileManager.default.contents(atPath: file) else {
        let exists = FileManager.default.fileExists(atPath: file)
        throw Failure(.noInput, exists ? "\(file) cannot be read" : "there is no model file \(file)")
      }
      let network: ForecastNetwork
      do { network = try ForecastNetwork(weightFile: data) } catch { throw Failure(.badData, "\(file): \(error)") }
      Console.line(ModelTable(network).text)
    }
  }
}

/// A network as lines of text.
struct ModelTable {
  let network: ForecastNetwork

  init(_ network: ForecastNetwork) { self.network = network }

  var text: String {
    let options = network.options
    let layers = network.layers.map { layer in
      [
        layer.name, layer.kind,
        layer.weights.map { weight in
          let name = weight.name.split(separator: ".").last.map(String.init) ?? weight.name
          return "\(name) \(weight.shape.map(String.init).joined(separator: "×"))"
        }.joined(separator: ", "),
        "\(layer.parameterCount)",
      ]
    }
    let rows = [["layer", "kind", "weights", "parameters"]] + layers + [["", "", "all", "\(network.parameterCount)"]]
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let table = rows.map { row in
      "  " + (0..<3).map { row[$0].padded(to: widths[$0]) }.joined(separator: "  ") + "  "
        + row[3].aligned(to: widths[3])
    }
    let title =
      "\(options.network.rawValue) network of \(options.cell.rawValue), \(options.lookback) steps seen, "
      + "\(options.horizon) forecast, correcting anchors \(options.anchors.map(String.init).joined(separator: ", "))"
    return ([title] + table).joined(separator: "\n")
  }
}
