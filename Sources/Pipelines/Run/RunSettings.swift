import Files
import PipelineFile

/// The settings of a run that decide what it does, under `run`.
public struct RunSettings: SettingsGroup {
  @Field("Where all randomness comes from.", bounds: .atLeast(0)) public var seed = 1
  @Field("The folder that keeps what a run leaves for the next; without it .almanac/NAME below the root.")
  public var state: FilePath?
  @Field("When the model is trained anew: always, never, when worse, or every so often, such as every 7d.")
  public var retrain = Retraining.always
  @Field("Begin a training with the weights of the saved model, where it has any.") public var warmStart = false
  @Field("A model folder or safetensors file of another pipeline, whose weights a training begins with.")
  public var fineTune: FilePath?
  @Field(
    "How long the run may take from the opening of its input: then trainings end with their best weights so far, and input "
      + "or a program that is still waited for ends the run.")
  public var timeout: TimeSpan?
  @Field(
    "What becomes of a series that cannot be forecast: stop the run, skip the series, or keep its last good forecast."
  )
  public var onSeriesError = SeriesErrorPolicy.stop

  /// The settings of a file that says nothing.
  public init() {}
}

/// When a saved model is trained anew.
public enum Retraining: Sendable, Hashable {
  /// In every run.
  case always
  /// Only where no saved model fits the pipeline and the series.
  case never
  /// When the saved model is older than this.
  case every(TimeSpan)
  /// When the saved model does worse on the rows that came since than it did before.
  case whenWorse
}

extension Retraining: FieldValue {
  public static var fieldKind: FieldKind { .text }

  public init(node: ConfigNode) throws(FieldFault) {
    let text = try String(node: node)
    switch text {
    case "always": self = .always
    case "never": self = .never
    case "when worse": self = .whenWorse
    default:
      guard text.hasPrefix("every "), let span = TimeSpan(text.dropFirst(6)) else {
        throw FieldFault("wants always, never, when worse, or every so often such as every 7d, not \(node.kind)")
      }
      self = .every(span)
    }
  }

  public var fieldText: String? {
    switch self {
    case .always: "always"
    case .never: "never"
    case .every(let span): "every \(span)"
    case .whenWorse: "when worse"
    }
  }
}

/// What becomes of a series that cannot be forecast.
public enum SeriesErrorPolicy: String, FieldChoice {
  /// The run ends.
  case stop
  /// The others are forecast.
  case skip
  /// The others are forecast, and its last good forecast stays.
  case keep
}
