/// Something that can be drawn: it describes itself as a gnuplot script.
public protocol Chart: Sendable {
  /// What stands above it all.
  var title: String { get set }
  /// The picture's size; a chart of many rows takes the width of it and the height that it needs.
  var canvas: Canvas { get set }
  /// The chart as a script that needs nothing but gnuplot.
  var script: ChartScript { get }
}

/// A kind of picture that gnuplot makes of a script.
public enum PictureFormat: String, Sendable, Hashable, CaseIterable {
  /// Scalable vector graphics.
  case svg
  /// A bitmap.
  case png
  /// A page of its own size.
  case pdf
}
