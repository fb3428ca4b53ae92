// swift-tools-version: 6.2
// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// A package of its own, so that neither those who depend on Gatehouse nor its tests ever build the benchmark tool.
// README.md says what there is and how to run it.

let gatehouse: [Target.Dependency] = [
    .product(name: "GatehouseEvaluation", package: "gatehouse"),
    .product(name: "GatehouseSpec", package: "gatehouse"),
]

/// A family of benchmarks: a folder in `Benchmarks`, where the benchmark tool looks for them.
func benchmarks(_ name: String) -> Target {
    .executableTarget(
        name: name,
        dependencies: gatehouse + [
            "Workload", "BenchmarkSupport", .product(name: "Benchmark", package: "benchmark"),
        ],
        path: "Benchmarks/\(name)",
        plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let package = Package(
    name: "gatehouse-benchmarks",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "probe", targets: ["Probe"]),
        .executable(name: "contention", targets: ["Contention"]),
        .executable(name: "compare-gatehouse", targets: ["Comparison"]),
    ],
    dependencies: [
        .package(name: "gatehouse", path: "..", traits: []),
        // Without its traits, whose interposers this package does without: CAllocationCounter counts.
        .package(url: "https://github.com/ordo-one/benchmark.git", from: "1.38.1", traits: []),
    ],
    targets: [
        // Counts the calls of malloc of a thread, by standing in for it.
        .target(name: "CAllocationCounter"),

        // The documents, users and scenarios that everything here measures. Deterministic; no Foundation.
        .target(name: "Workload", dependencies: gatehouse),
        .testTarget(
            name: "WorkloadTests", dependencies: gatehouse + ["Workload", "CAllocationCounter"]),

        // Scenarios as benchmarks of the benchmark tool: `swift package benchmark`.
        .target(
            name: "BenchmarkSupport",
            dependencies: [
                "CAllocationCounter", "Workload", .product(name: "Benchmark", package: "benchmark"),
            ]),
        benchmarks("Evaluation"),
        benchmarks("Users"),
        benchmarks("Load"),
        benchmarks("IDLists"),

        // Scenarios as a plain program that valgrind can run, for `budget`.
        .executableTarget(
            name: "Probe", dependencies: ["CAllocationCounter", "CMeasuredRegion", "Workload"],
            // Without debug information, which valgrind 3.19 can't read: it stops at the DWARF 5 of C targets.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--strip-debug"], .when(platforms: [.linux]))]),
        .target(name: "CMeasuredRegion"),
        // Readers and a writer at once.
        .executableTarget(name: "Contention", dependencies: gatehouse + ["Workload"]),
        // The program that comparisons with other engines run.
        .executableTarget(name: "Comparison", dependencies: gatehouse),
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
