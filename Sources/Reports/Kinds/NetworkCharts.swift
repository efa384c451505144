import Charts
import Forecasting
import Pipelines
import Recurrent
import TimeSeries

extension PanelsChart {
  /// How a network was trained: its loss, the learning rate, and which steps of the lookback it could learn from.
  init(trainingOf run: PublishedForecast, title: String) throws(Failure) {
    guard let training = run.training, run.fallback == nil else {
      throw ChartKind.training.missing("a forecaster that trains a network")
    }
    var rows = [[Panel(lossesOf: training)]]
    var words: [String] = []
    if let rates = training.learningRate, rates.count > 1 {
      var rate = Panel(
        "learning rate by epoch",
        [Mark(nil, .line(1.8), .baseline, x: rates.indices.map { Double($0 + 1) }, y: rates)], xLabel: "epoch")
      (rate.counts, rate.includesZero) = (true, true)
      rows.append([rate])
    }
    if let gradient = run.gradientByStep, gradient.contains(where: { $0 > 0 }) {
      let back = gradient.indices.map { Double($0 - gradient.count + 1) }
      var panel = Panel(
        "what reaches each step of the lookback (length of the gradient)",
        [Mark(nil, .line(1.8), .fourth, x: back, y: gradient.map { $0 > 0 ? $0 : .nan })],
        xLabel: "steps before the origin")
      (panel.isLogarithmic, panel.counts) = (true, true)
      if rows.count > 1 { rows[1].append(panel) } else { rows.append([panel]) }
      words.append(PanelsChart.reach(of: gradient))
    }
    self.init(title: "\(title): training", subtitle: words, rows: rows)
  }

  /// Whether a gradient vanishes or explodes on its way back, in words.
  ///
  /// The oldest and the newest quarter are compared, for single steps tell little.
  static func reach(of gradient: [Double]) -> String {
    let quarter = max(1, gradient.count / 4)
    let (old, new) = (gradient.prefix(quarter).reduce(0, +), gradient.suffix(quarter).reduce(0, +))
    guard new > 0 else { return "no gradient reaches the newest steps" }
    let share = old / new
    let words =
      share < 1e-3
      ? "it vanishes: nothing is learned from them" : share > 1e3 ? "it explodes on its way back" : "it reaches them"
    return "gradient of the oldest quarter ÷ that of the newest: \(brief(share)) (\(words))"
  }

  /// What the gates of a network do over the window that its forecast is made of.
  init(gatesOf run: PublishedForecast, title: String, unit: String?, series choice: ShownSeries) throws(Failure) {
    let position = try choice.one(in: run)
    let shown = try run.window(of: position, for: .gates, wanting: "a recurrent network")
    guard !shown.layers.isEmpty else { throw ChartKind.gates.missing("a recurrent network") }
    var rows = [[Panel(windowOf: shown, in: run, series: position, unit: unit)]]
    for layer in shown.layers {
      var panels = layer.gates.map { gate in
        Panel(unitsOf: gate.values, heading: PanelsChart.meaning(of: gate.name, in: layer), window: shown.index)
      }
      if !layer.memory.isEmpty {
        panels.append(Panel(unitsOf: layer.memory, heading: "memory: what is kept", window: shown.index))
      }
      panels.append(Panel(unitsOf: layer.output, heading: "output: what the next layer is shown", window: shown.index))
      if shown.layers.count > 1 { for place in panels.indices { panels[place].heading += " · \(layer.layer)" } }
      for start in stride(from: 0, to: panels.count, by: 2) {
        rows.append(Array(panels[start..<min(start + 2, panels.count)]))
      }
    }
    self.init(
      title: "\(title): the gates of the network",
      subtitle: run.remark(on: position, choice) + ["line: the median unit; area: four in five of the units"],
      rows: rows)
  }

  /// What a gate is for; those of an LSTM forget, those of a GRU replace.
  private static func meaning(of gate: String, in layer: LayerActivations) -> String {
    switch gate {
    case "input": "input gate: what is let in"
    case "forget": "forget gate: how much is kept"
    case "output": "output gate: what is shown"
    case "reset": "reset gate: how much of the past the candidate sees"
    case "update": "update gate: how much is kept"
    case "candidate": layer.gates.count == 1 ? "what the units compute" : "candidate: what would be written"
    default: gate
    }
  }

  /// Which steps of the lookback each step of the forecast looked at.
  init(attentionOf run: PublishedForecast, title: String, unit: String?, series choice: ShownSeries) throws(Failure) {
    let kind = ChartKind.attention
    let wanted = "a network with `attention`, an encoder-decoder one"
    let position = try choice.one(in: run)
    let shown = try run.window(of: position, for: kind, wanting: wanted)
    guard let attention = shown.attention, let steps = attention.first?.count, steps > 0 else {
      throw kind.missing(wanted)
    }
    let places = PanelsChart.places(steps, over: shown.index)
    let map = Panel(
      "how much each step of the lookback counts, by step ahead",
      [Mark(nil, .cells(attention), .forecast, x: places, y: attention.indices.map { Double($0 + 1) })],
      yLabel: "steps ahead", times: shown.index)
    let most = attention.joined().max() ?? 0
    self.init(
      title: "\(title): what the network looks at",
      subtitle: run.remark(on: position, choice) + ["the darker the more; the darkest: \(percent(most)) %"],
      rows: [[Panel(windowOf: shown, in: run, series: position, unit: unit)], [map]])
  }

