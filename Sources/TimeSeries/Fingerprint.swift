import TimeSeries

/// Tells whether two things are the same without keeping them: 64 bits, FNV-1a over 8 bytes at a time with a final mix.
/// Good against accidents, not against malice.
struct Fingerprint {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ word: UInt64) {
    state = (state ^ word) &* 0x0000_0100_0000_01B3
    // Without it the upper bits of a word would never reach the lower ones of the state.
    state ^= state >> 29
  }

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(UInt64(byte)) }
    add(0x100)
  }

  /// 16 hexadecimal digits.
  var text: String {
    var mixed = state
    mixed = (mixed ^ mixed >> 33) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ mixed >> 33) &* 0xC4CE_B9FE_1A85_EC53
    let digits = String(mixed ^ mixed >> 33, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Readings {
  /// The same for the same names, times and values in the same order.
  var fingerprint: String {
    var result = Fingerprint()
    for series in series {
      result.add(series.name)
      for time in series.times { result.add(UInt64(bitPattern: time.milliseconds)) }
      for value in series.values { result.add(value.isNaN ? 1 : value.bitPattern) }
    }
    return result.text
  }
}
