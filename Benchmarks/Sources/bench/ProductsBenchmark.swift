import Foundation

/// What two threads reach in bare matrix products with OpenBLAS: the yardstick for whole training steps.
struct ProductsBenchmark: Benchmark {
  static let name = "products"
  static let summary = "bare single-precision matrix products of OpenBLAS, one thread a half: the machine's own rate"
  static let options = [
    "--tries N       the best of so many (default 5)",
    "--processor     one thread, by the processor's time instead of the clock's",
  ]

  private var tries: Int
  private var countsProcessor: Bool
  private var threads: Int { countsProcessor ? 1 : 2 }

  init(options words: [String]) throws {
    var options = Options(words)
    tries = try options.number("--tries") ?? 5
    countsProcessor = options.flag("--processor")
    try options.end()
  }

  /// The big product, and the product of one time step of each case whose rate is reported.
  private static var products: [MatrixProduct] {
    [.big] + RecurrentCase.all.filter(\.reportsRate).map(\.stepProduct)
  }

  func run() throws -> JSON {
    MatrixProduct.useOneThreadEach()
    print("OpenBLAS kernels for \(MatrixProduct.kernels), \(threads) threads, an equal share of the rows each\n")
    let table = Table(columns: [
      .init(title: "rows", width: 6), .init(title: "inner", width: 6), .init(title: "columns", width: 7),
      .init(title: "GFLOP/s", width: 8),
    ])
    table.printHead()
    var rates: [JSON] = []
    var seen: Set<MatrixProduct> = []
    for product in Self.products where seen.insert(product).inserted {
      let rate = product.rate(threads: threads, tries: tries, countsProcessor: countsProcessor)
      table.printRow(["\(product.rows)", "\(product.inner)", "\(product.columns)", rate.fixed(1)])
      rates.append(
        .object([
          "rows": .count(product.rows), "inner": .count(product.inner), "columns": .count(product.columns),
          "gflops": .rounded(rate),
        ]))
    }
    return .object([
      "benchmark": .text(Self.name), "kernels": .text(MatrixProduct.kernels), "threads": .count(threads),
      "products": .list(rates),
    ])
  }
}

/// The rates of the products, each with the fastest kernels that this machine runs.
///
/// OpenBLAS picks its kernels by the processor's name when it is loaded, and older releases take newer processors for
/// small ones. So this asks two processes: one as OpenBLAS comes, one told to use AVX-512 if the processor has it.
struct MachineRates {
  private struct Report: Decodable {
    struct Rate: Decodable {
      var rows, inner, columns: Int
      var gflops: Double
    }
    var kernels: String
    var products: [Rate]
  }

  private var best: [MatrixProduct: (gflops: Double, kernels: String)] = [:]
  /// The big product with the kernels that OpenBLAS picks by itself.
  private(set) var asItComes = 0.0
  private(set) var kernelsAsTheyCome = ""

  static func measure(countsProcessor: Bool) throws -> MachineRates {
    var rates = MachineRates()
    let plain = try ask([:], countsProcessor)
    rates.take(plain)
    rates.asItComes = rates[.big]
    rates.kernelsAsTheyCome = plain.kernels
    let processor = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    if processor.contains("avx512f") { rates.take(try ask(["OPENBLAS_CORETYPE": "SkylakeX"], countsProcessor)) }
    return rates
  }

  /// GFLOP/s; NaN for a product that was not measured.
  subscript(product: MatrixProduct) -> Double { best[product]?.gflops ?? .nan }

  /// Which kernels were the fastest on the big product.
  var kernels: String { best[.big]?.kernels ?? "" }

  private mutating func take(_ report: Report) {
    for rate in report.products {
      let product = MatrixProduct(rows: rate.rows, inner: rate.inner, columns: rate.columns)
      if rate.gflops > best[product]?.gflops ?? 0 { best[product] = (rate.gflops, report.kernels) }
    }
  }

  private static func ask(_ environment: [String: String], _ countsProcessor: Bool) throws -> Report {
    let process = Process()
    let out = Pipe()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [ProductsBenchmark.name, "--tries", "3"] + (countsProcessor ? ["--processor"] : [])
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = out
    try process.run()
    let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let last = text.split(separator: "\n").last.map(String.init) ?? ""
    return try JSONDecoder().decode(Report.self, from: Data(last.utf8))
  }
}
