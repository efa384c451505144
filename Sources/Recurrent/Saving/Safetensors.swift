import Foundation

/// A file of named tensors in the safetensors format: eight bytes with the length of a JSON header, the header, the
/// numbers. Everything is little-endian.
///
/// Source: https://github.com/huggingface/safetensors#format
public struct Safetensors: Sendable, Equatable {
  /// The number types that are read and written here.
  public enum Kind: String, Sendable, Codable {
    case float32 = "F32"
    case float64 = "F64"
    case int64 = "I64"

    var size: Int { self == .float32 ? 4 : 8 }
  }

  /// One block of numbers.
  public struct Tensor: Sendable, Equatable {
    /// What the numbers are.
    public var kind: Kind
    /// The length in each dimension, the last one running fastest.
    public var shape: [Int]
    /// The numbers, little-endian.
    public var data: Data
  }

  /// Free text by name.
  public var metadata: [String: String] = [:]
  /// The tensors, by name.
  public private(set) var tensors: [String: Tensor] = [:]

  /// An empty file.
  public init() {}

  /// Adds a tensor of 32-bit numbers; the shape must multiply to their count.
  public mutating func set(_ name: String, _ values: [Float], shape: [Int]) {
    tensors[name] = Tensor(kind: .float32, shape: shape, data: Self.bytes(values))
  }

  /// Adds a tensor of whole numbers; the shape must multiply to their count.
  public mutating func set(_ name: String, integers values: [Int], shape: [Int]) {
    tensors[name] = Tensor(kind: .int64, shape: shape, data: Self.bytes(values.map(Int64.init)))
  }

  /// The tensor's numbers, or an error that names it when it is missing, has another shape or is no float tensor.
  public func floats(_ name: String, shape: [Int]) throws(RecurrentError) -> [Float] {
    let tensor = try tensor(name, shape: shape)
    switch tensor.kind {
    case .float32: return Self.numbers(tensor.data, Float.self)
    case .float64: return Self.numbers(tensor.data, Double.self).map(Float.init)
    case .int64: throw .badWeightFile("tensor \(name) holds whole numbers, not weights")
    }
  }

  /// The tensor's whole numbers.
  public func integers(_ name: String, shape: [Int]) throws(RecurrentError) -> [Int] {
    let tensor = try tensor(name, shape: shape)
    guard tensor.kind == .int64 else { throw .badWeightFile("tensor \(name) does not hold whole numbers") }
    return Self.numbers(tensor.data, Int64.self).map(Int.init)
  }

  /// Refuses a file without a tensor of this name and shape.
  func require(_ name: String, shape: [Int]) throws(RecurrentError) { _ = try tensor(name, shape: shape) }

  private func tensor(_ name: String, shape: [Int]) throws(RecurrentError) -> Tensor {
    guard let tensor = tensors[name] else { throw .badWeightFile("it has no tensor \(name)") }
    guard tensor.shape == shape else {
      throw .badWeightFile("tensor \(name) has the shape \(tensor.shape), but the network needs \(shape)")
    }
    return tensor
  }

  private static func bytes<Number>(_ values: [Number]) -> Data {
    values.withUnsafeBytes { Data($0) }
  }

  private static func numbers<Number>(_ data: Data, _: Number.Type) -> [Number] where Number: Numeric {
    var out = [Number](repeating: 0, count: data.count / MemoryLayout<Number>.size)
    out.withUnsafeMutableBytes { target in _ = data.copyBytes(to: target) }
    return out
  }
}

// The bytes of the file.
extension Safetensors {

  /// The file's bytes; equal contents give equal bytes.
  public func encoded() throws -> Data {
    var header: [String: Any] = [:]
    if !metadata.isEmpty { header["__metadata__"] = metadata }
    var offset = 0
    let names = tensors.keys.sorted()
    var body = Data()
    for name in names {
      guard let tensor = tensors[name] else { continue }
      header[name] = [
        "dtype": tensor.kind.rawValue, "shape": tensor.shape, "data_offsets": [offset, offset + tensor.data.count],
      ]
      offset += tensor.data.count
      body.append(tensor.data)
    }
    var json = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
    // Padded with spaces so that the numbers start on a boundary of eight bytes.
    json.append(Data(repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    var out = Data()
    withUnsafeBytes(of: UInt64(json.count).littleEndian) { out.append(contentsOf: $0) }
    out.append(json)
    out.append(body)
    return out
  }

  // That of the format's own implementation.
  private static let longestHeader: UInt64 = 100_000_000

  /// Reads a file's bytes.
  /// - Throws: `RecurrentError.badWeightFile` with what is wrong.
  public init(decoding data: Data) throws(RecurrentError) {
    let data = Data(data)
    guard data.count >= 8 else { throw .badWeightFile("it has \(data.count) bytes, fewer than any safetensors file") }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length >= 2, length <= UInt64(data.count - 8) else {
      throw .badWeightFile(
        "its header claims \(length) bytes, but only \(data.count - 8) follow; the file is cut off or no safetensors file"
      )
    }
    // Parsed, a header takes many times its length.
    guard length <= Self.longestHeader else {
      throw .badWeightFile(
        "its header has \(length) bytes, more than the \(Self.longestHeader) of any safetensors file")
    }
    let start = 8 + Int(length)
    guard let header = (try? JSONSerialization.jsonObject(with: data[8..<start])) as? [String: Any] else {
      throw .badWeightFile("its header is not a JSON object")
    }
    let body = data[start...]
    var ranges: [Range<Int>] = []
    for (name, value) in header {
      if name == "__metadata__" {
        guard let text = value as? [String: String] else { throw .badWeightFile("__metadata__ holds more than text") }
        metadata = text
        continue
      }
      let (tensor, range) = try Self.tensor(name, value, body)
      tensors[name] = tensor
      ranges.append(range)
    }
    // The tensors must cover the body without gap or overlap, so that no number is read twice or hidden.
    var end = 0
    for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      guard range.lowerBound == end else { throw .badWeightFile("its tensors overlap or leave gaps at byte \(end)") }
      end = range.upperBound
    }
    guard end == body.count else {
      throw .badWeightFile("its tensors take \(end) bytes, but \(body.count) follow the header")
    }
  }

  private static func tensor(_ name: String, _ value: Any, _ body: Data) throws(RecurrentError) -> (Tensor, Range<Int>)
  {
    guard let entry = value as? [String: Any], let type = entry["dtype"] as? String,
      let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int], offsets.count == 2
    else { throw .badWeightFile("tensor \(name) has no complete entry (dtype, shape, data_offsets)") }
    guard let kind = Kind(rawValue: type) else {
      throw .badWeightFile("tensor \(name) has the type \(type); F32, F64 and I64 are read")
    }
    guard offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= body.count else {
      throw .badWeightFile(
        "tensor \(name) lies at bytes \(offsets[0]) to \(offsets[1]) of \(body.count); the file is cut off")
    }
    var count = 1
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow else { throw .badWeightFile("tensor \(name) has the impossible shape \(shape)") }
      count = product
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: kind.size)
    guard !overflow, bytes == offsets[1] - offsets[0] else {
      throw .badWeightFile("tensor \(name) of shape \(shape) has \(offsets[1] - offsets[0]) bytes, which do not fit it")
    }
    let range = offsets[0]..<offsets[1]
    let data = Data(body.dropFirst(range.lowerBound).prefix(range.count))
    return (Tensor(kind: kind, shape: shape, data: data), range)
  }
}
