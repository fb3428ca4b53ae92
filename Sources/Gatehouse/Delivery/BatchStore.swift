// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers

/// Batches until the sink has taken them: in memory, or in the spool if there is one.
///
/// Calls may wait for the disk, so they belong beside the cooperative pool.
final class BatchStore: Sendable {
    private struct Waiting {
        var id: String
        var count: Int
        var byteCount: Int
        var attempts = 0
        /// `nil` for a batch in the spool.
        var batch: EventBatch?
    }

    private struct State {
        /// The oldest first.
        var waiting: [Waiting] = []
        /// The one that is being sent, which isn't among the waiting ones.
        var sent: Waiting?
        var earlier = EventLedger()
        var currentTry: Task<Void, any Error>?
        /// No try may begin.
        var isHeld = false
    }

    /// How often a batch is sent that isn't in a spool.
    private static let maximumTries = 6

    private let options: EventOptions
    private let outcomes: EventOutcomes
    private let spool: EventSpool?
    private let time: any TimeSource
    private let board: StatusBoard
    private let state = NIOLockedValueBox(State())
    /// Held while the spool is opened.
    private let isOpen = NIOLockedValueBox(false)

    init(_ options: EventOptions, _ outcomes: EventOutcomes, time: any TimeSource, board: StatusBoard) {
        self.options = options
        self.outcomes = outcomes
        self.time = time
        self.board = board
        spool = options.spool.map { EventSpool($0) }
    }

    /// Opens the spool and finds what earlier lives have left, unless it is open.
    func open() {
        guard let spool else { return }
        isOpen.withLockedValue { isOpen in
            guard !isOpen else { return }
            do {
                take(try spool.open())
                isOpen = true
                board.succeeded(.spool)
            } catch {
                failed(error)
            }
        }
    }

    private func take(_ found: (batches: [EventSpool.Entry], ledger: EventLedger)) {
        // Counted before they can be delivered.
        outcomes.recovered(found.batches.reduce(0) { $0 + $1.count })
        state.withLockedValue { state in
            state.earlier = found.ledger
            state.waiting =
                found.batches.map { Waiting(id: $0.id, count: $0.count, byteCount: $0.byteCount) } + state.waiting
        }
    }

    // MARK: - Coming

    /// Keeps a batch, on disk if it can be, and drops the oldest ones when there is no room.
    func add(_ batch: EventBatch) {
        var waiting = Waiting(id: batch.id, count: batch.count, byteCount: batch.compressedBody.count, batch: batch)
        if let spool {
            do {
                if try spool.write(batch) {
                    waiting.batch = nil
                    board.succeeded(.spool)
                }
            } catch {
                failed(error)
            }
        }
        let dropped = state.withLockedValue { state in
            state.waiting.append(waiting)
            return takeExcess(&state)
        }
        for batch in dropped {
            outcomes.dropped(batch.count, batch.batch == nil ? .spoolFull : .waitingFull)
            if batch.batch == nil { spool?.remove(batch.id) }
        }
    }

    private func takeExcess(_ state: inout State) -> [Waiting] {
        var dropped: [Waiting] = []
        func drop(while isTooMuch: (_ bytes: Int, _ count: Int) -> Bool, where isMeant: (Waiting) -> Bool) {
            let kind = state.waiting.filter(isMeant)
            var (bytes, count) = (kind.reduce(0) { $0 + $1.byteCount }, kind.count)
            while isTooMuch(bytes, count), let index = state.waiting.firstIndex(where: isMeant) {
                let batch = state.waiting.remove(at: index)
                bytes -= batch.byteCount
                count -= 1
                dropped.append(batch)
            }
        }
        let limits = (options.maximumWaitingBytes, max(options.maximumWaitingBatches, 1))
        drop {
            $0 > limits.0 || $1 > limits.1
        } where: {
            $0.batch != nil
        }
        if let spool = options.spool {
            drop { bytes, _ in
                bytes > spool.maximumBytes
            } where: {
                $0.batch == nil
            }
        }
        return dropped
    }

