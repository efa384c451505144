import Foundation
import Testing

@testable import Recurrent

@Suite struct SafetensorsTests {
  static func file(_ header: String, body: Int, claimed: Int? = nil) -> Data {
    var data = Data()
    withUnsafeBytes(of: UInt64(claimed ?? header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
    return data + Data(header.utf8) + Data(repeating: 0, count: body)
  }

  @Test(arguments: [
    (Data([1, 2]), "it has 2 bytes, fewer than any safetensors file"),
    (
      file("{}", body: 0, claimed: 900),
      "its header claims 900 bytes, but only 2 follow; the file is cut off or no safetensors file"
    ),
    (file("[1]", body: 0), "its header is not a JSON object"),
    (file(#"{"a":{"dtype":"F32"}}"#, body: 0), "tensor a has no complete entry (dtype, shape, data_offsets)"),
    (
      file(#"{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}"#, body: 2),
      "tensor a has the type BF16; F32, F64 and I64 are read"
    ),
    (
      file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, body: 4),
      "tensor a lies at bytes 0 to 8 of 4; the file is cut off"
    ),
    (
      file(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, body: 8),
      "tensor a of shape [3] has 8 bytes, which do not fit it"
    ),
    (
      file(#"{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#, body: 8),
      "tensor a has the impossible shape [-1, -2]"
    ),
    (
      file(#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, body: 0),
      "tensor a has the impossible shape [4611686018427387904, 4]"
    ),
    (
      file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, body: 8),
      "its tensors overlap or leave gaps at byte 0"
    ),
    (
      file(
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        body: 8), "its tensors overlap or leave gaps at byte 4"
    ),
    (
      file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, body: 8),
      "its tensors take 4 bytes, but 8 follow the header"
    ),
  ])
  func `a damaged file is refused with the reason`(data: Data, reason: String) {
    #expect {
      try Safetensors(decoding: data)
    } throws: { "\($0)" == "the weight file cannot be read: \(reason)" }
  }

  @Test func `no cut of a file is taken for a whole one`() throws {
    let network = try ForecastNetwork(TrainingTests.small(), seed: 1)
    let whole = try network.weightFile()
    #expect(try ForecastNetwork(weightFile: whole) == network)
    for length in stride(from: 0, to: whole.count, by: 97) {
      #expect(throws: RecurrentError.self) { try ForecastNetwork(weightFile: whole.prefix(length)) }
    }
  }

  @Test(arguments: CellRegistry.builtIn.cells)
  func `every network survives its weight file`(cell: CellKind) throws {
    var options = TrainingTests.small()
    options.cell = cell
    options.layers = 2
    options.bidirectional = true
    options.memoryHeads = cell == .slstm ? 3 : 1
    let network = try ForecastNetwork(options, seed: 5)
    let file = try network.weightFile()
    #expect(try ForecastNetwork(weightFile: file) == network)
    #expect(try network.weightFile() == file)
    let names = try Safetensors(decoding: file).tensors.keys
    for suffix in ["l0", "l0_reverse", "l1", "l1_reverse"] {
      for name in ["weight_ih_", "weight_hh_", "bias_ih_", "bias_hh_"] {
        #expect(names.contains("recurrent.\(name)\(suffix)"))
      }
    }
  }

  @Test func `what does not belong is named`() throws {
    let options = TrainingTests.small()
    let layout = try ForecastNetwork(options, seed: 1).layout
    func file(_ change: (inout Safetensors) -> Void) -> Safetensors {
      var file = Safetensors()
      for slice in layout.slices {
        file.set(slice.name, [Float](repeating: 0.5, count: slice.count), shape: slice.shape)
      }
      change(&file)
      return file
    }
    func refusal(_ change: (inout Safetensors) -> Void) -> String {
      do {
        _ = try ForecastNetwork(options, tensors: file(change))
        return "none"
      } catch { return "\(error)" }
    }
    #expect(refusal { _ in } == "none")
    #expect(
      refusal { $0.set("head.bias", [1], shape: [1]) }
        == "the weight file cannot be read: tensor head.bias has the shape [1], but the network needs [6]")
    #expect(
      refusal { $0.set("decoder.weight", [1], shape: [1]) }
        == "the weight file cannot be read: tensor decoder.weight belongs to another network")
    #expect(
      refusal { $0.set("head.bias", [0, 0, .nan, 0, 0, 0], shape: [6]) }
        == "the weight file cannot be read: tensor head.bias holds nan at place 2")
    #expect(
      refusal { $0.set("head.bias", [1, 2, 3, 4, 5, 6], shape: [6]) } == "none")
    // PyTorch's two biases are one here.
    let both = file { $0.set("recurrent.bias_hh_l0", [Float](repeating: 0.25, count: 48), shape: [48]) }
    let network = try ForecastNetwork(options, tensors: both)
    let bias = try #require(network.layout.slices.first { $0.name == "recurrent.bias_ih_l0" })
    #expect(network.weights[bias.offset] == 0.75)
  }
}
