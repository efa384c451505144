import Foundation
import Recurrent
import Testing
import TimeSeries

@testable import Forecasting

/// Everything that a transform from elsewhere takes.
private struct Shift: Transform, FittedTransform {
  static let kind = "test-shift"
  var by: Double
  func fit(_ panel: Panel) -> Shift { self }
  func apply(_ panel: Panel) -> Panel { panel.mapValues { $0.values.map { $0 + by } } }
  func invert(_ forecast: Forecast, history: Panel) -> Forecast {
    forecast.mapValues { _, values in values.map { $0 - by } }
  }
}

/// Everything that a forecaster from elsewhere takes.
private struct Last: Forecaster {
  func fit(_ panel: Panel, shape: WindowShape, context: FitContext) -> FittedLast { FittedLast(horizon: shape.horizon) }
}

private struct FittedLast: FittedForecaster {
  static let kind = "test-last"
  var horizon: Int
  func forecast(after history: Panel) -> Forecast {
    Forecast(
      history.series.map { series in
        let last = series.values.last ?? .nan
        return .init(
          name: series.name, index: series.index.following(horizon), point: Array(repeating: last, count: horizon))
      })
  }
}

@Suite struct SavingTests {
  static let panel = Panel([
    series(wavy(90), name: "a"), series(wavy(80, seed: 2).map { $0 * 1.3 }, name: "b", start: 10 * 86_400),
  ])
  static let shape = WindowShape(lookback: 14, horizon: 7)

  static let transforms: [any Transform] = [
    Difference(lag: 7), Fill(.linear, longestGap: 3), Log(offset: 0.25), Normalize(.standard), Normalize(.robust),
    BoxCox(), Clip(), Clip(deviations: 3, window: 20), Deseasonalize(.auto),
    Deseasonalize(.additive, periods: [7, 14]),
    Detrend(.theilSen), SeasonalFill(),
  ]

  static let network: RecurrentForecaster = {
    var options = NetworkOptions(lookback: 14, horizon: 7)
    options.hidden = 3
    options.head = .quantiles([0.1, 0.5, 0.9])
    var training = TrainingOptions()
    training.epochs = 2
    return RecurrentForecaster(network: options, training: training, validation: 7, levels: [0.8], members: 2)
  }()

  static let forecasters: [(String, any Forecaster)] = [
    ("naive", LocalForecaster(NaiveMethod(isSeasonal: true), levels: [0.8])),
    ("drift", LocalForecaster(DriftMethod(), levels: [0.8])), ("mean", LocalForecaster(MeanMethod())),
    ("naive2", LocalForecaster(AdjustedMethod.naive2)),
    ("ets", LocalForecaster(ExponentialSmoothing(nil), levels: [0.5])),
    ("theta", LocalForecaster(ThetaMethod.standard)), ("recurrent", network),
    ("ensemble", Ensemble([.init("n", LocalForecaster(NaiveMethod())), .init("r", network)], combination: .mean)),
    ("selection", Selection([.init("n", LocalForecaster(NaiveMethod())), .init("d", LocalForecaster(DriftMethod()))])),
  ]

  /// Everything that these transforms and forecasters may leave in a saved model.
  static let coder = ModelCoder(
    kinds: SavedKinds(
      transforms.flatMap { type(of: $0).savedParts } + forecasters.flatMap { type(of: $0.1).savedParts }))

  /// The chain that another process would read.
  static func reloaded(_ chain: FittedChain, coder: ModelCoder = coder) throws -> FittedChain {
    let saved = try coder.save(chain)
    return try coder.load(FittedChain.self, from: saved.document) { name in
      guard let data = saved.files[name] else { throw SavingError.missingFile(name) }
      return data
    }
  }

  static func bits(_ forecast: Forecast) -> [[UInt64]] {
    forecast.series.map { series in
      (series.point + series.intervals.flatMap { $0.lower + $0.upper }).map(\.bitPattern)
    }
  }

