import CZlib
import CZstd
import Foundation
import Testing

@testable import Tabular

/// Bytes as the libraries pack them.
enum Packed {
  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
      &stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var bytes = bytes
    return bytes.withUnsafeMutableBufferPointer { bytes in
      stream.next_in = bytes.baseAddress
      stream.avail_in = UInt32(bytes.count)
      return [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(bytes.count)))) { packed, count in
        stream.next_out = packed.baseAddress
        stream.avail_out = UInt32(packed.count)
        deflate(&stream, Z_FINISH)
        count = packed.count - Int(stream.avail_out)
      }
    }
  }

  static func zstd(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { packed, count in
      count = ZSTD_compress(packed.baseAddress, packed.count, bytes, bytes.count, 3)
    }
  }

  static func packed(_ bytes: [UInt8], by packing: Packing) -> [UInt8] {
    switch packing {
    case .gzip: gzip(bytes)
    case .zstd: zstd(bytes)
    }
  }
}

@Suite struct UnpackingTests {
  private func read(
    _ bytes: [UInt8], pieces: Int = .max, limit: UnpackingLimit = UnpackingLimit()
  ) throws(TabularError) -> Table {
    var reader = CSVReader(source: "data.csv", limit: limit)
    var at = 0
    while at < bytes.count {
      let end = pieces < bytes.count - at ? at + pieces : bytes.count
      try reader.append(bytes.span.extracting(at..<end))
      at = end
    }
    return try reader.finish()
  }

  private func words(_ bytes: [UInt8], limit: UnpackingLimit = UnpackingLimit()) -> String {
    do { return try read(bytes, limit: limit).texts.map { $0.joined(separator: " ") }.joined(separator: "; ") } catch {
      return "\(error)"
    }
  }

  private static let text = Array("t,v\n2020,1\n2021,\"ä\n2\"\n".utf8)
  /// Some 300 kB that do not pack well.
  private static let long = Array(
    ("t,v\n" + (0..<20_000).map { "\($0),\(UInt64($0) &* 0x9E37_79B9_7F4A_7C15)\n" }.joined()).utf8)

