import AlmanacCommand
import Stages

Almanac.main(stages: Stages.builtIn + [SeasonAverage.self])
