import Charts
import Forecasting
import Pipelines
import TimeSeries

extension ScoresChart {
  /// The members of a combination by the error that they made where they were tried.
  init(membersOf run: PublishedForecast, title: String) throws(Failure) {
    // Members of groups of series bear the names of these.
    let members = run.members.flatMap { group in
      group.members.isEmpty
        ? [group]
        : group.members.map { member in
          var named = member
          named.name = "\(group.name): \(member.name)"
          return named
        }
    }
    guard !members.isEmpty, run.fallback == nil else {
      throw ChartKind.members.missing("a forecaster that is made of several, such as auto, ensemble or select")
    }
    // Where nobody tried them there is nothing but their shares; a plain mean gives all the same.
    let wereTried = members.contains { $0.error != nil }
    guard wereTried || members.contains(where: { $0.weight != nil }) else {
      throw ChartKind.members.missing("members that were tried, as those of auto and select are, or that have weights")
    }
    let bars = members.map { member in
      let share = member.weight.map { ", \(percent($0)) % of the forecast" } ?? ""
      return Bar(
        name: member.name + (member.remark != nil ? ", left out" : wereTried ? share : ""),
        value: wereTried ? member.error ?? .nan : (member.weight ?? .nan) * 100,
        isModel: (member.weight ?? 0) > 0 || member.series?.isEmpty == false)
    }
    self.init(
      title: "\(title): its members", subtitle: ["blue: those that have a part in the forecast"],
      metric: wereTried ? "error where they were tried (MASE)" : "share of the forecast, %", bars: bars)
  }
}
