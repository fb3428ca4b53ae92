// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Where the entries of a document are: in the text that was compiled as a whole, and in what replacements have added.
struct DocumentMemory {
    private let bytes: DocumentBytes
    private let rows: Region
    private var additions: [Region] = []

    init(_ bytes: DocumentBytes, rows: Region) {
        self.bytes = bytes
        self.rows = rows
    }

    /// A whole compilation costs little enough to be worth it once so many replacements hold on to memory of their own.
    private static let additionsLimit = 64

    /// The same, with a region for the entries of a replacement.
    ///
    /// - Parameters:
    ///   - region: Where those entries are.
    ///   - document: The replacement's text. One that has shrunk by half isn't worth the memory of what it was.
    /// - Returns: `nil` when it is time to compile the document as a whole, as most of the memory may be garbage.
    func adding(_ region: Region, of document: Text) -> DocumentMemory? {
        guard bytes.text.count <= max(document.count * 2, 65_536) else { return nil }
        var memory = self
        memory.additions.append(region)
        let added = memory.additions.reduce(0) { $0 + $1.byteCount }
        guard memory.additions.count <= DocumentMemory.additionsLimit, added <= max(limit, 65_536) else { return nil }
        return memory
    }

    private var limit: Int { (bytes.text.count + rows.byteCount) / 2 }

    var byteCount: Int {
        additions.reduce(bytes.text.count + rows.byteCount) { $0 + $1.byteCount }
    }
}
