import Foundation
import Testing

/// What a run that nobody watches says: logs, and readings that are too old.
@Suite struct LogAndFreshnessRunTests {
  @Test func oldReadingsWarnAndThenRefuse() throws {
    let workspace = try Workspace()
    try workspace.sales(check: "{newest: {warn: 2mo, error: 1y}}")
    #expect(try workspace.almanac("run", "sales.yaml", "-q", "--force", "--now", "2020-01-20").errors == "")
    let late = try workspace.almanac("run", "sales.yaml", "-q", "--force", "--now", "2020-03-20")
    let words =
      "series \"sales\": the newest reading is of 2019-12, 110d ago, more than 2mo; is it still delivered?"
    #expect(late.code == 0 && late.errors == "almanac: warning: \(words)\n")
    let scores = try JSONSerialization.jsonObject(with: workspace.bytes("out/sales.json")) as? [String: Any]
    #expect(scores?["warnings"] as? [String] == [words])
    #expect(try workspace.runs()[0]["warnings"] as? [String] == [words])
    // What has not changed is looked at all the same.
    #expect(try workspace.almanac("run", "sales.yaml", "-q", "--now", "2020-03-20").errors == late.errors)
    #expect(try workspace.runs().map { $0["state"] as? String } == ["unchanged", "published", "published"])
    let before = try workspace.bytes("out/sales.csv")
    let tooLate = try workspace.almanac("run", "sales.yaml", "-q", "--now", "2021-03-20")
    #expect(tooLate.code == 5)
    #expect(
      tooLate.errors
        == "almanac: error: stages[1] (check): series \"sales\": the newest reading is of 2019-12, 475d ago, more than "
        + "1y; is it still delivered?\n")
    #expect(try workspace.bytes("out/sales.csv") == before)
    let odd = try workspace.almanac("run", "sales.yaml", "--now", "soon")
    #expect(odd.code == 64 && odd.errors.contains("--now wants a time such as 2026-05-01T06:30Z, not \"soon\""))
  }

  @Test func logLinesAreJSONWithAVersionFirst() throws {
    let workspace = try Workspace()
    try workspace.sales()
    let outcome = try workspace.almanac("run", "sales.yaml", "--log-format", "json", "--log-level", "debug")
    #expect(outcome.code == 0)
    let lines = try outcome.errors.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
    #expect(lines[0]["event"] as? String == "log")
    #expect((lines[0]["fields"] as? [String: Any])?["format"] as? Int == 1)
    #expect(Set(lines.map { $0["run"] as? String }).count == 1)
    for line in lines {
      #expect(line["time"] is String && line["level"] is String && line["event"] is String && line["message"] is String)
    }
    let events = Set(lines.compactMap { $0["event"] as? String })
    #expect(events.isSuperset(of: ["log", "read", "scored", "stage_ended", "published"]))
    let read = try #require(lines.first { $0["event"] as? String == "read" }?["fields"] as? [String: Any])
    #expect(read["readings"] as? Int == 120 && read["series"] as? Int == 1)
    // Quiet and well: not even the first line.
    let quiet = try workspace.almanac("run", "sales.yaml", "--log-format", "json", "--quiet")
    #expect(quiet.errors == "" && quiet.output == "")

    try FileManager.default.removeItem(atPath: workspace.path("sales.csv"))
    let failed = try workspace.almanac("run", "sales.yaml", "--log-format", "json", "--quiet")
    let last = try #require(failed.errors.split(separator: "\n").last)
    let fault = try #require(try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
    #expect(fault["level"] as? String == "error" && fault["event"] as? String == "failed")
    #expect(fault["stage"] as? String == "stages[0] (csv)")
    #expect((fault["fields"] as? [String: Any])?["exit_code"] as? Int == 66)
    let broken = try workspace.almanac("run", "none.yaml", "--log-format", "json")
    #expect(broken.code == 66 && broken.errors.contains("\"message\":\"there is no pipeline file none.yaml; "))
  }

  @Test func levelsChooseWhatIsTold() throws {
    let workspace = try Workspace()
    try workspace.sales()
    #expect(try workspace.almanac("run", "sales.yaml", "--log-level", "error").errors == "")
    let debug = try workspace.almanac("run", "sales.yaml", "--force", "--log-level", "debug")
    #expect(debug.errors.contains("stages[0] (csv) took 0."))
    #expect(try workspace.almanac("run", "sales.yaml", "--log-level", "loud").code == 64)
  }
}
