// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers

/// The events of batches until a sink has taken them: in memory, or in the spool if there is one.
///
/// ``DeliveryStateMachine`` decides about the batches. Calls may wait for the disk, so they don't belong on the cooperative
/// pool.
final class BatchStore: Sendable {
    private struct State {
        /// Batches that aren't on disk.
        var batches: [String: EventBatch] = [:]
        var earlier = EventLedger()
    }

    private let spool: EventSpool?
    private let time: any TimeSource
    private let board: StatusBoard
    private let state = NIOLockedValueBox(State())
    /// Locked while the spool is opened.
    private let isOpen = NIOLockedValueBox(false)

    init(_ options: EventOptions, time: any TimeSource, board: StatusBoard) {
        self.time = time
        self.board = board
        spool = options.spool.map { EventSpool($0) }
    }

    var hasSpool: Bool { spool != nil }

    /// Opens the spool, unless it is open.
    ///
    /// - Parameter take: Gets the batches that earlier processes have left, the oldest first.
    func open(_ take: ([DeliveryStateMachine.Batch]) -> Void) {
        guard let spool else { return }
        isOpen.withLockedValue { isOpen in
            guard !isOpen else { return }
            do {
                let found = try spool.open()
                state.withLockedValue { $0.earlier = found.ledger }
                take(found.batches)
                isOpen = true
                board.succeeded(.spool)
            } catch {
                failed(error)
            }
        }
    }

    // MARK: - Batches

    /// Stores a batch, on disk if that is possible.
    func store(_ batch: EventBatch) -> DeliveryStateMachine.Batch {
        var stored = DeliveryStateMachine.Batch(
            id: batch.id, count: batch.count, byteCount: batch.byteCount, isOnDisk: false)
        if let spool {
            do {
                stored.isOnDisk = try spool.write(batch)
                if stored.isOnDisk { board.succeeded(.spool) }
            } catch {
                failed(error)
            }
        }
        if !stored.isOnDisk { state.withLockedValue { $0.batches[batch.id] = batch } }
        return stored
    }

    /// The events of a batch, `nil` when they are damaged.
    func load(_ batch: DeliveryStateMachine.Batch) -> EventBatch? {
        var loaded =
            batch.isOnDisk
            ? spool?.read(batch.id, count: batch.count) : state.withLockedValue { $0.batches[batch.id] }
        loaded?.attempt = batch.attempts
        return loaded
    }

    /// Removes a batch that the sink has taken.
    ///
    /// - Parameters:
    ///   - batch: The batch.
    ///   - ledger: Gets the ledger, with the batch as delivered.
    func acknowledge(_ batch: DeliveryStateMachine.Batch, ledger: () -> EventLedger) {
        if batch.isOnDisk {
            // The ledger comes first: if the process ends between the two, the batch isn't counted twice.
            spool?.acknowledge(batch.id)
            save(ledger())
        }
        remove(batch)
    }

    /// Removes a batch.
    func remove(_ batch: DeliveryStateMachine.Batch) {
        if batch.isOnDisk {
            spool?.remove(batch.id)
        } else {
            state.withLockedValue { $0.batches[batch.id] = nil }
        }
    }

    /// Closes the spool, whose batches the next process finds.
    func close(ledger: EventLedger) {
        save(ledger)
        spool?.close()
    }

    // MARK: - Ledger

    /// Saves what became of all events.
    func save(_ ledger: EventLedger) {
        guard let spool else { return }
        do {
            try spool.save(earlierLedger.continued(by: ledger))
        } catch {
            failed(error)
        }
    }

    /// What became of the events of earlier processes; those that they left pending belong to this one.
    var earlierLedger: EventLedger { state.withLockedValue { $0.earlier } }

    private func failed(_ error: any Error) {
        board.failed(SyncError(.spool, .unwritable, "cannot write events to disk: \(error)", at: time.wallTime()))
    }
}