    // MARK: - Going

    /// Takes the oldest batch, to be sent; `nil` when there is none.
    func next() -> EventBatch? {
        while true {
            let taken: Waiting? = state.withLockedValue { state in
                guard state.sent == nil, !state.waiting.isEmpty else { return nil }
                let first = state.waiting.removeFirst()
                state.sent = first
                return first
            }
            guard let taken else { return nil }
            if var batch = taken.batch ?? spool?.read(taken.id, count: taken.count) {
                batch.attempt = taken.attempts
                return batch
            }
            state.withLockedValue { $0.sent = nil }
            outcomes.dropped(taken.count, .damaged)
            spool?.remove(taken.id)
        }
    }

    /// Gives a batch back that wasn't tried.
    func putBack(_ batch: EventBatch) {
        state.withLockedValue { state in
            if let sent = state.sent { state.waiting.insert(sent, at: 0) }
            state.sent = nil
        }
    }

    /// The sink has taken the batch.
    func delivered(_ batch: EventBatch, ledger: () -> EventLedger) {
        let sent = state.withLockedValue { state in
            defer { state.sent = nil }
            return state.sent
        }
        outcomes.delivered(batch.count)
        guard let spool, sent?.batch == nil else { return }
        // First that it is delivered, then the removal: whatever happens in between, it isn't counted twice.
        spool.acknowledge(batch.id)
        save(ledger())
        spool.remove(batch.id)
    }

    /// The sink has failed: the batch goes to the end of the queue, unless it has been tried often enough.
    func failed(_ batch: EventBatch, isFinal: Bool) {
        let dropped: Waiting? = state.withLockedValue { state in
            guard var sent = state.sent else { return nil }
            state.sent = nil
            sent.attempts += 1
            if isFinal || (sent.batch != nil && sent.attempts >= BatchStore.maximumTries) { return sent }
            state.waiting.append(sent)
            return nil
        }
        guard let dropped else { return }
        outcomes.dropped(dropped.count, isFinal ? .rejected : .triesExhausted)
        if dropped.batch == nil { spool?.remove(dropped.id) }
    }

    /// Runs a try that ``hold()`` can end.
    func withTry(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let task = Task { try await body() }
        let isHeld = state.withLockedValue { state in
            state.currentTry = task
            return state.isHeld
        }
        if isHeld { task.cancel() }
        defer { state.withLockedValue { $0.currentTry = nil } }
        try await task.value
    }

    /// Ends the try under way, and any other until ``release()``.
    func hold() {
        let current = state.withLockedValue { state in
            state.isHeld = true
            return state.currentTry
        }
        current?.cancel()
    }

    /// Lets tries begin again.
    func release() {
        state.withLockedValue { $0.isHeld = false }
    }

    /// Gives up what only the memory holds, and leaves the spool to the next life.
    func close(ledger: () -> EventLedger) {
        let lost = state.withLockedValue { state in
            let lost = state.waiting.filter { $0.batch != nil }
            state.waiting.removeAll { $0.batch != nil }
            return lost
        }
        outcomes.dropped(lost.reduce(0) { $0 + $1.count }, .shutDown)
        save(ledger())
        spool?.close()
    }

    // MARK: - Ledger

    /// Writes down what has become of all events.
    func save(_ ledger: EventLedger) {
        guard let spool else { return }
        do {
            try spool.save(earlierLedger.continued(by: ledger))
        } catch {
            failed(error)
        }
    }

    /// What became of the events of the lives before this one; what they left pending is this one's.
    var earlierLedger: EventLedger { state.withLockedValue { $0.earlier } }

    var count: Int { state.withLockedValue { $0.waiting.count } }

    /// How many events wait, those under way included.
    var eventCount: Int {
        state.withLockedValue { $0.waiting.reduce($0.sent?.count ?? 0) { $0 + $1.count } }
    }

    private func failed(_ error: any Error) {
        board.failed(SyncError(.spool, .unwritable, "cannot keep events: \(error)", at: time.wallTime()))
    }
}
