// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A ruleset and the context it is evaluated in, published together: whoever holds a snapshot gets all answers from one
/// version of the document.
///
/// Snapshots are immutable and may be used from any number of threads at once. A ``SnapshotStore`` hands out the current
/// one.
public final class Snapshot: Sendable {
    /// Where a document comes from, as results and events tell it (Evaluation §19.1).
    public struct Provenance: Sendable, Equatable {
        /// The source's name, for example `Network`.
        public var source: String
        /// When the document was applied: ms since 1970, `nil` before there is one.
        public var receivedAt: Int64?

        /// Makes a provenance.
        ///
        /// - Parameters:
        ///   - source: The source's name.
        ///   - receivedAt: When the document was applied: ms since 1970.
        public init(source: String = "Bootstrap", receivedAt: Int64? = nil) {
            self.source = source
            self.receivedAt = receivedAt
        }
    }

    /// The compiled document.
    public let ruleset: Ruleset
    /// Time, environment, ID lists and overrides.
    public let context: EvaluationContext
    /// Where the document comes from.
    public let provenance: Provenance
    // Keeps the reference count of whatever lies behind off this object's cache line.
    private let padding = CacheLinePadding()

    /// Makes a snapshot.
    ///
    /// - Parameters:
    ///   - ruleset: The compiled document.
    ///   - context: Time, environment, ID lists and overrides.
    ///   - provenance: Where the document comes from.
    public init(ruleset: Ruleset, context: EvaluationContext, provenance: Provenance = Provenance()) {
        self.ruleset = ruleset
        self.context = context
        self.provenance = provenance
    }
}
