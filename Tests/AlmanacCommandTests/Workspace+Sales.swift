import Foundation
import Testing

/// The pipeline of the tests of unattended runs.
extension Workspace {
  /// Ten years of months, and a pipeline whose settings and checks are given.
  func sales(run: String = "", check: String = "", method: String = "theta") throws {
    let rows = (0..<120).map { month in
      let season = [3, 1, -2, -4, -3, 0, 2, 4, 5, 2, -3, -5][month % 12]
      return "\(2010 + month / 12)-\(month % 12 < 9 ? "0" : "")\(month % 12 + 1),\(100 + month + season * 3)\n"
    }
    try write("month,sales\n" + rows.joined(), to: "sales.csv")
    try write(
      """
      version: 1
      name: sales
      run: {\(run)}
      stages:
        - use: csv
          with: {path: sales.csv, time: month, target: sales}
      \(check.isEmpty ? "" : "  - use: check\n    with: \(check)\n")
        - use: window
          with: {lookback: 18, horizon: 6}
        - use: \(method)
        - use: evaluate
          with: {folds: 2, season: 12}
        - use: write
          with: {path: out/sales.csv, scores: out/sales.json}
      """, to: "sales.yaml")
  }

  /// What `almanac runs` tells of it.
  func runs(_ arguments: String...) throws -> [[String: Any]] {
    let outcome = try Workspace.run(
      Workspace.binary, ["runs", "sales.yaml", "--json"] + arguments, in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
  }

  /// A value of a metrics file.
  func metric(_ name: String, in text: String) -> Double? {
    text.split(separator: "\n").first { $0.hasPrefix("almanac_\(name){") }
      .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
  }
}
