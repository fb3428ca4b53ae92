// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What became of every event: `enqueued = delivered + deduplicated + sampledOut + dropped + pending`, at any time.
public struct EventLedger: Sendable, Equatable {
    /// Why an event was given up.
    public enum DropReason: String, Sendable, Hashable, CaseIterable, Codable {
        /// Events came faster than they could be written down, or nobody has started the client.
        case queueFull
        /// Too many batches waited for a sink that failed.
        case waitingFull
        /// The spool was full.
        case spoolFull
        /// The sink will never take the batch.
        case rejected
        /// The sink failed six times, and there is no spool.
        case triesExhausted
        /// The client was shut down before the sink had taken the batch, and there is no spool.
        case shutDown
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
