// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

/// What is served: imported documents, what has been authored, or both.
///
/// Where both have something of a name, what has been authored counts.
struct SpecContents: Sendable {
    var imported: ImportedSpecs?
    var authored: CompiledProject?

    var isEmpty: Bool { imported == nil && authored == nil }

    /// The format that costs least to make.
    var mainFormat: SpecDocument.Format { imported?.mainFormat ?? .v2 }

    /// When the project last changed, as the imported documents have it.
    var time: UInt64 { imported?.time ?? 0 }

    /// Tells contents that differ.
    var digest: String {
        guard let authored else { return imported?.digest ?? "" }
        return "\(imported?.digest ?? "") authored \(authored.revision)"
    }

    /// The document in a format.
    func tree(_ format: SpecDocument.Format) -> DocumentTree {
        guard let imported else { return authored?.tree(format) ?? DocumentTree(format) }
        let source = imported.documents[format] != nil ? format : imported.mainFormat
        var tree = DocumentTree(imported.documents[source] ?? [], source)
        if source != format {
            if format == .v1 { tree.becomeOlder() } else { tree.becomeNewer() }
        }
        if let authored { tree.add(authored.tree(format)) }
        return tree
    }
}
