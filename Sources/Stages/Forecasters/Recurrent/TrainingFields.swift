import PipelineFile
import Pipelines
import Recurrent

/// How a recurrent network is trained.
struct TrainingFields: FieldGroup {
  @Field(
    "Passes over the training windows at the most; without it 100, of 20 batches each at the most, so that a large panel "
      + "takes no longer than a small one.", bounds: .count(0))
  var epochs: Int?
  @Field("Batches in an epoch, drawn at random; without it every window once.", bounds: .count(1))
  var stepsPerEpoch: Int?
  @Field(
    "Windows in a batch; without it 32, and where `epochs` is not set either up to 256 on panels of many windows.",
    bounds: .count(1))
  var batch: Int?
  @Field("What the training makes small; without it mae, or what suits the readings (see `logarithm`).")
  var loss: LossName?
  @Field("Where the huber loss goes from squared to absolute, in units of the window's spread.", bounds: .above(0))
  var huberDelta = 1.0
  @Field("Units in which mae, mse and huber are taken: those of the scaled window, or the readings' own.")
  var lossUnits = LossUnits.scaled
  @Field(
    "Origins in each window that are learned from, counted from its end (forking sequences).",
    bounds: .windowSteps)
  var origins: StepSpan = 1

  @Field(
    "How far an update of the weights goes; without it 0.001, and 0.003 where `epochs` is not set either.",
    bounds: .above(0, upTo: 1))
  var learningRate: Double?
  @Field(
    "How the learning rate changes over the training; without it constant where a validation decides when to stop, "
      + "cosine otherwise.")
  var schedule: ScheduleName?
  @Field("Updates over which the learning rate first rises.", unit: "updates", bounds: .between(0, 1_000_000_000))
  var warmUp = 0
  @Field("How weights follow their gradient.") var optimizer = OptimizerName.adam
  @Field("Weight decay of adamw.", bounds: .atLeast(0)) var weightDecay = 0.01
  @Field("Momentum of sgd.", bounds: .between(0, 0.999)) var momentum = 0.9
  @Field("A longer gradient is cut to this length; 0 cuts nothing.", bounds: .atLeast(0)) var clip = 1.0
  @Field(
    "Decay of the moving average of the weights that is kept, such as 0.98; 0 keeps the weights themselves.",
    bounds: .between(0, 0.9999))
  var averaging = 0.0

  @Field(
    "Steps at the end of each series that decide when to stop, 0 for none; without it two horizons where `epochs` is set "
      + "and there are 1000 windows or more, none otherwise.", bounds: .steps(0))
  var validation: StepSpan?
  @Field("Epochs without a better validation loss before the training stops.", unit: "epochs", bounds: .count(1))
  var patience = 10
  @Field("Train anew on all rows once the validation has shown for how long.") var refit = true
  @Field("Networks that are trained from different seeds; their mean is the forecast.", bounds: .between(1, 100))
  var members = 1
  @Field("Record how far the gradient reaches back and which gates are stuck, for the scores file.")
  var diagnostics = false

  init() {}

  /// Whether nobody has said what the training makes small.
  var leavesLoss: Bool { loss == nil && lossUnits == .scaled }

  /// Batches in an epoch at the most, where nobody has said how long to train.
  var budget: Int? { epochs == nil && stepsPerEpoch == nil ? 20 : nil }

  /// Whether batches follow the number of windows.
  var growsBatches: Bool { batch == nil && budget != nil }

  /// The training of these fields; seed and threads are the forecaster's affair.
  var options: TrainingOptions {
    var options = TrainingOptions()
    options.epochs = epochs ?? 100
    options.stepsPerEpoch = stepsPerEpoch
    options.batchSize = batch ?? 32
    // Few updates have to go further.
    options.learningRate = learningRate ?? (budget == nil ? 0.001 : 0.003)
    if let schedule { options.schedule = schedule.schedule }
    options.warmUp = warmUp
    options.positions = origins.steps
    options.averaging = averaging > 0 ? averaging : nil
    options.clipping = clip > 0 ? .norm(clip) : .none
    options.patience = patience
    options.loss = (loss ?? .mae).loss(huberDelta: huberDelta)
    options.lossUnits = lossUnits
    options.diagnosticSamples = diagnostics ? 64 : 0
    options.optimizer =
      switch optimizer {
      case .adam: .adam
      case .adamw: .adamW(decay: weightDecay)
      case .sgd: .sgd(momentum: momentum)
      }
    return options
  }

  func check(beside rest: StageSurroundings) throws(FieldFault) {
    if let validation = validation?.steps, validation > 0, validation < rest.shape.horizon {
      throw FieldFault(
        "validation",
        "of \(validation) steps is shorter than the horizon of \(rest.shape.horizon); make it 0 or at least "
          + "\(rest.shape.horizon)")
    }
  }
}

/// What a training makes small.
enum LossName: String, FieldChoice {
  case mae, mse, huber, mase, smape
  case maseAndSmape = "mase+smape"

  func loss(huberDelta: Double) -> PointLoss {
    switch self {
    case .mae: .mae
    case .mse: .mse
    case .huber: .huber(delta: huberDelta)
    case .mase: .mase
    case .smape: .smape
    case .maseAndSmape: .maseAndSmape
    }
  }
}

extension LossUnits: FieldChoice {}

/// How weights follow their gradient.
enum OptimizerName: String, FieldChoice { case adam, adamw, sgd }

/// How the learning rate changes.
enum ScheduleName: String, FieldChoice {
  case constant, cosine, plateau
  case flatCosine = "flat-cosine"
  case oneCycle = "one-cycle"

  var schedule: Schedule {
    switch self {
    case .constant: .constant
    case .cosine: .cosine(final: 0)
    case .flatCosine: .flatThenCosine(flat: 0.5, final: 0)
    case .oneCycle: .oneCycle(peak: 0.3)
    case .plateau: .plateau(factor: 0.5, patience: 5)
    }
  }
}
