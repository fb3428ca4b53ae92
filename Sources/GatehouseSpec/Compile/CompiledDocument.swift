// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A document in its compiled form, and the memory that it is in.
///
/// A document that replaces another takes over the entries that are the same, together with the memory they are in, and
/// adds a region for the others.
final class CompiledDocument: RulesetSource {
    let format: SpecDocument.Format
    let program: Program
    let metadata: Ruleset.Metadata
    let issues: [SpecIssue]
    /// By ``SpecSection``.
    let specs: [[SpecEntry]]
    let conditions: [ConditionEntry]
    let headerTexts: DocumentHeader.Texts
    let memory: DocumentMemory
    private let tables: Region

    /// - Parameters:
    ///   - entities: The compiled specs and conditions.
    ///   - header: The rest of the document, decoded.
    ///   - kept: The texts of the header's parts, where they stay.
    ///   - issues: The entities that were dropped.
    ///   - memory: Where all of that is.
    init(
        _ entities: RulesetCompiler, _ header: DocumentHeader, kept: DocumentHeader.Texts, issues: [SpecIssue],
        memory: DocumentMemory
    ) {
        format = entities.format ?? .v2
        (program, tables) = ProgramLinker.link(entities, header, kept: kept)
        metadata = header.metadata
        self.issues = issues
        specs = entities.specs
        conditions = entities.conditions
        headerTexts = kept
        self.memory = memory
    }

    var memoryByteCount: Int {
        memory.byteCount + tables.byteCount
            + specs.reduce(0) { $0 + $1.capacity } * MemoryLayout<SpecEntry>.stride
            + conditions.capacity * MemoryLayout<ConditionEntry>.stride
    }
}
