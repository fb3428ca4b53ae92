// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import Metrics

/// The figures a client reports through swift-metrics; the names and labels are part of the public interface.
///
/// Labels have few values: never an entity, a user or a key.
struct ClientMetrics: Sendable {
    private let dimensions: [(String, String)]
    private let age: Gauge
    private let documentBytes: Gauge
    private let retained: Gauge
    private let syncDuration: Metrics.Timer
    private let compileDuration: Metrics.Timer
    private let members: Gauge

    /// - Parameter label: ``ClientOptions/label``.
    init(label: String?) {
        let dimensions = label.map { [("client", $0)] } ?? []
        self.dimensions = dimensions
        age = Gauge(label: "gatehouse_specs_age_seconds", dimensions: dimensions)
        documentBytes = Gauge(label: "gatehouse_specs_document_bytes", dimensions: dimensions)
        retained = Gauge(label: "gatehouse_snapshots_retained", dimensions: dimensions)
        syncDuration = Metrics.Timer(label: "gatehouse_specs_sync_duration", dimensions: dimensions)
        compileDuration = Metrics.Timer(label: "gatehouse_specs_compile_duration", dimensions: dimensions)
        members = Gauge(label: "gatehouse_id_lists_members", dimensions: dimensions)
    }

    /// How a synchronization ended.
    enum Result: String {
        case applied
        case unchanged
        case failed
    }

    func synced(_ result: Result, from origin: DocumentOrigin, in duration: Duration) {
        Counter(
            label: "gatehouse_specs_syncs",
            dimensions: [("result", result.rawValue), ("origin", origin.rawValue)] + dimensions
        ).increment()
        syncDuration.record(duration: duration)
    }

    func compiled(byteCount: Int, in duration: Duration) {
        documentBytes.record(byteCount)
        compileDuration.record(duration: duration)
    }

    func failed(_ error: SyncError) {
        Counter(
            label: "gatehouse_failures",
            dimensions: [("part", error.part.rawValue), ("code", error.code.rawValue)] + dimensions
        ).increment()
    }

    func usageProblem(_ code: UsageProblem.Code) {
        Counter(label: "gatehouse_usage_problems", dimensions: [("code", code.rawValue)] + dimensions).increment()
    }

    func aged(_ age: Duration) {
        self.age.record(age / .seconds(1))
    }

    func retained(_ count: Int) {
        retained.record(count)
    }

    func syncedIDLists(_ result: Result, memberCount: Int) {
        Counter(label: "gatehouse_id_lists_syncs", dimensions: [("result", result.rawValue)] + dimensions).increment()
        members.record(memberCount)
    }
}
