// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CoreMetrics
internal import Metrics

/// The metrics of what ``ConsoleLimits`` bounds.
struct ConsoleMetrics: Sendable {
    /// The bound that a request exceeded.
    enum Refusal: String {
        case receivedBytes = "received_bytes"
        case decompressedBytes = "decompressed_bytes"
        case parsedBytes = "parsed_bytes"
        case bufferedBytes = "buffered_bytes"
        case events
        case waiting
        case waitingOfKey = "waiting_of_key"
    }

    /// Why an event isn't stored.
    enum Drop: String {
        case noName = "no_name"
        case name, size, names, storage
    }

    private let factory: any MetricsFactory

    init(_ factory: any MetricsFactory) {
        self.factory = factory
    }

    func refused(_ refusal: Refusal) {
        Counter(
            label: "gatehouse.console.requests.refused", dimensions: [("reason", refusal.rawValue)], factory: factory
        ).increment()
    }

    func dropped(_ drop: Drop) {
        Counter(label: "gatehouse.console.events.dropped", dimensions: [("reason", drop.rawValue)], factory: factory)
            .increment()
    }

    func connectionClosed() {
        Counter(
            label: "gatehouse.console.connections.closed", dimensions: [("reason", "slow_body")], factory: factory
        ).increment()
    }

    func diskFull() {
        Counter(label: "gatehouse.console.disk.full", factory: factory).increment()
    }

    func waiting(_ count: Int) {
        Gauge(label: "gatehouse.console.requests.waiting", factory: factory).record(count)
    }

    func eventBytes(_ count: Int) {
        Gauge(label: "gatehouse.console.events.bytes", factory: factory).record(count)
    }

    /// - Parameters:
    ///   - logBytes: The size of the write-ahead log.
    ///   - reserveBytes: The bytes that are set aside.
    func disk(logBytes: Int, reserveBytes: Int) {
        Gauge(label: "gatehouse.console.disk.log", factory: factory).record(logBytes)
        Gauge(label: "gatehouse.console.disk.reserve", factory: factory).record(reserveBytes)
    }
}
