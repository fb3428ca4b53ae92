// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How a client came to its end.
public struct ShutdownOutcome: Sendable, Equatable {
    /// Whether all work in the background ended in time.
    public let isComplete: Bool
    /// How many events weren't delivered: lost, or in the spool if there is one.
    public let undeliveredEvents: Int
}
