import FuzzTargets
import TestSupport

/// Changes inputs, the same for the same seed.
struct Mutator {
  private var numbers: SeededNumbers

  init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

  private mutating func below(_ bound: Int) -> Int { numbers.below(bound) }

  /// One of `corpus` with one to four changes.
  mutating func input(from corpus: [[UInt8]], for target: FuzzTarget) -> [UInt8] {
    var bytes = corpus[below(corpus.count)]
    for _ in 0...below(4) { change(&bytes, corpus, target.words) }
    return Array(bytes.prefix(target.longest))
  }

  private mutating func change(_ bytes: inout [UInt8], _ corpus: [[UInt8]], _ words: [String]) {
    let start = below(bytes.count + 1)
    let range = start..<min(bytes.count, start + 1 + below(16))
    switch below(8) {
    case 0: bytes.removeSubrange(range)
    case 1: bytes.insert(contentsOf: bytes[range], at: below(bytes.count + 1))
    case 2: if !range.isEmpty { bytes[start] ^= 1 << UInt8(below(8)) }
    case 3: if !range.isEmpty { bytes[start] = UInt8(below(256)) }
    case 4: if below(4) == 0 { bytes.removeSubrange(start...) }
    case 5:
      // The beginning of this input and the end of another.
      let other = corpus[below(corpus.count)]
      bytes = Array(bytes[..<start] + other[below(other.count + 1)...])
    case 6: replaceNumber(&bytes, after: start)
    default:
      let word = Array(words[below(words.count)].utf8)
      if below(2) == 0 { bytes.replaceSubrange(range, with: word) } else { bytes.insert(contentsOf: word, at: start) }
    }
  }

  private static let extremes = [
    "0", "-1", "1", "255", "65536", "2147483647", "2147483648", "9007199254740993", "4611686018427387904",
    "9223372036854775807", "9223372036854775808", "1e308", "1e-320", "0.1",
  ]

  /// Puts one of the numbers at which arithmetic ends in the place of the next one.
  private mutating func replaceNumber(_ bytes: inout [UInt8], after start: Int) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let first = bytes[start...].firstIndex(where: digits.contains) else { return }
    let end = bytes[first...].firstIndex { !digits.contains($0) } ?? bytes.count
    bytes.replaceSubrange(first..<end, with: Array(Mutator.extremes[below(Mutator.extremes.count)].utf8))
  }
}
