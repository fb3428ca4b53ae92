// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseEvaluation
import GatehouseReview

/// `gatehouse diff`: how the meanings of two documents differ, and who changes.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what changed between two config-spec documents, and for whom.",
        usage: """
            gatehouse diff <old> <new> [--users <file> | --sample <n> [--seed <number>]]
                [--fail-on <condition>,...] [--format text|json|markdown|github]
                [--id-lists <dir>] [--environment <tier>] [--global-custom-fields <json>] [--now <time>]
            """,
        discussion: """
            The command compares what documents mean: rules, percentages, salts, groups, allocations, values and their \
            types. It says nothing of time, white space, and order that doesn't count. With users it evaluates both \
            documents for each of them and counts who gets another value, who loses one, and whose exposures change.

            Conditions of --fail-on: change (any difference), reshuffle, type-change, loss, removal (a change with that \
            risk), loss>1% and moved>5% (more users than that lose what they have, or move, in one entity).

            EXAMPLES:
              In continuous integration:
                gatehouse diff main.json flags.json --sample 100000 \\
                    --fail-on reshuffle,type-change,'loss>1%' --format github

              Who changes among known users:
                gatehouse diff old.json new.json --users users.jsonl

            The exit code is 0 for success, 1 if a condition of --fail-on holds or for a bad input, 2 for wrong arguments.
            """)

    @Argument(help: ArgumentHelp("The document before: a file, a URL, or - for standard input.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("The document after: a file or a URL.", valueName: "new"))
    var new: String

    @OptionGroup
    var populationOptions: PopulationOptions

    @Option(help: ArgumentHelp("Conditions that make the command fail, separated by commas.", valueName: "conditions"))
    var failOn: String?

    @Option(help: "text for reading, json for programs, markdown for comments, github for annotations.")
    var format = ReviewFormat.text

    @OptionGroup
    var contextOptions: ContextOptions

    mutating func validate() throws {
        guard [old, new, populationOptions.users ?? ""].count(where: { $0 == "-" }) <= 1 else {
            throw ValidationError("only one input can come from standard input")
        }
        let conditions = try conditions()
        let hasUsers = populationOptions.users != nil || populationOptions.sample != nil
        guard hasUsers || !conditions.contains(where: \.needsUsers) else {
            throw ValidationError("a share in --fail-on needs --users FILE or --sample N")
        }
    }

    private func conditions() throws -> [FailureCondition] {
        guard let failOn else { return [] }
        return try failOn.split(separator: ",", omittingEmptySubsequences: false).map { text in
            guard let condition = FailureCondition(String(text)) else {
                throw ValidationError(
                    "--fail-on: \"\(text)\" isn't change, reshuffle, type-change, loss, removal, loss>N% or moved>N%")
            }
            return condition
        }
    }

    func run() async throws {
        let conditions = try conditions()
        let (oldSource, newSource) = (DocumentSource(old), DocumentSource(new))
        let oldRuleset = try await DocumentFile(reviewing: oldSource).ruleset
        let newRuleset = try await DocumentFile(reviewing: newSource, replacing: oldRuleset).ruleset
        let difference = DocumentDifference(from: oldRuleset, to: newRuleset)
        var population = try populationOptions.population(for: [oldRuleset, newRuleset])
        var radius: BlastRadius?
        if population != nil {
            let start = BlastRadius(
                from: oldRuleset, to: newRuleset, difference, in: try contextOptions.fixedContext())
            radius = try await population?.count(with: start)
            if radius?.users == 0, conditions.contains(where: \.needsUsers) {
                throw CommandFailure.input("there are no users, so that --fail-on has no share to check")
            }
        }
        let report = DifferenceReport(
            difference, radius, isSample: populationOptions.sample != nil, file: newSource.name)
        try System.write(Array(report.text(format).utf8), to: System.standardOutput)
        let reasons = conditions.flatMap { $0.reasons(difference, radius) }
        for reason in reasons { Diagnostics.error(reason) }
        if let summary = population?.summaryOfMalformedLines { throw CommandFailure.input(summary) }
        guard reasons.isEmpty else {
            let count = reasons.count == 1 ? "1 reason" : "\(reasons.count) reasons"
            throw CommandFailure.input("--fail-on: \(count) to fail")
        }
    }
}
