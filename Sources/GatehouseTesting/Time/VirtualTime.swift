// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Gatehouse
internal import NIOConcurrencyHelpers

/// Time that stands still until it is told to pass.
///
///     let time = VirtualTime()
///     let client = try GatehouseClient.offline(project, options: .offline(time: time))
///     await time.advance(by: .seconds(3_600))
///
/// Safe to use from any task; one at a time should let time pass.
public final class VirtualTime: TimeSource {
    private struct Sleeper {
        let due: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        // The wall time when no time had elapsed.
        var origin: Int64
        var elapsed = Duration.zero
        var lastID = 0
        // The number of times that a task fell asleep, and that a woken task ran on.
        var fallenAsleep = 0
        var gotUp = 0
        var sleepers: [Int: Sleeper] = [:]

        /// Removes the sleeper that is due first, of equals the one that sleeps longest, and moves the time there.
        mutating func wakeNext(until end: Duration) -> Sleeper? {
            let next = sleepers.min { ($0.value.due, $0.key) < ($1.value.due, $1.key) }
            guard let next, next.value.due <= end else {
                elapsed = max(elapsed, end)
                return nil
            }
            elapsed = max(elapsed, next.value.due)
            return sleepers.removeValue(forKey: next.key)
        }
    }

    private let state: NIOLockedValueBox<State>

    /// Makes time.
    ///
    /// - Parameter wallTime: The time of day in ms since 1970; a day in July 2026 unless told.
    public init(wallTime: Int64 = 1_783_000_000_000) {
        state = NIOLockedValueBox(State(origin: wallTime))
    }

    /// The time of day in ms since 1970, as set and passed since.
    public func wallTime() -> Int64 {
        state.withLockedValue { $0.origin + $0.elapsed.wholeMilliseconds }
    }

    /// The time that has passed.
    public func elapsed() -> Duration {
        state.withLockedValue { $0.elapsed }
    }

    /// Waits until the time has been moved that far.
    public func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard duration > .zero else { return }
        let id = state.withLockedValue { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLockedValue { state in
                    // The handler below may have run first; then nothing would wake the sleeper.
                    guard !Task.isCancelled else { return true }
                    state.fallenAsleep += 1
                    state.sleepers[id] = Sleeper(due: state.elapsed + duration, continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLockedValue { $0.sleepers.removeValue(forKey: id) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        state.withLockedValue { $0.gotUp += 1 }
    }

    // MARK: - Letting time pass

    /// Lets time pass, waking sleepers in the order in which they are due.
    ///
    /// A woken task gets the chance to run until it sleeps again before time moves on, so a loop that sleeps runs as often
    /// as it would in real time. A task that waits for a server doesn't sleep: time would pass it, and its timeout with it.
    /// Wait for the server first, then let time pass.
    ///
    /// - Parameter duration: How much; time doesn't go back, whatever is given.
    public func advance(by duration: Duration) async {
        let end = elapsed() + max(.zero, duration)
        while true {
            let (sleeper, before) = state.withLockedValue { ($0.wakeNext(until: end), $0) }
            guard let sleeper else { return }
            sleeper.continuation.resume()
            while state.withLockedValue({ $0.gotUp == before.gotUp }) { await pause() }
            // A task that ends, or that waits for another one, won't sleep again soon.
            for _ in 0..<50 where state.withLockedValue({ $0.fallenAsleep == before.fallenAsleep }) { await pause() }
        }
    }

    private func pause() async {
        await Task.yield()
        try? await Task.sleep(for: .microseconds(100))
    }

    /// Lets time pass until the first sleeper is due.
    ///
    /// - Returns: The time that has passed, `nil` when no task sleeps.
    @discardableResult
    public func advanceToNextWakeUp() async -> Duration? {
        guard let nextWakeUp else { return nil }
        await advance(by: nextWakeUp)
        return nextWakeUp
    }

    /// Sets the time of day; no time elapses.
    ///
    /// - Parameter wallTime: The time of day in ms since 1970.
    public func setWallTime(_ wallTime: Int64) {
        state.withLockedValue { $0.origin = wallTime - $0.elapsed.wholeMilliseconds }
    }

    // MARK: - Sleepers

    /// The number of tasks that sleep.
    public var sleeperCount: Int {
        state.withLockedValue { $0.sleepers.count }
    }

    /// The time until the first sleeper is due, `nil` when no task sleeps.
    public var nextWakeUp: Duration? {
        state.withLockedValue { state in
            state.sleepers.values.map(\.due).min().map { $0 - state.elapsed }
        }
    }

    /// The times until the sleepers are due.
    public var wakeUps: Set<Duration> {
        state.withLockedValue { state in Set(state.sleepers.values.map { $0.due - state.elapsed }) }
    }

    /// Waits until at least so many tasks sleep.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - limit: How long to wait at most, in real time.
    /// - Throws: ``WaitedTooLong``, or `CancellationError`.
    public func waitForSleepers(_ count: Int, within limit: Duration = .seconds(20)) async throws {
        try await waitUntil("\(count) tasks sleep", within: limit) { sleeperCount >= count }
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
