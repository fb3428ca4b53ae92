// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The entries that a run evaluates.
struct Selection {
    /// What is evaluated, in the order of the names.
    let entries: [CatalogEntry]
    /// The names that nothing in the document has.
    let unknownNames: [String]

    /// - Parameters:
    ///   - names: What to select.
    ///   - candidates: What there is to select from; everything is when there are no names.
    init(_ names: [String], from candidates: [CatalogEntry]) {
        guard !names.isEmpty else {
            entries = candidates
            unknownNames = []
            return
        }
        var entries: [CatalogEntry] = []
        var unknown: [String] = []
        for (position, name) in names.enumerated() {
            if names[..<position].contains(where: { Catalog.areSame($0, name) }) { continue }
            let found = candidates.filter { Catalog.areSame($0.name, name) }
            entries += found
            if found.isEmpty { unknown.append(name) }
        }
        self.entries = entries
        unknownNames = unknown
    }
}
