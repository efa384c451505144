import ArgumentParser
import Files
import Forecasting
import Foundation
import Recurrent
import SyntheticSeries

/// Trains a pretrained network of one kind on synthetic series alone.
@main
struct Pretrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Trains a network on synthetic series, so that it forecasts readings that it has never seen.",
    discussion: "Equal options give equal weights. A training that was interrupted goes on from its checkpoint. Panels "
      + "that are named are only scored, never learned from.")

  @Argument(help: "The kind of readings: \(PretrainedKind.allCases.map(\.rawValue).joined(separator: ", ")).")
  var kind: PretrainedKind

  @Option(help: "The weight file to write, also after each epoch.") var output: String
  @Option(help: "Series that are made.") var series = 60_000
  @Option(help: "Updates of the weights.") var updates = 24_000
  @Option(help: "Windows in an update.") var batch = 64
  @Option(help: "The peak of the learning rate.") var rate = 0.003
  @Option(help: "Decides the series, the first weights and the order.") var seed: UInt64 = 1
  @Option(help: "Threads that work; the weights do not depend on their number.") var threads = 2
  @Option(
    help: "Panels to score, as TRAIN,TEST: CSV files of the competitions' form, a series a row.")
  var judge: [String] = []
  @Flag(help: "Only score the weight file of --output.") var score = false

  func run() throws {
    let panels = try judge.map { try JudgingPanel($0, kind) }
    let file = FilePath(output)
    guard !score else {
      let network = try PretrainedNetwork(kind, file: DiskFile.read(file.text))
      for panel in panels { say(try panel.scores(of: network)) }
      return
    }
    let began = Date()
    let origin =
      "\(series) synthetic series (generator \(SeriesGenerator.version)), \(updates) updates of \(batch) windows, "
      + "seed \(seed)"
    let set = TrainingSeries(kind).windows(count: series, seed: seed)
    say("\(series) series, \(set.windows.count) windows, \(Int(Date().timeIntervalSince(began))) s")
    var training = TrainingOptions()
    training.epochs = 40
    training.stepsPerEpoch = max(1, updates / training.epochs)
    training.batchSize = batch
    training.learningRate = rate
    training.optimizer = .adamW(decay: 0.01)
    training.schedule = .flatThenCosine(flat: 0.3, final: 0.01)
    training.warmUp = min(500, updates / 10)
    training.averaging = 0.999
    training.loss = .maseAndSmape
    training.clipping = .norm(1)
    training.patience = nil
    training.positions = kind.positions
    training.seed = seed
    training.threads = threads
    let place = FilePath(output + ".checkpoint")
    let checkpoint = try? TrainingCheckpoint(file: DiskFile.read(place.text))
    var network = try ForecastNetwork(kind.network, seed: seed)
    say("\(network.parameterCount) weights\(checkpoint.map { ", from epoch \($0.epoch)" } ?? "")")
    try network.train(
      on: set, options: training, from: checkpoint,
      progress: { progress in
        if progress.endsEpoch {
          let seconds = Int(Date().timeIntervalSince(began))
          say("epoch \(progress.epoch)  loss \(String(format: "%.4f", progress.trainingLoss))  \(seconds) s")
        }
        return .proceed
      },
      keep: { checkpoint in
        try? DiskFile.replace(place.text, with: checkpoint.file())
        guard checkpoint.epoch % 8 == 0, let weights = try? checkpoint.trained() else { return }
        let pretrained = PretrainedNetwork(kind, weights, origin: origin)
        try? DiskFile.replace(file.text, with: pretrained.weightFile())
        for panel in panels { if let line = try? panel.scores(of: pretrained) { say(line) } }
      })
    let pretrained = PretrainedNetwork(kind, network, origin: origin)
    try DiskFile.replace(file.text, with: pretrained.weightFile())
    place.remove()
    for panel in panels { say(try panel.scores(of: pretrained)) }
  }
}

/// At once, for whoever watches a log.
private func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = write(STDOUT_FILENO, bytes, bytes.count)
}

extension PretrainedKind: ExpressibleByArgument {}
