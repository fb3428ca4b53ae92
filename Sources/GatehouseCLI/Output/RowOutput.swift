// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// A line of JSON for each user and entry.
struct RowOutput: UserOutput {
    let entries: [CatalogEntry]
    var rows: RowWriter
    /// Writes explanations in the place of values.
    let explainer: Explainer?

    mutating func write(_ user: User, index: Int, to output: inout ByteOutput) throws(CommandFailure) {
        for entry in entries {
            if let explainer {
                rows.start(entry, index: index, into: &output.writer)
                output.writer.raw(",\"explanation\":" as StaticString)
                explainer.json(entry, for: user, into: &output.writer)
                output.writer.raw("}\n" as StaticString)
            } else {
                rows.row(entry, for: user, index: index, into: &output.writer)
            }
            try output.endRow()
        }
    }
}
