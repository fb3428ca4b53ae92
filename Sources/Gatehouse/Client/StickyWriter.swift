// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import NIOConcurrencyHelpers

/// Does in the background what evaluations with sticky values ask of the storage, in order.
final class StickyWriter: Sendable {
    private struct Write: Sendable {
        let entity: String
        let action: StickyAction
    }

    /// How many writes wait at most; further ones are dropped and reported.
    private static let capacity = 10_000
    /// How long one write may take.
    private static let timeout = Duration.seconds(5)

    private let storage: (any StickyStorage)?
    private let time: any TimeSource
    private let pending = NIOLockedValueBox<[Write]>([])
    private let signal: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init(_ options: ClientOptions) {
        storage = options.stickyStorage
        time = options.time
        (signal, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Has an action done later.
    ///
    /// - Returns: Whether there was room for it.
    func add(_ action: StickyAction, for entity: String) -> Bool {
        guard storage != nil, action != .unchanged else { return true }
        let hasRoom = pending.withLockedValue { pending in
            guard pending.count < StickyWriter.capacity else { return false }
            pending.append(Write(entity: entity, action: action))
            return true
        }
        wake.yield()
        return hasRoom
    }

    /// Runs until its task is cancelled, and writes what is left then.
    func run(on board: StatusBoard) async {
        guard storage != nil else { return }
        for await _ in signal { await write(on: board) }
        await Task { await write(on: board) }.value
    }

    private func write(on board: StatusBoard) async {
        guard let storage else { return }
        let writes = pending.withLockedValue { pending in
            defer { pending = [] }
            return pending
        }
        for write in writes {
            do {
                try await withDeadline(in: StickyWriter.timeout, on: time) {
                    switch write.action {
                    case .unchanged: break
                    case .save(let key, let value): try await storage.save(value, for: write.entity, under: key)
                    case .delete(let key): try await storage.delete(write.entity, under: key)
                    }
                }
                board.succeeded(.sticky)
            } catch {
                board.failed(
                    SyncError(
                        .sticky, .unwritable, "cannot keep the assignment of \(write.entity): \(error)",
                        at: time.wallTime()))
            }
        }
    }
}
