// swift-tools-version: 6.2
import PackageDescription

// An almanac with one more stage. A package outside this repository names its own copy, or an address, in `dependencies`.
let package = Package(
  name: "swift-stage",
  dependencies: [.package(name: "almanac", path: "../../..")],
  targets: [
    .executableTarget(
      name: "almanac-seasons",
      dependencies: [
        .product(name: "AlmanacCommand", package: "almanac"),
        .product(name: "Stages", package: "almanac"),
        .product(name: "Pipelines", package: "almanac"),
        .product(name: "PipelineFile", package: "almanac"),
        .product(name: "Forecasting", package: "almanac"),
        .product(name: "TimeSeries", package: "almanac"),
      ],
      path: "Sources")
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
