// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import NIOConcurrencyHelpers

/// Loads sticky assignments from the storage, and writes changed ones to it in the background, in order.
final class StickyAssignments: Sendable {
    private struct Write: Sendable {
        let entity: String
        let action: StickyAction
    }

    /// The maximum number of writes that wait.
    ///
    /// Further ones are dropped and reported.
    private static let maximumWrites = 10_000
    /// The time that one write may take.
    private static let timeout = Duration.seconds(5)

    private let storage: any StickyStorage
    private let board: StatusBoard
    private let time: any TimeSource
    private let pending = NIOLockedValueBox<[Write]>([])
    private let signal: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - storage: Where the assignments are.
    ///   - board: Gets the failures of the storage.
    ///   - time: Measures how long a write takes.
    init(_ storage: any StickyStorage, board: StatusBoard, time: any TimeSource) {
        self.storage = storage
        self.board = board
        self.time = time
        (signal, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Loads a user's assignments.
    ///
    /// - Returns: The assignments by experiment or layer; `nil` if the user has no such ID or the storage failed.
    func values(for user: User, idType: String) async -> [String: StickyValue]? {
        guard let key = Ruleset.stickyKey(for: user, idType: idType) else { return nil }
        do {
            let values = try await storage.load(key)
            board.succeeded(.sticky)
            return values
        } catch {
            failed(.unreadable, "cannot load assignments: \(error)")
            return nil
        }
    }

    /// Adds a write to those that wait, unless there are too many.
    func add(_ action: StickyAction, for entity: String) {
        guard action != .unchanged else { return }
        let hasRoom = pending.withLockedValue { pending in
            guard pending.count < StickyAssignments.maximumWrites else { return false }
            pending.append(Write(entity: entity, action: action))
            return true
        }
        wake.yield()
        if !hasRoom {
            failed(
                .unwritable,
                "\(StickyAssignments.maximumWrites) assignments wait to be written; dropped that of \(entity)")
        }
    }

    /// Writes until its task is cancelled, then writes the rest and returns.
    func run() async {
        for await _ in signal { await write() }
        await Task { await write() }.value
    }

    private func write() async {
        let writes = pending.withLockedValue { pending in
            defer { pending = [] }
            return pending
        }
        for write in writes {
            do {
                try await withDeadline(in: StickyAssignments.timeout, on: time) { [storage] in
                    switch write.action {
                    case .unchanged: break
                    case .save(let key, let value): try await storage.save(value, for: write.entity, under: key)
                    case .delete(let key): try await storage.delete(write.entity, under: key)
                    }
                }
                board.succeeded(.sticky)
            } catch {
                failed(.unwritable, "cannot write the assignment of \(write.entity): \(error)")
            }
        }
    }

    private func failed(_ code: SyncError.Code, _ message: String) {
        board.failed(SyncError(.sticky, code, message, at: time.wallTime()))
    }
}
