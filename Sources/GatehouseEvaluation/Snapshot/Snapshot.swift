// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A ruleset and the context it is evaluated in, published together: all results of a snapshot come from one version of the
/// document.
///
/// Snapshots are immutable and may be used from any number of threads at once. A ``SnapshotStore`` hands out the current
/// one.
public final class Snapshot: Sendable {
    /// The source of a document, for results and events (Evaluation §19.1).
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
    /// The source of the document.
    public let provenance: Provenance
    // Separates this object's cache lines from the reference count of the next object on the heap.
    private let padding = CacheLinePadding()

    /// Makes a snapshot.
    ///
    /// - Parameters:
    ///   - ruleset: The compiled document.
    ///   - context: Time, environment, ID lists and overrides.
    ///   - provenance: The source of the document.
    public init(ruleset: Ruleset, context: EvaluationContext, provenance: Provenance = Provenance()) {
        self.ruleset = ruleset
        self.context = context
        self.provenance = provenance
    }
}
