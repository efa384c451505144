import Pipelines

/// The stages that come with almanac, in the order of a pipeline.
public enum Stages {
  /// One line a stage; a package of one's own adds to them.
  public static let builtIn: [any Stage.Type] = [
    CSVStage.self,
    Resample.self,
    LogStage.self,
    DifferenceStage.self,
    NormalizeStage.self,
    Window.self,
    RNN.self,
    LSTM1997.self,
    LSTM.self,
    GRU.self,
    SLSTM.self,
    MLP.self,
    Evaluate.self,
    Write.self,
    Plot.self,
  ]
}
