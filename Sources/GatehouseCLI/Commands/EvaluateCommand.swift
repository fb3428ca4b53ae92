// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseEvaluation

/// `gatehouse evaluate`: what a document answers for users.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Evaluate a config-spec document for one or many users.",
        usage: """
            gatehouse evaluate <spec> (--user <json> | --users <file> | -) [<name> ...]
                [--id-lists <dir>] [--environment <tier>] [--global-custom-fields <json>]
                [--now <ms>] [--format table|json|jsonl] [--explain]
            """,
        discussion: """
            Users are JSON objects with the members userID, customIDs, email, ip, userAgent, country, locale, \
            appVersion, custom, privateAttributes and statsigEnvironment, all of them optional.

            EXAMPLES:
              Everything in a document, for one user:
                gatehouse evaluate spec.json --user '{"userID":"u1"}'

              Why a user passes a gate, or doesn't:
                gatehouse evaluate spec.json --user '{"userID":"u1"}' \\
                    new_checkout --explain

              A row per user and entity:
                gatehouse evaluate spec.json --users users.jsonl \\
                    --format jsonl > rows.jsonl

              Users from another program:
                make-users | gatehouse evaluate spec.json - pricing

            The exit code is 0 for success, 1 when an input is bad or a name unknown, 2 when called wrongly.
            """)

    @Argument(help: "The document, a file in either wire format.")
    var spec: String

    @Argument(
        help: ArgumentHelp(
            "What to evaluate; everything in the document if there is no name.",
            discussion: """
                A name of several kinds is shown for each. The parameter of a store is named store/parameter. In the \
                place of the first name, - means users from standard input.
                """, valueName: "name"))
    var names: [String] = []

    @Option(help: ArgumentHelp("The user, as JSON.", valueName: "json"))
    var user: String?

    @Option(help: ArgumentHelp("A file with a user on each line, or - for standard input.", valueName: "file"))
    var users: String?

    @OptionGroup
    var contextOptions: ContextOptions

    @Option(help: "table for people, json for an object per user, jsonl for a row per user and entity.")
    var format = OutputFormat.table

    @Flag(help: "Show which rules and conditions were tried, on which values, and what they said.")
    var explain = false

    private var readsStandardInput: Bool { user == nil && users == nil && names.first == "-" }

    mutating func validate() throws {
        let sources = [user != nil, users != nil, names.first == "-"]
        guard sources.count(where: { $0 }) == 1 else {
            throw ValidationError("give the users in exactly one way: --user JSON, --users FILE or -")
        }
    }

    func run() throws(CommandFailure) {
        let document = try SpecFile(path: spec)
        document.reportIssues()
        let context = try contextOptions.context()
        let source = try userSource()
        let selection = Selection(
            Array(names.dropFirst(readsStandardInput ? 1 : 0)),
            from: format == .jsonl && !explain ? document.catalog.rowEntries : document.catalog.entries)
        var run = EvaluationRun(source: source, results: results(selection.entries, document.ruleset, context))
        try run.run()
        try report(selection.unknownNames, in: document)
    }

    /// What writes the results in the form that was asked for.
    private func results(
        _ entries: [CatalogEntry], _ ruleset: Ruleset, _ context: EvaluationContext
    ) -> any UserOutput {
        let rows = RowWriter(ruleset, in: context)
        let explainer = Explainer(ruleset: ruleset, context: context)
        switch format {
        case .jsonl:
            return RowOutput(entries: entries, rows: rows, explainer: explain ? explainer : nil)
        case .json:
            return JSONOutput(entries, rows: rows, explainer: explain ? explainer : nil, isSingle: user != nil)
        case .table:
            let terminal = Terminal.current
            let heading = UserHeading(isShown: user == nil, isColored: terminal.isColored)
            if explain { return ExplanationOutput(entries: entries, explainer: explainer, heading: heading) }
            return TableOutput(
                entries: entries, ruleset: ruleset, context: context, heading: heading, terminal: terminal)
        }
    }

    /// Names that don't exist don't keep the others from being shown, but they are an error.
    private func report(_ unknownNames: [String], in document: SpecFile) throws(CommandFailure) {
        guard !unknownNames.isEmpty else { return }
        let known = document.catalog.entries.map(\.name)
        let messages = unknownNames.map { name in
            let closest = NameSuggestions.closest(to: name, among: known).map { "\"\($0)\"" }
            let hint = closest.isEmpty ? "" : "; did you mean \(closest.joined(separator: " or "))?"
            return "\(spec): nothing is named \"\(name)\"\(hint)"
        }
        for message in messages.dropLast() { Diagnostics.error(message) }
        throw .input(messages.last ?? "")
    }

    private func userSource() throws(CommandFailure) -> UserSource {
        if let user { return UserSource(json: user) }
        let path = users ?? "-"
        return UserSource(lines: path == "-" ? .standardInput : try InputFile(path: path))
    }
}
