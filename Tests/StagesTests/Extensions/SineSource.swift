import Foundation
import PipelineFile
import Pipelines
import TimeSeries

/// A source as somebody outside the library writes it: a sine wave by the hour.
struct SineSource: SourceStage {
  static let name = "sine"
  static let summary = "Gives a sine wave by the hour."
  static let example = "{count: 240}"

  @Field("Readings.", bounds: .atLeast(2)) var count: Int

  func inputs(below root: RootFolder) -> [String]? { [] }

  func read(_ context: StageContext) -> SourceReadings {
    let times = (0..<count).map { Timestamp(seconds: 1_700_000_000 / 3600 * 3600 + Int64($0) * 3600) }
    let values = (0..<count).map { 10 + sin(Double($0) * .pi / 12) }
    return SourceReadings(
      Readings([.init(name: "wave", times: times, values: values)], style: TimeStyle(form: .dateTime)))
  }
}
