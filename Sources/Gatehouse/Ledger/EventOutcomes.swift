// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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

extension EventQueue {
    /// The ledger at this moment.
    ///
    /// What became of events is read before how many there are, so that events which come meanwhile count as pending.
    func ledger(_ outcomes: EventOutcomes) -> EventLedger {
        let counts = outcomes.current
        let totals = totals
        var ledger = EventLedger()
        ledger.recovered = counts.recovered
        ledger.delivered = counts.delivered
        ledger.dropped = counts.dropped
        ledger.deduplicated = totals.deduplicated
        ledger.sampledOut = totals.sampledOut
        ledger.enqueued = totals.accepted + totals.deduplicated + totals.sampledOut + counts.recovered
        ledger.pending = totals.accepted + counts.recovered - counts.delivered - ledger.droppedCount
        return ledger
    }
}
