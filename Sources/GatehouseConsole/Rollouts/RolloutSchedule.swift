// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import ServiceLifecycle

/// Applies rollouts when they are due.
struct RolloutSchedule: Service {
    /// How often the clock is looked at.
    private static let interval = Duration.milliseconds(200)

    let store: ProjectStore
    let clock: @Sendable () -> Int64
    let logger: Logger

    /// Looks at the clock until the service group shuts down.
    func run() async throws {
        // Sleeping ends with a cancellation, which is how this one ends.
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: RolloutSchedule.interval)
                await apply()
            }
        }
    }

    private func apply() async {
        guard let due = store.nextRollout, due <= clock() else { return }
        do {
            try await store.change(by: .process) { try Rollouts.apply(&$0) }
            logger.info("Rollouts applied")
        } catch {
            logger.error("Rollouts not applied, which is tried again: \(error)")
        }
    }
}
