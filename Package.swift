// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "gatehouse",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "GatehouseEvaluation", targets: ["GatehouseEvaluation"]),
        .library(name: "GatehouseSpec", targets: ["GatehouseSpec"]),
        .executable(name: "gatehouse", targets: ["GatehouseCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        // System libraries: XXH3 for names and sets, PCRE2 for `str_matches`.
        .systemLibrary(
            name: "CXXHash", pkgConfig: "libxxhash",
            providers: [.apt(["libxxhash-dev"]), .brew(["xxhash"])]),
        .systemLibrary(
            name: "CPCRE2", pkgConfig: "libpcre2-8",
            providers: [.apt(["libpcre2-dev"]), .brew(["pcre2"])]),

        // The engine's one C target: SHA-256 instructions and the embedded country table.
        .target(name: "CGatehouse", exclude: ["country.table", "country.table.LICENSE"]),

        // ruleset + user → evaluation. No I/O, no clock, no Foundation.
        .target(name: "GatehouseEvaluation", dependencies: ["CGatehouse", "CXXHash", "CPCRE2"]),
        // bytes → document → ruleset.
        .target(name: "GatehouseSpec", dependencies: ["GatehouseEvaluation"]),
        // The `gatehouse` command.
        .executableTarget(
            name: "GatehouseCLI",
            dependencies: [
                "GatehouseEvaluation", "GatehouseSpec",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Random and mutated documents and users: `swift run -c release gatehouse-fuzz`.
        .executableTarget(
            name: "gatehouse-fuzz", dependencies: ["GatehouseSpec", "GatehouseEvaluation"],
            path: "Tests/Fuzz/GatehouseFuzz"),

        .target(
            name: "TestSupport", dependencies: ["GatehouseEvaluation", "GatehouseSpec"],
            path: "Tests/Support/TestSupport"),
        .testTarget(name: "GatehouseEvaluationTests", dependencies: ["GatehouseEvaluation", "TestSupport"]),
        .testTarget(name: "GatehouseSpecTests", dependencies: ["GatehouseSpec", "TestSupport"]),
        // Behaviour of the engine, asked through documents.
        .testTarget(
            name: "EvaluationTests", dependencies: ["GatehouseEvaluation", "GatehouseSpec", "TestSupport"]),
        .testTarget(name: "GatehouseCLITests", dependencies: ["GatehouseCLI", "TestSupport"]),
        .testTarget(name: "ConformanceTests", dependencies: ["GatehouseEvaluation", "GatehouseSpec", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
]

for target in package.targets where ![.system, .plugin].contains(target.type) {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}
