// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// The steps of each evaluation as text, for people.
struct ExplanationOutput: UserOutput {
    let entries: [CatalogEntry]
    let explainer: Explainer
    let heading: UserHeading

    mutating func write(_ user: User, index: Int, to output: inout ByteOutput) throws(CommandFailure) {
        output.writer.raw(heading.text(for: user, index: index))
        for (position, entry) in entries.enumerated() {
            if position > 0 { output.writer.raw("\n" as StaticString) }
            for line in explainer.text(entry, for: user).split(separator: "\n") {
                output.writer.raw(PlainText.oneLine(String(line)) + "\n")
            }
            try output.endRow()
        }
    }
}
