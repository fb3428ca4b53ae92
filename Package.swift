// swift-tools-version: 6.2
import PackageDescription

// What only the console and the command need. A service that depends on this package with `traits: []` doesn't resolve it;
// a clone has the trait by default (docs/decisions/0006-traits.md).
let console = TargetDependencyCondition.when(traits: ["Console"])

// SwiftPM asks pkg-config for every system library of a package, used or not, and warns where one is missing. So only the
// libraries that each client needs are asked for; on Linux the others are in the compiler's own search paths.
#if os(Linux)
    func optionalLibrary(_ name: String) -> String? { nil }
#else
    func optionalLibrary(_ name: String) -> String? { name }
#endif

let package = Package(
    name: "gatehouse",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Gatehouse", targets: ["Gatehouse"]),
        .library(name: "GatehouseRedis", targets: ["GatehouseRedis"]),
        .library(name: "GatehouseConfiguration", targets: ["GatehouseConfiguration"]),
        .library(name: "GatehouseOpenFeature", targets: ["GatehouseOpenFeature"]),
        .library(name: "GatehouseConsole", targets: ["GatehouseConsole"]),
        .library(name: "GatehouseEvaluation", targets: ["GatehouseEvaluation"]),
        .library(name: "GatehouseSpec", targets: ["GatehouseSpec"]),
        .library(name: "GatehouseReview", targets: ["GatehouseReview"]),
        .library(name: "GatehouseStatistics", targets: ["GatehouseStatistics"]),
        .library(name: "GatehouseTesting", targets: ["GatehouseTesting"]),
        .executable(name: "gatehouse", targets: ["GatehouseCLI"]),
    ],
    traits: [
        .trait(name: "Console", description: "The product GatehouseConsole and the command `gatehouse`."),
        .default(enabledTraits: ["Console"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Its reader of JSON uses the part of Foundation that has ICU, 40 MB of it, and only tests read JSON.
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0",
            traits: [.trait(name: "JSON", condition: .when(traits: ["Console"]))]),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // System libraries: XXH3 for names and sets, PCRE2 for `str_matches`.
        .systemLibrary(
            name: "CXXHash", pkgConfig: "libxxhash",
            providers: [.apt(["libxxhash-dev"]), .brew(["xxhash"])]),
        .systemLibrary(
            name: "CPCRE2", pkgConfig: "libpcre2-8",
            providers: [.apt(["libpcre2-dev"]), .brew(["pcre2"])]),

        // For GatehouseRedis only.
        .systemLibrary(
            name: "CHiredis", pkgConfig: optionalLibrary("hiredis"),
            providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),

        // For GatehouseCompression.
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

        // For GatehouseConsole only: content codings of event bodies.
        .systemLibrary(
            name: "CZstd", pkgConfig: optionalLibrary("libzstd"),
            providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .systemLibrary(
            name: "CBrotli", pkgConfig: optionalLibrary("libbrotlidec"),
            providers: [.apt(["libbrotli-dev"]), .brew(["brotli"])]),

        // The engine's one C target: SHA-256 instructions and the embedded country table.
        .target(name: "CGatehouse", exclude: ["country.table", "country.table.LICENSE"]),

        // ruleset + user → evaluation. No I/O, no clock, no Foundation.
        .target(name: "GatehouseEvaluation", dependencies: ["CGatehouse", "CXXHash", "CPCRE2"]),
        // bytes → ruleset.
        .target(name: "GatehouseSpec", dependencies: ["GatehouseEvaluation"]),
        // Sums of units per group → effects, intervals, p-values. No I/O, no clock, no Foundation.
        .target(name: "GatehouseStatistics"),
        // Two documents → what changed and who notices; one document → what is wrong with it. No I/O, no Foundation.
        .target(
            name: "GatehouseReview", dependencies: ["GatehouseEvaluation", "GatehouseSpec", "GatehouseStatistics"]),
        // gzip and deflate, for events and for the console.
        .target(name: "GatehouseCompression", dependencies: ["CZlib"]),
        // The client, which a service imports: key → documents → answers and events.
        .target(
            name: "Gatehouse",
            dependencies: [
                "CGatehouse", "GatehouseCompression", "GatehouseEvaluation", "GatehouseSpec",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]),
        // For tests of services: projects written in Swift, clients without a network, overrides by task, time that a test
        // moves, a server.
        .target(
            name: "GatehouseTesting",
            dependencies: [
                "Gatehouse", "GatehouseEvaluation", "GatehouseSpec",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        // Spec storage that a fleet shares.
        .target(name: "GatehouseRedis", dependencies: ["Gatehouse", "CHiredis"]),
        // OpenFeature flags from a client; depends on no OpenFeature SDK.
        .target(name: "GatehouseOpenFeature", dependencies: ["Gatehouse", "GatehouseEvaluation"]),
        // Key and options from the environment, a file, or another provider of swift-configuration.
        .target(
            name: "GatehouseConfiguration",
            dependencies: ["Gatehouse", .product(name: "Configuration", package: "swift-configuration")]),
        // keys and a document → an HTTP server that SDKs and the Console API's clients talk to.
        .target(
            name: "GatehouseConsole",
            dependencies: [
                "CBrotli", "CZstd", "GatehouseCompression", "GatehouseEvaluation", "GatehouseSpec",
                "GatehouseStatistics",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto", condition: console),
                .product(name: "GRDB", package: "GRDB.swift", condition: console),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird", condition: console),
                .product(name: "HummingbirdCore", package: "hummingbird", condition: console),
                .product(name: "HummingbirdTLS", package: "hummingbird", condition: console),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        // The `gatehouse` command.
        .executableTarget(
            name: "GatehouseCLI",
            dependencies: [
                "Gatehouse", "GatehouseCompression", "GatehouseConsole", "GatehouseEvaluation", "GatehouseReview",
                "GatehouseSpec",
                .product(name: "ArgumentParser", package: "swift-argument-parser", condition: console),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        // Random and mutated documents and users: `swift run -c release gatehouse-fuzz`.
        .executableTarget(
            name: "gatehouse-fuzz", dependencies: ["GatehouseSpec", "GatehouseEvaluation"],
            path: "Tests/Fuzz/GatehouseFuzz"),

        // Statistics of JSON lines, and simulated experiments: `scripts/statistics/oracles.py` compares them.
        .executableTarget(
            name: "gatehouse-statistics", dependencies: ["GatehouseStatistics"],
            path: "Tests/Statistics/GatehouseStatisticsTool"),

        // Evaluates without pause while documents are replaced: `swift run -c release gatehouse-soak`.
        .executableTarget(
            name: "gatehouse-soak",
            dependencies: [
                "Gatehouse", "GatehouseSpec", "TestServers", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser", condition: console),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            path: "Tests/Soak/GatehouseSoak"),

        // The cost of logging exposures, in time and memory: `swift run -c release gatehouse-exposures`.
        .executableTarget(
            name: "gatehouse-exposures",
            dependencies: [
                "Gatehouse", "GatehouseTesting",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/Exposures/GatehouseExposures"),

        .target(
            name: "TestSupport", dependencies: ["GatehouseEvaluation", "GatehouseSpec"],
            path: "Tests/Support/TestSupport"),
        // An HTTP server that a test controls.
        .target(
            name: "TestServers",
            dependencies: [
                "Gatehouse", "GatehouseTesting",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/Support/TestServers"),
        // Logs events until it is killed.
        .executableTarget(
            name: "event-process",
            dependencies: ["Gatehouse", .product(name: "Logging", package: "swift-log")],
            path: "Tests/Support/EventProcess"),
        .testTarget(
            name: "GatehouseTests",
            dependencies: [
                "Gatehouse", "GatehouseCompression", "GatehouseEvaluation", "event-process", "TestServers",
                "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]),
        .testTarget(
            name: "GatehouseRedisTests",
            dependencies: [
                "Gatehouse", "GatehouseRedis", "TestServers", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "GatehouseConfigurationTests",
            dependencies: [
                "Gatehouse", "GatehouseConfiguration", "GatehouseRedis", "TestServers", "TestSupport",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]),
        .testTarget(
            name: "GatehouseTestingTests",
            dependencies: [
                "Gatehouse", "GatehouseSpec", "GatehouseTesting", "TestServers", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .testTarget(name: "GatehouseEvaluationTests", dependencies: ["GatehouseEvaluation", "TestSupport"]),
        .testTarget(
            name: "GatehouseStatisticsTests", dependencies: ["GatehouseStatistics", "gatehouse-statistics"]),
        .testTarget(
            name: "GatehouseReviewTests",
            dependencies: [
                "GatehouseCompression", "GatehouseEvaluation", "GatehouseReview", "GatehouseSpec", "TestSupport",
            ]),
        .testTarget(name: "GatehouseSpecTests", dependencies: ["GatehouseSpec", "TestSupport"]),
        // Behaviour of the engine, asked through documents.
        .testTarget(
            name: "EvaluationTests", dependencies: ["GatehouseEvaluation", "GatehouseSpec", "TestSupport"]),
        .testTarget(
            name: "GatehouseConsoleTests",
            dependencies: [
                "CZstd", "Gatehouse", "GatehouseCLI", "GatehouseConsole", "GatehouseEvaluation", "GatehouseOpenFeature",
                "GatehouseSpec", "GatehouseTesting", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "GRDB", package: "GRDB.swift", condition: console),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .testTarget(
            name: "GatehouseCLITests",
            dependencies: ["GatehouseCLI", "GatehouseCompression", "GatehouseReview", "TestServers", "TestSupport"]),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "Gatehouse", "GatehouseCompression", "GatehouseEvaluation", "GatehouseSpec", "TestServers",
                "TestSupport",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// libFuzzer has a main function of its own, so other builds don't have these targets: scripts/attack/libfuzzer.
if Context.environment["GATEHOUSE_LIBFUZZER"] != nil {
    package.targets += [
        .executableTarget(
            name: "libfuzzer-engine", dependencies: ["GatehouseEvaluation", "GatehouseSpec"],
            path: "Tests/Fuzz/LibFuzzer/Engine"),
        .executableTarget(
            name: "libfuzzer-client", dependencies: ["Gatehouse"], path: "Tests/Fuzz/LibFuzzer/Client"),
    ]
}

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
]

for target in package.targets where ![.system, .plugin].contains(target.type) {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}

// A build with a sanitizer compiles everything anew, so scripts/test leaves out the targets that no thread test needs.
if Context.environment["GATEHOUSE_WITHOUT_CONSOLE"] != nil {
    let console = ["GatehouseConsole", "GatehouseConsoleTests", "GatehouseCLI", "GatehouseCLITests"]
    package.targets.removeAll { console.contains($0.name) }
    package.products.removeAll { ["GatehouseConsole", "gatehouse"].contains($0.name) }
}

// scripts/docs makes the documentation with this plugin. Nothing else resolves it.
if Context.environment["GATEHOUSE_DOCUMENTATION"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
