import CGnuplotStream
import Glibc

/// A stream of gnuplot commands and data into a file.
///
/// A class, because the stream below is one thing that must be closed once.
final class GnuplotStream {
  private static let messageCapacity = 512

  private let path: String
  private var stream: OpaquePointer?

  /// Opens a file to write a script to.
  init(file path: String) throws(ChartError) {
    var message = [CChar](repeating: 0, count: Self.messageCapacity)
    self.path = path
    stream = gnuplot_stream_open(path, &message, message.count)
    if stream == nil { throw .unwritable(path: path, reason: Self.text(message)) }
  }

  /// Opens a stream to a file that is open already, which stays so.
  ///
  /// - Parameter name: how errors call it.
  init(descriptor: Int32, named name: String) throws(ChartError) {
    var message = [CChar](repeating: 0, count: Self.messageCapacity)
    path = name
    stream = gnuplot_stream_open_descriptor(descriptor, &message, message.count)
    if stream == nil { throw .unwritable(path: path, reason: Self.text(message)) }
  }

  deinit { try? close() }

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

  /// Ends the stream.
  func close() throws(ChartError) {
    guard let stream else { return }
    self.stream = nil
    var message = [CChar](repeating: 0, count: Self.messageCapacity)
    guard gnuplot_stream_close(stream, &message, message.count) else {
      throw .unwritable(path: path, reason: Self.text(message))
    }
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// A file that is in memory alone and has no name.
final class MemoryFile {
  let descriptor: Int32

  init() throws(ChartError) {
    descriptor = gnuplot_stream_memory()
    if descriptor < 0 { throw .unwritable(path: "in memory", reason: String(cString: strerror(errno))) }
  }

  deinit { Glibc.close(descriptor) }

  /// All that was written to it.
  func bytes() throws(ChartError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(0, Int(lseek(descriptor, 0, SEEK_END))))
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + done, $0.count - done, off_t(done))
      }
      if count <= 0 { throw .unwritable(path: "in memory", reason: String(cString: strerror(errno))) }
      done += count
    }
    return bytes
  }
}
