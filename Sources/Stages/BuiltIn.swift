import Pipelines

/// The stages that come with almanac, in the order of a pipeline.
public enum Stages {
  /// One line a stage; a package of one's own adds to them.
  public static let builtIn: [any Stage.Type] = [
    CSVStage.self,
    Check.self,
    Resample.self,
    CalendarStage.self,
    Impute.self,
    ClipStage.self,
    LogStage.self,
    BoxCoxStage.self,
    DetrendStage.self,
    DeseasonalizeStage.self,
    DifferenceStage.self,
    NormalizeStage.self,
    Window.self,
    RNN.self,
    LSTM1997.self,
    LSTM.self,
    GRU.self,
    SLSTM.self,
    MLP.self,
    NaiveStage.self,
    SeasonalNaive.self,
    DriftStage.self,
    MeanStage.self,
    Naive2.self,
    SimpleSmoothing.self,
    Holt.self,
    DampedHolt.self,
    HoltWinters.self,
    ETS.self,
    ThetaStage.self,
    EnsembleStage.self,
    SelectStage.self,
    Evaluate.self,
    Write.self,
    Plot.self,
  ]
}