  @Test func whatTheProgramsPackIsRead() throws {
    // printf 't,v\n2020,1\n' | gzip -n | base64; the same with zstd.
    for text in ["H4sIAAAAAAAAAyvRKeMyMjAy0DHkAgDtJPdlCwAAAA==", "KLUv/QRYWQAAdCx2CjIwMjAsMQqOESHR"] {
      let bytes = [UInt8](try #require(Data(base64Encoded: text)))
      #expect(words(bytes) == "2020 1")
    }
  }

  @Test(arguments: [Packing.gzip, .zstd])
  func severalPackedTextsAreOneText(packing: Packing) throws {
    let first = Packed.packed(Array("t,v\n2020,1\n20".utf8), by: packing)
    let second = Packed.packed(Array("21,2\n".utf8), by: packing)
    let nothing = Packed.packed([], by: packing)
    #expect(words(first + second) == "2020 1; 2021 2")
    #expect(words(nothing + first + nothing + second + nothing) == "2020 1; 2021 2")
    #expect(words(nothing) == "data.csv: the file is empty")
  }

  @Test(arguments: [Packing.gzip, .zstd])
  func howeverThePackedBytesComeTheTextIsTheSame(packing: Packing) throws {
    let packed = Packed.packed(Self.text, by: packing)
    let twice = packed + packed
    let whole = try read(Self.text + Self.text)
    for size in 1...twice.count { #expect(try read(twice, pieces: size) == whole) }
    let long = Packed.packed(Self.long, by: packing)
    #expect(long.count > 100_000)
    let table = try read(Self.long)
    for size in [1000, 65_536, .max] { #expect(try read(long, pieces: size) == table) }
  }

  @Test func framesToBeSkippedAreSkipped() {
    let skipped: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
    let packed = Packed.zstd(Array("t\n1\n".utf8))
    #expect(words(skipped + packed + skipped) == "1")
    #expect(words(packed + skipped + Packed.zstd(Array("2\n".utf8))) == "1; 2")
  }

  @Test func zerosAtTheEndOfGzipArePadding() {
    let packed = Packed.gzip(Array("t\n1\n".utf8))
    #expect(words(packed + [UInt8](repeating: 0, count: 100_000)) == "1")
    #expect(
      words(packed + [0, 0, 7])
        == "data.csv: is damaged gzip at byte \(packed.count + 2): something follows the zeros at its end; 4 bytes of text "
        + "came before that, up to line 1; get the file anew")
  }

  @Test(arguments: [Packing.gzip, .zstd])
  func aCutFileIsRefusedAtEveryByte(packing: Packing) {
    let packed = Packed.packed(Self.text, by: packing)
    for count in 4..<packed.count {
      guard case .packed(_, let fault) = error(Array(packed[..<count])) else {
        Issue.record("\(count) of \(packed.count) bytes are read")
        continue
      }
      #expect(fault.reason == .cut && fault.at == count && fault.unpacked <= Self.text.count)
    }
    let long = Packed.packed(Self.long, by: packing)
    let cut = words(Array(long[..<(long.count / 2)]))
    let start = "data.csv: ends in the midst of what \(packing) packed, after byte \(long.count / 2); "
    #expect(cut.hasPrefix(start) && cut.hasSuffix("; was it cut while it was copied?"), "\(cut)")
  }

  private func error(_ bytes: [UInt8]) -> TabularError? {
    do {
      _ = try read(bytes)
      return nil
    } catch { return error }
  }

  @Test func damageIsToldWithItsPlace() throws {
    var packed = Packed.gzip(Self.text)
    packed[packed.count - 6] ^= 1
    #expect(
      words(packed)
        == "data.csv: is damaged gzip at byte \(packed.count - 4): incorrect data check; \(Self.text.count) bytes of text "
        + "came before that, up to line 1; get the file anew")
    // What follows is no gzip.
    let more = Packed.gzip(Self.text) + Array("t,v\n".utf8)
    #expect(words(more).contains(": incorrect header check; \(Self.text.count) bytes of text came before that"))
    var long = Packed.zstd(Self.long)
    for at in 0..<64 { long[long.count / 2 + at] ^= 0x5A }
    let fault = words(long)
    #expect(fault.hasPrefix("data.csv: is damaged zstd at byte "), "\(fault)")
    #expect(fault.contains(" bytes of text came before that, up to line "))
  }

  @Test(arguments: [Packing.gzip, .zstd])
  func textWithoutEndIsRefusedBeforeItIsUnpacked(packing: Packing) {
    let row = Array("2020,1\n".utf8)
    let many = Packed.packed(Array("t,v\n".utf8) + (0..<100_000).flatMap { _ in row }, by: packing)
    let limit = UnpackingLimit(bytes: 100_000, times: 50)
    guard case .packed(_, let fault) = unlessRead(many, limit) else {
      Issue.record("it is read")
      return
    }
    #expect(fault.reason == .excess(times: 50))
    #expect(fault.unpacked > 100_000 && fault.unpacked < 300_000)
    #expect(fault.line > 1000 && fault.line <= fault.unpacked / 7 + 1)
    #expect(
      TabularError.packed(source: "x", fault: fault).description.contains(
        "and may be endless; no table gives more than 50 times its packed size"))
    // Within either of the limits it is read.
    #expect(words(many, limit: UnpackingLimit(bytes: 700_004, times: 50)).count > 500_000)
    #expect(words(many, limit: UnpackingLimit(bytes: 0, times: 1 << 20)).count > 500_000)
  }

  private func unlessRead(_ bytes: [UInt8], _ limit: UnpackingLimit) -> TabularError? {
    do {
      _ = try read(bytes, limit: limit)
      return nil
    } catch { return error }
  }

  @Test func limitsOfCellsHoldForPackedText() {
    let cell = [UInt8](repeating: UInt8(ascii: "x"), count: CSVReader.longestCell + 4096)
    for packing in [Packing.gzip, .zstd] {
      #expect(
        error(Packed.packed(Array("t\n1\n".utf8) + cell, by: packing))
          == .cellTooLong(source: "data.csv", line: 3, most: CSVReader.longestCell))
    }
  }

  @Test(arguments: [
    ([0x42, 0x5A, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59], "bzip2", "bzip2 -d"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], "xz", "xz -d"), ([0x50, 0x4B, 3, 4, 0x14, 0], "zip", "unzip"),
    (Packed.gzip(Packed.gzip([])), "gzip", "gzip -d"), (Packed.gzip(Packed.zstd([])), "zstd", "zstd -d"),
  ])
  func whatIsPackedOtherwiseIsNamed(bytes: [UInt8], name: String, tool: String) {
    let twice = bytes.starts(with: [0x1F, 0x8B]) ? ", packed by gzip" : ""
    #expect(words(bytes) == "data.csv: is packed by \(name)\(twice); unpack it first (`\(tool)`)")
  }
}
