// swift-tools-version: 6.2
// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
    name: "sample-service",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "gatehouse", path: "../..", traits: []),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "SampleService",
            dependencies: [
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Gatehouse", package: "gatehouse"),
                .product(name: "GatehouseConfiguration", package: "gatehouse"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        // Without a network.
        .testTarget(
            name: "SampleServiceTests",
            dependencies: ["SampleService", .product(name: "GatehouseTesting", package: "gatehouse")]),
    ]
)
