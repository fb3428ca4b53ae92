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
        case flagKeys = "flag_keys"
        case gates
        case nesting
        case schemaSteps = "schema_steps"
        case waiting
        case waitingOfKey = "waiting_of_key"
    }

    /// Why an event isn't stored.
    enum Drop: String {
        case noName = "no_name"
        case name, size, names, storage
    }

    /// What the console forgets and makes again.
    enum Discard: String {
        case answers, documents, rulesets
    }

    private let factory: any MetricsFactory

    init(_ factory: any MetricsFactory) {
        self.factory = factory
    }

    func answered(_ path: String, _ status: Int, _ duration: Duration) {
        Metrics.Timer(
            label: "gatehouse.console.request.duration", dimensions: [("path", path), ("status", String(status))],
            factory: factory
        ).record(duration: duration)
    }

    func refused(_ refusal: Refusal) {
        Counter(
            label: "gatehouse.console.requests.refused", dimensions: [("reason", refusal.rawValue)], factory: factory
        ).increment()
    }

    /// Counts the bounds that the errors of a request are about, each once.
    func refused(_ errors: [FieldError]) {
        for exceeded in Set(errors.compactMap(\.refusal)) { refused(exceeded) }
    }

    func dropped(_ drop: Drop) {
        Counter(label: "gatehouse.console.events.dropped", dimensions: [("reason", drop.rawValue)], factory: factory)
            .increment()
    }

    func discarded(_ discard: Discard, count: Int) {
        Counter(
            label: "gatehouse.console.memory.discarded", dimensions: [("reason", discard.rawValue)], factory: factory
        )
        .increment(by: count)
    }

    /// Why the console closes a connection.
    enum Closure: String {
        case noRequest = "no_request"
        case bodyDeadline = "body_deadline"
        case bodyRate = "body_rate"
        case age, shutdown
    }

    func closed(_ closure: Closure, count: Int = 1) {
        Counter(
            label: "gatehouse.console.connections.closed", dimensions: [("reason", closure.rawValue)], factory: factory
        ).increment(by: count)
    }

    func connections(_ count: Int) {
        Gauge(label: "gatehouse.console.connections.open", factory: factory).record(count)
    }

    /// Counts the times when the maximum number of connections is reached.
    func connectionsFull() {
        Counter(label: "gatehouse.console.connections.full", factory: factory).increment()
    }

    func diskFull() {
        Counter(label: "gatehouse.console.disk.full", factory: factory).increment()
    }

    /// - Parameters:
    ///   - running: The number of large requests that are worked on.
    ///   - waiting: The number of large requests that wait.
    func large(running: Int, waiting: Int) {
        Gauge(label: "gatehouse.console.requests.running", factory: factory).record(running)
        Gauge(label: "gatehouse.console.requests.waiting", factory: factory).record(waiting)
    }

    func events(bytes: Int) {
        Gauge(label: "gatehouse.console.events.bytes", factory: factory).record(bytes)
    }

    /// Counts events that are removed because of the bounds on stored events.
    func removed(_ count: Int) {
        Counter(label: "gatehouse.console.events.removed", factory: factory).increment(by: count)
    }

    /// - Parameters:
    ///   - logBytes: The size of the write-ahead log.
    ///   - reserveBytes: The bytes that are set aside.
    func disk(logBytes: Int, reserveBytes: Int) {
        Gauge(label: "gatehouse.console.disk.log", factory: factory).record(logBytes)
        Gauge(label: "gatehouse.console.disk.reserve", factory: factory).record(reserveBytes)
    }
}
