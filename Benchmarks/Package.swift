// swift-tools-version: 6.2
import PackageDescription

// Benchmarks stand in a package of their own, so that Almanac's users never build them.
let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "almanac", path: "..")
  ],
  targets: [
    .executableTarget(
      name: "bench",
      dependencies: [
        "AccuracyScores",
        "MemoryTasks",
        "SystemProducts",
        .product(name: "Recurrent", package: "almanac"),
      ]),

    // Hochreiter & Schmidhuber's tasks: what is shown, what is asked, when it counts as solved.
    .target(name: "MemoryTasks"),
    .testTarget(name: "MemoryTasksTests", dependencies: ["MemoryTasks"]),

    // How published tables judge forecasts, written without Almanac.
    .target(name: "AccuracyScores"),
    .testTarget(name: "AccuracyScoresTests", dependencies: ["AccuracyScores"]),

    // The machine's own matrix product, for the yardstick.
    .systemLibrary(name: "SystemProducts", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
  ],
  swiftLanguageModes: [.v6]
)
