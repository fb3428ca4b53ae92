// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Metrics

/// What a client reports of its events through swift-metrics; the names and labels are part of the public interface.
struct EventMetrics: Sendable {
    private let enqueuedCounter = Counter(label: "gatehouse_events_enqueued")
    private let deliveredCounter = Counter(label: "gatehouse_events_delivered")
    private let deduplicatedCounter = Counter(label: "gatehouse_events_deduplicated")
    private let sampledOutCounter = Counter(label: "gatehouse_events_sampled_out")
    private let evictionsCounter = Counter(label: "gatehouse_events_dedupe_evictions")
    private let pendingGauge = Gauge(label: "gatehouse_events_pending")

    func delivered(_ count: Int) {
        deliveredCounter.increment(by: count)
    }

    func dropped(_ count: Int, _ reason: EventLedger.DropReason) {
        Counter(label: "gatehouse_events_dropped", dimensions: [("reason", reason.rawValue)]).increment(by: count)
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
