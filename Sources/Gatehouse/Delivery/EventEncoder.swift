// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import NIOConcurrencyHelpers
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Takes events from the queue, writes them as JSON, and cuts that into batches.
///
/// Its calls take milliseconds, so they don't belong on the cooperative pool.
final class EventEncoder: Sendable {
    private struct State {
        var json = JSONWriter()
        var count = 0
    }

    private static let start: StaticString = "{\"events\":["

    private let queue: EventQueue
    private let identity: RequestIdentity
    private let flushInterval: Duration
    private let maximumWaitingBatches: Int
    private let batchSize: Int
    private let maximumBatchBytes: Int
    private let state = NIOLockedValueBox(State())

    init(_ queue: EventQueue, _ options: EventOptions, _ identity: RequestIdentity) {
        self.queue = queue
        self.identity = identity
        flushInterval = options.flushInterval
        maximumWaitingBatches = options.maximumWaitingBatches
        batchSize = min(max(options.batchSize, 1), EventBatch.maximumCount)
        maximumBatchBytes = max(options.maximumBatchBytes, 1)
    }

    /// Writes all queued events.
    ///
    /// - Parameters:
    ///   - trigger: Why to make a batch of the last ones too, `nil` to let them wait for others.
    ///   - time: The time of day in ms since 1970.
    ///   - take: Gets each batch as soon as it is made.
    func encode(cut trigger: EventBatch.Trigger?, time: Int64, _ take: (EventBatch) -> Void) {
        state.withLockedValue { state in
            var chunks = queue.takeAll()
            chunks.reverse()
            while let chunk = chunks.popLast() {
                chunk.forEach { add($0, $1, to: &state, take) }
                queue.recycle(chunk)
            }
            guard let trigger else { return }
            let counts = queue.takeNonExposedChecks()
            if !counts.isEmpty {
                queue.places.current.pointee.accepted.wrappingAdd(1, ordering: .relaxed)
                add(.nonExposedChecks(counts, time: time), nil, to: &state, take)
            }
            if state.count > 0 { cut(trigger, &state, take) }
        }
    }

    private func add(
        _ event: QueuedEvent, _ evaluation: UnretainedEvaluation?, to state: inout State, _ take: (EventBatch) -> Void
    ) {
        let start = state.json.bytes.count
        state.json.raw(state.count == 0 ? EventEncoder.start : "," as StaticString)
        EventWriter.write(event, evaluation, into: &state.json)
        if state.count > 0, state.json.bytes.count > maximumBatchBytes {
            // Behind the comma.
            let last = Array(state.json.bytes[(start + 1)...])
            state.json.truncate(to: start)
            cut(.full, &state, take)
            state.json.raw(EventEncoder.start)
            state.json.raw(last)
        }
        state.count += 1
        if state.count >= batchSize || state.json.bytes.count >= maximumBatchBytes { cut(.full, &state, take) }
    }

    private func cut(_ trigger: EventBatch.Trigger, _ state: inout State, _ take: (EventBatch) -> Void) {
        state.json.raw("],\"statsigMetadata\":{\"sdkType\":")
        state.json.string(RequestIdentity.sdkType)
        state.json.raw(",\"sdkVersion\":")
        state.json.string(RequestIdentity.version)
        state.json.raw(",\"sessionID\":")
        state.json.string(identity.session)
        state.json.raw(",\"service_name\":")
        state.json.string(identity.serviceName)
        state.json.raw(",\"flushingIntervalMs\":")
        state.json.integer(flushInterval.milliseconds)
        state.json.raw(",\"batchSize\":")
        state.json.integer(batchSize)
        state.json.raw(",\"maxPendingBatches\":")
        state.json.integer(maximumWaitingBatches)
        state.json.raw(",\"flushType\":")
        state.json.string(trigger.rawValue)
        state.json.raw("}}")
        // As long as it has to be, since a batch may wait; the writer keeps its memory, which has grown by doubling.
        var body: [UInt8] = []
        body.reserveCapacity(state.json.bytes.count)
        body += state.json.bytes
        let batch = EventBatch(id: UUID().uuidString.lowercased(), count: state.count, trigger: trigger, body: body)
        state.count = 0
        // But for that of a single large event.
        let isLarge = state.json.bytes.capacity / 4 > maximumBatchBytes
        state.json.removeAll()
        if isLarge { state.json = JSONWriter() }
        take(batch)
    }
}
