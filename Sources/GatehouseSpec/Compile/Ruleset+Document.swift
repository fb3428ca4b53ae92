// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

extension Ruleset {
    /// Compiles a config-spec document.
    ///
    /// Malformed entities are dropped; the document's ``SpecDocument/issues`` say which.
    ///
    /// - Parameter bytes: The document: JSON in UTF-8. The ruleset keeps them, without a copy.
    /// - Throws: ``SpecError`` when the document as a whole can't be used.
    public convenience init(document bytes: [UInt8]) throws(SpecError) {
        self.init(try SpecDocument(decoding: bytes))
    }

    /// Compiles a newer version of a document, taking over what hasn't changed.
    ///
    /// The result is the same as that of ``init(document:)``. Where few entities differ it takes a fraction of the time and
    /// the memory: the two rulesets share the rest.
    ///
    /// - Parameters:
    ///   - bytes: The document: JSON in UTF-8.
    ///   - previous: The ruleset of the version before; it isn't changed.
    /// - Throws: ``SpecError`` when the document as a whole can't be used.
    public convenience init(document bytes: [UInt8], replacing previous: Ruleset) throws(SpecError) {
        self.init(try SpecDocument(decoding: bytes, replacing: previous.document))
    }

    /// The ruleset of a decoded document.
    public convenience init(_ document: SpecDocument) {
        let compiled = document.compiled
        self.init(program: compiled.program, source: compiled, metadata: compiled.metadata)
    }

    /// The document that the ruleset was made from, with the names and the dropped entities in it.
    public var document: SpecDocument? {
        (source as? CompiledDocument).map { SpecDocument($0) }
    }
}
