import Foundation

/// PyTorch in a child process, driven through pipes: one JSON object a line each way.
final class TorchRival {
  enum Settings: String { case plain, best }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private struct Answer: Decodable {
    var version: String?
    var best: String?
    var seconds: Double?
    var cpu: Double?
    var loss: Double?
  }

  let version: String
  private let process = Process()
  private let toChild = Pipe()
  private let fromChild = Pipe()

  init(python: String, script: String) throws {
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [script]
    process.standardInput = toChild
    process.standardOutput = fromChild
    // Its remarks on what was tried would stand between the rows of the table.
    process.standardError = FileHandle.nullDevice
    try process.run()
    version = try Self.answer(from: fromChild).version ?? "of unknown version"
  }

  deinit {
    try? toChild.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// - Returns: the settings that are fastest for this case.
  func prepare(_ one: RecurrentCase, threads: Int) throws -> String {
    struct Request: Encodable {
      var prepare: RecurrentCase
      var threads: Int
    }
    return try ask(Request(prepare: one, threads: threads)).best ?? ""
  }

  /// The time of `count` training steps or inferences.
  func run(_ count: Int, settings: Settings) throws -> Taken {
    struct Request: Encodable {
      var run: Int
      var settings: String
    }
    let answer = try ask(Request(run: count, settings: settings.rawValue))
    guard let seconds = answer.seconds, let cpu = answer.cpu, answer.loss?.isFinite == true else {
      throw Failure(description: "PyTorch's numbers are not finite")
    }
    return Taken(clock: seconds, processor: cpu)
  }

  private func ask(_ request: some Encodable) throws -> Answer {
    try toChild.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(request) + Data("\n".utf8))
    return try Self.answer(from: fromChild)
  }

  private static func answer(from pipe: Pipe) throws -> Answer {
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      // Byte by byte: asking for more would wait for more.
      guard let part = try pipe.fileHandleForReading.read(upToCount: 1), !part.isEmpty else {
        throw Failure(description: "the PyTorch process ended; run it by hand to see why")
      }
      line += part
    }
    return try JSONDecoder().decode(Answer.self, from: line)
  }
}
