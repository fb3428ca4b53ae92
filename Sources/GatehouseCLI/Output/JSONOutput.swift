// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// An object for each user, whose members are the kinds, and theirs the entries by name.
struct JSONOutput: UserOutput {
    // Sorted by kind.
    private let entries: [CatalogEntry]
    private var rows: RowWriter
    private let explainer: Explainer?
    /// Whether there is one user, whose object isn't wrapped in an array.
    private let isSingle: Bool
    private var isFirst = true

    /// - Parameter explainer: Writes explanations in the place of values.
    init(_ entries: [CatalogEntry], rows: RowWriter, explainer: Explainer?, isSingle: Bool) {
        self.entries = EntryKind.allCases.flatMap { kind in entries.filter { $0.kind == kind } }
        self.rows = rows
        self.explainer = explainer
        self.isSingle = isSingle
    }

    mutating func begin(_ output: inout ByteOutput) throws(CommandFailure) {
        if !isSingle { output.writer.raw("[" as StaticString) }
    }

    mutating func write(_ user: User, index: Int, to output: inout ByteOutput) throws(CommandFailure) {
        if !isSingle { output.writer.raw(isFirst ? "\n" : ",\n" as StaticString) }
        isFirst = false
        output.writer.raw("{" as StaticString)
        var kind: EntryKind?
        for entry in entries {
            if entry.kind == kind {
                output.writer.raw(",\n    " as StaticString)
            } else {
                // An entry per line: short enough to read, and to compare with other tools.
                output.writer.raw(kind == nil ? "\n  \"" : "\n  },\n  \"" as StaticString)
                output.writer.raw(entry.kind.rawValue)
                output.writer.raw("\": {\n    " as StaticString)
                kind = entry.kind
            }
            output.writer.string(entry.name)
            output.writer.raw(": " as StaticString)
            if let explainer {
                explainer.json(entry, for: user, into: &output.writer)
            } else {
                rows.object(entry, for: user, index: index, into: &output.writer)
            }
            try output.endRow()
        }
        output.writer.raw(kind == nil ? "}" : "\n  }\n}" as StaticString)
        if isSingle { output.writer.raw("\n" as StaticString) }
    }

    mutating func end(_ output: inout ByteOutput) throws(CommandFailure) {
        if !isSingle { output.writer.raw(isFirst ? "]\n" : "\n]\n" as StaticString) }
    }
}
