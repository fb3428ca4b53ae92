// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import NIOConcurrencyHelpers

/// Publishes snapshots to the getters.
///
/// It makes a new one when the document, the ID lists or the overrides change.
final class Publication: Sendable {
    /// The parts of a snapshot that change.
    struct Parts: Sendable {
        var ruleset = Ruleset()
        /// Tells the bytes of the document in use from others, `nil` for no document.
        var fingerprint: DocumentFingerprint?
        var provenance = Snapshot.Provenance(source: DocumentOrigin.none.detailsName)
        var idLists = IDLists()
        var overrides: LocalOverrides
    }

    let store: SnapshotStore
    private let parts: NIOLockedValueBox<Parts>
    private let makeContext: @Sendable (Parts) -> EvaluationContext

    init(_ options: ClientOptions) {
        let time = options.time
        let environment = options.environment
        let globalCustomFields = options.globalCustomFields
        let countryLookup = options.countryLookup
        let overrideScope = options.overrideScope
        makeContext = { parts in
            var overrides = parts.overrides
            if let overrideScope { overrides.scope = overrideScope }
            return EvaluationContext(
                clock: { time.wallTime() }, environment: environment, globalCustomFields: globalCustomFields,
                idLists: parts.idLists, countryLookup: countryLookup, overrides: overrides)
        }
        let parts = Parts(overrides: options.overrides)
        self.parts = NIOLockedValueBox(parts)
        store = SnapshotStore(
            Snapshot(ruleset: parts.ruleset, context: makeContext(parts), provenance: parts.provenance))
    }

    /// Changes parts and publishes a snapshot of them.
    ///
    /// Calls from several threads are applied one after the other.
    func update(_ change: (inout Parts) -> Void) {
        parts.withLockedValue { parts in
            change(&parts)
            store.publish(
                Snapshot(ruleset: parts.ruleset, context: makeContext(parts), provenance: parts.provenance))
        }
    }

    /// The parts of the snapshot that was published last.
    var current: Parts { parts.withLockedValue { $0 } }
}

/// What tells the bytes of one document from those of another.
///
/// It finds documents that are the same; it is no proof of who wrote them.
struct DocumentFingerprint: Sendable, Equatable {
    let byteCount: Int
    private let hash: UInt64

    init(_ bytes: [UInt8]) {
        byteCount = bytes.count
        hash = XXH3.hash(bytes.span)
    }
}
