// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

extension Ruleset {
    /// Compiles a config-spec document.
    ///
    /// Malformed entities are dropped; decode a ``SpecDocument`` first to learn which.
    ///
    /// - Parameter bytes: The document: JSON in UTF-8.
    /// - Throws: ``SpecError`` when the document as a whole can't be used.
    public convenience init(document bytes: [UInt8]) throws(SpecError) {
        self.init(try SpecDocument(decoding: bytes))
    }

    /// Compiles a decoded document.
    ///
    /// This can't fail any more.
    ///
    /// - Parameter document: The document; the ruleset keeps nothing of it.
    public convenience init(_ document: SpecDocument) {
        var compiler = RulesetCompiler(document.content)
        let compiled = withExtendedLifetime(document) { compiler.compile() }
        self.init(program: compiled.program, regions: compiled.regions, metadata: compiled.metadata)
    }
}
