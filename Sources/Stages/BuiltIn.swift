import PipelineFile
import Pipelines
import Recurrent

/// The stages that come with almanac, in the order of a pipeline.
public enum Stages {
  /// One line a stage; a package of one's own adds to them.
  public static let builtIn: [any Stage.Type] = [
    CSVStage.self,
    QueryStage.self,
    SQLiteStage.self,
    InputCheckStage.self,
    ResampleStage.self,
    CalendarStage.self,
    ImputeStage.self,
    BoundsStage.self,
    ClipStage.self,
    LogStage.self,
    BoxCoxStage.self,
    DetrendStage.self,
    DeseasonalizeStage.self,
    DifferenceStage.self,
    NormalizeStage.self,
    WindowShapeStage.self,
    RecurrentStage<RNNCell>.self,
    RecurrentStage<LSTM1997Cell>.self,
    RecurrentStage<LSTMCell>.self,
    RecurrentStage<GRUCell>.self,
    RecurrentStage<SLSTMCell>.self,
    MLPStage.self,
    PretrainedStage.self,
    NaiveStage.self,
    SeasonalNaiveStage.self,
    DriftStage.self,
    MeanStage.self,
    Naive2Stage.self,
    SimpleSmoothingStage.self,
    HoltStage.self,
    DampedHoltStage.self,
    HoltWintersStage.self,
    ETSStage.self,
    ThetaStage.self,
    IntermittentStage.self,
    MSTLStage.self,
    AutoStage.self,
    EnsembleStage.self,
    SelectStage.self,
    EvaluateStage.self,
    WriteStage.self,
    StoreStage.self,
    PlotStage.self,
    ReportStage.self,
  ]
}
