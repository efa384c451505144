import Plugins
import Processes
import TimeSeries

extension FuzzTarget {
  /// What a plugin prints: its description, its messages, the tables that it writes.
  static let plugin = FuzzTarget(
    "plugin", longest: 4096,
    words: [
      "{\"type\":\"result\"}", "\"rows\":", "\"file\":", "\"fields\":[", "\"kind\":\"choice\"", "\"default\":",
      "\"minimum\":", "null",
      "-1", "1e400", "9223372036854775808", "\\u0000", "\\ud800", "lower_80", "upper_80", "lower_-1",
      "series,time,step,forecast\n",
      "nan", "inf", "\n", ",", "\"",
    ]
  ) { bytes in
    _ = try unlessRefused { try PluginDescription(bytes) }
    var conversation = PluginConversation()
    var lines = LineSplitter(limit: 1 << 16)
    _ = lines.add(bytes.span) { line in (try? conversation.take(line)) != nil }
    let index = TimeIndex(start: Timestamp(seconds: 0), frequency: .days(1), count: 2)
    let blank = Forecast([.init(name: "a", index: index, point: [.nan, .nan])])
    if let forecast = try unlessRefused({ try PluginData.forecast(bytes, rows: nil, like: blank) }) {
      for series in forecast.series {
        for interval in series.intervals {
          for step in series.point.indices {
            let (low, point, high) = (interval.lower[step], series.point[step], interval.upper[step])
            try Finding.unless(low <= point && point <= high, "an interval from \(low) to \(high) excludes \(point)")
          }
        }
        let levels = series.intervals.map(\.level)
        try Finding.unless(Set(levels).count == levels.count, "a level is there twice: \(levels)")
      }
    }
    let panel = Panel([Series(name: "a", index: index, values: [1, 2])])
    _ = try unlessRefused { try PluginData.panel(bytes, rows: nil, like: panel) }
  }
}
