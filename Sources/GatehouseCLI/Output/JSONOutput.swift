// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// Writes an object for each user, with a member for each kind, which holds the entries by name.
struct JSONOutput: UserOutput {
    // Sorted by kind.
    private let entries: [CatalogEntry]
    private var rows: RowWriter
    private let explainer: Explainer?
    /// Whether the run has exactly one user, whose object isn't wrapped in an array.
    private let isSingle: Bool
    private var isFirst = true

    /// Makes an output of values, or of explanations if there is an explainer.
    init(_ entries: [CatalogEntry], rows: RowWriter, explainer: Explainer?, isSingle: Bool) {
        self.entries = EntryKind.allCases.flatMap { kind in entries.filter { $0.kind == kind } }
        self.rows = rows
        self.explainer = explainer
        self.isSingle = isSingle
    }

    mutating func begin(_ output: inout ByteOutput) throws(CommandFailure) {
        if !isSingle { output.writer.raw("[") }
    }

    mutating func write(_ user: User, index: Int, to output: inout ByteOutput) throws(CommandFailure) {
        if !isSingle { output.writer.raw(isFirst ? "\n" : ",\n") }
        isFirst = false
        output.writer.raw("{")
        var kind: EntryKind?
        for entry in entries {
            if entry.kind == kind {
                output.writer.raw(",\n    ")
            } else {
                // Each entry has a line of its own, which line-based tools can compare.
                output.writer.raw(kind == nil ? "\n  \"" : "\n  },\n  \"")
                output.writer.raw(text: entry.kind.rawValue)
                output.writer.raw("\": {\n    ")
                kind = entry.kind
            }
            output.writer.string(entry.name)
            output.writer.raw(": ")
            if let explainer {
                explainer.json(entry, for: user, into: &output.writer)
            } else {
                rows.object(entry, for: user, index: index, into: &output.writer)
            }
            try output.endRow()
        }
        output.writer.raw(kind == nil ? "}" : "\n  }\n}")
        if isSingle { output.writer.raw("\n") }
    }

    mutating func end(_ output: inout ByteOutput) throws(CommandFailure) {
        if !isSingle { output.writer.raw(isFirst ? "]\n" : "\n]\n") }
    }
}

/// Writes a line of JSON for each user and entry.
struct RowOutput: UserOutput {
    let entries: [CatalogEntry]
    var rows: RowWriter
    /// Writes explanations instead of values, when present.
    let explainer: Explainer?

    mutating func write(_ user: User, index: Int, to output: inout ByteOutput) throws(CommandFailure) {
        for entry in entries {
            if let explainer {
                rows.start(entry, index: index, into: &output.writer)
                output.writer.raw(",\"explanation\":")
                explainer.json(entry, for: user, into: &output.writer)
                output.writer.raw("}\n")
            } else {
                rows.row(entry, for: user, index: index, into: &output.writer)
            }
            try output.endRow()
        }
    }
}
