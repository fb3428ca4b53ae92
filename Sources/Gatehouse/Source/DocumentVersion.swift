// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// What tells one version of a document from another.
struct DocumentVersion: Sendable, Equatable {
    /// When the project last changed: ms since 1970.
    var time: UInt64
    /// The document's checksum, `nil` when it has none.
    var checksum: String?

    init(_ metadata: Ruleset.Metadata) {
        time = metadata.time
        checksum = metadata.checksum
    }

    /// Whether another version is to take this one's place (Evaluation §24).
    func isReplaced(by other: DocumentVersion) -> Bool {
        if time > 0, time > other.time { return false }
        if let checksum, !checksum.isEmpty, checksum == other.checksum { return false }
        return true
    }

    /// The version as one word, to tell the rest of a fleet.
    var note: String { "\(time):\((checksum ?? "").prefix(100))" }
}