  @Test(arguments: transforms.indices)
  func `a loaded transform does to the last bit what the fitted one did`(position: Int) throws {
    let chain = Chain(
      transforms: [Self.transforms[position]], shape: Self.shape,
      forecaster: LocalForecaster(NaiveMethod(), levels: [0.8]))
    let fitted = try chain.fit(Self.panel, context: FitContext())
    let loaded = try Self.reloaded(fitted)
    #expect(type(of: loaded.transforms[0]) == type(of: fitted.transforms[0]))
    let applied = (try fitted.transforms[0].apply(Self.panel), try loaded.transforms[0].apply(Self.panel))
    #expect(
      applied.0.series.map { $0.values.map(\.bitPattern) } == applied.1.series.map { $0.values.map(\.bitPattern) })
    #expect(Self.bits(try loaded.forecast(after: Self.panel)) == Self.bits(try fitted.forecast(after: Self.panel)))
  }

  @Test(arguments: forecasters.indices)
  func `a loaded forecaster forecasts to the last bit as the fitted one did`(position: Int) throws {
    let chain = Chain(transforms: [Normalize(.standard)], shape: Self.shape, forecaster: Self.forecasters[position].1)
    let fitted = try chain.fit(Self.panel, context: FitContext(seed: 5))
    let loaded = try Self.reloaded(fitted)
    let shorter = Panel(Self.panel.series.map { $0.prefix(60) })
    for history in [Self.panel, shorter] {
      #expect(Self.bits(try loaded.forecast(after: history)) == Self.bits(try fitted.forecast(after: history)))
    }
    #expect(loaded.network?.training == fitted.network?.training)
    #expect(loaded.forecaster.parameters == fitted.forecaster.parameters)
    // Saved again it is the same file, so that nothing was lost on the way.
    #expect(try Self.coder.save(loaded) == Self.coder.save(fitted))
  }

  @Test func `numbers that are no numbers, and zeros with a sign, come back`() throws {
    let values = [Double.nan, .infinity, -.infinity, -0.0, 0.1 + 0.2, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
    let saved = try Self.coder.save(values)
    let loaded = try Self.coder.load([Double].self, from: saved.document) { throw SavingError.missingFile($0) }
    #expect(loaded[0].isNaN)
    #expect(loaded.dropFirst().map(\.bitPattern) == values.dropFirst().map(\.bitPattern))
  }

  @Test func `what was released keeps its kind`() {
    let parts =
      Self.transforms.flatMap { type(of: $0).savedParts } + Self.forecasters.flatMap { type(of: $0.1).savedParts }
    #expect(
      Set(parts.map { $0.kind }) == [
        "difference", "fill", "log", "normalize", "box-cox", "clip", "deseasonalize", "detrend", "seasonal-fill",
        "recurrent", "local", "ensemble", "selection", "naive-method", "drift-method", "mean-method", "adjusted-method",
        "smoothing-method", "theta-method", "naive-fit", "drift-fit", "mean-fit", "adjusted-fit", "smoothing-fit",
        "theta-fit", "intermittent-method", "intermittent-fit", "several-seasons-method", "several-seasons-fit",
      ])
    #expect(CalendarFeatures.kind == "calendar")
  }

  @Test func `a transform and a forecaster from elsewhere are saved and loaded by what they declare`() throws {
    let chain = Chain(transforms: [Shift(by: 3)], shape: Self.shape, forecaster: Last())
    let fitted = try chain.fit(Self.panel, context: FitContext())
    let coder = ModelCoder(kinds: SavedKinds(Shift.savedParts + Last.savedParts))
    let loaded = try Self.reloaded(fitted, coder: coder)
    #expect(loaded.transforms[0] is Shift && loaded.forecaster is FittedLast)
    #expect(Self.bits(try loaded.forecast(after: Self.panel)) == Self.bits(try fitted.forecast(after: Self.panel)))
    #expect(throws: SavingError.unknownKind("test-shift")) { try Self.reloaded(fitted) }
  }

  @Test func `a model that cannot be read is refused with the reason`() throws {
    let fitted = try Chain(transforms: [Normalize(.standard)], shape: Self.shape, forecaster: Self.network).fit(
      Self.panel, context: FitContext())
    let saved = try Self.coder.save(fitted)
    let text = String(decoding: saved.document, as: UTF8.self)
    func refusal(_ text: String, files: [String: Data]) -> String {
      do {
        _ = try Self.coder.load(FittedChain.self, from: Data(text.utf8)) { name in
          guard let data = files[name] else { throw SavingError.missingFile(name) }
          return data
        }
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      refusal(text.replacing(#""kind":"normalize""#, with: #""kind":"smooth""#), files: saved.files)
        == "it holds a part of the kind \"smooth\", which this almanac does not know; a newer one, or one with other "
        + "stages, wrote it")
    #expect(
      refusal(
        text.replacing(
          #""kind":"normalize","value":{"#, with: #""kind":"naive-fit","value":{"season":7,"deviation":1,"#),
        files: saved.files)
        == "a part of the kind \"naive-fit\" stands where it has no meaning; it is damaged")
    #expect(refusal(text, files: [:]) == "its file network-1.safetensors is missing")
    #expect(refusal(String(text.dropLast(30)), files: saved.files) == "it is damaged: the document cannot be read")
    #expect(
      refusal(text.replacing("network-1", with: "../network-1"), files: saved.files)
        == "it is damaged: \"../network-1.safetensors\" is no name of a file")
    var cut = saved.files
    cut["network-2.safetensors"]?.removeLast(4)
    #expect(
      refusal(text, files: cut).hasPrefix("it is damaged: network-2.safetensors: the weight file cannot be read: "))
  }
}

