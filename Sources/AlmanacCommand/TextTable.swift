import Forecasting
import Foundation
import TimeSeries

extension String {
  /// The text with spaces after it up to a width.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

  /// The text with spaces before it up to a width.
  func aligned(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}

/// A number with four significant digits, as people read scores.
func rounded(_ value: Double) -> String {
  if value.isNaN { return "-" }
  return String(format: abs(value) >= 1000 ? "%.0f" : "%.4g", value)
}

/// Scores in columns: the model, and the baselines below it.
struct ScoreTable {
  let scores: Scorecard
  let folds: Int

  init(_ scores: Scorecard, folds: Int) {
    self.scores = scores
    self.folds = folds
  }

  var text: String {
    let names = scores.rows.map(\.name)
    let width = names.map(\.count).max() ?? 0
    let head = "  " + "".padded(to: width) + scores.metrics.map { $0.name.aligned(to: 10) }.joined()
    let rows = scores.rows.map { row in
      "  " + row.name.padded(to: width) + row.overall.map { rounded($0).aligned(to: 10) }.joined()
    }
    let title =
      "scores over \(counted(folds, "fold")) of \(scores.horizon) steps, season \(scores.season):"
    return ([title, head] + rows + intervals).joined(separator: "\n")
  }
}

extension ScoreTable {
  /// How the model's intervals did, a line for each level.
  private var intervals: [String] {
    (scores.rows.first?.intervals ?? []).map { interval in
      let thirds =
        interval.coverageByThird.isEmpty
        ? "" : " (by third of the horizon \(interval.coverageByThird.map(share).joined(separator: ", ")))"
      return "  intervals of level \(interval.level) held \(share(interval.coverage))\(thirds), mean width "
        + rounded(interval.width)
    }
  }

  private func share(_ value: Double) -> String { String(format: "%.3f", value) }
}

/// What a forecaster of several members reports of them, a line each.
struct MemberLines {
  let members: [MemberReport]

  init(_ members: [MemberReport]) { self.members = members }

  var lines: [String] {
    members.isEmpty ? [] : ["members:"] + rows(of: members, depth: 1)
  }

  private func rows(of members: [MemberReport], depth: Int) -> [String] {
    let width = members.map(\.name.count).max() ?? 0
    return members.flatMap { member -> [String] in
      var facts: [String] = []
      if let error = member.error { facts.append("mase \(rounded(error))") }
      if let weight = member.weight { facts.append("weight \(rounded(weight))") }
      if let series = member.series {
        facts.append(series.isEmpty ? "not chosen" : "chosen for \(series.count) series")
      }
      if let remark = member.remark { facts.append("left out: \(remark.onOneLine)") }
      let line = String(repeating: "  ", count: depth) + member.name.padded(to: facts.isEmpty ? 0 : width + 2)
      return [line + facts.joined(separator: ", ")] + rows(of: member.members, depth: depth + 1)
    }
  }
}
