import ArgumentParser
import Files
import Forecasting
import Foundation
import Operation
import Pipelines
import Recurrent
import TimeSeries

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Shows a saved model: what it was trained on, its parts, and its networks layer by layer.",
    discussion:
      "The model is a folder that a run keeps (.almanac/NAME below the pipeline's root), or a safetensors file "
      + "that the write stage made, or the word pretrained for the networks that come with the program. Weights have the "
      + "names, shapes and gate order that PyTorch gives them. Exit codes: 0 shown, 64 wrong usage, 65 no model of almanac, "
      + "66 no such file.\n\n"
      + examples("almanac model .almanac/sales", "almanac model sales.safetensors", "almanac model pretrained")
  )

  @Argument(help: "The model folder or safetensors file, or pretrained.", completion: .file())
  var file: String

  func run() throws {
    try reportingFailures {
      let path = FilePath(file)
      if file == "pretrained", !path.exists {
        for kind in PretrainedKind.allCases { Console.line(try PretrainedText(kind).text) }
        return
      }
      guard path.exists else { throw Failure(.noInput, "there is no model \(file)") }
      if path.isFolder {
        // What a run that was cut has left is brought to its end first, unless a run is at work on it.
        let state = StateFolder(path: file)
        if state.hasOwnPublication, let lock = try? RunLock(state) {
          try state.finishPublication { Console.error("almanac: warning: \($0)") }
          withExtendedLifetime(lock) {}
        }
        let model: SavedModel
        do throws(SavedModel.Fault) { model = try SavedModel(at: file, coder: Almanac.coder) } catch {
          throw Failure(error == .missing ? .noInput : .badData, "\(file): \(error)")
        }
        Console.line(SavedModelText(model).text)
        return
      }
      guard let data = path.contents() else {
        throw Failure(.noInput, "\(file) cannot be read")
      }
      let network: ForecastNetwork
      do { network = try ForecastNetwork(weightFile: data, cells: Almanac.coder.cells) } catch {
        throw Failure(.badData, "\(file): \(error)")
      }
      Console.line(ModelTable(network).text)
    }
  }
}

/// A network that comes with the program, as lines of text.
struct PretrainedText {
  let kind: PretrainedKind
  private let network: ForecastNetwork
  private let origin: String

  init(_ kind: PretrainedKind) throws(RecurrentError) {
    self.kind = kind
    let shipped = try PretrainedNetwork(shipped: kind)
    (network, origin) = (shipped.network, shipped.origin)
  }

  var text: String {
    let seasons = kind.seasons.isEmpty ? "none" : kind.seasons.map(String.init).joined(separator: ", ")
    return """
      \(kind.rawValue)
        seasons: \(seasons)
        sees \(network.options.lookback) steps, forecasts \(network.options.horizon) at once
        \(network.options.cell.name) of \(network.options.hidden) units, \(network.parameterCount) weights
        learned from: \(origin)
      """
  }
}

/// A saved model as lines of text.
struct SavedModelText {
  let model: SavedModel

  init(_ model: SavedModel) { self.model = model }

  var text: String {
    var lines = [
      "model of \(model.pipeline.onOneLine), trained \(model.trained.ISO8601Format())",
      "  rows: \(rows)",
    ]
    let transforms = model.transformKinds
    lines.append("  transforms: \(transforms.isEmpty ? "none" : transforms.joined(separator: ", "))")
    lines.append("  forecaster: \(model.forecasterKind)")
    lines += parameters
    if let covariates = model.covariates { lines.append("  covariates: \(covariates)") }
    if let fallback = model.fallback {
      lines.append("  stands in for the model: \(fallback.baseline.rawValue), better by \(fallback.metric.name)")
    }
    if let backtest = model.backtest {
      let card = backtest.scorecard(metrics: [.mae, .mase])
      lines.append(ScoreTable(card, folds: backtest.origins.count).text)
    }
    return (lines + model.networks.map { ModelTable($0).text }).joined(separator: "\n")
  }

  /// What the forecaster has learned or chosen; of many series those of the first.
  private var parameters: [String] {
    let all = model.chain.forecaster.parameters
    let shared = all.filter { $0.series == nil }.map { "\($0.name) \($0.value)" }
    let series = Dictionary(grouping: all.filter { $0.series != nil }) { $0.series ?? "" }.sorted { $0.key < $1.key }
    var lines = shared.isEmpty ? [] : ["  parameters: \(shared.joined(separator: ", "))"]
    for (name, own) in series.prefix(Self.mostSeries) {
      lines.append("  parameters of \(name): " + own.map { "\($0.name) \($0.value)" }.joined(separator: ", "))
    }
    if series.count > Self.mostSeries { lines.append("  and those of \(series.count - Self.mostSeries) more series") }
    return lines.map(\.onOneLine)
  }

  private static let mostSeries = 10

  private var rows: String {
    let count = model.rows.reduce(0) { $0 + $1.index.count }
    let frequency = model.rows.first?.index.frequency.description ?? "steps"
    return "\(count) of \(model.rows.count) series, one every \(frequency)"
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
      "\(options.network.rawValue) network of \(options.cell.name), \(options.lookback) steps seen, "
      + "\(options.horizon) forecast, correcting anchors \(options.anchors.map(String.init).joined(separator: ", "))"
      + covariates
    return ([title] + table).map(\.onOneLine).joined(separator: "\n")
  }

  private var covariates: String {
    let options = network.options
    let counts = [
      (options.pastCovariates, "past"), (options.futureCovariates, "future"), (options.staticCovariates, "static"),
    ]
    let known = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return known.isEmpty ? "" : "; covariates: \(known.joined(separator: ", "))"
  }
}
