// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

/// A config-spec document from a file, ready for evaluation, with the issues that loading it found.
struct DocumentFile {
    let path: String
    let ruleset: Ruleset
    let catalog: Catalog
    let issues: [SpecIssue]

    private static let reportedIssueCount = 20

    init(path: String) throws(CommandFailure) {
        try self.init(name: path, try InputFile(path: path).contents())
    }

    /// Reads a document from a file, standard input, or a URL.
    init(from source: DocumentSource) async throws(CommandFailure) {
        try self.init(name: source.name, try await source.bytes())
    }

    /// Reads a document for a review, and reports what was left out of it.
    init(reviewing source: DocumentSource, replacing previous: Ruleset? = nil) async throws(CommandFailure) {
        try self.init(name: source.name, try await source.bytes(), replacing: previous)
        reportIssues()
    }

    /// - Parameters:
    ///   - name: The document's name in messages.
    ///   - bytes: The document.
    ///   - previous: A document that it replaces, to share what is the same.
    /// - Throws: ``CommandFailure/input(_:)`` when it can't be used.
    init(name: String, _ bytes: [UInt8], replacing previous: Ruleset? = nil) throws(CommandFailure) {
        path = name
        do {
            ruleset = try Ruleset(document: bytes, replacing: previous)
            catalog = Catalog(ruleset)
            issues = ruleset.issues
        } catch {
            throw .input("\(name): \(error)")
        }
    }

    /// Reports the entities that were left out of the ruleset.
    func reportIssues() {
        for issue in issues.prefix(DocumentFile.reportedIssueCount) { Diagnostics.warning("\(path): \(issue)") }
        let rest = issues.count - DocumentFile.reportedIssueCount
        if rest > 0 { Diagnostics.line("… and \(rest) more") }
    }
}
