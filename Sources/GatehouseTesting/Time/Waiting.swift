// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A condition that didn't come about in time.
public struct WaitedTooLong: Error, CustomStringConvertible {
    /// The condition and the time limit.
    public let description: String
}

/// Waits until a condition holds, looking again and again.
///
/// - Parameters:
///   - what: What is waited for, for the message.
///   - limit: How long to wait at most, in real time.
///   - isolation: Where to look.
///   - condition: The condition.
/// - Throws: ``WaitedTooLong`` when it doesn't come about, `CancellationError`, and what `condition` throws.
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
