import Foundation
import Testing

@testable import AccuracyScores

/// The competition's scores, held against numbers worked out by hand and in numpy.
@Suite struct M4ScoreTests {
  @Test func rowsMayBeQuotedAndPadded() throws {
    let file = try SeriesFile(rows: "V1,V2,V3,V4\n\"H1\",\"605\",\"586\",\"1.5\"\n\"H2\",\"7\",,\n")
    #expect(file.names == ["H1", "H2"])
    #expect(file.values == ["H1": [605, 586, 1.5], "H2": [7]])
  }

  @Test func faultsSayTheLine() {
    let text = #expect(throws: SeriesFile.Fault.self) { try SeriesFile(rows: "V1,V2\nH1,1\nH2,x\n") }
    #expect(text?.description == "line 3: \"x\" is not a number")
    let twice = #expect(throws: SeriesFile.Fault.self) { try SeriesFile(rows: "V1,V2\nH1,1\nH1,2\n") }
    #expect(twice?.description == "line 3: series \"H1\" stands twice")
    let nan = #expect(throws: SeriesFile.Fault.self) { try SeriesFile(forecasts: "series,forecast\na,nan\n") }
    #expect(nan?.description == "line 2: no finite number in the column \"forecast\"")
  }

  @Test func aForecastIsScoredAsTheCompetitionDoes() throws {
    let train = try SeriesFile(rows: "id,a,b,c\nx,1,3,4\ny,2,2,4\n")
    let test = try SeriesFile(rows: "id,a,b\nx,5,6\ny,4,4\n")
    let forecasts = try SeriesFile(forecasts: "series,time,step,forecast\nx,4,1,5\nx,5,2,4\ny,4,1,4\ny,5,2,4\n")
    let score = try M4Score(of: forecasts, train: train, test: test, season: 1)
    // x: errors 0 and 2 over a scale of 1.5; y is right.
    #expect(abs(score.mase - (1 / 1.5) / 2) < 1e-12)
    #expect(abs(score.smape - (200 * 2.0 / 10) / 2 / 2) < 1e-12)
    #expect(score.owa(beside: M4Score(of: score, times: 2)) == 0.5)
    // x: 0 of 5 and 2 of 6.
    #expect(abs(score.mape - 100.0 * 2 / 6 / 2 / 2) < 1e-12)
  }

  // y = np.array([-4., 50, 8]); f = np.array([-5., 40, 8]); np.mean(100 * abs(y - f) / abs(y)) is 15.0.
  @Test func thePercentageErrorIsAShareOfTheTruthAlone() throws {
    let train = try SeriesFile(rows: "id,a,b\nx,1,2\n")
    let test = try SeriesFile(rows: "id,a,b,c\nx,-4,50,8\n")
    let forecasts = try SeriesFile(forecasts: "series,forecast\nx,-5\nx,40\nx,8\n")
    let score = try M4Score(of: forecasts, train: train, test: test, season: 1)
    #expect(abs(score.mape - 15) < 1e-12)
    #expect(abs(score.smape - 200.0 * (1.0 / 9 + 10.0 / 90) / 3) < 1e-12)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let train = try SeriesFile(rows: "id,a\nx,1\n")
    let test = try SeriesFile(rows: "id,a\nx,5\n")
    let short = try SeriesFile(forecasts: "series,forecast\nx,4\nx,4\n")
    let fault = #expect(throws: SeriesFile.Fault.self) {
      try M4Score(of: short, train: train, test: test, season: 1)
    }
    #expect(fault?.description == "series \"x\" has a forecast of 2 steps, not 1")
  }

  // x = (100 + arange(n)) * resize(season, n): naive2 of the competition's Python scorer.
  @Test(arguments: [
    (24, [1.2, 0.8, 1.1, 0.9], [147.66637566056727, 98.44405444910879, 135.2997208428057, 110.7]),
    (35, [1.2, 0.7, 1.1], [147.14635423989375, 160.93651989035902, 93.79999999999998, 147.14635423989375]),
  ])
  func naive2PutsTheSeasonBack(count: Int, season: [Double], expected: [Double]) {
    let x = (0..<count).map { (100 + Double($0)) * season[$0 % season.count] }
    let found = Naive2.forecast(after: x, horizon: 4, season: season.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-9 }, "\(found)")
  }

  @Test func naive2RepeatsTheLastValueWithoutASeason() {
    #expect(Naive2.forecast(after: [3, 1, 2], horizon: 2, season: 4) == [2, 2])
  }
}

extension M4Score {
  init(of score: M4Score, times factor: Double) {
    self = score
    smape *= factor
    mase *= factor
  }
}

/// How many values lie within intervals, counted by hand.
@Suite struct CoverageTests {
  private let test = try? SeriesFile(rows: "V1,V2,V3,V4,V5,V6,V7\na,1,2,3,4,5,6\nb,1,2,3,,,\n")

  private func file(_ a: [Double], _ b: [Double]) throws -> (lower: SeriesFile, upper: SeriesFile) {
    let rows = [("a", a), ("b", b)].flatMap { name, values in values.map { "\(name),\($0),\($0 + 1)" } }
    let text = (["series,lower_80,upper_80"] + rows).joined(separator: "\n")
    return (try SeriesFile(forecasts: text, column: "lower_80"), try SeriesFile(forecasts: text, column: "upper_80"))
  }

  @Test func thirdsAreThoseOfEachSeries() throws {
    let (lower, upper) = try file([0, 3, 2.5, 5, 0, 0], [0.5, 1, 9])
    let found = try Coverage(of: lower, upper, test: #require(test))
    // 1 within 0 to 1 and 0.5 to 1.5, 2 not within 3 to 4; 3 within 2.5 to 3.5 and 2 within 1 to 2, 4 not; none of the last.
    #expect(found.thirds == [200.0 / 3, 200.0 / 3, 0])
    #expect(found.furthest(from: 80) == 0)
  }

  @Test func everyValueHasAnInterval() throws {
    let (lower, upper) = try file([0, 3, 2.5, 5, 0, 0], [0.5, 1])
    let text = try #require(throws: SeriesFile.Fault.self) { try Coverage(of: lower, upper, test: #require(test)) }
    #expect(text.description == "series \"b\" has no interval of 3 steps")
  }
}
