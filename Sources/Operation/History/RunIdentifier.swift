import Foundation
import Pipelines
import TimeSeries

/// What runs are called: the moment in UTC to the millisecond, and the process, such as `20260501T063000.125Z-4711`. Names
/// sort by time, and no two runs of one machine have the same.
public enum RunIdentifier {
  /// A name for a run that begins now.
  public static func new() -> String {
    new(at: .now, process: ProcessInfo.processInfo.processIdentifier)
  }

  static func new(at moment: Timestamp, process: Int32) -> String {
    let civil = CivilTime(moment)
    func padded(_ number: Int, _ width: Int = 2) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = padded(civil.year, 4) + padded(civil.month) + padded(civil.day)
    let time = padded(civil.hour) + padded(civil.minute) + padded(civil.second)
    return "\(date)T\(time).\(padded(civil.millisecond, 3))Z-\(process)"
  }

  /// Whether a text may be a run's name or its beginning: eight digits and a T at least.
  public static func isPrefix(_ text: String) -> Bool {
    let letters = Array(text.utf8)
    guard letters.count >= 9, letters[8] == UInt8(ascii: "T") else { return false }
    return letters[..<8].allSatisfy { (48...57).contains($0) }
  }
}
