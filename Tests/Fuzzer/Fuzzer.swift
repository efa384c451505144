import Foundation
import FuzzTargets

// The entry points of libFuzzer, which brings its own main. The environment says what Scripts/fuzz wants: the target, and
// where to put its seeds and words.

private let target: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["ALMANAC_FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    print("fuzz: no target \"\(name)\"; there are " + FuzzTarget.all.map(\.name).joined(separator: ", "))
    exit(64)
  }
  return target
}()

/// Writes the seeds and words of the target, and ends, where the environment asks for it.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer, _ words: UnsafeMutableRawPointer) -> CInt {
  guard let folder = ProcessInfo.processInfo.environment["ALMANAC_FUZZ_SEEDS"] else { return 0 }
  do {
    for (number, seed) in try target.seeds().enumerated() {
      try Data(seed).write(to: URL(fileURLWithPath: "\(folder)/seed-\(number)"))
    }
    let words = target.words.map { word in
      "\"" + word.utf8.map { "\\x" + (String(Int($0) + 256, radix: 16).dropFirst()) }.joined() + "\"\n"
    }
    try Data(words.joined().utf8).write(to: URL(fileURLWithPath: "\(folder).words"))
    print(target.longest)
    exit(0)
  } catch {
    print("fuzz: \(error)")
    exit(70)
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do { try target.check(Array(UnsafeBufferPointer(start: bytes, count: count))) } catch { fatalError("\(error)") }
  return 0
}