  /// The places of so many equal parts of a window: each at its last step.
  fileprivate static func places(_ count: Int, over index: TimeIndex) -> [Double] {
    (1...max(1, count)).map { place(of: index[$0 * index.count / max(1, count) - 1], in: index) }
  }
}

extension PanelsChart.Panel {
  /// The loss of each epoch.
  init(lossesOf training: TrainingSummary) {
    let epochs = max(training.trainingLoss.count, training.validationLoss.count)
    func marks(_ name: String, _ tint: Tint, _ width: Double, _ losses: [Double]) -> [PanelsChart.Mark] {
      guard losses.contains(where: \.isFinite) else { return [] }
      let x = (0..<epochs).map { Double($0 + 1) }
      let y = (0..<epochs).map { losses.indices.contains($0) ? losses[$0] : .nan }
      let line = PanelsChart.Mark(name, .line(width), tint, x: x, y: y)
      // A short training is seen better with its points; a single epoch is nothing but one.
      return epochs > 20 ? [line] : [line, .init(nil, .points(0.5), tint, x: x, y: y)]
    }
    self.init(
      "loss by epoch",
      marks("training", .history, 1.8, training.trainingLoss)
        + marks("validation", .forecast, 2.4, training.validationLoss),
      xLabel: "epoch", yLabel: "loss")
    (isLogarithmic, counts) = (true, true)
    if training.bestEpoch > 0 { flag = .init("best: epoch \(training.bestEpoch)", at: Double(training.bestEpoch)) }
  }

  /// The readings that a network reads.
  fileprivate init(windowOf shown: NetworkActivations, in run: PublishedForecast, series: Int, unit: String?) {
    let readings = run.panel.series[series]
    let first = readings.count - shown.index.count
    self.init(
      "the window that the network reads",
      [
        .init(
          nil, .line(1.6), .history,
          x: (0..<shown.index.count).map { PanelsChart.place(of: shown.index[$0], in: shown.index) },
          y: (0..<shown.index.count).map { first + $0 >= 0 ? readings.values[first + $0] : .nan })
      ], yLabel: unit ?? run.valueLabel, times: shown.index)
  }

  /// What the units of a layer do, step by step.
  fileprivate init(unitsOf values: [[Double]], heading: String, window: TimeIndex) {
    let sorted = values.map { $0.sorted() }
    func share(_ share: Double) -> [Double] {
      sorted.map { $0.isEmpty ? .nan : $0[Int((share * Double($0.count - 1)).rounded())] }
    }
    let places = PanelsChart.places(values.count, over: window)
    self.init(
      heading,
      [
        .init(nil, .area(share(0.9)), .forecast, x: places, y: share(0.1)),
        .init(nil, .line(1.8), .forecast, x: places, y: share(0.5)),
      ], times: window)
    includesZero = true
  }
}

extension PublishedForecast {
  /// What the network does with the newest window of a series.
  fileprivate func window(of series: Int, for kind: ChartKind, wanting wanted: String) throws(Failure)
    -> NetworkActivations
  {
    guard fallback == nil, panel.series.indices.contains(series) else { throw kind.missing(wanted) }
    do {
      guard let shown = try activations(of: series) else { throw kind.missing(wanted) }
      return shown
    } catch let failure as Failure { throw failure } catch {
      throw Failure(.failed, "the chart \(kind.rawValue) cannot be drawn: \(error)")
    }
  }

  /// How much of the loss' gradient reaches each step of the lookback, oldest first; nil for what has no network.
  fileprivate var gradientByStep: [Double]? { (try? diagnostics()).flatMap { $0?.gradientByStep } }
}

extension ScoresChart {
  /// What each covariate is worth to the model.
  init(importanceOf run: PublishedForecast, title: String) throws(Failure) {
    let kind = ChartKind.importance
    let found: [CovariateImportance]
    do { found = try run.covariateImportance() } catch {
      throw Failure(.failed, "the chart \(kind.rawValue) cannot be drawn: \(error)")
    }
    guard run.fallback == nil, !found.isEmpty else {
      throw kind.missing("a network that reads covariates, or features of the calendar")
    }
    let sorted = found.enumerated().sorted { (-$0.element.growth, $0.offset) < (-$1.element.growth, $1.offset) }
    self.init(
      title: "\(title): what the covariates are worth",
      subtitle: ["how much larger the error is when the values of one are shuffled, on the newest rows"],
      metric: "growth of the error, %",
      bars: sorted.map { Bar(name: $0.element.name, value: $0.element.growth * 100, isModel: $0.element.growth > 0) })
  }
}
