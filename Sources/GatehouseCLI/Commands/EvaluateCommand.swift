// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseEvaluation

/// `gatehouse evaluate`: evaluates a document for users.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Evaluate a config-spec document for one or many users.",
        usage: """
            gatehouse evaluate <spec> (--user <json> | --users <file> | -) [<name> ...]
                [--id-lists <dir>] [--environment <tier>] [--global-custom-fields <json>]
                [--now <time>] [--format table|json|jsonl] [--max-value-bytes <bytes>] [--explain]
            """,
        discussion: """
            A user is a JSON object with the members userID, customIDs, email, ip, userAgent, country, locale, \
            appVersion, custom, privateAttributes and statsigEnvironment. All members are optional.

            EXAMPLES:
              All entities of a document, for one user:
                gatehouse evaluate spec.json --user '{"userID":"u1"}'

              Why a user passes or fails a gate:
                gatehouse evaluate spec.json --user '{"userID":"u1"}' \\
                    new_checkout --explain

              A row per user and entity:
                gatehouse evaluate spec.json --users users.jsonl \\
                    --format jsonl > rows.jsonl

              Users from another program:
                make-users | gatehouse evaluate spec.json - pricing

            A line that isn't a user is reported and left out. The exit code is 0 for success, 1 for a bad input, such a \
            line or an unknown name, 2 for wrong arguments.
            """)

    @Argument(help: ArgumentHelp("The document: a file, a URL, or - for standard input.", valueName: "spec"))
    var spec: String

    @Argument(
        help: ArgumentHelp(
            "The entities to evaluate; all entities of the document without a name.",
            discussion: """
                A name of several kinds is shown for each kind. The parameter of a store is named store/parameter. The \
                wildcards * and ? select all names that match. As \
                the first name, - reads the users from standard input.
                """, valueName: "name"))
    var names: [String] = []

    @Option(help: ArgumentHelp("The user, as JSON.", valueName: "json"))
    var user: String?

    @Option(
        help: ArgumentHelp(
            "A file with a user on each line, maybe compressed with gzip, or - for standard input.", valueName: "file"))
    var users: String?

    @OptionGroup
    var contextOptions: ContextOptions

    @Option(help: "table for reading, json for an object per user, jsonl for a row per user and entity.")
    var format = OutputFormat.table

    @Option(
        help: ArgumentHelp(
            "With json and jsonl: write larger values of configs, experiments and layers as null and value_bytes.",
            valueName: "bytes"))
    var maxValueBytes: Int?

    @Flag(help: "Show the rules and conditions that were tried, the values they compared, and their results.")
    var explain = false

    private var readsStandardInput: Bool { user == nil && users == nil && names.first == "-" }

    mutating func validate() throws {
        let sources = [user != nil, users != nil, names.first == "-"]
        guard sources.count(where: { $0 }) == 1 else {
            throw ValidationError("give exactly one of --user JSON, --users FILE and -")
        }
        guard spec != "-" || !(readsStandardInput || users == "-") else {
            throw ValidationError("the document and the users can't both come from standard input")
        }
    }

    func run() async throws(CommandFailure) {
        let document = try await DocumentFile(from: DocumentSource(spec))
        document.reportIssues()
        let context = try contextOptions.context()
        let source = try userSource()
        let selection = Selection(
            Array(names.dropFirst(readsStandardInput ? 1 : 0)),
            from: format == .jsonl && !explain ? document.catalog.rowEntries : document.catalog.entries)
        var run = EvaluationRun(source: source, results: results(selection.entries, document.ruleset, context))
        try run.run()
        if let summary = run.summaryOfMalformedLines, selection.unknownNames.isEmpty { throw .input(summary) }
        if let summary = run.summaryOfMalformedLines { Diagnostics.error(summary) }
        try report(selection.unknownNames, in: document)
    }

    /// The writer for the output format.
    private func results(
        _ entries: [CatalogEntry], _ ruleset: Ruleset, _ context: EvaluationContext
    ) -> any UserOutput {
        let rows = RowWriter(ruleset, in: context, maximumValueBytes: maxValueBytes)
        let explainer = Explainer(ruleset: ruleset, context: context, entryCount: entries.count)
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

    /// Reports unknown names after the known ones have been evaluated.
    private func report(_ unknownNames: [String], in document: DocumentFile) throws(CommandFailure) {
        guard !unknownNames.isEmpty else { return }
        let known = document.catalog.entries.map(\.name)
        let messages = unknownNames.map { name in
            let hint = NameSuggestions.hint(for: name, among: known)
            return "\(document.path): no entity is named \"\(name)\"\(hint)"
        }
        for message in messages.dropLast() { Diagnostics.error(message) }
        throw .input(messages.last ?? "")
    }

    private func userSource() throws(CommandFailure) -> UserSource {
        if let user {
            for line in UserMembers.misspellings(in: Array(user.utf8)) { Diagnostics.warning("--user: \(line)") }
            return UserSource(json: user)
        }
        let path = users ?? "-"
        return UserSource(lines: path == "-" ? .standardInput : try InputFile(path: path))
    }
}

/// Evaluates users one after the other and writes the results.
struct EvaluationRun {
    var source: UserSource
    var results: any UserOutput
    private var malformedCount = 0

    private static let reportedLineCount = 20

    init(source: UserSource, results: any UserOutput) {
        self.source = source
        self.results = results
    }

    /// How many lines weren't users, as an error; `nil` for none.
    var summaryOfMalformedLines: String? {
        switch malformedCount {
        case 0: nil
        case 1: "1 line isn't a user and was left out"
        default: "\(malformedCount) lines aren't users and were left out"
        }
    }

    mutating func run() throws(CommandFailure) {
        var output = ByteOutput(to: System.standardOutput)
        do throws(CommandFailure) {
            try run(&output)
        } catch {
            output.progress.clear()
            // The results before a bad user are valid. After a broken pipe this fails in the same way.
            try output.flush()
            throw error
        }
        output.progress.clear()
    }

    private mutating func run(_ output: inout ByteOutput) throws(CommandFailure) {
        try results.begin(&output)
        var index = 0
        while true {
            // Results are written before the command waits for the next user.
            if source.isDrained { try output.flush() }
            guard let line = try source.next() else { break }
            switch line {
            case .user(let user):
                try results.write(user, index: index, to: &output)
                index += 1
            case .malformed(let message):
                malformedCount += 1
                output.progress.clear()
                if malformedCount <= EvaluationRun.reportedLineCount { Diagnostics.error(message) }
            }
            output.progress.userCount = index
            output.progress.part = source.progress
            output.progress.update()
        }
        try results.end(&output)
        try output.flush()
    }
}

/// The format of the results.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    /// Tables for reading.
    case table
    /// An object per user, for other programs.
    case json
    /// A row per user and entity, for comparisons and many users.
    case jsonl
}
