// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Gatehouse
internal import NIOConcurrencyHelpers

/// A clock that stands still until a test advances it.
///
///     let time = VirtualTime()
///     let client = try GatehouseClient.offline(project, options: .offline(time: time))
///     await time.advance(by: .seconds(3_600))
///
/// Safe to use from any task. Only one task at a time should advance it.
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
        // The number of times that tasks fell asleep, and that they continued after they were woken.
        var fallenAsleep = 0
        var gotUp = 0
        var sleepers: [Int: Sleeper] = [:]

        /// Removes the sleeper that is due first, and moves the time there.
        ///
        /// Among equals it is the one that slept longest.
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

    /// Makes a clock.
    ///
    /// - Parameter wallTime: The time of day in ms since 1970; a day in July 2026 by default.
    public init(wallTime: Int64 = 1_783_000_000_000) {
        state = NIOLockedValueBox(State(origin: wallTime))
    }

    /// The time of day in ms since 1970.
    public func wallTime() -> Int64 {
        state.withLockedValue { $0.origin + $0.elapsed.wholeMilliseconds }
    }

    /// The time by which a test advanced the clock.
    public func elapsed() -> Duration {
        state.withLockedValue { $0.elapsed }
    }

    /// Waits until a test has advanced the clock that far.
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
                    // If the handler below ran first, no task would wake the sleeper.
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

    // MARK: - Advancing

    /// Advances the clock, and wakes sleepers in the order in which they are due.
    ///
    /// A task that wakes gets the chance to run until it sleeps again before the clock goes on. A loop that sleeps therefore
    /// runs as often as in real time. A task that waits for a server doesn't sleep: the clock would overtake it and its
    /// timeout. Wait for the effect of such a task, then advance the clock.
    ///
    /// - Parameter duration: The time to advance by. Nothing happens if it is negative.
    public func advance(by duration: Duration) async {
        let end = elapsed() + max(.zero, duration)
        while true {
            let (sleeper, before) = state.withLockedValue { ($0.wakeNext(until: end), $0) }
            guard let sleeper else { return }
            sleeper.continuation.resume()
            while state.withLockedValue({ $0.gotUp == before.gotUp }) { await pause() }
            // A task that ends, or waits for another one, won't sleep again soon.
            for _ in 0..<50 where state.withLockedValue({ $0.fallenAsleep == before.fallenAsleep }) { await pause() }
        }
    }

    private func pause() async {
        await Task.yield()
        try? await Task.sleep(for: .microseconds(100))
    }

    /// Advances the clock until the first sleeper is due.
    ///
    /// - Returns: The time by which the clock advanced, `nil` if no task sleeps.
    @discardableResult
    public func advanceToNextWakeUp() async -> Duration? {
        guard let nextWakeUp else { return nil }
        await advance(by: nextWakeUp)
        return nextWakeUp
    }

    /// Sets the time of day.
    ///
    /// No time elapses.
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

    /// The time until the first sleeper is due, `nil` if no task sleeps.
    public var nextWakeUp: Duration? {
        state.withLockedValue { state in
            state.sleepers.values.map(\.due).min().map { $0 - state.elapsed }
        }
    }

    /// The times until the sleepers are due.
    public var wakeUps: Set<Duration> {
        state.withLockedValue { state in Set(state.sleepers.values.map { $0.due - state.elapsed }) }
    }

    /// Waits until at least a number of tasks sleep.
    ///
    /// - Parameters:
    ///   - count: The number of tasks.
    ///   - limit: The maximum time to wait, in real time.
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
