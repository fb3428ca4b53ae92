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
        self.path = path
        let bytes = try InputFile(path: path).contents()
        do {
            ruleset = try Ruleset(document: bytes)
            catalog = Catalog(ruleset)
            issues = ruleset.issues
        } catch {
            throw .input("\(path): \(error)")
        }
    }

    /// Reports the entities that were left out of the ruleset.
    func reportIssues() {
        for issue in issues.prefix(DocumentFile.reportedIssueCount) { Diagnostics.warning("\(path): \(issue)") }
        let rest = issues.count - DocumentFile.reportedIssueCount
        if rest > 0 { Diagnostics.line("… and \(rest) more") }
    }
}
