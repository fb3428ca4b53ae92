// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseEvaluation
import GatehouseReview
import GatehouseSpec

/// `gatehouse explain`: why a user gets an answer, and what would give another one.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show why a user gets an answer, and what would change it.",
        usage: """
            gatehouse explain <spec> <name> --user <json> [--flip] [--format text|json|markdown|github]
                [--id-lists <dir>] [--environment <tier>] [--global-custom-fields <json>] [--now <time>]
            """,
        discussion: """
            The command shows every rule and condition that was tried, the values they compared, and why a value or a \
            target can't be read.

            With --flip it searches for the smallest changes of the user's attributes that give another answer. The \
            values to try come from the conditions that the entity reaches, and each result was evaluated.

            EXAMPLES:
              What a user lacks to pass a gate:
                gatehouse explain spec.json new_checkout --user '{"userID":"u1"}' --flip
            """)

    @Argument(help: ArgumentHelp("The document: a file, a URL, or - for standard input.", valueName: "spec"))
    var spec: String

    @Argument(help: ArgumentHelp("The gate, config, experiment or layer.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("The user, as JSON.", valueName: "json"))
    var user: String

    @Flag(help: "Search for the smallest changes that give another answer.")
    var flip = false

    @Option(help: "text for reading, json for programs, markdown for comments, github for annotations.")
    var format = ReviewFormat.text

    @OptionGroup
    var contextOptions: ContextOptions

    func run() async throws(CommandFailure) {
        let document = try await DocumentFile(reviewing: DocumentSource(spec))
        let context = try contextOptions.fixedContext()
        let user: User
        do throws(DocumentError) {
            user = try User(json: Array(self.user.utf8))
        } catch {
            throw .input("--user: \(error)")
        }
        for line in UserMembers.misspellings(in: Array(self.user.utf8)) { Diagnostics.warning("--user: \(line)") }
        let entries = document.catalog.entries.filter { Catalog.areSame($0.name, name) && $0.kind.entityKind != nil }
        guard !entries.isEmpty else {
            let hint = NameSuggestions.hint(for: name, among: document.catalog.entries.map(\.name))
            throw .input("\(document.path): no entity is named \"\(name)\"\(hint)")
        }
        for entry in entries {
            guard let kind = entry.kind.entityKind else { continue }
            let explanation = document.ruleset.explain(kind, name, for: user, in: context)
            let search = flip ? FlipSearch(kind, name, in: document.ruleset, for: user, in: context) : nil
            let report = FlipReport(explanation, search, file: document.path)
            try System.write(Array(report.text(format).utf8), to: System.standardOutput)
        }
    }
}