@Suite struct TrainingCourseTests {
  static let panel = Panel([series(wavy(120))])

  static func fit(_ context: FitContext, hidden: Int = 3, epochs: Int = 6) throws -> FittedRecurrentForecaster {
    var forecaster = SavingTests.network
    forecaster.network.hidden = hidden
    forecaster.training.epochs = epochs
    forecaster.members = 1
    return try forecaster.fit(panel, shape: SavingTests.shape, context: context)
  }

  @Test func `a training whose time is spent ends with what it has`() throws {
    var context = FitContext()
    context.end = .now
    let fitted = try Self.fit(context, epochs: 1000)
    #expect(fitted.training?.ranOutOfTime == true)
    #expect(fitted.training?.trainingLoss.count == 1)
    context.limit = .now
    #expect(throws: ForecastingError.outOfTime) { try Self.fit(context) }
    #expect(
      "\(ForecastingError.outOfTime)"
        == "the time was spent before anything was fitted; raise run.timeout, or shorten the training")
  }

  @Test func `the time that is left is shared`() throws {
    var context = FitContext()
    context.end = .now + .seconds(40)
    let share = try #require(context.sharing(among: 4).end) - .now
    #expect(share > .seconds(9) && share <= .seconds(10))
    #expect(FitContext().sharing(among: 4).end == nil)
  }

  @Test func `an interrupted run ends in the same bytes`() throws {
    let whole = try Self.fit(FitContext(seed: 3))
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("log-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // The run that is cut: the same training, ended in the middle of its third epoch, as a signal would.
    var cut = FitContext(seed: 3)
    cut.trainings = TrainingLog(folder: folder.path, interval: .zero)
    var network = try ForecastNetwork(whole.networks[0].options, seed: 3)
    let set = WindowSet(
      series: [SeriesNumbers(target: Self.panel.series[0].values)], lookback: 14, horizon: 7,
      windows: (20..<100).map { .init(series: 0, origin: $0) })
    var options = SavingTests.network.training
    options.epochs = 6
    options.seed = 3
    var reference = network
    let report = try reference.train(on: set, options: options)
    var steps = 0
    _ = try cut.trainings?.train(&network, on: set, validation: nil, options: options) { _ in
      steps += 1
      return steps > 8 ? .stop : .proceed
    }
    #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("training-1.checkpoint").path))
    let log = TrainingLog(folder: folder.path, interval: .zero)
    var resumed = try ForecastNetwork(whole.networks[0].options, seed: 99)
    #expect(try log.train(&resumed, on: set, validation: nil, options: options) { _ in .proceed } == report)
    #expect(resumed == reference)
    #expect(log.resumed == 1)
    // What is done is not done again.
    var third = try ForecastNetwork(whole.networks[0].options, seed: 98)
    let again = TrainingLog(folder: folder.path, interval: .zero)
    #expect(
      try again.train(&third, on: set, validation: nil, options: options) { _ in
        Issue.record("a finished training was repeated")
        return .stop
      } == report)
    #expect(third == reference)
  }

  @Test func `a training begins with the networks that it is given, unless they know what is to be forecast`() throws {
    let trained = try Self.fit(FitContext(seed: 3))
    let last = Self.panel.series[0].index[119]
    func first(_ start: NetworkStart?) throws -> [Float] {
      var context = FitContext(seed: 8)
      context.start = start
      return try Self.fit(context, epochs: 0).networks[0].weights
    }
    let random = try first(nil)
    #expect(try first(NetworkStart(networks: trained.networks)) == trained.networks[0].weights)
    #expect(try first(NetworkStart(networks: trained.networks, ends: ["a": last])) == trained.networks[0].weights)
    #expect(try first(NetworkStart(networks: trained.networks, ends: ["other": last])) == trained.networks[0].weights)
    let later = Timestamp(milliseconds: last.milliseconds + 1)
    #expect(try first(NetworkStart(networks: trained.networks, ends: ["a": later])) == random)
  }

  @Test func `weights of another shape are refused`() throws {
    let trained = try Self.fit(FitContext(seed: 3))
    var context = FitContext()
    context.start = NetworkStart(networks: trained.networks)
    let error = #expect(throws: ForecastingError.self) { try Self.fit(context, hidden: 4) }
    #expect(error?.description == "the network to begin with does not fit: its hidden is 3, here it is 4")
  }
}
