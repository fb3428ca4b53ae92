// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseCompression
internal import GatehouseEvaluation
internal import NIOConcurrencyHelpers
internal import Synchronization

/// Takes events from the queue, writes them as JSON, and cuts that into batches.
///
/// Its calls take milliseconds, so they belong beside the cooperative pool.
final class EventEncoder: Sendable {
    /// What a request tells of the client, beside its events.
    struct Sender: Sendable {
        var identity: RequestIdentity
        var flushInterval: Duration
        var maximumWaitingBatches: Int
    }

    private struct State {
        var json = JSONWriter()
        var count = 0
    }

    /// A batch with that many bytes of JSON is full whatever it contains.
    private static let fullByteCount = 4 << 20

    private let queue: EventQueue
    private let outcomes: EventOutcomes
    private let sender: Sender
    private let batchSize: Int
    private let state = NIOLockedValueBox(State())

    init(_ queue: EventQueue, _ outcomes: EventOutcomes, sender: Sender, batchSize: Int) {
        self.queue = queue
        self.outcomes = outcomes
        self.sender = sender
        self.batchSize = min(max(batchSize, 1), 2_000)
    }

    /// Writes all events that wait.
    ///
    /// - Parameters:
    ///   - trigger: Why to make a batch of the last ones too, `nil` to let them wait for others.
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
        state.json.raw(state.count == 0 ? "{\"events\":[" as StaticString : ",")
        EventWriter.write(event, evaluation, into: &state.json)
        state.count += 1
        if state.count >= batchSize || state.json.bytes.count >= EventEncoder.fullByteCount {
            cut(.full, &state, take)
        }
    }

    private func cut(_ trigger: EventBatch.Trigger, _ state: inout State, _ take: (EventBatch) -> Void) {
        state.json.raw("],\"statsigMetadata\":{\"sdkType\":")
        state.json.string(RequestIdentity.sdkType)
        state.json.raw(",\"sdkVersion\":")
        state.json.string(RequestIdentity.version)
        state.json.raw(",\"sessionID\":")
        state.json.string(sender.identity.session)
        state.json.raw(",\"service_name\":")
        state.json.string(sender.identity.serviceName)
        state.json.raw(",\"flushingIntervalMs\":")
        state.json.integer(sender.flushInterval.milliseconds)
        state.json.raw(",\"batchSize\":")
        state.json.integer(batchSize)
        state.json.raw(",\"maxPendingBatches\":")
        state.json.integer(sender.maximumWaitingBatches)
        state.json.raw(",\"flushType\":")
        state.json.string(trigger.rawValue)
        state.json.raw("}}")
        let body = Gzip.compress(state.json.bytes, .fastest)
        let count = state.count
        state.count = 0
        state.json.removeAll()
        guard let body else { return outcomes.dropped(count, .queueFull) }
        take(EventBatch(id: UUID().uuidString.lowercased(), count: count, trigger: trigger, compressedBody: body))
    }

    /// How many events wait to be cut.
    var count: Int { state.withLockedValue { $0.count } }
}
