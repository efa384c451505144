import Forecasting
import Foundation
import PipelineFile
import TestSupport
import Testing
import TimeSeries

@testable import Pipelines
@testable import Plugins
@testable import Processes

/// What plugins see of covariates.
@Suite struct PluginCovariateTests {
  static let panel: Panel = {
    var panel = PluginFixture.panel
    panel.series[0].covariates = Covariates(
      past: [.init(name: "rain", values: [5, 6, .nan])], future: [.init(name: "price", values: [1, 2, 3, 4.5])],
      statics: [.init(name: "region", value: .text("north, west")), .init(name: "size", value: .missing)])
    return panel
  }()

  @Test func theyStandBehindTheValues() {
    #expect(
      String(decoding: PluginData.csv(Self.panel), as: UTF8.self) == """
        series,time,value,past.rain,future.price,static.region,static.size
        load,2015-01-01,1,5,1,"north, west",
        load,2015-02-01,,6,2,"north, west",
        load,2015-03-01,3,,3,"north, west",

        """)
    #expect(
      String(decoding: PluginData.csv(PluginFixture.panel), as: UTF8.self).hasPrefix("series,time,value\nload,"))
  }

  @Test func theStepsToForecastTellWhatIsKnownAhead() {
    #expect(
      String(decoding: PluginData.csv(2, stepsAfter: Self.panel), as: UTF8.self) == """
        series,time,step,future.price
        load,2015-04-01,1,4.5
        load,2015-05-01,2,

        """)
    #expect(
      String(decoding: PluginData.csv(1, stepsAfter: PluginFixture.panel), as: UTF8.self)
        == "series,time,step\nload,2015-04-01,1\n")
  }

  @Test func aTransformKeepsThem() throws {
    let fixture = try PluginFixture(run: PluginFixture.echo)
    let applied = try fixture.apply(Self.panel).series[0]
    #expect(applied.covariates.statics == Self.panel.series[0].covariates.statics)
    #expect(applied.covariates.future == Self.panel.series[0].covariates.future)
  }
}
