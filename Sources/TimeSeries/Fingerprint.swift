/// Tells whether two things are the same without keeping them: 64 bits, FNV-1a over 8 bytes at a time with a final mix.
/// Good against accidents, not against malice.
package struct Fingerprint {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  package mutating func add(_ word: UInt64) {
    state = (state ^ word) &* 0x0000_0100_0000_01B3
    // Without it the upper bits of a word would never reach the lower ones of the state.
    state ^= state >> 29
  }

  package mutating func add(_ text: String) {
    for byte in text.utf8 { add(UInt64(byte)) }
    add(0x100 as UInt64)
  }

  package mutating func add(_ number: Double) { add(number.isNaN ? 1 as UInt64 : number.bitPattern) }

  package mutating func add(_ time: Timestamp) { add(UInt64(bitPattern: time.milliseconds)) }

  /// All that was added, in one number.
  package var word: UInt64 { Fingerprint.mixed(state) }

  /// 16 hexadecimal digits.
  package var text: String { Fingerprint.text(word) }

  package static func text(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Every bit of the result depends on every bit of the word: the finalizer of MurmurHash3 (Appleby 2011).
  static func mixed(_ word: UInt64) -> UInt64 {
    var mixed = word
    mixed = (mixed ^ mixed >> 33) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ mixed >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return mixed ^ mixed >> 33
  }
}

extension Readings {
  /// The same for the same names, times and values in the same order.
  package var fingerprint: String {
    var result = Fingerprint()
    for series in series {
      result.add(series.name)
      for time in series.times { result.add(time) }
      for value in series.values { result.add(value) }
    }
    return result.text
  }

  /// The same for each part of the series where the series of the part are the same, in any order.
  package func fingerprints(of parts: Int) -> [String] {
    series.map { ($0.name, $0.fingerprint) }.fingerprints(of: parts)
  }
}

extension Panel {
  /// The same for each part of the series where the series of the part stand on the same steps with the same values.
  package func fingerprints(of parts: Int) -> [String] {
    series.map { ($0.name, $0.fingerprint) }.fingerprints(of: parts)
  }
}

extension [(String, UInt64)] {
  fileprivate func fingerprints(of parts: Int) -> [String] {
    var sums = [UInt64](repeating: 0, count: parts)
    for (name, word) in self { sums[SeriesShard.part(of: name.utf8.span, among: parts) - 1] &+= word }
    return sums.map(Fingerprint.text)
  }
}

extension Readings.Series {
  fileprivate var fingerprint: UInt64 {
    var result = Fingerprint()
    result.add(name)
    for time in times { result.add(time) }
    for time in aheadTimes { result.add(time) }
    result.add(values, covariates)
    return result.word
  }
}

extension Series {
  fileprivate var fingerprint: UInt64 {
    var result = Fingerprint()
    result.add(name)
    // The day of the month, days without readings and the zone decide what the next steps are.
    result.add("\(index.frequency)")
    for step in [0, max(0, count - 1), count, count + 1, count + 31] { result.add(index[step]) }
    result.add(values, covariates)
    return result.word
  }
}

extension Fingerprint {
  fileprivate mutating func add(_ values: [Double], _ covariates: Covariates) {
    for value in values { add(value) }
    for covariate in covariates.past + covariates.future {
      add(covariate.name)
      for value in covariate.values { add(value) }
    }
    for fact in covariates.statics { add("\(fact.name) \(fact.value)") }
  }
}
