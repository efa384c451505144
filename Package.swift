// swift-tools-version: 6.2
import PackageDescription

// What tests of pipelines import.
let pipelineFloors: [Target.Dependency] = [
  "Stages", "Operation", "Plugins", "Pipelines", "PipelineFile", "Processes", "Forecasting", "Recurrent", "Tabular",
  "TimeSeries", "Files", "TestSupport",
]

// The fuzzer is linked with libFuzzer, which brings the main that it lacks: only Scripts/fuzz builds it.
let fuzzer: [Target] =
  Context.environment["ALMANAC_FUZZER"] == nil
  ? []
  : [
    .executableTarget(
      name: "almanac-fuzzer", dependencies: ["FuzzTargets"], path: "Tests/Fuzzer",
      swiftSettings: [.unsafeFlags(["-parse-as-library"])])
  ]

// What a build may be told: its commit, and the data that stand in for those of ICU (Scripts/build-release).
let build: [CSetting] =
  (Context.environment["ALMANAC_COMMIT"].map { [.define("ALMANAC_COMMIT", to: $0)] } ?? [])
  + (Context.environment["ALMANAC_UNICODE"].map {
    [
      .define("ALMANAC_UNICODE", to: $0),
      .unsafeFlags(["-I", Context.environment["ALMANAC_UNICODE_FOLDER"] ?? "."]),
    ]
  } ?? [])

