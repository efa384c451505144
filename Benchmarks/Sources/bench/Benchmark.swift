import Foundation

/// One of the things that `bench` can run.
protocol Benchmark {
  static var name: String { get }
  static var summary: String { get }
  /// One line each, for the listing.
  static var options: [String] { get }
  init(options: [String]) throws
  /// Prints its table as it goes.
  func run() throws -> JSON
}

/// Words on the command line that mean nothing.
struct UsageError: Error, CustomStringConvertible {
  var description: String
}

/// Options of the form `--name` and `--name value`.
struct Options {
  private var rest: [String]

  init(_ words: [String]) { rest = words }

  mutating func flag(_ name: String) -> Bool {
    guard let index = rest.firstIndex(of: name) else { return false }
    rest.remove(at: index)
    return true
  }

  mutating func value(_ name: String) throws -> String? {
    guard let index = rest.firstIndex(of: name) else { return nil }
    guard index + 1 < rest.count else { throw UsageError(description: "\(name) needs a value") }
    defer { rest.removeSubrange(index...index + 1) }
    return rest[index + 1]
  }

  mutating func number(_ name: String) throws -> Int? {
    guard let text = try value(name) else { return nil }
    guard let number = Int(text), number > 0 else {
      throw UsageError(description: "\(name) needs a whole number above zero, not \"\(text)\"")
    }
    return number
  }

  func end() throws {
    if let word = rest.first { throw UsageError(description: "unknown option \"\(word)\"") }
  }
}

/// What the last line of a benchmark says.
enum JSON: Encodable {
  case text(String)
  case number(Double)
  case count(Int)
  case flag(Bool)
  case list([JSON])
  case object([String: JSON])
  case null

  /// Rounded to four significant digits: timings hold no more.
  static func rounded(_ value: Double) -> JSON {
    guard value.isFinite, value != 0 else { return value == 0 ? .number(0) : .null }
    let scale = pow(10, 3 - (log10(abs(value))).rounded(.down))
    return .number((value * scale).rounded() / scale)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .count(let value): try container.encode(value)
    case .flag(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    case .null: try container.encodeNil()
    }
  }

  func line() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

/// A table whose rows are printed as they come, in columns of fixed width.
struct Table {
  struct Column {
    var title: String
    var width: Int
    var isText = false
  }

  var columns: [Column]

  func printHead() {
    printRow(columns.map(\.title))
    print(columns.map { String(repeating: "-", count: $0.width) }.joined(separator: "  "))
  }

  /// Rows come minutes apart, so each leaves at once, even into a pipe.
  func printRow(_ cells: [String]) {
    let padded = zip(columns, cells).map { column, cell in
      let space = String(repeating: " ", count: max(0, column.width - cell.count))
      return column.isText ? cell + space : space + cell
    }
    print(padded.joined(separator: "  "))
    fflush(nil)
  }
}

extension Double {
  func fixed(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return .nan }
  let middle = sorted.count / 2
  return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}

/// Seconds that something took.
struct Taken: Sendable {
  /// By the clock.
  var clock: Double
  /// Of the processor, all threads of the process together.
  var processor: Double

  /// Both, as they stand now.
  static var now: Taken {
    Taken(clock: read(CLOCK_MONOTONIC), processor: read(CLOCK_PROCESS_CPUTIME_ID))
  }

  static func - (left: Taken, right: Taken) -> Taken {
    Taken(clock: left.clock - right.clock, processor: left.processor - right.processor)
  }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Wall-clock seconds that `work` takes.
func seconds(_ work: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  let duration = try clock.measure(work)
  return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
