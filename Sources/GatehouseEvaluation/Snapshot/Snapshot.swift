// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A ruleset and the context it is evaluated in, published together: whoever holds a snapshot gets all answers from one
/// version of the document.
///
/// Snapshots are immutable and may be used from any number of threads at once. A ``SnapshotStore`` hands out the current
/// one.
public final class Snapshot: Sendable {
    /// The compiled document.
    public let ruleset: Ruleset
    /// Time, environment, ID lists and overrides.
    public let context: EvaluationContext
    // Keeps the reference count of whatever lies behind off this object's cache line.
    private let padding = CacheLinePadding()

    /// Makes a snapshot.
    ///
    /// - Parameters:
    ///   - ruleset: The compiled document.
    ///   - context: Time, environment, ID lists and overrides.
    public init(ruleset: Ruleset, context: EvaluationContext) {
        self.ruleset = ruleset
        self.context = context
    }
}