// One floor a target; each imports only what stands below it.
let package = Package(
  name: "almanac",
  products: [
    .library(name: "Files", targets: ["Files"]),
    .library(name: "TimeSeries", targets: ["TimeSeries"]),
    .library(name: "Recurrent", targets: ["Recurrent"]),
    .library(name: "Forecasting", targets: ["Forecasting"]),
    .library(name: "PipelineFile", targets: ["PipelineFile"]),
    .library(name: "Pipelines", targets: ["Pipelines"]),
    .library(name: "Stages", targets: ["Stages"]),
    .library(name: "AlmanacCommand", targets: ["AlmanacCommand"]),
    .executable(name: "almanac", targets: ["almanac"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The command.
    .executableTarget(name: "almanac", dependencies: ["AlmanacCommand"]),
    .target(
      name: "AlmanacCommand",
      dependencies: [
        "Stages", "Operation", "Plugins", "Pipelines", "PipelineFile", "Processes", "Forecasting", "Recurrent",
        "Tabular", "TimeSeries", "Files", "CBuild",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // The stages, and what stands around a run.
    .target(
      name: "Stages",
      dependencies: [
        "Databases", "Pipelines", "PipelineFile", "Reports", "Charts", "Forecasting", "Tabular", "Recurrent",
        "TimeSeries", "Files",
      ]),
    // What a run came to, as charts and as a page.
    .target(
      name: "Reports",
      dependencies: [
        "Pipelines", "PipelineFile", "Charts", "Forecasting", "Recurrent", "TimeSeries",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [.embedInCode("Page")]),
    // Tables of databases: DuckDB's command, and SQLite.
    .target(
      name: "Databases",
      dependencies: [
        "Pipelines", "PipelineFile", "Processes", "Tabular", "TimeSeries", "Files",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(
      name: "Operation",
      dependencies: [
        "Databases", "Pipelines", "PipelineFile", "Processes", "Forecasting", "TimeSeries", "Files",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(
      name: "Plugins",
      dependencies: ["Pipelines", "PipelineFile", "Processes", "Forecasting", "Tabular", "TimeSeries", "Files"]),

    // Pipelines: what their stages are asked for, plan, run, publication, saved models.
    .target(
      name: "Pipelines",
      dependencies: [
        "PipelineFile", "Processes", "Forecasting", "Recurrent", "Tabular", "TimeSeries", "Files", "CFileSwap",
        "CSHA256",
      ]),
    // The language of pipeline files.
    .target(
      name: "PipelineFile",
      dependencies: ["TimeSeries", "Files", .product(name: "Yams", package: "Yams")]),
    .target(name: "Processes", dependencies: ["CHeap"]),

    // What a forecaster needs, without a pipeline.
    .target(name: "Forecasting", dependencies: ["TimeSeries", "Recurrent", "Files", "CPretrained"]),
    .target(name: "Charts", dependencies: ["TimeSeries", "Processes", "CGnuplotStream"]),
    .target(
      name: "Tabular", dependencies: ["TimeSeries", "Files", "CLibCSV", "CPlainRows", "CZlib", "CZstd", "CHeap"]),
    .target(name: "Recurrent", dependencies: ["CVectorMath"]),
    .target(name: "TimeSeries", dependencies: ["CHolidays"]),
    .target(name: "Files"),

    // Where the weights of the pretrained networks come from; only Scripts/pretrain needs it.
    .target(name: "SyntheticSeries", dependencies: ["Recurrent"]),
    .executableTarget(
      name: "pretrain",
      dependencies: [
        "SyntheticSeries", "Forecasting", "Recurrent", "TimeSeries", "Files",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // C and C++ below.
    .target(name: "CBuild", cSettings: build),
    .target(
      name: "CGnuplotStream",
      linkerSettings: [
        .linkedLibrary("boost_iostreams"),
        .linkedLibrary("boost_system"),
        .linkedLibrary("boost_filesystem"),
        .linkedLibrary("util"),
      ]),
    .target(name: "CHeap"),
    .target(name: "CHolidays"),
    .target(name: "CPretrained", exclude: ["weights"], cSettings: [.headerSearchPath("weights")]),
    .target(name: "CPlainRows"),
    .target(name: "CSHA256"),
    .target(name: "CFileSwap", cSettings: [.define("_GNU_SOURCE")]),
    .target(name: "CVectorMath", cSettings: [.define("_GNU_SOURCE")]),
    .systemLibrary(name: "CLibCSV", providers: [.apt(["libcsv-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),

    // Tests mirror the targets.
    .testTarget(name: "FilesTests", dependencies: ["Files"]),
    .testTarget(name: "TimeSeriesTests", dependencies: ["TimeSeries"]),
    .testTarget(
      name: "RecurrentTests", dependencies: ["Recurrent", "CVectorMath"], resources: [.copy("Fixtures")]),
    .testTarget(name: "SyntheticSeriesTests", dependencies: ["SyntheticSeries", "Recurrent"]),
    .testTarget(name: "ProcessesTests", dependencies: ["Processes"]),
    .testTarget(
      name: "TabularTests",
      dependencies: ["Tabular", "TimeSeries", "TestSupport", "CLibCSV", "CPlainRows", "CZlib", "CZstd"]),
    .testTarget(name: "ChartsTests", dependencies: ["Charts", "TimeSeries"], exclude: ["Fixtures"]),
    .testTarget(
      name: "DatabasesTests",
      dependencies: ["Databases"] + pipelineFloors + [.product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports"]),
    .testTarget(name: "ForecastingTests", dependencies: ["Forecasting", "Recurrent", "TimeSeries"]),
    .target(
      name: "TestSupport",
      dependencies: ["Stages", "Operation", "Plugins", "Pipelines", "PipelineFile", "Forecasting"],
      path: "Tests/TestSupport"),
    .testTarget(name: "PipelineFileTests", dependencies: pipelineFloors, exclude: ["Fixtures"]),
    .testTarget(name: "PluginsTests", dependencies: pipelineFloors),
    .testTarget(name: "PipelinesTests", dependencies: pipelineFloors),
    .testTarget(name: "OperationTests", dependencies: pipelineFloors + [.product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(name: "StagesTests", dependencies: pipelineFloors + [.product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(name: "AlmanacCommandTests", dependencies: ["almanac"], exclude: ["Fixtures"]),
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Plugins", "Pipelines", "PipelineFile", "Processes", "Forecasting", "Recurrent", "Tabular", "TimeSeries",
        "TestSupport",
      ],
      path: "Tests/FuzzTargets"),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport"], exclude: ["Corpus"]),
  ] + fuzzer,
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// What is optimised in a debug build, so that trainings end in time: "training" what trains, for Scripts/test, and "all" but
// the tests for Scripts/sanitize.
let optimized = Context.environment["ALMANAC_OPTIMIZED"]
let training: Set = ["Recurrent", "Forecasting", "CVectorMath"]
for target in package.targets where target.type == .regular || target.type == .executable {
  guard optimized == "all" || optimized == "training" && training.contains(target.name) else { continue }
  target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-O"])]
  target.cSettings = (target.cSettings ?? []) + [.unsafeFlags(["-O2"])]
}
