// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The error of a condition that wasn't met in time.
public struct WaitedTooLong: Error, CustomStringConvertible {
    /// The condition and the time limit.
    public let description: String
}

/// Waits until a condition is met.
///
/// It evaluates the condition repeatedly.
///
/// - Parameters:
///   - what: The condition in words, for the error.
///   - limit: The maximum time to wait, in real time.
///   - isolation: The actor on which `condition` runs.
///   - condition: The condition.
/// - Throws: ``WaitedTooLong`` if the condition isn't met in time, `CancellationError`, or the error of `condition`.
package func waitUntil(
    _ what: String, within limit: Duration = .seconds(60), isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    var pause = Duration.microseconds(100)
    while try await !condition() {
        guard ContinuousClock.now < end else {
            throw WaitedTooLong(description: "waited \(limit) in vain until \(what)")
        }
        try await Task.sleep(for: pause)
        pause = min(pause * 2, .milliseconds(5))
    }
}
