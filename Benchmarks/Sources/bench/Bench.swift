import Foundation

/// `bench NAME [options]`: runs one benchmark, prints a table and, as its last line, JSON.
@main
enum Bench {
  static var benchmarks: [any Benchmark.Type] {
    [
      RecurrentBenchmark.self, MemoryBenchmark.self, ProductsBenchmark.self, WeightsCheck.self, AccuracyBenchmark.self,
    ]
  }

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard let name = arguments.first, let benchmark = benchmarks.first(where: { $0.name == name }) else {
      let words =
        arguments.first.map { "no benchmark is called \"\($0)\"; there are:" } ?? "which benchmark? there are:"
      complain("\(words)\n\(listing)")
      exit(64)
    }
    do {
      let result = try benchmark.init(options: Array(arguments.dropFirst())).run()
      print(try result.line())
    } catch {
      complain("\(name): \(error)")
      exit(error is UsageError ? 64 : 1)
    }
  }

  private static var listing: String {
    benchmarks.map { benchmark in
      let options = benchmark.options.map { "      \($0)\n" }.joined()
      return "  \(benchmark.name): \(benchmark.summary)\n\(options)"
    }.joined()
  }

  private static func complain(_ words: String) {
    FileHandle.standardError.write(Data("bench: \(words)\n".utf8))
  }
}
