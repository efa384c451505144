import CGnuplotStream

/// A stream of gnuplot commands and data into a file or a running gnuplot.
///
/// A class, because the stream below is one thing that must be closed once.
final class GnuplotStream {
  enum Ending: Equatable {
    case done
    case unwritten(reason: String)
    case failed(status: Int, message: String)
    case timedOut
  }

  private static let messageCapacity = 8192

  private let path: String
  private var stream: OpaquePointer?

  /// Opens a file to write a script to.
  init(file path: String) throws(ChartError) {
    var message = [CChar](repeating: 0, count: Self.messageCapacity)
    self.path = path
    stream = gnuplot_stream_open_file(path, &message, message.count)
    if stream == nil { throw .unwritable(path: path, reason: Self.text(message)) }
  }

  /// Starts a gnuplot to feed.
  init(executable: String) throws(ChartError) {
    var message = [CChar](repeating: 0, count: Self.messageCapacity)
    path = executable
    stream = gnuplot_stream_open_process(executable, &message, message.count)
    if stream == nil { throw .gnuplotNotStarted(executable: executable, reason: Self.text(message)) }
  }

  deinit {
    _ = end(within: 0)
  }

  /// Writes text; what goes wrong is reported on closing.
  func write(_ text: String) {
    guard let stream else { return }
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { gnuplot_stream_write(stream, $0.baseAddress, $0.count) }
    }
  }

  /// Writes columns of one length, a line for each row; what is not finite becomes `NaN`.
  func send(columns: [[Double]]) {
    guard let stream, let rows = columns.first?.count else { return }
    precondition(columns.allSatisfy { $0.count == rows }, "columns have one length")
    let values = columns.flatMap { $0 }
    values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let starts: [UnsafePointer<Double>?] = columns.indices.map { base + $0 * rows }
      gnuplot_stream_send_columns(stream, starts, starts.count, rows)
    }
  }

  /// Ends a stream into a file.
  func close() throws(ChartError) {
    if case .unwritten(let reason) = end(within: 0) { throw .unwritable(path: path, reason: reason) }
  }

  /// Ends the stream; a gnuplot gets so many seconds to finish what it was fed.
  func end(within seconds: Double) -> Ending {
    guard let stream else { return .done }
    self.stream = nil
    var message = [CChar](repeating: 0, count: Self.messageCapacity)
    var status: Int32 = 0
    switch gnuplot_stream_close(stream, seconds, &status, &message, message.count) {
    case gnuplot_ending_done: return .done
    case gnuplot_ending_unwritten: return .unwritten(reason: Self.text(message))
    case gnuplot_ending_timed_out: return .timedOut
    default: return .failed(status: Int(status), message: Self.text(message))
    }
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
