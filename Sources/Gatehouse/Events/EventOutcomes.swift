// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Metrics
internal import NIOConcurrencyHelpers

/// What became of events that were accepted.
final class EventOutcomes: Sendable {
    struct Counts: Sendable {
        var recovered = 0
        var delivered = 0
        var dropped: [EventLedger.DropReason: Int] = [:]
    }

    private let counts = NIOLockedValueBox(Counts())
    private let metrics: EventMetrics

    init(_ metrics: EventMetrics) {
        self.metrics = metrics
    }

    func delivered(_ count: Int) {
        counts.withLockedValue { $0.delivered += count }
        metrics.delivered(count)
    }

    func dropped(_ count: Int, _ reason: EventLedger.DropReason) {
        guard count > 0 else { return }
        counts.withLockedValue { $0.dropped[reason, default: 0] += count }
        metrics.dropped(count, reason)
    }

    func recovered(_ count: Int) {
        counts.withLockedValue { $0.recovered += count }
    }

    var current: Counts { counts.withLockedValue { $0 } }
}

/// What a client reports of its events through swift-metrics; the names and labels are part of the public interface.
struct EventMetrics: Sendable {
    private let dimensions: [(String, String)]
    private let enqueuedCounter: Counter
    private let deliveredCounter: Counter
    private let deduplicatedCounter: Counter
    private let sampledOutCounter: Counter
    private let evictionsCounter: Counter
    private let pendingGauge: Gauge

    /// - Parameter label: ``ClientOptions/label``.
    init(label: String?) {
        let dimensions = label.map { [("client", $0)] } ?? []
        self.dimensions = dimensions
        enqueuedCounter = Counter(label: "gatehouse_events_enqueued", dimensions: dimensions)
        deliveredCounter = Counter(label: "gatehouse_events_delivered", dimensions: dimensions)
        deduplicatedCounter = Counter(label: "gatehouse_events_deduplicated", dimensions: dimensions)
        sampledOutCounter = Counter(label: "gatehouse_events_sampled_out", dimensions: dimensions)
        evictionsCounter = Counter(label: "gatehouse_events_dedupe_evictions", dimensions: dimensions)
        pendingGauge = Gauge(label: "gatehouse_events_pending", dimensions: dimensions)
    }

    func delivered(_ count: Int) {
        deliveredCounter.increment(by: count)
    }

    func dropped(_ count: Int, _ reason: EventLedger.DropReason) {
        Counter(label: "gatehouse_events_dropped", dimensions: [("reason", reason.rawValue)] + dimensions)
            .increment(by: count)
    }

    /// Reports by how much the ledger's counts have grown, which threads don't report one by one.
    func report(_ ledger: EventLedger, since last: EventLedger, evictions: Int) {
        enqueuedCounter.increment(by: ledger.enqueued - last.enqueued)
        deduplicatedCounter.increment(by: ledger.deduplicated - last.deduplicated)
        sampledOutCounter.increment(by: ledger.sampledOut - last.sampledOut)
        evictionsCounter.increment(by: evictions)
        pendingGauge.record(ledger.pending)
    }
}
