// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// What a ruleset retains of its document: the memory of its tables, and what it takes to load the next document fast.
///
/// A document that replaces another shares the entries that are the same, together with their memory, and adds a region
/// for the others.
final class LoadedDocument: RulesetSource {
    let metadata: Ruleset.Metadata
    let issues: [SpecIssue]
    let entries: DocumentEntries
    /// The texts of the other parts, in the memory below.
    let partTexts: DocumentParts.Texts
    let memory: DocumentMemory
    private let tables: Region

    /// - Parameters:
    ///   - entries: The compiled specs and conditions.
    ///   - metadata: What the document says of itself.
    ///   - partTexts: The texts of the other parts, in memory that the document owns.
    ///   - issues: The specs that were left out.
    ///   - memory: Where entries and texts are.
    ///   - tables: Where the linked program is.
    init(
        _ entries: DocumentEntries, metadata: Ruleset.Metadata, partTexts: DocumentParts.Texts, issues: [SpecIssue],
        memory: DocumentMemory, tables: Region
    ) {
        self.entries = entries
        self.metadata = metadata
        self.partTexts = partTexts
        self.issues = issues
        self.memory = memory
        self.tables = tables
    }

    var memoryByteCount: Int { memory.byteCount + tables.byteCount + entries.byteCount }
}

/// The memory of a document's entries: the text and the rows of a document that was loaded as a whole, and what the
/// documents that replaced it have added.
struct DocumentMemory {
    private let bytes: DocumentBytes
    private let rows: Region
    private var additions: [Region] = []

    init(_ bytes: DocumentBytes, rows: Region) {
        self.bytes = bytes
        self.rows = rows
    }

    /// After so many replacements, each with a region of its own, loading a document as a whole costs little in
    /// comparison.
    private static let maximumAdditions = 64
    /// Below this size memory isn't worth being freed.
    private static let negligibleByteCount = 65_536

    /// Whether a document may add to this memory: not if it has shrunk so much that most of the memory would be unused,
    /// and not if many have added to it already.
    func mayGrow(for document: Text) -> Bool {
        additions.count < DocumentMemory.maximumAdditions
            && bytes.text.count <= max(document.count * 2, DocumentMemory.negligibleByteCount)
    }

    /// The same memory with a region for the entries that a replacement added.
    ///
    /// - Parameter region: Where those entries are.
    /// - Returns: `nil` when it is time to load the document as a whole, since much of the memory may be unused.
    func adding(_ region: Region) -> DocumentMemory? {
        var memory = self
        memory.additions.append(region)
        let added = memory.additions.reduce(0) { $0 + $1.byteCount }
        let maximum = (bytes.text.count + rows.byteCount) / 2
        return added <= max(maximum, DocumentMemory.negligibleByteCount) ? memory : nil
    }

    var byteCount: Int {
        additions.reduce(bytes.text.count + rows.byteCount) { $0 + $1.byteCount }
    }
}

/// The bytes of a JSON text at a fixed address, which decoded texts point to.
final class DocumentBytes {
    let text: Text
    private let array: [UInt8]

    /// Retains the array without copying it, since documents have megabytes.
    init(_ bytes: [UInt8]) {
        array = bytes
        // The address outlives the closure: an array of bytes is always contiguous, and its buffer neither moves nor
        // changes while this object holds a reference to it.
        text = array.withUnsafeBufferPointer { Text($0) }
    }
}
