// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let cSettings: [CSetting] = [.treatAllWarnings(as: .error)]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings)
}

let package = Package(
  name: "skewlab",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "Skewlab", targets: ["Skewlab"]),
    .library(name: "SkewlabTesting", targets: ["SkewlabTesting"]),
    .executable(name: "skewlab", targets: ["SkewlabCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.4.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CSkewlabKernels", cSettings: cSettings),
    library("SkewlabNumerics", ["COpenBLAS", "CSkewlabKernels"]),
    library("SkewlabEngine", ["SkewlabNumerics", .product(name: "OrderedCollections", package: "swift-collections")]),
    library("SkewlabComponents", ["SkewlabEngine", "SkewlabNumerics", .product(name: "OrderedCollections", package: "swift-collections")]),
    library("SkewlabTheory", ["SkewlabComponents", "SkewlabEngine", "SkewlabNumerics"]),
    library(
      "SkewlabScenarios", ["SkewlabEngine", "SkewlabNumerics", .product(name: "OrderedCollections", package: "swift-collections"), "Yams"]),
    library(
      "SkewlabExperiments",
      [
        "SkewlabComponents", "SkewlabEngine", "SkewlabNumerics", "SkewlabTheory",
        .product(name: "OrderedCollections", package: "swift-collections"), .product(name: "SystemPackage", package: "swift-system"),
      ]),
    library("SkewlabReports", ["SkewlabEngine", "SkewlabExperiments", "SkewlabNumerics", "SkewlabTheory"]),
    library(
      "Skewlab",
      [
        "SkewlabComponents", "SkewlabEngine", "SkewlabExperiments", "SkewlabNumerics", "SkewlabReports", "SkewlabScenarios",
        "SkewlabTheory",
      ]),
    library("SkewlabTesting", ["SkewlabEngine", "SkewlabNumerics", .product(name: "OrderedCollections", package: "swift-collections")]),
    .executableTarget(
      name: "SkewlabCommand",
      dependencies: [
        "SkewlabComponents", "SkewlabEngine", "SkewlabExperiments", "SkewlabNumerics", "SkewlabReports", "SkewlabScenarios",
        "SkewlabTheory", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swiftSettings),
    tests("SkewlabArchitectureTests", []),
    tests("SkewlabConformanceTests", ["SkewlabComponents", "SkewlabEngine", "SkewlabNumerics", "SkewlabTesting"]),
    tests(
      "SkewlabEngineTests", ["SkewlabComponents", "SkewlabEngine", "SkewlabNumerics", "SkewlabScenarios"], resources: [.copy("Golden")]),
    tests(
      "SkewlabExperimentsTests",
      [
        "SkewlabComponents", "SkewlabEngine", "SkewlabExperiments", "SkewlabNumerics", "SkewlabReports", "SkewlabScenarios",
        "SkewlabTheory",
      ], resources: [.copy("WholeRuns")]),
    tests(
      "SkewlabReportsTests",
      ["SkewlabComponents", "SkewlabEngine", "SkewlabExperiments", "SkewlabNumerics", "SkewlabReports", "SkewlabScenarios"]),
    tests("SkewlabScenariosTests", ["SkewlabEngine", "SkewlabScenarios"]),
    tests(
      "SkewlabComponentsTests",
      [
        "SkewlabComponents", "SkewlabEngine", "SkewlabNumerics", "SkewlabScenarios",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    tests(
      "SkewlabCommandTests",
      [
        "SkewlabCommand", "SkewlabComponents", "SkewlabEngine", "SkewlabExperiments", "SkewlabNumerics", "SkewlabReports",
        "SkewlabScenarios", .product(name: "OrderedCollections", package: "swift-collections"),
      ], resources: [.copy("Malformed")]),
    tests("SkewlabNumericsTests", ["SkewlabNumerics"]),
    tests("SkewlabStatisticalTests", ["SkewlabComponents", "SkewlabEngine", "SkewlabNumerics", "SkewlabTheory"]),
    tests("SkewlabTheoryTests", ["SkewlabComponents", "SkewlabEngine", "SkewlabNumerics", "SkewlabTheory"]),
  ],
  swiftLanguageModes: [.v6]
)

// The documentation plugin is fetched only where documentation is built (Scripts/build-docs.sh): users of the library never need it.
if Context.environment["SKEWLAB_DOCS"] != nil {
  package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"))
}
