/// Something that can be drawn: it describes itself as a gnuplot script.
public protocol Chart: Sendable {
  /// The chart as a script that needs nothing but gnuplot.
  var script: ChartScript { get }
}

/// A kind of picture that gnuplot makes of a script.
public enum PictureFormat: String, Sendable, Hashable, CaseIterable {
  /// Scalable vector graphics.
  case svg
  /// A bitmap, 1200 pixels wide.
  case png
}
