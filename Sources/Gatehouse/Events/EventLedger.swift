// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What became of every event: `enqueued = delivered + deduplicated + sampledOut + dropped + pending`, at any time.
public struct EventLedger: Sendable, Equatable {
    /// Why an event was given up.
    public enum DropReason: String, Sendable, Hashable, CaseIterable, Codable {
        /// Events came faster than they could be written down, or the client was never started.
        case queueFull
        /// Too many batches waited for a sink that failed.
        case waitingFull
        /// The spool was full.
        case spoolFull
        /// The sink will never take the batch.
        case rejected
        /// The sink doesn't take an event of this size, even alone.
        case tooLarge
        /// The sink failed six times, and there is no spool.
        case triesExhausted
        /// The client was shut down before the sink had taken the batch, and there is no spool.
        case shutDown
        /// The event was logged after the client had been shut down.
        case afterShutdown
        /// A batch in the spool was damaged.
        case damaged
        /// A process ended before the events were in its spool.
        case crashed
    }

    /// All events that were logged, those recovered from the spool included.
    public package(set) var enqueued = 0
    /// Those that the sink took.
    public package(set) var delivered = 0
    /// Exposures that had been logged before, within the time that the project says.
    public package(set) var deduplicated = 0
    /// Exposures that the project doesn't want all of.
    public package(set) var sampledOut = 0
    /// Those that were given up, by reason.
    public package(set) var dropped: [DropReason: Int] = [:]
    /// Those that wait: to be written down, for their batch, or for the sink.
    public package(set) var pending = 0
    /// How many of ``enqueued`` were logged by an earlier process and found in the spool.
    public package(set) var recovered = 0

    /// Makes a ledger of nothing.
    public init() {}

    /// All that were given up.
    public var droppedCount: Int { dropped.values.reduce(0, +) }

    /// Whether every event is accounted for.
    public var isBalanced: Bool { enqueued == delivered + deduplicated + sampledOut + droppedCount + pending }
}

/// The ledger of all processes that used a part of the spool, on disk.
package struct SavedLedger: Codable, Sendable {
    private var enqueued = 0
    private var delivered = 0
    private var deduplicated = 0
    private var sampledOut = 0
    private var dropped: [String: Int] = [:]
    /// Batches that are delivered, whose files may still be there.
    private(set) var acknowledged: Set<String> = []

    package init(_ ledger: EventLedger, acknowledged: Set<String>) {
        enqueued = ledger.enqueued
        delivered = ledger.delivered
        deduplicated = ledger.deduplicated
        sampledOut = ledger.sampledOut
        dropped = Dictionary(uniqueKeysWithValues: ledger.dropped.map { ($0.key.rawValue, $0.value) })
        self.acknowledged = acknowledged
    }

    private static func file(_ folder: String) -> CheckedFile { CheckedFile(path: "\(folder)/ledger") }

    /// The largest count that a ledger may have: sums of many such counts don't overflow.
    private static let maximumCount = 1 << 53

    /// Reads the ledger; a damaged one counts as none.
    static func read(_ folder: String) -> SavedLedger {
        guard let bytes = try? file(folder).read(),
            let saved = try? JSONDecoder().decode(SavedLedger.self, from: Data(bytes)), saved.isPlausible
        else { return SavedLedger(EventLedger(), acknowledged: []) }
        return saved
    }

    /// Whether the counts can be those of events.
    private var isPlausible: Bool {
        let counts = [enqueued, delivered, deduplicated, sampledOut] + dropped.values
        return counts.count < 100 && counts.allSatisfy { (0...SavedLedger.maximumCount).contains($0) }
    }

    package func write(_ folder: String) throws {
        try SavedLedger.file(folder).write(Array(JSONEncoder().encode(self)))
    }

    static func remove(_ folder: String) throws {
        try file(folder).remove()
    }

    /// The ledger, given how many events are in the batches on disk.
    ///
    /// Events on disk were enqueued, even if the ledger was saved before. Pending events that aren't on disk were in memory
    /// when the process ended.
    ///
    /// - Parameter found: The number of events on disk.
    /// - Returns: A balanced ledger, with the events on disk as pending.
    func ledger(found: Int) -> EventLedger {
        var ledger = EventLedger()
        ledger.enqueued = enqueued
        ledger.delivered = delivered
        ledger.deduplicated = deduplicated
        ledger.sampledOut = sampledOut
        for (reason, count) in dropped {
            if let reason = EventLedger.DropReason(rawValue: reason) { ledger.dropped[reason] = count }
        }
        let pending = enqueued - delivered - deduplicated - sampledOut - ledger.droppedCount
        if found > pending { ledger.enqueued += found - pending }
        if found < pending { ledger.dropped[.crashed, default: 0] += pending - found }
        ledger.pending = found
        return ledger
    }
}

extension EventLedger {
    /// The ledger with another one's counts added.
    func added(to other: EventLedger) -> EventLedger {
        var sum = self
        sum.enqueued += other.enqueued
        sum.delivered += other.delivered
        sum.deduplicated += other.deduplicated
        sum.sampledOut += other.sampledOut
        sum.dropped.merge(other.dropped, uniquingKeysWith: +)
        sum.pending += other.pending
        sum.recovered += other.recovered
        return sum
    }

    /// The ledger of a life that ended, and of the one that went on with what was pending.
    func continued(by next: EventLedger) -> EventLedger {
        var before = self
        before.enqueued -= next.recovered
        before.pending = 0
        var sum = next.added(to: before)
        sum.recovered = 0
        return sum
    }
}
