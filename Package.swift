// swift-tools-version: 6.2
import PackageDescription

// One floor a target; each imports only what stands below it.
let package = Package(
  name: "almanac",
  products: [
    .library(name: "TimeSeries", targets: ["TimeSeries"]),
    .library(name: "Recurrent", targets: ["Recurrent"]),
    .library(name: "Forecasting", targets: ["Forecasting"]),
    .library(name: "Pipelines", targets: ["Pipelines"]),
    .library(name: "Stages", targets: ["Stages"]),
    .library(name: "AlmanacCommand", targets: ["AlmanacCommand"]),
    .executable(name: "almanac", targets: ["almanac"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The command.
    .executableTarget(name: "almanac", dependencies: ["AlmanacCommand"]),
    .target(
      name: "AlmanacCommand",
      dependencies: [
        "Stages",
        "Pipelines",
        "Forecasting",
        "Recurrent",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // Pipelines and their stages.
    .target(
      name: "Stages",
      dependencies: ["Pipelines", "Charts", "Forecasting", "Tabular", "Recurrent", "TimeSeries"]),
    .target(
      name: "Pipelines",
      dependencies: [
        "Forecasting",
        "Recurrent",
        "Tabular",
        "TimeSeries",
        "CFileSwap",
        .product(name: "Yams", package: "Yams"),
      ]),

    // What a forecaster needs, without a pipeline.
    .target(name: "Forecasting", dependencies: ["TimeSeries", "Recurrent"]),
    .target(name: "Charts", dependencies: ["TimeSeries", "CGnuplotStream"]),
    .target(name: "Tabular", dependencies: ["TimeSeries", "CLibCSV"]),
    .target(name: "Recurrent", dependencies: ["COpenBLAS", "CVectorMath"]),
    .target(name: "TimeSeries"),

    // C and C++ below.
    .target(
      name: "CGnuplotStream",
      linkerSettings: [
        .linkedLibrary("boost_iostreams"),
        .linkedLibrary("boost_system"),
        .linkedLibrary("boost_filesystem"),
        .linkedLibrary("util"),
      ]),
    .target(name: "CFileSwap", cSettings: [.define("_GNU_SOURCE")]),
    .target(name: "CVectorMath", cSettings: [.define("_GNU_SOURCE")]),
    .systemLibrary(name: "CLibCSV", providers: [.apt(["libcsv-dev"])]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),

    // Tests mirror the targets.
    .testTarget(name: "TimeSeriesTests", dependencies: ["TimeSeries"]),
    .testTarget(
      name: "RecurrentTests", dependencies: ["Recurrent", "CVectorMath"], resources: [.copy("Fixtures")]),
    .testTarget(name: "TabularTests", dependencies: ["Tabular", "TimeSeries"]),
    .testTarget(name: "ChartsTests", dependencies: ["Charts", "TimeSeries"], exclude: ["Fixtures"]),
    .testTarget(name: "ForecastingTests", dependencies: ["Forecasting", "Recurrent", "TimeSeries"]),
    .testTarget(
      name: "PipelinesTests", dependencies: ["Pipelines", "Stages", "Forecasting", "Recurrent", "Tabular", "TimeSeries"],
      exclude: ["Fixtures"]),
    .testTarget(name: "AlmanacCommandTests", dependencies: ["almanac"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
