// swift-tools-version: 6.2
import PackageDescription

/// Somebody else's package, with a kind of its own. It shows that everything a new kind needs is public:
/// `swift run --package-path Tests/ExternalPackage --scratch-path .build-external`.
let package = Package(
  name: "regret-aversion",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "skewlab", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "RegretAversion",
      dependencies: [
        .product(name: "Skewlab", package: "skewlab"),
        .product(name: "SkewlabTesting", package: "skewlab"),
      ],
      swiftSettings: [
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .treatAllWarnings(as: .error),
      ])
  ],
  swiftLanguageModes: [.v6]
)
